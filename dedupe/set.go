package dedupe

import (
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A field of the type Set holds texts of which a record may have many: the tags of a
// customer, what it bought, the devices it comes from. Two sets are as alike as the
// share of their weight that they have in common, where a text weighs more the rarer it
// is; and what they share counts more the rarer the rarest of it is. A text is equal
// to another or not: nothing between.

// setForm is a text of a set in its normal form: case, width, traditional characters
// and spaces do not count.
func setForm(text string) string {
	return strings.Join(strings.Fields(form.Simplify(clean.Replace(text))), " ")
}

// addMembers compares a field by the texts that its values are made of.
func (t *table) addMembers(f Field, i int) {
	var list []string
	col := t.column(func(r *Record, b []byte) []byte {
		list = appendLines(list[:0], r.Values[i], setForm)
		return appendSet(b, list)
	}, i)
	b := newBag(t.in, col, func(list []string, id uint32) []string {
		if id == 0 {
			return list
		}
		for text := range strings.SplitSeq(col.values[id], setSeparator) {
			list = append(list, text)
		}
		return list
	})
	b.countRows(col)
	c := t.add(compareSets(f.Name, col, t.bagSource(b)))
	t.keyItself(c, f.Name)
	t.keyNumbers(c, f.Name+" value", withItself, func(list []uint32, value uint32) []uint32 { return b.rarest(list, value, mostSetKeys) })
}

// mostSetKeys is by how many of its texts, the rarest, a set is found.
const mostSetKeys = 8

// countRows counts the rows that have each word instead of the values, and how many
// others, on the average, have a word that a row has.
func (b *bag) countRows(col *column) {
	if f := col.frozen; f != nil {
		for n := 1; n < len(b.words); n++ {
			b.often[n] = float64(max(f.Words.Often[b.words[n]], 2)) // two rows that share it have it
		}
		b.common = f.Common
		return
	}
	clear(b.often)
	for id, rows := range col.count {
		for _, n := range b.of(uint32(id)) {
			b.often[n] += float64(rows)
		}
	}
	b.counted = int(col.present())
	all, others := 0.0, 0.0
	for _, rows := range b.often {
		all += rows
		others += rows * (rows - 1)
	}
	b.common = others / max(all, 1)
}

// compareSets compares sets by what they have in common.
func compareSets(name string, col *column, b *bag) *comparison {
	c := sameOrNot(name, col,
		[]string{"absent", "hardly anything in common", "little in common", "some in common", "much in common", "most in common", "all of one, the other has more", "the same"},
		[]float64{0, .15, .08, .12, .15, .15, .1, .25}, []float64{0, .85, .1, .03, .01, .004, .005, .001},
		func(x, y uint32) uint8 { return b.sharedLevel(x, y) })
	c.warm = b.warm
	c.shared = func(_ uint8, x, y uint32) float64 {
		least := 0.0
		for _, w := range b.of(x) {
			if (least == 0 || b.often[w] < least) && b.has(y, w) {
				least = b.often[w]
			}
		}
		return (least - 1) / max(b.common, 1)
	}
	for level := uint8(2); level <= c.top(); level++ {
		c.sharesAt(1/max(b.common, 1), level)
	}
	return c
}

// sharedLevel is the level of two sets that differ.
func (b *bag) sharedLevel(x, y uint32) uint8 {
	n, common := 0, float32(0) // how many, and their weight
	for _, w := range b.of(x) {
		if b.has(y, w) {
			n++
			common += b.weight[w]
		}
	}
	share := 2 * common / (b.values[x].total + b.values[y].total)
	switch {
	case share < .1:
		return 1
	case share >= .4 && n == min(len(b.of(x)), len(b.of(y))):
		return 6
	case share >= .75:
		return 5
	case share >= .5:
		return 4
	case share >= .25:
		return 3
	}
	return 2
}
