package dedupe

import (
	"math"
	"slices"
)

// Scales are a table of two rows that is filled anew for each pair which a profile
// weighs. The comparisons are those of any table and judge as they do in a match, of
// which no column, index or list has to be made: a pair costs what its values are to
// compare, and no memory.
//
// They are for one goroutine at a time. A profile keeps some for whoever comes next.
type scales struct {
	table *table
	model *model
	same  sameName
	pans  []pan    // in step with the comparisons
	forms []string // room for those of a record
	room  []byte   // and for a value on its way
}

// The rows of scales, and the numbers of their values. A value that both have is that of
// the left one.
const (
	left  = 0
	right = 1

	leftValue  = left + 1
	rightValue = right + 1
)

// newScales makes scales of what was learnt.
func (p *Profile) newScales() *scales {
	width := max(len(p.fields), len(p.slots))
	rows := []Record{{ID: "a", Values: slices.Repeat([]string{"a"}, width)}, {ID: "b", Values: slices.Repeat([]string{"b"}, width)}}
	t := p.read(rows, &frozen{holders: true})
	s := &scales{table: t, model: p.model(t), same: sameNames(t.comparisons)}
	for i, from := range t.sources {
		s.pans = append(s.pans, newPan(from, t.comparisons[i], p.slots[i].typ))
		s.pans[i].bound(s.model, i)
	}
	return s
}

// take returns scales for whoever gives them back with p.scales.Put.
func (p *Profile) take() *scales {
	if s, ok := p.scales.Get().(*scales); ok {
		return s
	}
	return p.newScales()
}

// fill puts a record into a row. The left one comes first: what it lacks is not read of
// the right one, which may not be filled alone.
func (s *scales) fill(row int, r *Prepared) {
	s.forms = r.forms(s.forms[:0])
	for i := range s.pans {
		s.pans[i].fill(row, formOf(s.forms, i))
	}
}

// weigh returns the weight of the record in the left row with another one. If it is below
// least, it may return any number between the two.
//
// Texts of several words are compared last, for they cost most, and as far as they may
// still make the weight what is asked for.
func (s *scales) weigh(other *Prepared, least float64) float64 {
	s.forms = other.forms(s.forms[:0])
	var levels pattern
	var rest uint32 // a bit for each comparison that is not made yet
	for n := range s.pans {
		pan, form := &s.pans[n], formOf(s.forms, n)
		if pan.lengthy && pan.differs(form) {
			rest |= 1 << n
			continue
		}
		pan.fill(right, form)
		levels |= pattern(pan.comparison.level(left, right)) << (4 * n)
	}
	for n := range s.pans {
		if rest&(1<<n) == 0 {
			continue
		}
		if most := s.most(levels, rest); most < least {
			return most
		}
		s.pans[n].fill(right, formOf(s.forms, n))
		levels |= pattern(s.pans[n].comparison.level(left, right)) << (4 * n)
		rest &^= 1 << n
	}
	levels = s.same.judge(levels, left, right)
	sum := s.model.sumOf(levels)
	return float64(sum.with(s.common(levels)))
}

// common is how frequent is what the two share, see comparison.ratio.
func (s *scales) common(levels pattern) float64 {
	common := 1.0
	for n := range s.pans {
		common *= s.pans[n].comparison.ratio(levels.level(n), left, right)
	}
	return common
}

// most is what two weigh at most, whatever the comparisons find that are not made yet:
// these are of values that differ, which have nothing in common that might be rare.
func (s *scales) most(levels pattern, rest uint32) float64 {
	levels = s.same.judge(levels, left, right)
	w := float64(s.model.prior+rarity(s.common(levels))) + s.model.lesson.of(levels)
	for n := range s.pans {
		if rest&(1<<n) != 0 {
			w += s.pans[n].most
		} else {
			w += float64(s.model.weight[n][levels.level(n)])
		}
	}
	return w + slack
}

// Weigh returns the weight of a record with each of others, as Pair.Weight:
// negative infinity where both have a valid credit code or resident id, and not the
// same. It costs time for each of the others, and no more for what the profile was
// learnt from.
func (p *Profile) Weigh(of *Prepared, others ...*Prepared) []float64 {
	return p.WeighFrom(math.Inf(-1), of, others...)
}

// WeighFrom is Weigh for who asks for weights from least on alone, and takes less time:
// what it returns of others is below least, and not less than their weight.
func (p *Profile) WeighFrom(least float64, of *Prepared, others ...*Prepared) []float64 {
	list := make([]float64, len(others))
	if len(others) == 0 {
		return list
	}
	s := p.take()
	s.fill(left, of)
	codes := of.codes()
	for i, other := range others {
		if differing(codes, other.codes()) != "" {
			list[i] = math.Inf(-1)
		} else {
			list[i] = s.weigh(other, least)
		}
	}
	p.scales.Put(s)
	return list
}

// Explain says what the weight of two records is made of, as Match.Explain does.
func (p *Profile) Explain(a, b *Prepared) Explanation {
	s := p.take()
	s.fill(left, a)
	s.fill(right, b)
	m := &Match{table: s.table, model: s.model}
	e, _ := m.Explain(s.table.records[left].ID, s.table.records[right].ID)
	p.scales.Put(s)
	e.A, e.B, e.Barred = "", "", differing(a.codes(), b.codes())
	return e
}
