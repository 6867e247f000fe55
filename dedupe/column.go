package dedupe

import (
	"slices"
	"strings"
)

// A column is one value a row, in a normal form, as numbers: equal values have
// one number, 0 is absent. Numbers are given in the order of the rows.
type column struct {
	rows   []uint32
	values []string // by number
	count  []uint32 // how many rows have the value, by number
	frozen *shares  // what is known of other rows than these, if anything
	begun  byte     // keeps what was read ahead from being optimised away
}

// ahead reads the next values' texts before the first of them is read: whoever goes
// through all of them waits for memory once for many. They lie in the order of the input.
func (c *column) ahead(id uint32) {
	if id%batch != 0 {
		return
	}
	for _, text := range c.values[id:min(int(id)+batch, len(c.values))] {
		if text != "" {
			c.begun ^= text[0]
		}
	}
}

// column makes a column of the values that a function appends for each record, from
// these fields of it. The records are read in the order in which they came, for so they
// lie in memory.
func (t *table) column(value func(r *Record, b []byte) []byte, fields ...int) *column {
	read := value
	if t.frozen.held() {
		value, fields = t.frozen.values(len(t.sources)), nil
	}
	c, some := &column{rows: make([]uint32, len(t.records))}, &t.in.some
	for from := 0; from < len(t.input); from += batch {
		if from%step == 0 && !t.work.goesOn(Reading, from, len(t.input)) {
			break
		}
		records := t.input[from:min(from+batch, len(t.input))]
		t.readFields(records, fields)
		for i := range records {
			some.bytes = value(&records[i], some.bytes)
			some.end()
		}
		t.in.numbers = t.in.numberAll(some, t.in.numbers[:0])
		for i, n := range t.in.numbers {
			if row := t.rowOf[from+i]; row != nowhere {
				c.rows[row] = n
			}
		}
	}
	c.inOrder(t.in.texts)
	t.in.clear()
	return t.source(c, read)
}

// readFields reads fields of some records ahead.
func (t *table) readFields(records []Record, fields []int) {
	for i := range records {
		for _, f := range fields {
			if text := records[i].Values[f]; text != "" {
				t.warm ^= text[0]
			}
		}
	}
}

// inOrder numbers the values, which the rows have numbers of, anew in the order of
// the rows, and counts them.
func (c *column) inOrder(values []string) {
	place, next := make([]uint32, len(values)), uint32(1)
	c.values, c.count = make([]string, len(values)), make([]uint32, len(values))
	for row, n := range c.rows {
		if n == 0 {
			continue
		}
		if place[n] == 0 {
			place[n] = next
			next++
		}
		c.rows[row] = place[n]
		c.count[place[n]]++
	}
	for n, text := range values {
		c.values[place[n]] = text
	}
}

// firstRows are the first rows that have each value.
func (c *column) firstRows() []int32 {
	first, next := make([]int32, len(c.values)), uint32(1)
	for row, n := range c.rows {
		if n == next {
			first[n] = int32(row)
			next++
		}
	}
	return first
}

// present counts the rows that have a value.
func (c *column) present() (n float64) {
	if c.frozen != nil {
		return c.frozen.Present
	}
	for _, count := range c.count {
		n += float64(count)
	}
	return n
}

// collisions is the chance that two rows that both have a value have the same.
func (c *column) collisions() float64 {
	if c.frozen != nil {
		return c.frozen.Collisions
	}
	return collisions(c.present(), c.count)
}

// collisions is the chance that two of n rows share one of the texts that so many
// rows have each.
func collisions(n float64, often []uint32) float64 {
	same := 0.0
	for _, count := range often {
		same += float64(count) * (float64(count) - 1)
	}
	if n < 2 {
		return 0
	}
	return min(same/(n*(n-1)), 1)
}

// A setColumn is a column of sets: each value is several texts.
type setColumn struct {
	*column
	sets  lists    // by number of the value: the numbers of its texts, in the order of the texts
	texts []string // by number
	often []uint32 // how many rows have the text

	outlines []outline // of the texts
	single   bool      // each value is one text, whose number is that of the value
}

// setSeparator parts the texts of a set.
const setSeparator = "\x1f"

// setColumn makes a column of the sets whose texts a function returns for each
// record; it may use the list that it is given.
func (t *table) setColumn(set func(r *Record, list []string) []string, fields ...int) *setColumn {
	var list []string
	return t.setSource(t.newSetColumn(t.column(func(r *Record, b []byte) []byte {
		list = set(r, list[:0])
		return appendSet(b, list)
	}, fields...)))
}

// newSetColumn takes the values of a column apart.
func (t *table) newSetColumn(col *column) *setColumn {
	c := &setColumn{column: col, single: true}
	for id, text := range col.values {
		col.ahead(uint32(id))
		if strings.IndexByte(text, setSeparator[0]) >= 0 {
			c.single = false
			break
		}
	}
	if c.single {
		c.texts, c.sets, c.often = col.values, t.ownNumbers(len(col.values)), slices.Clone(col.count)
	} else {
		c.part(t.in)
	}
	c.outlines = make([]outline, len(c.texts))
	for text := range c.outlines {
		if c.single {
			col.ahead(uint32(text))
		}
		c.outlines[text] = outlineOf(c.texts[text])
	}
	return c
}

// part finds the texts of values.
func (c *setColumn) part(in *interner) {
	c.sets = newLists(len(c.values), len(c.values))
	some := &in.some
	for _, rest := range c.values {
		for rest != "" {
			var text string
			text, rest, _ = strings.Cut(rest, setSeparator)
			some.bytes = append(some.bytes, text...)
			some.end()
			if some.full() {
				c.sets.items = in.numberAll(some, c.sets.items)
			}
		}
		c.sets.start = append(c.sets.start, uint32(len(c.sets.items)+len(some.ends)))
	}
	c.sets.items = in.numberAll(some, c.sets.items)
	c.texts = in.take()
	c.often = make([]uint32, len(c.texts))
	for id := range c.values {
		for _, text := range c.sets.of(uint32(id)) {
			c.often[text] += c.count[id]
		}
	}
}

// collisions is the chance that two rows that both have a set share a text.
func (c *setColumn) collisions() float64 {
	if c.frozen != nil {
		return c.frozen.Collisions
	}
	return collisions(c.present(), c.often)
}

// appendSet appends the texts of a list that are not empty, in their order and each
// once.
func appendSet(b []byte, list []string) []byte {
	slices.Sort(list)
	last := ""
	for _, text := range list {
		if text == last {
			continue
		}
		if last != "" {
			b = append(b, setSeparator...)
		}
		b, last = append(b, text...), text
	}
	return b
}
