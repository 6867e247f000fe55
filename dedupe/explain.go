package dedupe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Explanation is the weight of a pair as the sum of its parts.
type Explanation struct {
	A      string  `json:"a"`
	B      string  `json:"b"`
	Prior  float64 `json:"prior"`  // log2 of the odds that any two records are one entity
	Parts  []Part  `json:"parts"`  // one for each comparison in which both have a value
	Weight float64 `json:"weight"` // Prior and all parts
	// Barred is why the two are never in one cluster nor among the pairs, whatever the
	// weight; empty if nothing bars them.
	Barred Bar `json:"barred,omitempty"`
	// Pass is what proposed to compare them; empty if they are not among Match.Pairs.
	Pass string `json:"pass,omitempty"`
}

// A Part is what one comparison says of a pair.
type Part struct {
	Name  string `json:"name"`  // of the field, or of the fields that are compared as one
	Level string `json:"level"` // how the two agree
	// Weight is the evidence in bits: positive if it speaks for one entity. It
	// counts how rare the value is that the two share. Of persons, what two of one
	// household or firm have in common as well is bounded by how many of those there
	// are: then all that speaks for the pair counts less, by the same share. A part with
	// the name "contradiction" bounds what all the others say for a pair that looks as
	// siblings do: two shops of one owner, two tenants of one house.
	Weight float64 `json:"weight"`
}

// A Bar is why two records cannot be one entity.
type Bar string

// The bars.
const (
	BarApart      Bar = "people said that they are two" // Options.Apart
	BarCreditCode Bar = "their credit codes differ"     // both of them valid
	BarResidentID Bar = "their resident ids differ"     // both of them valid
	BarList       Bar = "they are records of one list"  // with Options.Linking
)

// Probability is how likely the two are one entity by the weight alone.
func (e Explanation) Probability() float64 { return Pair{Weight: e.Weight}.Probability() }

// String is the explanation as lines of text: the weights, their sum, what proposed
// the pair, and what bars it.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s %7.1f\n", "any two records", e.Prior)
	for _, p := range e.Parts {
		fmt.Fprintf(&b, "%-20s %+7.1f  %s\n", p.Name, p.Weight, p.Level)
	}
	fmt.Fprintf(&b, "%-20s %7.1f  probability %.4f\n", "together", e.Weight, e.Probability())
	if e.Pass != "" {
		fmt.Fprintf(&b, "%-20s          %s\n", "proposed by", e.Pass)
	}
	if e.Barred != "" {
		fmt.Fprintf(&b, "%-20s          %s\n", "barred", e.Barred)
	}
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
	e := Explanation{A: a, B: b, Prior: float64(m.model.prior), Weight: float64(m.model.prior), Barred: m.barred(i, j), Pass: m.pass(a, b)}
	if i == j && a != b && m.once {
		e.Barred = BarList // copies of one list
	}
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
	if doubt := float64(softplus(float32(e.Weight) + m.model.kinOf(levels))); doubt > 0 {
		e.bound(doubt, m.model.relatives != nil)
	}
	if w := m.model.lesson.of(levels); m.model.lesson != nil {
		e.Parts = append(e.Parts, Part{"decisions", "what people decided of pairs like this", w})
		e.Weight += w
	}
	return e, true
}

// bound lowers the weight: of persons all parts that speak for one entity by the
// same share, of organisations by a part of its own.
func (e *Explanation) bound(doubt float64, persons bool) {
	e.Weight -= doubt
	if !persons {
		e.Parts = append(e.Parts, Part{"contradiction", "many that differ in this are alike in all else", -doubt})
		return
	}
	speaks := 0.0
	for _, p := range e.Parts {
		speaks += max(p.Weight, 0)
	}
	left := max(1-doubt/speaks, 0)
	for i, p := range e.Parts {
		if p.Weight > 0 {
			e.Parts[i].Weight = p.Weight * left
		}
	}
	if rest := doubt - speaks; rest > 0 {
		e.Parts = append(e.Parts, Part{"contradiction", "two people who are alike in this are of one household or firm", -rest})
	}
}

// pass is what proposed a pair that is among the pairs.
func (m *Match) pass(a, b string) string {
	want := [2]string{min(a, b), max(a, b)}
	at, found := slices.BinarySearchFunc(m.Pairs, want, func(p Pair, want [2]string) int {
		return cmp.Or(strings.Compare(p.A, want[0]), strings.Compare(p.B, want[1]))
	})
	if !found {
		return ""
	}
	return m.Pairs[at].Pass
}

// barred is why two rows are never in one cluster.
func (m *Match) barred(i, j int32) Bar {
	x, y := m.table.records[i], m.table.records[j]
	switch {
	case i == j:
		return ""
	case m.apart[[2]int32{min(i, j), max(i, j)}]:
		return BarApart
	case m.once && x.List == y.List:
		return BarList
	}
	return differing(codesOf(x, m.codes), codesOf(y, m.codes))
}

// differing is the bar of valid codes of one kind that differ; empty if none do.
func differing(codes, others [codeKinds]string) Bar {
	for kind, bar := range [codeKinds]Bar{creditCode: BarCreditCode, residentID: BarResidentID} {
		if codes[kind] != "" && others[kind] != "" && codes[kind] != others[kind] {
			return bar
		}
	}
	return ""
}
