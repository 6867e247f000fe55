package dedupe

import "math"

// Frozen is a table of a few rows that are judged by what was learnt of many: how
// frequent values are is known.
type frozen struct {
	columns []*shares // in step with the comparisons
	holders bool      // the values of records hold the places of others, which scales put there
}

// shares are how often values were seen in a column that is not there any more.
// Values that are not named were seen once.
type shares struct {
	Present    float64           `json:"present"`    // rows with a value
	Collisions float64           `json:"collisions"` // the chance that two of them have the same
	Counts     map[string]uint32 `json:"counts,omitempty"`
	Texts      map[string]uint32 `json:"texts,omitempty"`  // of sets, the rows that have them
	Common     float64           `json:"common,omitempty"` // of sets: see bag.common
	Han        bool              `json:"han,omitempty"`    // most values are in Chinese
	Named      bool              `json:"named,omitempty"`  // it is a text that names what the rows are about
	Mixed      bool              `json:"mixed,omitempty"`  // some names of persons are
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

// held reports whether values hold places.
func (f *frozen) held() bool { return f != nil && f.holders }

// values returns the function that gives a column its values, which are in step with the
// columns.
func (f *frozen) values(slot int) func(r *Record, b []byte) []byte {
	return func(r *Record, b []byte) []byte { return append(b, r.Values[slot]...) }
}

// formOf is one of the forms of a prepared row; empty where there is none.
func formOf(forms []string, slot int) string {
	if slot < len(forms) {
		return forms[slot]
	}
	return ""
}

// column gives a column what is known. A value that two of few rows share is one
// that two had at least.
func (f *frozen) column(slot int, c *column) {
	if f == nil {
		return
	}
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
		c.often[n] = max(c.frozen.Texts[c.texts[n]], 2)
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

// weigh gives the words of a bag the weights that they had, or, where nothing is
// frozen, those that they have.
func (f *frozen) weigh(b *bag, of func(*shares) *wordShares, c *column) {
	if f == nil {
		b.weighWords()
		return
	}
	known := of(c.frozen)
	b.weigh(func(n int) float32 { return known.weight(b.words[n]) })
}

func (w *wordShares) weight(word string) float32 {
	return float32(math.Log2(1 + float64(w.Values)/float64(max(w.Often[word], 1))))
}
