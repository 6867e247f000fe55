package lineage_test

import (
	"context"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// t0 is the moment at which the clocks of the tests begin.
var t0 = adapters.Now

var ann = storage.By("user:ann", "test")

func kinds() []storage.Described {
	return slices.Concat(customer.Kinds(), lineage.Kinds(), tag.Kinds())
}

// A world is a tenant on one adapter, with its clock and one customer.
type world struct {
	*testing.T
	acme     *storage.Tenant
	clock    *adapters.Clock
	customer uuid.UUID
}

func onEach(t *testing.T, test func(w *world)) {
	t.Helper()
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		w := &world{T: t, acme: acme, clock: clock}
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		w.put(ann, func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
		w.customer = c.ID
		test(w)
	})
}

func (w *world) watched(watches ...storage.Watch) {
	store, err := w.acme.Store().Watched(watches...)
	require.NoError(w, err)
	w.acme = store.Tenant(w.acme.Name())
}

func (w *world) update(by storage.Origin, fn func(ctx context.Context, tx *storage.Tx) error) error {
	return w.acme.Update(w.Context(), by, func(tx *storage.Tx) error { return fn(w.Context(), tx) })
}

func (w *world) put(by storage.Origin, fn func(ctx context.Context, tx *storage.Tx) error) {
	w.Helper()
	require.NoError(w, w.update(by, fn))
}

// message puts a message of the customer and returns it.
func (w *world) message(text string) *customer.Interaction {
	w.Helper()
	m := &customer.Interaction{Customer: w.customer, Channel: "chat", OccurredAt: t0, Text: text}
	w.put(ann, func(ctx context.Context, tx *storage.Tx) error { return customer.Interactions.Put(ctx, tx, m) })
	return m
}

func (w *world) record(list ...*lineage.Derivation) {
	w.Helper()
	w.put(ann, func(ctx context.Context, tx *storage.Tx) error { return lineage.Record(ctx, tx, list...) })
}

// derived records that one ref rests on others.
func (w *world) derived(subject string, evidence ...string) {
	w.Helper()
	w.record(&lineage.Derivation{Customer: w.customer, Subject: subject, Rule: "R1", RuleVersion: "1", Evidence: evidence})
}

func (w *world) erase(refs ...string) (n int) {
	w.Helper()
	w.put(storage.By("user:dpo", "erase"), func(ctx context.Context, tx *storage.Tx) (err error) {
		n, err = lineage.RefsErased(ctx, tx, refs...)
		return err
	})
	return n
}

func (w *world) trace(ref string, o lineage.Options) *lineage.Node {
	w.Helper()
	n, err := lineage.Trace(w.Context(), w.acme, ref, o)
	require.NoError(w, err)
	return n
}

// unsupported returns the subjects that are marked.
func (w *world) unsupported() []string {
	w.Helper()
	list := []string{}
	for d, err := range lineage.Derivations.Find(w.Context(), w.acme, storage.Query{}) {
		require.NoError(w, err)
		if !d.Unsupported.IsZero() {
			list = append(list, d.Subject)
		}
	}
	slices.Sort(list)
	return list
}
