package storage_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// An eye shows the vans of one plate.
type eye struct {
	plate string
	high  bool // it may be elevated
}

func (e eye) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.Eq("plate", e.plate)}, nil
}
func (eye) Write(context.Context, storage.Attempt) error { return nil }
func (e eye) Elevate(context.Context, string) error {
	if e.high {
		return nil
	}
	return storage.ErrForbidden
}

// Within an elevation, and within a watch, a transaction sees everything and knows
// what its caller sees.
func TestTx_ElevateAndShown(t *testing.T) {
	t.Parallel()
	var seen map[uuid.UUID]bool
	all := 0
	mine, other := &van{Plate: "MINE"}, &van{Plate: "OTHER"}
	bare := open(t)
	watched, err := bare.Store().Watched(storage.Watch{Name: "look", Kinds: []string{vans.Name()}, After: func(ctx context.Context, tx *storage.Tx, _ []storage.Attempt) error {
		list, err := storage.Collect(vans.Find(ctx, tx, storage.Query{}))
		if err != nil {
			return err
		}
		all = len(list)
		seen, err = tx.Shown(ctx, vans, mine.ID, other.ID)
		return err
	}})
	require.NoError(t, err)
	acme := watched.Tenant(bare.Name())
	require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error { return vans.Put(t.Context(), tx, mine, other) }))
	require.Equal(t, map[uuid.UUID]bool{mine.ID: true, other.ID: true}, seen)

	desk := acme.Guarded(eye{plate: "MINE", high: true})
	require.NoError(t, desk.Update(t.Context(), by, func(tx *storage.Tx) error {
		require.NoError(t, vans.Put(t.Context(), tx, &van{Plate: "THIRD"}))
		require.Equal(t, 3, all)
		require.Equal(t, map[uuid.UUID]bool{mine.ID: true}, seen)
		if err := tx.Elevate(t.Context(), "look at all", func(tx *storage.Tx) error {
			other.Plate = "OTHERS"
			if err := vans.Put(t.Context(), tx, other); err != nil {
				return err
			}
			shown, err := tx.Shown(t.Context(), vans, mine.ID, other.ID)
			require.Equal(t, map[uuid.UUID]bool{mine.ID: true}, shown)
			return err
		}); err != nil {
			return err
		}
		_, err := vans.Get(t.Context(), tx, other.ID)
		require.ErrorIs(t, err, storage.ErrNotFound)
		shown, err := tx.Shown(t.Context(), vans, other.ID)
		require.Empty(t, shown)
		return err
	}))
	history, err := vans.History(t.Context(), acme, other.ID)
	require.NoError(t, err)
	require.Contains(t, history[len(history)-1].Reason, "look at all")

	low := acme.Guarded(eye{plate: "MINE"})
	require.ErrorIs(t, low.View(t.Context(), func(tx *storage.Tx) error {
		return tx.Elevate(t.Context(), "look", func(*storage.Tx) error { return nil })
	}), storage.ErrForbidden)
}
