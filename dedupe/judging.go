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

// judgeBatch judges at most so many pairs as there is room for. What it does of each
// pair does not depend on the pair, as far as that goes: which pairs are equal or known
// is nothing that a processor could guess.
func (c *comparison) judgeBatch(some *judging, pairs []pair, levels []uint8) {
	rows := c.column.rows
	for i, p := range pairs {
		some.a[i], some.b[i] = rows[p.a], rows[p.b]
	}
	same := uint8(unknown)
	if c.same {
		same = c.top()
	}
	n := 0
	for i := range pairs {
		a, b := min(some.a[i], some.b[i]), max(some.a[i], some.b[i])
		level := uint8(unknown)
		if a == b {
			level = same
		}
		if a == 0 {
			level = 0
		}
		levels[i] = level
		some.keep(n, a, b, i)
		n += int(level >> 7)
	}
	some.n = n
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

// unknown is a level that is yet to be found out.
const unknown = 1 << 7

// keep keeps the values of a pair in a place, of which there are batch.
func (some *judging) keep(at int, a, b uint32, pair int) {
	at &= batch - 1 // spares a look at whether it is one
	some.a[at], some.b[at], some.pair[at] = a, b, uint16(pair)
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

// warmCounts reads how many rows have values.
func (c *column) warmCounts(values []uint32) (sum uint32) {
	for _, id := range values {
		sum ^= c.count[id]
	}
	return sum
}

// warm reads the sets of values: the outline of one text of each.
func (c *setColumn) warm(values []uint32) uint32 {
	if c.single {
		return warmOutlines(c.outlines, values)
	}
	var some [batch]uint32
	for i, id := range values {
		some[i] = c.sets.items[c.sets.start[id]]
	}
	return warmOutlines(c.outlines, some[:len(values)])
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
		sum ^= list[id].size
	}
	return sum
}
