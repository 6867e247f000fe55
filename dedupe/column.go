package dedupe

import "slices"

// A column is one value a row, in a normal form, as numbers: equal values have
// one number, 0 is absent. Numbers are given in the order of the rows.
type column struct {
	rows   []uint32
	values []string // by number
	count  []uint32 // how many rows have the value, by number
	frozen *shares  // what is known of other rows than these, if anything
}

func newColumn(n int, value func(row int) string) *column {
	c := &column{rows: make([]uint32, n), values: []string{""}, count: []uint32{0}}
	numbers := make(map[string]uint32, n/4)
	for i := range c.rows {
		v := value(i)
		if v == "" {
			continue
		}
		id, ok := numbers[v]
		if !ok {
			id = uint32(len(c.values))
			numbers[v] = id
			c.values, c.count = append(c.values, v), append(c.count, 0)
		}
		c.rows[i] = id
		c.count[id]++
	}
	return c
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
	n, same := c.present(), 0.0
	for _, count := range c.count {
		same += float64(count) * (float64(count) - 1)
	}
	if n < 2 {
		return 0
	}
	return same / (n * (n - 1))
}

// A setColumn is a column of sets: each value is several texts.
type setColumn struct {
	*column
	sets  [][]uint32 // by number of the value: the numbers of its texts, sorted
	texts []string   // by number
	often []uint32   // how many rows have the text

	outlines []outline // of the texts
}

const setSeparator = "\x1f"

func newSetColumn(n int, set func(row int) []string) *setColumn {
	joined := newColumn(n, func(row int) string { return joinSet(set(row)) })
	c := &setColumn{column: joined, sets: make([][]uint32, len(joined.values)), texts: []string{""}, often: []uint32{0}, outlines: make([]outline, 1)}
	numbers := map[string]uint32{}
	for id, value := range joined.values {
		if id == 0 {
			continue
		}
		for _, text := range splitSet(value) {
			number, ok := numbers[text]
			if !ok {
				number = uint32(len(c.texts))
				numbers[text] = number
				c.texts, c.often, c.outlines = append(c.texts, text), append(c.often, 0), append(c.outlines, outlineOf(text))
			}
			c.sets[id] = append(c.sets[id], number)
			c.often[number] += joined.count[id]
		}
	}
	return c
}

// collisions is the chance that two rows that both have a set share a text.
func (c *setColumn) collisions() float64 {
	if c.frozen != nil {
		return c.frozen.Collisions
	}
	n, same := c.present(), 0.0
	for _, count := range c.often {
		same += float64(count) * (float64(count) - 1)
	}
	if n < 2 {
		return 0
	}
	return min(same/(n*(n-1)), 1)
}

// rarest is how many rows have the text of a set that fewest have.
func (c *setColumn) rarest(id uint32) uint32 {
	least := c.often[c.sets[id][0]]
	for _, text := range c.sets[id] {
		least = min(least, c.often[text])
	}
	return least
}

func sortedSet(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
