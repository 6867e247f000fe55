package dedupe

import (
	"cmp"
	"slices"
)

// A throng is rows that share a key of each of two keyers and are too many for a
// block. Most throngs say nothing: those born in one year in one town. Where nearly all
// rows with the one key have the other one, too, they may be one entity with more
// records than a key may bring together. So the rows of such a throng are sorted by all
// their values, and each is compared with the next few.
//
// Source: the sorted neighbourhood method, M. A. Hernández and S. J. Stolfo, "The
// Merge/Purge Problem for Large Databases" (SIGMOD 1995).
type throng struct {
	first, other *crowds
	x, y         uint32  // the keys, of each
	rows         uint32  // how many share both
	share        float32 // of the rows with one key, those that have the other: the product for both
	pass         int32
}

// Throngs that are looked at: how much of their keys they are at least, how many rows
// they have together at most, as a share of all and where that is few, and how many rows are compared with
// each other at a time.
const (
	throngShare  = 1.0 / 8
	throngRows   = 1.0 / 8
	throngLeast  = 1000 // rows, in small lists
	throngWindow = 6
)

// throngOf keeps the rows of two keys, if they may be one entity.
func (b *blocks) throngOf(s *spread, x, y, rows uint32) {
	n := float32(rows)
	share := n * n / (float32(s.first.size(x)) * float32(s.other.size(y)))
	if share >= throngShare {
		b.throngs = append(b.throngs, throng{s.first, s.other, x, y, rows, share, int32(len(b.until))})
	}
}

func (c *crowds) size(key uint32) uint32 { return c.from[key+1] - c.from[key] }

// rowsOf are the rows of a throng.
func (t *throng) rowsOf() (list []int32) {
	first, other, x, y := t.first, t.other, t.x, t.y
	if other.size(y) < first.size(x) {
		first, other, x, y = other, first, y, x
	}
	for _, row := range first.rows[first.from[x]:first.from[x+1]] {
		if slices.Contains(other.of(row), y) {
			list = append(list, row)
		}
	}
	return list
}

// order puts throngs first that are most of their keys, and large ones before small
// ones.
func (t *throng) order(other *throng) int {
	return cmp.Or(cmp.Compare(other.share, t.share), cmp.Compare(other.rows, t.rows), cmp.Compare(t.pass, other.pass), cmp.Compare(t.x, other.x), cmp.Compare(t.y, other.y))
}

// lookAt adds blocks of the throngs that are looked at, in passes of their own, which
// it returns behind the others. Of each row it returns the throng that it is in, 0 for
// none; nil if there are none: that two rows of a throng are not compared says nothing.
func (t *table) lookAt(b *blocks, passes []pass, limit int) ([]pass, []int32) {
	throngs := b.throngs
	b.throngs = nil
	slices.SortFunc(throngs, func(x, y throng) int { return x.order(&y) })
	in, left := make([]int32, len(t.records)), max(int(throngRows*float64(len(t.records))), throngLeast)
	chosen := map[int32][][]int32{} // by pass
	for i := range throngs {
		if left -= int(throngs[i].rows); left < 0 {
			break
		}
		if rows := throngs[i].rowsOf(); claim(in, rows, int32(i+1)) {
			chosen[throngs[i].pass] = append(chosen[throngs[i].pass], rows)
		}
	}
	if len(chosen) == 0 {
		return passes, nil
	}
	all := slices.Clip(passes)
	for p := range int32(len(passes)) {
		if len(chosen[p]) == 0 {
			continue
		}
		for _, rows := range chosen[p] {
			t.sortByValues(rows)
			b.windows(rows, min(throngWindow, limit))
		}
		all, b.until = append(all, passes[p]), append(b.until, uint32(len(b.rows)))
	}
	return all, in
}

// claim notes that rows are in a throng; those that are in one already stay there, and
// where they are most of the rows, the others join it. It reports whether there are any
// that were in none.
func claim(in, rows []int32, throng int32) (any bool) {
	often := map[int32]int{}
	for _, row := range rows {
		often[in[row]]++
	}
	if often[0] == 0 {
		return false
	}
	for known, n := range often {
		if known != 0 && 2*n > len(rows) {
			throng = known
		}
	}
	for _, row := range rows {
		if in[row] == 0 {
			in[row] = throng
		}
	}
	return true
}

// sortByValues puts rows with the same values beside each other.
func (t *table) sortByValues(rows []int32) {
	slices.SortFunc(rows, func(a, b int32) int {
		for _, c := range t.comparisons {
			if x, y := c.column.rows[a], c.column.rows[b]; x != y {
				return cmp.Compare(x, y)
			}
		}
		return cmp.Compare(a, b)
	})
}

// windows adds blocks of so many rows of a list, each of which has half of the one
// before.
func (b *blocks) windows(list []int32, size int) {
	for from := 0; ; from += max(size/2, 1) {
		some := slices.Sorted(slices.Values(list[from:min(from+size, len(list))]))
		at := b.open(uint32(len(some)))
		for i, row := range some {
			b.put(at+uint32(i), row)
		}
		if from+size >= len(list) {
			return
		}
	}
}
