package dedupe

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSortRanked_Property_IsAStableSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SampledFrom([]int{1, 7, 8, 9, 30, 64}).Draw(t, "bits")
		var list []ranked
		for i := range rapid.IntRange(0, 200).Draw(t, "length") {
			key := rapid.Uint64().Draw(t, "key")
			if bits < 64 {
				key &= 1<<bits - 1
			}
			if rapid.Bool().Draw(t, "again") && len(list) > 0 {
				key = list[0].key
			}
			list = append(list, ranked{key, int32(i)})
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b ranked) int { return cmp.Compare(a.key, b.key) })
		require.True(t, slices.Equal(want, sortRanked(list, bits)))
	})
}

// Every pair that shares a key of a pass which few enough share is proposed once,
// under the first such pass, and no other pair is.
func TestPropose_Property_EqualsTheNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, limit := rapid.IntRange(1, 25).Draw(t, "rows"), rapid.IntRange(2, 6).Draw(t, "limit")
		tb := &table{}
		for range n {
			tb.records = append(tb.records, &Record{})
		}
		var passes []*pass
		var keys [][][]uint64
		for range rapid.IntRange(1, 4).Draw(t, "passes") {
			rows := make([][]uint64, n)
			for i := range rows {
				rows[i] = rapid.SliceOfN(rapid.Uint64Range(1, 8), 0, 3).Draw(t, "keys")
			}
			keys = append(keys, rows)
			passes = append(passes, &pass{keys: func(row int) []uint64 { return rows[row] }})
		}
		shared := func(p, a, b int) bool {
			for _, k := range keys[p][a] {
				rows := 0
				for _, row := range keys[p] {
					if slices.Contains(row, k) {
						rows++
					}
				}
				if rows <= limit && slices.Contains(keys[p][b], k) {
					return true
				}
			}
			return false
		}
		var want []pair
		for a := range n {
			for b := a + 1; b < n; b++ {
				for p := range passes {
					if shared(p, a, b) {
						want = append(want, pair{int32(a), int32(b), int32(p)})
						break
					}
				}
			}
		}
		got := tb.propose(passes, limit, func(a, b *Record) bool { return true })
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}
