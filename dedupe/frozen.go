package dedupe

import (
	"math"
	"strings"
)

// Frozen is a table of a few rows that are judged by what was learnt of many: how
// frequent values are is known, and the rows have been read already.
type frozen struct {
	columns []*shares   // in step with the comparisons
	rows    []*Prepared // nil: rows are read from their records
	slot    int         // of the column that is read next
}

// shares are how often values were seen in a column that is not there any more.
// Values that are not named were seen once.
type shares struct {
	Present    float64           `json:"present"`    // rows with a value
	Collisions float64           `json:"collisions"` // the chance that two of them have the same
	Counts     map[string]uint32 `json:"counts,omitempty"`
	Texts      map[string]uint32 `json:"texts,omitempty"` // of sets, the rows that have them
	Han        bool              `json:"han,omitempty"`   // most values are in Chinese
	Surnames   partShares        `json:"surnames,omitzero"`
	Givens     partShares        `json:"givens,omitzero"`
	Words      wordShares        `json:"words,omitzero"`
	Street     wordShares        `json:"street,omitzero"`
}

// partShares are those of surnames or given names.
type partShares struct {
	Drawn float64           `json:"drawn,omitempty"` // how likely two draws are the same
	Often map[string]uint32 `json:"often,omitempty"`
}

// wordShares are those of words, by the values that have them.
type wordShares struct {
	Values int               `json:"values,omitempty"`
	Often  map[string]uint32 `json:"often,omitempty"`
}

// has reports whether rows come in their normal form.
func (f *frozen) has() bool { return f != nil && f.rows != nil }

// form returns the function that gives the next column its values.
func (t *table) form(value func(row int) string) func(row int) string {
	if !t.frozen.has() {
		return value
	}
	f, slot := t.frozen, len(t.sources)
	return func(row int) string {
		text, _, _ := strings.Cut(f.rows[row].form(slot), partSeparator)
		return text
	}
}

// forms is form for sets.
func (t *table) forms(set func(row int) []string) func(row int) []string {
	if !t.frozen.has() {
		return set
	}
	value := t.form(nil)
	return func(row int) []string { return splitSet(value(row)) }
}

// address returns the words of the street and the numbers of an address.
func (f *frozen) address(row int) (street, numbers []string) {
	slot := f.slot - 1
	parts := strings.Split(f.rows[row].form(slot), partSeparator)
	numbers = []string{}
	if len(parts) == 3 {
		street, numbers = strings.Fields(parts[1]), append(numbers, strings.Fields(parts[2])...)
	}
	return street, numbers
}

// column gives a column what is known. A value that two of few rows share is one
// that two had at least.
func (f *frozen) column(slot int, c *column) {
	if f == nil {
		return
	}
	f.slot = slot + 1
	c.frozen = f.columns[slot]
	for id := 1; id < len(c.values); id++ {
		c.count[id] = max(c.frozen.Counts[c.values[id]], 2)
	}
}

func (f *frozen) set(c *setColumn) {
	if f == nil {
		return
	}
	for n := 1; n < len(c.texts); n++ {
		c.often[n] = max(c.frozen.Texts[c.texts[n]], 1)
	}
}

func (f *frozen) names(c *column, n *names) {
	if f == nil {
		return
	}
	for text, part := range n.surnames {
		part.often = float64(max(c.frozen.Surnames.Often[text], 1))
	}
	for text, part := range n.givens {
		part.often = float64(max(c.frozen.Givens.Often[text], 1))
	}
}

// bag gives words the weights that they had.
func (f *frozen) bag(b *bag, of func(*shares) *wordShares, c *column) {
	if f == nil {
		return
	}
	known := of(c.frozen)
	for n := 1; n < len(b.words); n++ {
		b.weight[n] = known.weight(b.words[n])
	}
	for id, list := range b.values {
		b.total[id] = 0
		for _, n := range list {
			b.total[id] += b.weight[n]
		}
	}
}

func (w *wordShares) weight(word string) float32 {
	return float32(math.Log2(1 + float64(w.Values)/float64(max(w.Often[word], 1))))
}
