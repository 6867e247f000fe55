package storage_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/stretchr/testify/require"
)

// thousand makes a log of 1,000 changes over a driver of its own.
func thousand(t *testing.T) (*memory.Driver, *storage.Tenant, []*storage.Change) {
	driver := memory.New()
	s, err := storage.New(driver, clock, vans)
	require.NoError(t, err)
	acme := s.Tenant("acme")
	list := make([]*van, 1000)
	for i := range list {
		list[i] = &van{Plate: fmt.Sprint("P", i)}
	}
	require.NoError(t, put(t, acme, list...))
	log, err := acme.Log().Read(t.Context(), 0, 2000)
	require.NoError(t, err)
	require.Len(t, log, 1000)
	return driver, acme, log
}

// behind changes the log past the store.
func behind(t *testing.T, d storage.Driver, fn func(context.Context, storage.Transaction) error) {
	tx, err := d.Begin(t.Context(), "acme", storage.Write)
	require.NoError(t, err)
	require.NoError(t, fn(t.Context(), tx))
	require.NoError(t, tx.Commit(t.Context()))
}

// Of 1,000 chained changes one byte is changed, one is deleted, or two are
// swapped: Verify names the first bad position.
func TestSTO06_TamperingIsFound(t *testing.T) {
	t.Parallel()
	schema := storage.Changes.Schema()
	for name, tamper := range map[string]struct {
		bad int64
		do  func(context.Context, storage.Transaction, []*storage.Change) error
	}{
		"one byte": {500, func(ctx context.Context, tx storage.Transaction, log []*storage.Change) error {
			c := *log[499]
			c.Version++
			c.Values = append([]byte{}, c.Values...)
			c.Values[len(c.Values)-3] ^= 1
			return tx.Update(ctx, schema, []storage.Record{&c})
		}},
		"a deletion": {1, func(ctx context.Context, tx storage.Transaction, log []*storage.Change) error {
			return tx.Delete(ctx, schema, []storage.Stamp{{ID: log[0].ID, Version: log[0].Version}})
		}},
		"a swap": {300, func(ctx context.Context, tx storage.Transaction, log []*storage.Change) error {
			a, b := *log[299], *log[899]
			a.Version, b.Version = a.Version+1, b.Version+1
			a.Position, b.Position = b.Position, a.Position
			return tx.Update(ctx, schema, []storage.Record{&a, &b})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			driver, acme, log := thousand(t)
			v, err := acme.Log().Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, storage.Verdict{Checked: 1000}, v)
			behind(t, driver, func(ctx context.Context, tx storage.Transaction) error { return tamper.do(ctx, tx, log) })
			v, err = acme.Log().Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, tamper.bad, v.Bad, v.Reason)
			require.False(t, v.OK())
		})
	}
}

// After an erasure the text is unreadable and the log still verifies.
func TestSTO07_ErasureKeepsTheChain(t *testing.T) {
	t.Parallel()
	_, acme, log := thousand(t)
	err := acme.Update(t.Context(), by.Because("request 12"), func(tx *storage.Tx) error {
		n, err := vans.EraseHistory(t.Context(), tx, log[41].Record)
		require.Equal(t, 1, n)
		return err
	})
	require.NoError(t, err)
	v, err := acme.Log().Verify(t.Context(), storage.Checkpoint{Position: 1000, Hash: log[999].Hash})
	require.NoError(t, err)
	require.Equal(t, storage.Verdict{Checked: 1001, Erased: 2}, v)
	again, err := acme.Log().Read(t.Context(), 41, 1)
	require.NoError(t, err)
	require.Empty(t, again[0].Values)
	require.Empty(t, again[0].Salt)
	require.Equal(t, log[41].Hash, again[0].Hash)
}

func TestOriginIsKept(t *testing.T) {
	t.Parallel()
	acme := open(t)
	origin := by.Because("ticket 7")
	err := acme.Update(t.Context(), origin, func(tx *storage.Tx) error {
		require.Equal(t, origin, tx.Origin())
		require.Equal(t, clock(), tx.Now())
		require.Equal(t, "acme", tx.Tenant().Name())
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, acme.View(t.Context(), func(tx *storage.Tx) error {
		require.Equal(t, storage.Origin{}, tx.Origin())
		return nil
	}))
	require.True(t, by.WithoutValues().Brief)
}
