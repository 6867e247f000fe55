package dedupe

import "slices"

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
	of := b.ofRows(n)
	met := make([]int32, n)
	var pairs []pair
	var near []uint64
	for row := range int32(n) {
		if row%step == 0 && !w.goesOn(Proposing, int(row), n) {
			return nil
		}
		near = near[:0]
		pass := 0
		for _, block := range of.blocks[of.start[row]:of.start[row+1]] {
			for int(block) >= b.until[pass] {
				pass++
			}
			of.next[block]++
			for _, other := range b.rows[of.next[block]:b.ends[block]] {
				if met[other] != row+1 {
					met[other] = row + 1
					if compared(row, other) {
						near = append(near, uint64(other)<<32|uint64(pass))
					}
				}
			}
		}
		slices.Sort(near)
		for _, p := range near {
			pairs = append(pairs, pair{row, int32(p >> 32), int32(uint32(p))})
		}
	}
	return pairs
}

// rowBlocks are the blocks that each row is in.
type rowBlocks struct {
	start  []uint32
	blocks []uint32 // ascending for each row
	next   []uint32 // by block: which of its rows comes next
}

func (b *blocks) ofRows(n int) rowBlocks {
	of := rowBlocks{start: make([]uint32, n+1), blocks: make([]uint32, len(b.rows)), next: make([]uint32, len(b.ends))}
	for _, row := range b.rows {
		of.start[row+1]++
	}
	for row := range n {
		of.start[row+1] += of.start[row]
	}
	at := slices.Clone(of.start)
	from := uint32(0)
	for block, end := range b.ends {
		of.next[block] = from
		for _, row := range b.rows[from:end] {
			of.blocks[at[row]] = uint32(block)
			at[row]++
		}
		from = end
	}
	return of
}
