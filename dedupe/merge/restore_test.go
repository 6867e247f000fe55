package merge_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// restore restores a customer that was deleted.
func restore(t testing.TB, acme *storage.Tenant, id uuid.UUID) error {
	t.Helper()
	gone := find(t, acme, customer.Kind, storage.Query{Deleted: storage.DeletedOnly})
	return acme.Update(ctx, ann, func(tx *storage.Tx) error {
		for _, c := range gone {
			if c.ID == id {
				return customer.Kind.Restore(ctx, tx, c)
			}
		}
		return storage.ErrNotFound
	})
}

// Who is part of another is not restored behind the back of the merge.
func TestWatch_RefusesToRestoreWhoWasMerged(t *testing.T) {
	each(t, func(t *testing.T, plain *storage.Tenant, _ *adapters.Clock) {
		store, err := plain.Store().Watched(merge.Watch())
		require.NoError(t, err)
		acme := store.Tenant(plain.Name())
		a, b, c := person(t, acme, "A"), person(t, acme, "B"), person(t, acme, "C")
		done := merged(t, acme, a.ID, b.ID)
		var refused *merge.RestoreError
		require.ErrorAs(t, restore(t, acme, b.ID), &refused)
		require.Equal(t, merge.RestoreError{Customer: b.ID, Survivor: a.ID, Merge: done.Merge}, *refused)
		require.ErrorIs(t, refused, merge.ErrMerged)

		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, c) }))
		require.NoError(t, restore(t, acme, c.ID), "nobody has merged this one")

		require.NoError(t, tryUnmerge(acme, done.Merge))
		for _, id := range []uuid.UUID{a.ID, b.ID} {
			_, err := customer.Kind.Get(ctx, acme, id)
			require.NoError(t, err)
		}
	})
}

// A store without the watch may hold one that was restored: the merge is undone all
// the same.
func TestUnmerge_OfOneWhoWasRestored(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		a, b := person(t, acme, "A"), person(t, acme, "B")
		o := order(b.ID, 10, adapters.Now)
		put(t, acme, customer.Orders, o)
		done := merged(t, acme, a.ID, b.ID)
		require.NoError(t, restore(t, acme, b.ID))
		require.NoError(t, tryUnmerge(acme, done.Merge))
		now, err := merge.ResolveOne(ctx, acme, b.ID)
		require.NoError(t, err)
		require.Equal(t, b.ID, now)
		back, err := customer.Orders.Get(ctx, acme, o.ID)
		require.NoError(t, err)
		require.Equal(t, b.ID, back.Customer)
		merged(t, acme, a.ID, b.ID)
	})
}

func TestUnmerge_SurvivorThatWasDeleted(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		a, b := person(t, acme, "A"), person(t, acme, "B")
		done := merged(t, acme, a.ID, b.ID)
		now, err := customer.Kind.Get(ctx, acme, a.ID)
		require.NoError(t, err)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, now) }))
		err = tryUnmerge(acme, done.Merge)
		require.ErrorIs(t, err, storage.ErrNotFound)
		require.ErrorContains(t, err, "restore it first")
		require.NoError(t, restore(t, acme, a.ID))
		require.NoError(t, tryUnmerge(acme, done.Merge))
	})
}

// Func takes more than a request may name.
func TestFunc_Many(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		list := make([]*customer.Customer, 230)
		for i := range list {
			list[i] = &customer.Customer{Type: customer.Person, Name: "A"}
		}
		put(t, acme, customer.Kind, list...)
		var others []uuid.UUID
		for _, c := range list[1:] {
			others = append(others, c.ID)
		}
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			return merge.Func(merge.Rules{}, 0)(ctx, tx, list[0].ID, others)
		}))
		n, err := customer.Kind.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}
