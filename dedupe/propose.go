package dedupe

import (
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
	places, met := b.placesOf(n), make([]int32, n)
	var found pairList
	var near []uint64
	some := &places.some
	for row := range int32(n) {
		if row%step == 0 && !w.goesOn(Proposing, int(row), n) {
			return nil
		}
		if row%nearRows == 0 {
			places.sort(int(row) / nearRows)
		}
		if row%ahead == 0 {
			b.readAhead(some.items[some.start[row%nearRows]:some.start[row%nearRows+ahead]])
		}
		near = b.near(near[:0], some.of(uint32(row%nearRows)))
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
			found.add(pair{row, int32(p >> 32), int32(uint32(p))})
		}
	}
	return found.all()
}

// A pairList is pairs of which nobody knows how many come: it grows without moving
// them.
type pairList struct {
	full [][]pair
	now  []pair
}

func (l *pairList) add(p pair) {
	if len(l.now) == cap(l.now) {
		l.full, l.now = append(l.full, l.now), make([]pair, 0, min(max(2*cap(l.now), batch), step))
	}
	l.now = append(l.now, p)
}

func (l *pairList) all() []pair { return slices.Concat(append(l.full, l.now)...) }

// ahead is of how many rows the blocks are read ahead.
const ahead = 16

// readAhead reads what near will read.
func (b *blocks) readAhead(places []uint32) {
	for _, at := range places {
		b.warm ^= b.rows[at]
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

// nearRows is how many rows' places are put in order at a time: few enough that they
// stay near the processor.
const nearRows = 1 << 12

// places are where rows stand in the blocks: those of rows near each other together,
// and of some of these by row.
type places struct {
	list []uint64 // the row, and its place
	from []uint32 // where those of each so many rows begin
	some lists    // of so many rows, counted from the first of them: their places, ascending
}

// placesOf finds the places of n rows.
func (b *blocks) placesOf(n int) *places {
	p := &places{list: make([]uint64, len(b.rows)), from: make([]uint32, n/nearRows+2)}
	for _, row := range b.rows {
		p.from[(row&^last)/nearRows+1]++
	}
	most := uint32(0)
	for i := 1; i < len(p.from); i++ {
		most = max(most, p.from[i])
		p.from[i] += p.from[i-1]
	}
	next := slices.Clone(p.from)
	for at, row := range b.rows {
		row &^= last
		to := &next[row/nearRows]
		p.list[*to] = uint64(row)<<32 | uint64(at)
		*to++
	}
	p.some = lists{start: make([]uint32, nearRows+1), items: make([]uint32, most)}
	return p
}

// sort puts the next so many rows' places in order.
func (p *places) sort(part int) {
	list, start := p.list[p.from[part]:p.from[part+1]], p.some.start
	clear(start)
	for _, place := range list {
		start[place>>32%nearRows+1]++
	}
	for row := range nearRows {
		start[row+1] += start[row]
	}
	next := slices.Clone(start)
	for _, place := range list {
		to := &next[place>>32%nearRows]
		p.some.items[*to] = uint32(place)
		*to++
	}
}
