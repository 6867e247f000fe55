package memory

import (
	"errors"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// What a function sees behind a write that will conflict may mix two states:
// its error is not the caller's, and it is called again.
func TestDoubt(t *testing.T) {
	t.Parallel()
	store, err := storage.New(New(), time.Now, samples)
	require.NoError(t, err)
	acme, by := store.Tenant("acme"), storage.Origin{Actor: "ann", Action: "test"}
	guard, gone := number(1, 0), number(2, 0)
	require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error { return samples.Put(ctx, tx, guard, gone) }))

	refused := errors.New("refused")
	for _, late := range []error{storage.ErrNotFound, refused} {
		calls := 0
		err = acme.Update(ctx, by, func(tx *storage.Tx) error {
			calls++
			g, err := samples.Get(ctx, tx, guard.ID)
			require.NoError(t, err)
			g.Text += "+"
			require.NoError(t, samples.Put(ctx, tx, g))
			if calls > 1 {
				return nil
			}
			require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error {
				other, err := samples.Get(ctx, tx, guard.ID)
				require.NoError(t, err)
				other.Text += "-"
				return samples.Put(ctx, tx, other)
			}))
			return late
		})
		require.NoError(t, err, late)
		require.Equal(t, 2, calls)
	}

	calls := 0
	err = acme.Update(ctx, by, func(tx *storage.Tx) error {
		calls++
		return errors.Join(samples.Delete(ctx, tx, gone), refused)
	})
	require.ErrorIs(t, err, refused, "an error in a transaction that could have been committed is the caller's")
	require.Equal(t, 1, calls)
	now, err := samples.Get(ctx, acme, guard.ID)
	require.NoError(t, err)
	require.Equal(t, "text 1-+-+", now.Text)
}
