package dedupe

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Prepared is a record as it is compared: the normal forms of its values. It is
// worth storing, for reading a value, as an address, costs more than comparing it. It
// goes with every profile of the same fields.
type Prepared struct {
	text string // codes of one entity, and the form of each comparison's value
}

// What stands between the parts of a prepared record.
const (
	formSeparator = "\x1e"
	partSeparator = "\x1d"
)

// Values are the normal forms, in step with Profile.Comparisons: equal values
// have equal forms. The values of a set, as phone numbers are, are on lines of their
// own.
func (p *Prepared) Values() []string {
	list := p.forms(nil)
	for i, form := range list {
		form, _, _ = strings.Cut(form, partSeparator)
		list[i] = strings.ReplaceAll(form, setSeparator, "\n")
	}
	return list
}

func preparedOf(codes [codeKinds]string, forms []string) *Prepared {
	return &Prepared{strings.Join(append(codes[:], forms...), formSeparator)}
}

// codes are those of one entity.
func (p *Prepared) codes() (list [codeKinds]string) {
	rest := p.text
	for i := range list {
		list[i], rest, _ = strings.Cut(rest, formSeparator)
	}
	return list
}

// forms appends the forms of the values.
func (p *Prepared) forms(list []string) []string {
	rest, more := p.text, true
	for range codeKinds {
		_, rest, more = strings.Cut(rest, formSeparator)
	}
	for more {
		var form string
		form, rest, more = strings.Cut(rest, formSeparator)
		list = append(list, form)
	}
	return list
}

// MarshalText writes the record in a form that UnmarshalText reads. It holds
// control characters and no NUL.
func (p *Prepared) MarshalText() ([]byte, error) { return []byte(p.Text()), nil }

// Text is MarshalText.
func (p *Prepared) Text() string { return p.text }

// UnmarshalText reads what MarshalText wrote.
func (p *Prepared) UnmarshalText(text []byte) error { return p.Read(string(text)) }

// Read is UnmarshalText.
func (p *Prepared) Read(text string) error {
	if strings.Count(text, formSeparator) < codeKinds {
		return fmt.Errorf("dedupe: %w: a prepared record that is cut off: prepare it again", ErrInvalid)
	}
	p.text = text
	return nil
}

// clean takes the separators out of a value.
var clean = strings.NewReplacer(formSeparator, " ", partSeparator, " ", setSeparator, " ", "\x00", " ")

// Prepare reads a record, whose id does not matter. A record with another number of
// values than there are fields is ErrInvalid.
func (p *Profile) Prepare(r Record) (*Prepared, error) {
	s := p.take()
	defer p.scales.Put(s)
	return s.prepare(p, r)
}

// prepare reads a record.
func (s *scales) prepare(p *Profile, r Record) (*Prepared, error) {
	if len(r.Values) != len(p.fields) {
		return nil, fmt.Errorf("dedupe: %w: record %q has %d values for %d fields", ErrInvalid, r.ID, len(r.Values), len(p.fields))
	}
	row := Record{ID: "0", Values: make([]string, len(r.Values))}
	for i, v := range r.Values {
		row.Values[i] = clean.Replace(v)
	}
	s.forms = s.forms[:0]
	for i := range s.pans {
		var form string
		form, s.room = s.pans[i].form(&row, s.room)
		s.forms = append(s.forms, form)
	}
	var codes [codeKinds]string
	if len(p.codes) > 0 {
		codes = codesOf(&row, p.codes)
	}
	return preparedOf(codes, s.forms), nil
}

// read makes a table of a few records. Nothing that takes long enough to be ended is
// done with it.
func (p *Profile) read(records []Record, f *frozen) *table {
	t := tableInOrder(records, &work{ctx: context.Background()})
	f.columns, t.frozen, t.placeholders = p.columns, f, p.ignored
	t.read(p.fields)
	return t
}

// model is what was learnt, over the comparisons of a table.
func (p *Profile) model(t *table) *model {
	md := *p.learnt
	md.comparisons = t.comparisons
	return &md
}

// newModel makes a model of what was learnt, over comparisons of no rows.
func (p *Profile) newModel() *model {
	t := newTable(nil, nil, &work{ctx: context.Background()})
	t.read(p.fields)
	md := &model{comparisons: t.comparisons, prior: float32(p.prior)}
	for _, l := range p.levels {
		md.m, md.u, md.siblings = append(md.m, l.M), append(md.u, l.U), append(md.siblings, l.Siblings)
		weights := make([]float32, len(l.M))
		for n := 1; n < len(weights); n++ {
			weights[n] = float32(math.Log2(l.M[n] / l.U[n]))
		}
		md.weight = append(md.weight, weights)
	}
	if p.related > 0 {
		md.relatives = &relatives{share: p.related}
		for _, l := range p.levels {
			md.relatives.k = append(md.relatives.k, l.Relatives)
		}
		md.relatives.settle(md)
	}
	if p.taught {
		md.lesson = &lesson{start: p.lesson}
		for _, l := range p.levels {
			md.lesson.bits = append(md.lesson.bits, l.Lesson)
		}
	}
	return md
}

// Cluster parts records into clusters as Matcher.Match does, from the weights of
// their pairs: nobody else than package live should need it. weights are by the
// places of two records, the lower one first; pairs that are not there were not
// compared, and those of negative infinity are never in one cluster. Clusters are lists of places, ascending, in the order of their first.
func (p *Profile) Cluster(records []*Prepared, weights map[[2]int]float64) [][]int {
	pairs := make([]pair, 0, len(weights))
	for ends := range weights {
		pairs = append(pairs, pair{a: int32(ends[0]), b: int32(ends[1])})
	}
	slices.SortFunc(pairs, func(x, y pair) int { return int(x.a-y.a)<<20 + int(x.b-y.b) })
	sums := make([]float32, len(pairs))
	for i, at := range pairs {
		sums[i] = float32(weights[[2]int{int(at.a), int(at.b)}])
	}
	b := &bars{codes: make([][codeKinds]string, len(records))}
	for i, r := range records {
		b.codes[i] = r.codes()
	}
	list := connected(len(records), pairs, sums, func(i int) float32 { return sums[i] })
	for i, at := range pairs {
		if math.IsInf(float64(sums[i]), -1) {
			list = append(list, edge{at.a, at.b, never})
		}
	}
	roots := contract(len(records), list, float32(p.crowding), nil, b)
	byRoot := map[int32][]int{}
	var order []int32
	for row, root := range roots {
		if byRoot[root] == nil {
			order = append(order, root)
		}
		byRoot[root] = append(byRoot[root], row)
	}
	parts := make([][]int, len(order))
	for i, root := range order {
		parts[i] = byRoot[root]
	}
	return parts
}
