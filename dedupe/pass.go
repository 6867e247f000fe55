package dedupe

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
			if a.of != b.of {
				list = append(list, pass{name: a.name + " and " + b.name, first: a, other: b})
			}
		}
	}
	return list
}

// blocks are rows that are compared with each other, for one or more passes: row by
// row ascending within a block, the blocks of a pass one after the other.
type blocks struct {
	rows  []int32
	ends  []uint32 // of each block, in rows
	until []int    // how many blocks the passes up to each have
}

// open makes room for a block and returns where it begins.
func (b *blocks) open(size uint32) (at uint32) {
	at = uint32(len(b.rows))
	b.rows = append(b.rows, make([]int32, size)...)
	b.ends = append(b.ends, at+size)
	return at
}

// crowds are the keys of a keyer that more rows share than the limit.
type crowds struct {
	start []uint32 // by number of the value: where its keys begin
	keys  []uint32 // numbered anew, from 0
	from  []uint32 // by key: where its rows begin
	rows  []int32
}

func (c *crowds) keysOf(value uint32) []uint32 { return c.keys[c.start[value]:c.start[value+1]] }

func (c *crowds) rowsOf(key uint32) []int32 { return c.rows[c.from[key]:c.from[key+1]] }

func (c *crowds) n() int { return len(c.from) - 1 }

// block finds the blocks of all passes.
//
// A key that few enough rows share is looked at alone and never together with
// another one: the pairs that this could propose are proposed already. So only common
// keys are combined, and the rows of one that have a common key of the other keyer
// are counted in one go.
func (t *table) block(passes []pass, limit int, w *work) *blocks {
	b := &blocks{}
	known := map[*keyer]*crowds{}
	for i, p := range passes {
		if !w.goesOn(Blocking, i, len(passes)) {
			break
		}
		if p.other == nil {
			known[p.first] = b.alone(p.first, uint32(limit))
		} else {
			b.together(known[p.first], known[p.other], p.other, p.first == p.other, uint32(limit))
		}
		b.until = append(b.until, len(b.ends))
	}
	return b
}

// none is the place of a key that has no block.
const none = ^uint32(0)

// alone adds the blocks of a keyer's keys, and returns those that are too common.
func (b *blocks) alone(k *keyer, limit uint32) *crowds {
	col := k.of.column
	shared := make([]uint32, k.n)
	for value, count := range col.count {
		for _, key := range k.keysOf(uint32(value)) {
			shared[key] += count
		}
	}
	c := &crowds{from: []uint32{0}}
	renumbered := make([]uint32, k.n)
	for key, rows := range shared {
		shared[key], renumbered[key] = none, none
		switch {
		case rows > limit:
			renumbered[key] = uint32(c.n())
			c.from = append(c.from, c.from[c.n()]+rows)
		case rows > 1:
			shared[key] = b.open(rows)
		}
	}
	for row, value := range col.rows {
		for _, key := range k.keysOf(value) {
			if at := shared[key]; at != none {
				b.rows[at] = int32(row)
				shared[key]++
			}
		}
	}
	c.fill(k, renumbered)
	return c
}

// fill gives values their common keys, and these their rows.
func (c *crowds) fill(k *keyer, renumbered []uint32) {
	values := len(k.of.column.values)
	c.start = make([]uint32, values+1)
	for value := range uint32(values) {
		for _, key := range k.keysOf(value) {
			if n := renumbered[key]; n != none {
				c.keys = append(c.keys, n)
			}
		}
		c.start[value+1] = uint32(len(c.keys))
	}
	c.rows = make([]int32, c.from[c.n()])
	at := append([]uint32(nil), c.from...)
	for row, value := range k.of.column.rows {
		for _, key := range c.keysOf(value) {
			c.rows[at[key]] = int32(row)
			at[key]++
		}
	}
}

// together adds the blocks of rows that share a common key of both keyers; of one
// keyer, two of its keys.
func (b *blocks) together(first, other *crowds, k *keyer, same bool, limit uint32) {
	values := k.of.column.rows
	count := make([]uint32, other.n())
	var seen []uint32
	for x := range uint32(first.n()) {
		rows := first.rowsOf(x)
		seen = seen[:0]
		for _, row := range rows {
			for _, y := range other.keysOf(values[row]) {
				if same && y <= x {
					continue
				}
				if count[y] == 0 {
					seen = append(seen, y)
				}
				count[y]++
			}
		}
		blocks := len(b.ends)
		for _, y := range seen {
			if n := count[y]; n > 1 && n <= limit {
				count[y] = b.open(n)
			} else {
				count[y] = none
			}
		}
		if len(b.ends) > blocks {
			for _, row := range rows {
				for _, y := range other.keysOf(values[row]) {
					if same && y <= x {
						continue
					}
					if at := count[y]; at != none {
						b.rows[at] = row
						count[y]++
					}
				}
			}
		}
		for _, y := range seen {
			count[y] = 0
		}
	}
}
