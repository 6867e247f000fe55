package tag_test

import (
	"context"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// An import writes names into records; the watch makes the assignments.
func TestWatch_FollowsTheRecord(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Define)
		w.define(&tag.Definition{Name: "hot", TTL: day})
		job := storage.By("job:J1", "import customers").WithoutValues()
		c := &customer.Customer{Type: customer.Person, Name: "王丽", Tags: []string{"hot", "new"}}
		require.NoError(w, w.updateBy(job, func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) }))
		w.same(c.ID, "hot", "new")
		hot := w.held(c.ID)[0].Assignment
		require.Equal(w, tag.Import, hot.Source)
		require.Equal(w, "job:J1", hot.By)
		require.Equal(w, t0.Add(day), hot.ExpiresAt)

		require.NoError(w, w.retag(ann, c.ID, "new", "hand"))
		w.same(c.ID, "hand", "new")
		require.Equal(w, tag.Manual, w.held(c.ID)[0].Assignment.Source)
		require.NoError(w, w.add(c.ID, "hot"))
		require.NoError(w, w.remove(c.ID, "hand"))
		w.same(c.ID, "hot", "new")
		require.Equal(w, 2, len(w.held(c.ID)))
	})
}

func TestWatch_Refuses(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Refuse)
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		old := &tag.Definition{Name: "old"}
		w.define(&tag.Definition{Name: "刚需", Group: intent}, &tag.Definition{Name: "学区房", Group: intent}, old)
		id := w.customers(1)[0]
		require.ErrorIs(w, w.retag(ann, id, "typo"), tag.ErrUnknownTag)
		var exclusive *tag.ExclusiveError
		require.ErrorAs(w, w.retag(ann, id, "刚需", "学区房"), &exclusive)
		require.Equal(w, id, exclusive.Customer)
		require.NoError(w, w.retag(ann, id, "old", "刚需"))
		require.ErrorIs(w, w.retag(ann, id, "刚需", "学区房"), tag.ErrExclusive)

		old.Archived = true
		w.define(old)
		require.NoError(w, w.retag(ann, id, "old", "学区房"), "what a customer has it keeps")
		require.NoError(w, w.retag(ann, id, "学区房"))
		require.ErrorIs(w, w.retag(ann, id, "old"), tag.ErrArchived)
		w.same(id, "学区房")

		put := func(fn func(context.Context, *storage.Tx, *tag.Definition) error) error {
			return w.update(func(ctx context.Context, tx *storage.Tx) error {
				d, err := tag.Definitions.First(ctx, tx, storage.Query{Where: nameIs("学区房")})
				if err != nil {
					return err
				}
				return fn(ctx, tx, d)
			})
		}
		require.ErrorIs(w, put(func(ctx context.Context, tx *storage.Tx, d *tag.Definition) error {
			d.Name = "x"
			return tag.Definitions.Put(ctx, tx, d)
		}), storage.ErrInvalid)
		drop := func(ctx context.Context, tx *storage.Tx, d *tag.Definition) error {
			return tag.Definitions.Delete(ctx, tx, d)
		}
		require.ErrorIs(w, put(drop), storage.ErrInvalid)
		require.NoError(w, w.remove(id, "学区房"))
		require.NoError(w, put(drop))
	})
}

func TestReconcile(t *testing.T) {
	onEach(t, func(w *world) {
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		w.define(&tag.Definition{Name: "a"}, &tag.Definition{Name: "b"}, &tag.Definition{Name: "刚需", Group: intent}, &tag.Definition{Name: "学区房", Group: intent})
		ids := w.customers(3)
		require.NoError(w, w.add(ids[0], "a"))
		require.NoError(w, w.add(ids[1], "a"))
		require.NoError(w, w.retag(ann, ids[0], "b", "new"))
		require.Equal(w, []string{"a"}, w.names(ids[0]), "nobody watches")
		reconcile := func(u tag.Undefined, ids ...uuid.UUID) (n int, err error) {
			err = w.update(func(ctx context.Context, tx *storage.Tx) error {
				n, err = tag.Reconcile(ctx, tx, u, ids...)
				return err
			})
			return n, err
		}
		_, err := reconcile(tag.Refuse, ids...)
		require.ErrorIs(w, err, tag.ErrUnknownTag)
		n, err := reconcile(tag.Define, ids...)
		require.NoError(w, err)
		require.Equal(w, 3, n)
		w.same(ids[0], "b", "new")
		w.same(ids[1], "a")
		n, err = reconcile(tag.Define, ids...)
		require.NoError(w, err)
		require.Zero(w, n)

		require.NoError(w, w.retag(ann, ids[2], "刚需", "学区房"))
		_, err = reconcile(tag.Define, ids[2])
		require.ErrorIs(w, err, tag.ErrExclusive)
		require.NoError(w, w.add(ids[2], "学区房"))
		w.same(ids[2], "学区房")
		_, err = reconcile(tag.Define, uuid.New())
		require.ErrorIs(w, err, storage.ErrNotFound)
	})
}

// Many transactions at once leave a customer with one tag of an exclusive group,
// each tag once, and a record that agrees.
func TestConcurrent(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Refuse)
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		w.group(tag.Group{Name: "free", Open: true})
		w.define(&tag.Definition{Name: "i0", Group: intent}, &tag.Definition{Name: "i1", Group: intent}, &tag.Definition{Name: "i2", Group: intent}, &tag.Definition{Name: "x"})
		id := w.customers(1)[0]
		work := []func() error{
			func() error { return w.add(id, "i0", "x") },
			func() error { return w.add(id, "i1", "fresh") },
			func() error { return w.add(id, "i2", "fresh") },
			func() error { return w.remove(id, "x") },
			func() error { return w.add(id, "i0") },
			func() error { return w.retag(ann, id, "x") },
		}
		var wg sync.WaitGroup
		failed := make([]error, len(work))
		for i, fn := range work {
			wg.Go(func() { failed[i] = fn() })
		}
		wg.Wait()
		for i, err := range failed {
			require.NoError(w, err, "%d", i)
		}
		w.same(id, w.mirror(id)...)
		n := 0
		for _, h := range w.held(id) {
			if h.Group == intent {
				n++
			}
		}
		require.LessOrEqual(w, n, 1)
		n64, err := tag.Definitions.Count(w.Context(), w.acme, storage.Query{Where: nameIs("fresh")})
		require.NoError(w, err)
		require.EqualValues(w, 1, n64)
	})
}
