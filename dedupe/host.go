package dedupe

import (
	"fmt"
	"math"
)

// A Comparison is how a host compares a field that no other type fits: licence plates,
// chemical formulas, melodies. A field of the type ByHost names one, and it counts in
// all that this package does: what its levels weigh is learnt from the records, pairs
// are proposed by its keys, profiles judge by it and explanations name its levels.
//
// Its functions are called by many goroutines at once and must depend on nothing but
// what they are given: then the same records give the same match. They must not change
// while anything uses them; what they panic with comes to who asked for a match.
type Comparison struct {
	// Name says what it is, and which version of it, as "plate 1". A Profile keeps the
	// name, and ReadProfile takes it with a comparison of this name only: give
	// another one when Normal, Levels, Judge or Keys mean something else.
	Name string
	// Normal returns the normal form of a value that is not empty; empty: it says
	// nothing, as if it were absent. What ought to count as the same must have one
	// normal form. Control characters that part texts in this package become
	// spaces before and after. nil: values are taken as they stand.
	Normal func(value string) string
	// Levels are how two values may agree, from nothing alike to the same; 2 to 15. The
	// last one is that of equal normal forms, which count more the rarer they are.
	Levels []Level
	// Judge returns which of the levels but the last two normal forms have, which differ
	// and are not empty; what is beyond counts as the nearest of them. It is given the
	// lesser text first, so that it is the same for both orders. nil: the first one,
	// where there are two levels.
	Judge func(a, b string) int
	// Keys returns texts of a normal form, the best first, at most 8: records with one in
	// common are compared, unless too many have it, and then those with two in common,
	// of this field or of this and another. nil: the normal form itself is the key; a
	// function that returns none proposes nothing, as a Category does.
	Keys func(normal string) []string
	// Own: one entity alone has such a value, as the number of a passport. Relatives
	// and neighbours have no more of it in common than any two, and a change of it is
	// worth another look at what was decided.
	Own bool
	// Ties: people have it in common for a reason, as an address or a switchboard.
	Ties bool
}

// A Level is one way in which two values agree.
type Level struct {
	Name string // for people: "one digit apart"
	// One and Two are how often it is supposed to be seen in pairs of one entity, and in
	// pairs of two, before anything is learnt: above 0, and over all levels 1 together.
	One, Two float64
}

// mostHostKeys is how many keys of a value count.
const mostHostKeys = 8

// check reports what is wrong with a comparison, of the field that has it.
func (h *Comparison) check(field string) error {
	refuse := func(why string) error { return fmt.Errorf("dedupe: %w: field %q: %s", ErrInvalid, field, why) }
	switch {
	case h == nil:
		return refuse("a field of the type ByHost needs Compare")
	case h.Name == "":
		return refuse("give its comparison a name, which tells its version too")
	case len(h.Levels) < 2 || len(h.Levels) > 15:
		return refuse(fmt.Sprintf("%d levels: give 2 to 15", len(h.Levels)))
	case h.Judge == nil && len(h.Levels) > 2:
		return refuse("more than two levels need Judge")
	case h.Own && h.Ties:
		return refuse("Own and Ties exclude each other: relatives have it in common, or not")
	}
	one, two := 0.0, 0.0
	for _, l := range h.Levels {
		if l.Name == "" || !(l.One > 0) || !(l.Two > 0) {
			return refuse(fmt.Sprintf("level %q, %v and %v: give it a name, and shares above 0", l.Name, l.One, l.Two))
		}
		one, two = one+l.One, two+l.Two
	}
	if math.Abs(one-1) > 0.01 || math.Abs(two-1) > 0.01 {
		return refuse(fmt.Sprintf("the shares of its levels are %v and %v together: make them 1", one, two))
	}
	return nil
}

// Form returns the normal form of a value, as the comparison has it.
func (h *Comparison) Form(value string) string {
	value = clean.Replace(value)
	if h.Normal == nil || value == "" {
		return value
	}
	return clean.Replace(h.Normal(value))
}

// keys are those of a normal form that count.
func (h *Comparison) keys(normal string) []string {
	if h.Keys == nil {
		return []string{normal}
	}
	list := h.Keys(normal)
	return list[:min(len(list), mostHostKeys)]
}

// over is the comparison of a column.
func (h *Comparison) over(name string, col *column) *comparison {
	levels, prior, chance := []string{"absent"}, []float64{0}, []float64{0}
	for _, l := range h.Levels {
		levels, prior, chance = append(levels, l.Name), append(prior, l.One), append(chance, l.Two)
	}
	last := len(h.Levels) - 2
	c := sameOrNot(name, col, levels, prior, chance, func(a, b uint32) uint8 {
		if h.Judge == nil {
			return 1
		}
		x, y := col.values[a], col.values[b]
		return uint8(1 + min(max(h.Judge(min(x, y), max(x, y)), 0), last))
	})
	if c.own, c.ties = h.Own, h.Ties; h.Own {
		c.role = rolePerson
	}
	return c
}

// addByHost compares a field as the host says.
func (t *table) addByHost(f Field, i int) {
	h := f.Compare
	col := t.column(func(r *Record, b []byte) []byte { return append(b, h.Form(r.Values[i])...) }, i)
	c := t.add(h.over(f.Name, col))
	t.key(c, f.Name+" key", func(value uint32, add func(string)) {
		for _, key := range h.keys(col.values[value]) {
			add(key)
		}
	})
	if t.frozen == nil {
		t.keys[len(t.keys)-1].how = withItself
	}
}
