package tag_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// t0 is the moment at which the clocks of the tests begin.
var t0 = adapters.Now

var ann = storage.By("user:ann", "tag")

func kinds() []storage.Described { return slices.Concat(customer.Kinds(), tag.Kinds()) }

// A world is a tenant on one adapter, with its clock.
type world struct {
	*testing.T
	acme  *storage.Tenant
	clock *adapters.Clock
}

// onEach runs a test on every adapter with a tenant of its own.
func onEach(t *testing.T, test func(w *world)) {
	t.Helper()
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		test(&world{T: t, acme: acme, clock: clock})
	})
}

// watched makes the tenant's handle one whose writes the watch is told of.
func (w *world) watched(u tag.Undefined) {
	store, err := w.acme.Store().Watched(tag.Watch(u))
	require.NoError(w, err)
	w.acme = store.Tenant(w.acme.Name())
}

func (w *world) update(fn func(ctx context.Context, tx *storage.Tx) error) error {
	return w.updateBy(ann, fn)
}

func (w *world) updateBy(by storage.Origin, fn func(ctx context.Context, tx *storage.Tx) error) error {
	return w.acme.Update(w.Context(), by, func(tx *storage.Tx) error { return fn(w.Context(), tx) })
}

// group puts a group and returns its id.
func (w *world) group(g tag.Group) uuid.UUID {
	w.Helper()
	require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Groups.Put(ctx, tx, &g) }))
	return g.ID
}

func (w *world) define(defs ...*tag.Definition) {
	w.Helper()
	require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Definitions.Put(ctx, tx, defs...) }))
}

// defined defines tags without a group.
func (w *world) defined(names ...string) {
	w.Helper()
	for _, n := range names {
		w.define(&tag.Definition{Name: n})
	}
}

// customers puts n customers and returns their ids.
func (w *world) customers(n int) []uuid.UUID {
	w.Helper()
	list := make([]*customer.Customer, n)
	for i := range list {
		list[i] = &customer.Customer{Type: customer.Person, Name: "王丽"}
	}
	require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, list...) }))
	ids := make([]uuid.UUID, n)
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

func (w *world) add(id uuid.UUID, tags ...string) error {
	return w.give(id, tag.Given{}, tags...)
}

func (w *world) give(id uuid.UUID, g tag.Given, tags ...string) error {
	return w.update(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tag.Add(ctx, tx, []uuid.UUID{id}, tags, g)
		return err
	})
}

func (w *world) remove(id uuid.UUID, tags ...string) error {
	return w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Remove(ctx, tx, []uuid.UUID{id}, tags) })
}

// retag writes the names of a customer directly, as code does that knows nothing of tags.
func (w *world) retag(by storage.Origin, id uuid.UUID, tags ...string) error {
	return w.updateBy(by, func(ctx context.Context, tx *storage.Tx) error {
		c, err := customer.Kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		c.Tags = tags
		return customer.Kind.Put(ctx, tx, c)
	})
}

// held returns the tags that a customer has.
func (w *world) held(id uuid.UUID) []tag.Held {
	w.Helper()
	list, err := tag.Of(w.Context(), w.acme, id)
	require.NoError(w, err)
	return list
}

func (w *world) names(id uuid.UUID) []string {
	w.Helper()
	list := []string{}
	for _, h := range w.held(id) {
		list = append(list, h.Name)
	}
	return list
}

// mirror returns the names in a customer's record.
func (w *world) mirror(id uuid.UUID) []string {
	w.Helper()
	c, err := customer.Kind.Get(w.Context(), w.acme, id)
	require.NoError(w, err)
	return append([]string{}, c.Tags...)
}

// same checks that a customer has these tags, in its record too.
func (w *world) same(id uuid.UUID, names ...string) {
	w.Helper()
	want := append([]string{}, names...)
	slices.Sort(want)
	require.Equal(w, want, w.names(id))
	require.Equal(w, want, w.mirror(id))
}

func (w *world) find(m tag.Match) map[uuid.UUID]bool {
	w.Helper()
	found := map[uuid.UUID]bool{}
	for c, err := range tag.Find(w.Context(), w.acme, m, storage.Query{}) {
		require.NoError(w, err)
		found[c.ID] = true
	}
	return found
}

// expire runs Expire until nothing is left, and returns how many it ended.
func (w *world) expire(limit int) int {
	w.Helper()
	total := 0
	for {
		n := 0
		require.NoError(w, w.updateBy(storage.By("system:tags", "expire tags"), func(ctx context.Context, tx *storage.Tx) (err error) {
			n, err = tag.Expire(ctx, tx, limit)
			return err
		}))
		require.LessOrEqual(w, n, limit)
		if total += n; n == 0 {
			return total
		}
	}
}

// happened returns what the change log says happened to tags, in its order.
func (w *world) happened() []string {
	w.Helper()
	var list []string
	for c, err := range w.acme.Log().All(w.Context(), 0) {
		require.NoError(w, err)
		if what := tag.Happened(c); what != "" {
			list = append(list, what)
		}
	}
	return list
}

const day = 24 * time.Hour

func idIn(ids ...uuid.UUID) storage.Query {
	return storage.Query{Where: criteria.In(storage.FieldID, ids...)}
}

func nameIs(name string) criteria.Criterion { return criteria.Eq("name", name) }
