package dedupe

import (
	"math"
	"slices"
)

// A pair is two rows that are compared, the first before the second.
type pair struct {
	a, b int32
	pass int32 // which proposed it first
}

// propose returns every pair of rows that share a block, once, with the first pass
// that has such a block, in the order of rows. It goes row by row through the blocks
// of each, and marks the rows that it met: no pair is written twice, and none has to
// be sorted out.
func (b *blocks) propose(n int, compared func(a, b int32) bool, w *work) []pair {
	of, met := b.ofRows(n), make([]int32, n)
	b.markEnds()
	var pairs []pair
	var near []uint64
	for row := range int32(n) {
		if row%step == 0 && !w.goesOn(Proposing, int(row), n) {
			return nil
		}
		near = b.near(near[:0], of.of(uint32(row)))
		fresh := near[:0]
		for _, p := range near {
			if other := int32(p >> 32); met[other] != row+1 {
				met[other] = row + 1
				if compared(row, other) {
					fresh = append(fresh, p)
				}
			}
		}
		slices.Sort(fresh)
		for _, p := range fresh {
			pairs = append(pairs, pair{row, int32(p >> 32), int32(uint32(p))})
		}
	}
	return pairs
}

// last marks the last row of a block.
const last = math.MinInt32

// markEnds marks the last row of each block.
func (b *blocks) markEnds() {
	for _, end := range b.ends {
		b.rows[end-1] |= last
	}
}

// near appends the rows that come after a row in its blocks, each with the pass; the
// places of the row are ascending, so that the passes are.
func (b *blocks) near(list []uint64, places []uint32) []uint64 {
	pass := 0
	for _, at := range places {
		for at >= b.until[pass] {
			pass++
		}
		for other := b.rows[at]; other >= 0; {
			at++
			other = b.rows[at]
			list = append(list, uint64(other&^last)<<32|uint64(pass))
		}
	}
	return list
}

// ofRows are the places in the blocks where each row stands, ascending.
func (b *blocks) ofRows(n int) lists {
	of := lists{start: make([]uint32, n+1), items: make([]uint32, len(b.rows))}
	for _, row := range b.rows {
		of.start[row+1]++
	}
	for row := range n {
		of.start[row+1] += of.start[row]
	}
	next := slices.Clone(of.start)
	for at, row := range b.rows {
		of.items[next[row]] = uint32(at)
		next[row]++
	}
	return of
}
