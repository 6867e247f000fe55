package memory

import (
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newTextTable() *hashTable[string] {
	return newHashTable(func(r storage.Record) string { return r.(*sample).Text })
}

// TestHashTableAgreesWithMap makes random changes to a table and to a map and
// looks every key up in both, those that are not there too.
func TestHashTableAgreesWithMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, want := newTextTable(), map[string]*sample{}
		most := rapid.SampledFrom([]int{3, 100, 4000}).Draw(t, "keys")
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			first := rapid.IntRange(0, most).Draw(t, "first")
			step := rapid.IntRange(1, 3).Draw(t, "step")
			remove := rapid.IntRange(0, 2).Draw(t, "what") == 0
			for i := first; i < first+most; i += step {
				r := number(i, 1)
				if remove {
					table.remove(r.Text)
					delete(want, r.Text)
				} else {
					table.set(r)
					want[r.Text] = r
				}
			}
		}
		require.Equal(t, len(want), table.count)
		for i := range 2 * most {
			key := number(i, 1).Text
			if r := want[key]; r == nil {
				require.Nil(t, table.get(key))
			} else {
				require.Same(t, r, table.get(key))
			}
		}
	})
}

// TestHashTableStaysFull shows that slots are few and segments small at every
// size, so that memory is low and no insertion long.
func TestHashTableStaysFull(t *testing.T) {
	t.Parallel()
	table := newHashTable(func(r storage.Record) uuid.UUID { return storage.MetaOf(r).ID })
	for i := range 40_000 {
		table.set(number(i, 1))
		if i < 1000 || i%1000 > 0 {
			continue
		}
		slots := 0
		for _, s := range table.segments {
			require.LessOrEqual(t, s.count, 4*segmentLoad)
			slots += len(s.records)
		}
		require.Less(t, slots, table.count*17/10)
	}
}
