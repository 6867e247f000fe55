package dedupe

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every pair that shares a key which few enough rows share, or a key of each of two
// keyers in one pass, is proposed once, under the first such pass, and no other is.
func TestPropose_Property_EqualsTheNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, limit := rapid.IntRange(1, 30).Draw(t, "rows"), rapid.IntRange(2, 6).Draw(t, "limit")
		tb := newTable(make([]Record, n), nil, &work{ctx: context.Background()})
		for range rapid.IntRange(1, 3).Draw(t, "columns") {
			col := tb.column(func(_ *Record, b []byte) []byte {
				return append(b, rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(t, "value")...)
			})
			c := &comparison{column: col}
			for range rapid.IntRange(1, 2).Draw(t, "keyers") {
				keys, most := make([][]uint32, len(col.values)), rapid.SampledFrom([]int{1, 3, fewKeys + 2}).Draw(t, "most")
				for id := range keys {
					keys[id] = rapid.SliceOfN(rapid.Uint32Range(0, 6), 0, most).Draw(t, "keys")
				}
				tb.keyNumbers(c, "key", rapid.SampledFrom([]combining{withOthers, withItself}).Draw(t, "how"), func(list []uint32, value uint32) []uint32 { return append(list, keys[value]...) })
			}
		}
		passes := tb.passes()
		want := naivePairs(passes, n, limit)
		w := &work{ctx: context.Background()}
		got := tb.block(passes, limit, w).propose(n, func(a, b int32) bool { return true }, w)
		require.Equal(t, len(want), len(got))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}

// naivePairs looks at all pairs and all keys of each pass.
func naivePairs(passes []pass, n, limit int) (list []pair) {
	for a := range n {
		for b := a + 1; b < n; b++ {
			for i, p := range passes {
				if slices.ContainsFunc(p.naiveKeys(a), func(key [2]uint32) bool {
					rows := 0
					for row := range n {
						if slices.Contains(p.naiveKeys(row), key) {
							rows++
						}
					}
					return rows <= limit && slices.Contains(p.naiveKeys(b), key)
				}) {
					list = append(list, pair{int32(a), int32(b), int32(i)})
					break
				}
			}
		}
	}
	return list
}

func (p pass) naiveKeys(row int) (list [][2]uint32) {
	for _, x := range p.first.keysOf(p.first.of.column.rows[row]) {
		if p.other == nil {
			list = append(list, [2]uint32{x})
			continue
		}
		for _, y := range p.other.keysOf(p.other.of.column.rows[row]) {
			if p.other != p.first || x < y {
				list = append(list, [2]uint32{x, y})
			}
		}
	}
	return list
}

// Rows that lie far apart, as they do where there are many, are proposed as those that
// lie together.
func TestPropose_Property_ManyRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{2, nearRows, nearRows + 1, 3 * nearRows}).Draw(t, "rows")
		b, want := &blocks{}, map[[2]int32]int32{}
		for pass := range int32(rapid.IntRange(1, 3).Draw(t, "passes")) {
			for range rapid.IntRange(0, 9).Draw(t, "blocks") {
				rows := rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(n-1)), 2, 2+min(n-2, 4), rapid.ID).Draw(t, "block")
				slices.Sort(rows)
				at := b.open(uint32(len(rows)))
				for i, row := range rows {
					b.put(at+uint32(i), row)
					for _, other := range rows[i+1:] {
						if _, known := want[[2]int32{row, other}]; !known {
							want[[2]int32{row, other}] = pass
						}
					}
				}
			}
			b.until = append(b.until, uint32(len(b.rows)))
		}
		got := b.propose(n, func(a, b int32) bool { return true }, &work{ctx: context.Background()})
		require.Len(t, got, len(want))
		require.True(t, slices.IsSortedFunc(got, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) }))
		for _, p := range got {
			require.Equal(t, want[[2]int32{p.a, p.b}], p.pass)
		}
	})
}
