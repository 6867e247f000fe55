package storage_test

import (
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/stretchr/testify/require"
)

func TestInside(t *testing.T) {
	t.Parallel()
	store, err := storage.New(memory.New(), time.Now)
	require.NoError(t, err)
	acme, stop := store.Tenant("acme"), errors.New("stop")
	err = storage.Inside(t.Context(), acme, func(outer *storage.Tx) error {
		require.ErrorIs(t, storage.CustomKinds.Put(t.Context(), outer, &storage.CustomKind{Name: "van"}), storage.ErrReadOnly)
		return storage.Inside(t.Context(), outer, func(tx *storage.Tx) error {
			require.Same(t, outer, tx)
			return stop
		})
	})
	require.ErrorIs(t, err, stop)
	require.ErrorIs(t, storage.Inside(t.Context(), nil, nil), storage.ErrInvalid)
}

func TestCollect(t *testing.T) {
	t.Parallel()
	torn := errors.New("torn")
	of := func(err error) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) { _ = yield(1, nil) && yield(2, err) && yield(3, nil) }
	}
	list, err := storage.Collect(of(nil))
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3}, list)
	list, err = storage.Collect(of(torn))
	require.ErrorIs(t, err, torn)
	require.Nil(t, list)
}
