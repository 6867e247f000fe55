package dedupe

// level judges two rows.
func (c *comparison) level(i, j int32) uint8 {
	a, b := c.column.rows[i], c.column.rows[j]
	switch {
	case a == 0 || b == 0:
		return 0
	case a == b && c.same:
		return c.top()
	case a > b:
		a, b = b, a
	}
	return c.judge(a, b)
}

// judgeAll writes the levels of pairs, all by one comparison. What it reads of many
// pairs is read before they are judged: the processor waits for memory once for all
// of them instead of once for each.
func (c *comparison) judgeAll(pairs []pair, levels []uint8) {
	var some judging
	for from := 0; from < len(pairs); from += batch {
		to := min(from+batch, len(pairs))
		c.judgeBatch(&some, pairs[from:to], levels[from:to])
	}
}

// A judging is the values of pairs that are judged at a time.
type judging struct {
	a, b [batch]uint32
	pair [batch]uint16 // which it is of them
	n    int
}

func (c *comparison) judgeBatch(some *judging, pairs []pair, levels []uint8) {
	rows, top := c.column.rows, c.top()
	for i, p := range pairs {
		some.a[i], some.b[i] = rows[p.a], rows[p.b]
	}
	some.n = 0
	for i := range pairs {
		a, b := min(some.a[i], some.b[i]), max(some.a[i], some.b[i])
		switch {
		case a == 0:
			levels[i] = 0
		case a == b && c.same:
			levels[i] = top
		default:
			some.keep(a, b, uint16(i))
		}
	}
	if c.memo.all == nil {
		if c.memo.some != nil {
			c.memo.recall(some, levels)
		}
		if c.warm != nil {
			c.memo.warm ^= c.warm(some.a[:some.n]) ^ c.warm(some.b[:some.n])
		}
	}
	for i := range some.n {
		levels[some.pair[i]] = c.memo.level(some.a[i], some.b[i], c.judge)
	}
}

// keep keeps the values of a pair.
func (some *judging) keep(a, b uint32, pair uint16) {
	some.a[some.n], some.b[some.n], some.pair[some.n] = a, b, pair
	some.n++
}

// warm reads the texts of values.
func (c *column) warm(values []uint32) (sum uint32) {
	for _, id := range values {
		if text := c.values[id]; text != "" {
			sum ^= uint32(text[0])
		}
	}
	return sum
}

// warm reads the sets of values: one text of each.
func (c *setColumn) warm(values []uint32) uint32 {
	var some [batch]uint32
	for i, id := range values {
		some[i] = c.sets.items[c.sets.start[id]]
	}
	sum := warmOutlines(c.outlines, some[:len(values)])
	for _, text := range some[:len(values)] {
		sum ^= uint32(c.texts[text][0])
	}
	return sum
}

// warm reads the words of values.
func (b *bag) warm(values []uint32) (sum uint32) {
	for _, id := range values {
		if at := b.values[id].start; at < b.values[id+1].start {
			sum ^= b.items[at]
		}
	}
	return sum
}

// warm reads the lists of values.
func (l *lists) warm(values []uint32) (sum uint32) {
	for _, id := range values {
		if at := l.start[id]; at < l.start[id+1] {
			sum ^= l.items[at]
		}
	}
	return sum
}

func warmOutlines(list []outline, values []uint32) (sum uint32) {
	for _, id := range values {
		sum ^= list[id].begin
	}
	return sum
}

// A memo remembers the levels of pairs of values: the same two values meet again
// and again. Of few values it has a place for each pair; of many, newer pairs take the
// places of older ones.
type memo struct {
	all   []uint8  // by pair, 0 where it is not known; nil where there are too many
	width uint32   // how many values
	some  []uint64 // two numbers of 30 bits, and the level; nil where there are more
	shift uint
	warm  uint32 // keeps what was read ahead from being optimised away
}

const (
	fewValues  = 1 << 10
	manyValues = 1 << 17
	memoBits   = 16
)

func newMemo(values int) *memo {
	switch {
	case values <= fewValues:
		return &memo{all: make([]uint8, values*values), width: uint32(values)}
	case values > manyValues:
		return &memo{}
	}
	return &memo{some: make([]uint64, 1<<memoBits), shift: 64 - memoBits}
}

// level returns the level of two values, from judge where it is not known.
func (m *memo) level(a, b uint32, judge func(a, b uint32) uint8) uint8 {
	if m.all != nil {
		at := &m.all[a*m.width+b]
		if *at == 0 {
			*at = judge(a, b)
		}
		return *at
	}
	if m.some == nil {
		return judge(a, b)
	}
	key := memoKey(a, b)
	at := &m.some[m.place(key)]
	if *at&^15 != key {
		*at = key | uint64(judge(a, b))
	}
	return uint8(*at & 15)
}

// recall writes the levels of many pairs that it remembers, and keeps the others.
func (m *memo) recall(some *judging, levels []uint8) {
	var found [batch]uint64
	n := some.n
	for i := range n {
		key := memoKey(some.a[i], some.b[i])
		found[i] = m.some[m.place(key)] ^ key
	}
	some.n = 0
	for i, level := range found[:n] {
		if level < 16 {
			levels[some.pair[i]] = uint8(level)
		} else {
			some.keep(some.a[i], some.b[i], some.pair[i])
		}
	}
}

func memoKey(a, b uint32) uint64 { return uint64(a)<<34 | uint64(b)<<4 }

func (m *memo) place(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> m.shift }
