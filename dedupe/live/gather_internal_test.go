package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// inMemory is a store of customers and what is kept to check them.
func inMemory(t *testing.T) *storage.Store {
	now := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, err := storage.New(memory.New(), now, slices.Concat(customer.Kinds(), review.Kinds(), Kinds())...)
	require.NoError(t, err)
	return store
}

// What is gathered of a key is all of it or more than mostRows, however many keys are
// crowded, and how many of them at a time.
func TestSharing_AllOrTooMany(t *testing.T) {
	t.Parallel()
	store := inMemory(t)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 12 {
		acme := store.Tenant(fmt.Sprint("acme", round))
		names := make([]string, 2+random.IntN(400))
		for i := range names {
			names[i] = fmt.Sprintf("p%011d", i)
		}
		have := map[string]int{}
		var list []*entry
		for range 1500 {
			e := &entry{Customer: uuid.New(), Type: customer.Person}
			for range 1 + random.IntN(6) {
				at := min(random.IntN(len(names)), random.IntN(len(names)), random.IntN(len(names)))
				if key := names[at]; !slices.Contains(e.Keys, key) {
					e.Keys = append(e.Keys, key)
					have[key]++
				}
			}
			list = append(list, e)
		}
		by := storage.By("system:test", "fill")
		require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error { return entries.Put(t.Context(), tx, list...) }))
		s := &sought{look: append(names[:len(names)/2:len(names)/2], "p-nobody-has")}
		byKey, err := sharing(t.Context(), acme, []*sought{s, {look: names[len(names)/3:]}})
		require.NoError(t, err)
		require.Len(t, byKey, len(names)+1)
		for key, found := range byKey {
			if have[key] > mostRows {
				require.Greater(t, len(found), mostRows, key)
				continue
			}
			met := map[uuid.UUID]bool{}
			for _, e := range found {
				met[e.ID] = true
			}
			require.Len(t, met, have[key], key)
			require.Len(t, found, have[key], key)
		}
	}
}
