package memory

import (
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newNamedTable() *textTable {
	return newTextTable(newHasher(), func(r storage.Record) string { return r.(*sample).Text })
}

// named returns a sample whose text is long, short or of the greatest length
// that is compared without a look at the record.
func named(i int) *sample {
	r := number(i, 1)
	r.Text = strings.Repeat("x", i%3*8) + r.Text
	return r
}

// TestHashTableAgreesWithMap makes random changes to a table and to a map and
// looks every key up in both, those that are not there too.
func TestHashTableAgreesWithMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, want := newNamedTable(), map[string]*sample{}
		most := rapid.SampledFrom([]int{3, 100, 4000}).Draw(t, "keys")
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			first := rapid.IntRange(0, most).Draw(t, "first")
			step := rapid.IntRange(1, 3).Draw(t, "step")
			remove := rapid.IntRange(0, 2).Draw(t, "what") == 0
			for i := first; i < first+most; i += step {
				change(table, want, named(i), uint32(i), remove)
			}
		}
		require.Equal(t, len(want), table.count)
		for i := range 2 * most {
			key := named(i).Text
			if found, row := table.get(key); want[key] == nil {
				require.Nil(t, found)
			} else {
				require.Same(t, want[key], found)
				require.EqualValues(t, i, row)
			}
		}
	})
}

// change removes the record with a key, or sets it.
func change(table *textTable, want map[string]*sample, r *sample, row uint32, remove bool) {
	hash := table.hash(r.Text)
	switch found, _ := table.get(r.Text); {
	case remove && found != nil:
		table.remove(hash, row)
		delete(want, r.Text)
	case remove:
	case found != nil:
		table.replace(hash, row, r)
		want[r.Text] = r
	default:
		table.add(hash, r.Text, row, r)
		want[r.Text] = r
	}
}

// TestHashTableStaysFull shows that slots are few and segments small at every
// size, so that memory is low and no insertion long.
func TestHashTableStaysFull(t *testing.T) {
	t.Parallel()
	table := newIDTable(newHasher())
	for i := range 40_000 {
		r := number(i, 1)
		table.add(table.hash(r.ID), r.ID, uint32(i), r)
		if i < 1000 || i%1000 > 0 {
			continue
		}
		slots := 0
		for _, s := range table.segments {
			require.LessOrEqual(t, s.count, 4*segmentLoad)
			slots += len(s.slots)
		}
		require.Less(t, slots, table.count*2)
	}
}
