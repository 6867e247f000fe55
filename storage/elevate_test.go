package storage_test

import (
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// The reason of an elevation stands in the log, beside one that the writer gives.
func TestElevationIsLogged(t *testing.T) {
	t.Parallel()
	acme := open(t)
	high, err := acme.Elevate(t.Context(), "check for duplicates")
	require.NoError(t, err)
	for _, origin := range []storage.Origin{by, by.Because("ticket 7")} {
		v := &van{Plate: "B-" + origin.Reason}
		err := high.Update(t.Context(), origin, func(tx *storage.Tx) error { return vans.Put(t.Context(), tx, v) })
		require.NoError(t, err)
		history, err := vans.History(t.Context(), acme, v.ID)
		require.NoError(t, err)
		require.Contains(t, history[0].Reason, "check for duplicates")
		require.Contains(t, history[0].Reason, origin.Reason)
	}
	_, err = acme.Elevate(t.Context(), "")
	require.ErrorIs(t, err, storage.ErrInvalid)
}
