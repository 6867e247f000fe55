package dedupe

import (
	"fmt"
	"strings"
)

// An Explanation is the weight of a pair as the sum of its parts.
type Explanation struct {
	A, B   string
	Prior  float64 // log2 of the odds that any two records are one entity
	Parts  []Part  // one for each comparison in which both have a value
	Weight float64 // Prior and all parts
}

// A Part is what one comparison says of a pair.
type Part struct {
	Name  string // of the field, or of the fields that are compared as one
	Level string // how the two agree
	// Weight is the evidence in bits: positive if it speaks for one entity. It
	// counts how rare the value is that the two share. A part with the name
	// "contradiction" bounds what all the others say for a pair that
	// differs as siblings do: two shops of one owner, two tenants of one house.
	Weight float64
}

// Probability is how likely the two are one entity.
func (e Explanation) Probability() float64 { return Pair{Weight: e.Weight}.Probability() }

// String is the explanation as lines of text.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %7.1f\n", "any two records", e.Prior)
	for _, p := range e.Parts {
		fmt.Fprintf(&b, "%-20s %+7.1f  %s\n", p.Name, p.Weight, p.Level)
	}
	fmt.Fprintf(&b, "%-20s %7.1f  probability %.4f\n", "together", e.Weight, e.Probability())
	return b.String()
}

// Explain says what the weight of two records is made of, whether they were
// compared or not. An id that was not among the records is false.
func (m *Match) Explain(a, b string) (Explanation, bool) {
	i, known := m.table.row(a)
	j, both := m.table.row(b)
	if !known || !both {
		return Explanation{}, false
	}
	e := Explanation{A: a, B: b, Prior: float64(m.model.prior), Weight: float64(m.model.prior)}
	levels := m.table.pattern(i, j)
	for c, comparison := range m.model.comparisons {
		l := levels.level(c)
		if l == 0 {
			continue
		}
		w := m.model.weight[c][l] + comparison.frequency(l, i, j)
		e.Parts = append(e.Parts, Part{comparison.name, comparison.levels[l], float64(w)})
		e.Weight += float64(w)
	}
	if s := float64(m.model.doubt(levels, float32(e.Weight))); s > 0 {
		e.Parts = append(e.Parts, Part{"contradiction", "many that differ in this are alike in all else", -s})
		e.Weight -= s
	}
	return e, true
}
