package dedupe

import (
	"math"
	"slices"
)

// A pass proposes pairs of rows that share a key, or a key of each of two keyers.
// Keys that more rows share than the limit propose nothing alone: they are too
// common to say anything, and are put together with others.
type pass struct {
	name  string
	first *keyer
	other *keyer // nil: a key of the first alone
}

// passes are the keys alone, and each with each of those of other comparisons.
func (t *table) passes() []pass {
	var list []pass
	for _, k := range t.keys {
		list = append(list, pass{name: k.name, first: k})
		if k.how == withItself {
			list = append(list, pass{name: k.name + "s", first: k, other: k})
		}
	}
	for i, a := range t.keys {
		for _, b := range t.keys[i+1:] {
			if a.of != b.of && a.how != alone && b.how != alone {
				list = append(list, pass{name: a.name + " and " + b.name, first: a, other: b})
			}
		}
	}
	return list
}

// blocks are rows that are compared with each other, for one or more passes: row by
// row ascending within a block, the blocks of a pass one after the other.
type blocks struct {
	rows    []int32  // the last one of a block is marked
	until   []uint32 // where the rows of each pass end
	throngs []throng // that are no blocks
	fates   []fate   // room for those of the keys of a keyer
}

// last marks the last row of a block.
const last = math.MinInt32

// open makes room for a block, of rows that are put into it, and returns where it
// begins. What lies behind the rows is nothing but zeros.
func (b *blocks) open(size uint32) (at uint32) {
	at = uint32(len(b.rows))
	if len(b.rows)+int(size) > cap(b.rows) {
		b.rows = slices.Grow(b.rows, max(int(size), cap(b.rows)/2))
	}
	b.rows = b.rows[:at+size]
	b.rows[at+size-1] = last
	return at
}

// put puts the next row into a block that is open there.
func (b *blocks) put(at uint32, row int32) { b.rows[at] |= row }

// crowds are the keys of a keyer that more rows share than the limit, numbered anew
// from 0.
type crowds struct {
	few   []uint32 // by row: its keys, of which the last ones may be none; nil where a row may have many,
	width int      // how many there are of each row,
	many  lists    // and by row the many
	from  []uint32 // by key: where its rows begin
	rows  []int32
}

// fewKeys is how many keys of a row lie in one place: to look them up, the processor
// waits for memory once.
const fewKeys = 4

func (c *crowds) n() int { return len(c.from) - 1 }

// of are the keys of a row.
func (c *crowds) of(row int32) []uint32 {
	if c.few == nil {
		return c.many.of(uint32(row))
	}
	own := c.few[int(row)*c.width:][:c.width]
	for len(own) > 0 && own[len(own)-1] == none {
		own = own[:len(own)-1]
	}
	return own
}

// blocksOfRow is for how many blocks of a row there is room at first: of many rows, a row
// is in about ten.
const blocksOfRow = 12

// block finds the blocks of all passes.
//
// A key that few enough rows share is looked at alone and never together with
// another one: the pairs that this could propose are proposed already. So only common
// keys are combined, and the rows of one that have a common key of the other keyer
// are counted in one go.
func (t *table) block(passes []pass, limit int, w *work) *blocks {
	b := &blocks{rows: make([]int32, 0, blocksOfRow*len(t.records))}
	known := map[*keyer]*crowds{}
	s := &spread{}
	for i, p := range passes {
		if !w.goesOn(Blocking, i, len(passes)) {
			break
		}
		if p.other == nil {
			known[p.first] = b.alone(p.first, uint32(limit))
		} else {
			s.lay(known[p.first], known[p.other], p.first == p.other)
			b.together(s, uint32(limit))
		}
		b.until = append(b.until, uint32(len(b.rows)))
	}
	b.fates = nil
	return b
}

// none is the place of a key that has no block, and the key of a row that has none.
const none = ^uint32(0)

// A fate is what becomes of the rows of a key: they make a block, of which this is the
// next place, or a crowd, of which this is the number; or none.
type fate struct{ block, crowd uint32 }

// alone adds the blocks of a keyer's keys, and returns those that are too common.
func (b *blocks) alone(k *keyer, limit uint32) *crowds {
	b.fates = slices.Grow(b.fates[:0], k.n)[:k.n]
	fates := b.fates
	clear(fates)
	for value, count := range k.of.column.count {
		for _, key := range k.keysOf(uint32(value)) {
			fates[key].block += count
		}
	}
	c := &crowds{from: []uint32{0}}
	for key := range fates {
		f := &fates[key]
		rows := f.block
		f.block, f.crowd = none, none
		switch {
		case rows > limit:
			f.crowd = uint32(c.n())
			c.from = append(c.from, c.from[c.n()]+rows)
		case rows > 1:
			f.block = b.open(rows)
		}
	}
	c.fill(k, fates, b)
	return c
}

// fill puts rows into their blocks, gives them their common keys, and these their rows.
func (c *crowds) fill(k *keyer, fates []fate, b *blocks) {
	rows := k.of.column.rows
	c.rows = make([]int32, c.from[c.n()])
	c.makeRoom(k, len(rows))
	at := slices.Clone(c.from)
	for row, value := range rows {
		n := 0
		for _, key := range k.keysOf(value) {
			switch f := &fates[key]; {
			case f.block != none:
				b.put(f.block, int32(row))
				f.block++
			case f.crowd != none:
				c.add(row, n, f.crowd)
				n++
				c.rows[at[f.crowd]] = int32(row)
				at[f.crowd]++
			}
		}
		if c.few == nil {
			c.many.end()
		}
	}
}

// makeRoom makes room for the common keys of rows, so many, which nobody asks for of keys
// that are not combined.
func (c *crowds) makeRoom(k *keyer, rows int) {
	if c.n() > 0 && k.how != alone {
		c.width = k.keys.longest()
	}
	if c.width <= fewKeys {
		c.few = slices.Repeat([]uint32{none}, rows*c.width)
	} else {
		c.many = newLists(rows, len(c.rows))
	}
}

// add gives the row that is filled its next common key, the n-th.
func (c *crowds) add(row, n int, key uint32) {
	switch {
	case c.few == nil:
		c.many.items = append(c.many.items, key)
	case n < c.width:
		c.few[row*c.width+n] = key
	}
}

// A spread is the rows of the common keys of one keyer, key by key, with the common
// keys that each of them has of another one. To lay it out before it is read key by
// key is quicker: the processor waits for many rows at once.
type spread struct {
	first, other *crowds
	same         bool // both are one, and each pair of keys is looked at once
	of           lists
	from, to     [batch]uint32
	warm         uint32
}

// lay lays the keys of two crowds out, by those of the first that has fewer rows.
func (s *spread) lay(first, other *crowds, same bool) {
	if len(other.rows) < len(first.rows) {
		first, other = other, first
	}
	s.first, s.other, s.same = first, other, same
	s.of.start = append(slices.Grow(s.of.start[:0], len(first.rows)+1), 0)
	if other.few != nil {
		s.appendFew()
		return
	}
	s.of.items = slices.Grow(s.of.items[:0], len(first.rows)*(1+len(other.rows)/max(len(other.many.start), 1)))
	for from := 0; from < len(first.rows); from += batch {
		s.append(first.rows[from:min(from+batch, len(first.rows))])
	}
}

// appendFew appends the other keys of all rows, where each row has few.
func (s *spread) appendFew() {
	rows, few, width := s.first.rows, s.other.few, s.other.width
	most := len(rows) * width
	start, items, n := s.of.start[:len(rows)+1], slices.Grow(s.of.items[:0], most)[:most], 0
	for i, row := range rows {
		if i%batch == 0 {
			for _, row := range rows[i:min(i+batch, len(rows))] {
				s.warm ^= few[int(row)*width]
			}
		}
		for _, key := range few[int(row)*width:][:width] {
			items[n] = key
			if key != none {
				n++
			}
		}
		start[i+1] = uint32(n)
	}
	s.of = lists{start, items[:n]}
}

// append appends the other keys of some rows.
func (s *spread) append(rows []int32) {
	start, items := s.other.many.start, s.other.many.items
	for i, row := range rows {
		s.from[i], s.to[i] = start[row], start[row+1]
	}
	for i := range rows {
		if at := s.from[i]; int(at) < len(items) {
			s.warm ^= items[at]
		}
	}
	for i := range rows {
		s.of.items = append(s.of.items, items[s.from[i]:s.to[i]]...)
		s.of.end()
	}
}

// together adds the blocks of rows that share a common key of both keyers; of one
// keyer, two of its keys.
func (b *blocks) together(s *spread, limit uint32) {
	count := make([]uint32, s.other.n())
	var seen []uint32
	for x := range uint32(s.first.n()) {
		from, to := s.first.from[x], s.first.from[x+1]
		above := uint32(0) // the least key that x goes together with
		if s.same {
			above = x + 1
		}
		seen = seen[:0]
		for _, y := range s.of.items[s.of.start[from]:s.of.start[to]] {
			if y >= above {
				if count[y] == 0 {
					seen = append(seen, y)
				}
				count[y]++
			}
		}
		if b.openAll(s, x, seen, count, limit) {
			b.putAll(s, from, to, above, count)
		}
		for _, y := range seen {
			count[y] = 0
		}
	}
}

// openAll opens a block for each of the keys that more than one row has and not too
// many; instead of how many, count says then where it is. It reports whether there is any.
func (b *blocks) openAll(s *spread, x uint32, seen, count []uint32, limit uint32) (any bool) {
	for _, y := range seen {
		switch n := count[y]; {
		case n > limit:
			b.throngOf(s, x, y, n)
			count[y] = none
		case n > 1:
			count[y] = b.open(n)
			any = true
		default:
			count[y] = none
		}
	}
	return any
}

// putAll puts rows into the blocks of their keys.
func (b *blocks) putAll(s *spread, from, to, above uint32, places []uint32) {
	for i := from; i < to; i++ {
		for _, y := range s.of.of(i) {
			if y < above {
				continue
			}
			if at := places[y]; at != none {
				b.put(at, s.first.rows[i])
				places[y]++
			}
		}
	}
}
