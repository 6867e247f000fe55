package memory

import (
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A path is a way to reach the records that a plan may return: a superset of
// them, in some order.
type path struct {
	ids     []uuid.UUID    // by id, if not nil
	index   int            // of the schema, or -1 for the tree of ids
	texts   []string       // for an index over sets: the texts to look for, if not nil
	search  *storage.Field // a text to look for pairs of characters in, if not nil
	digrams []digram       // those of the text that is looked for
	low     *bound         // nil: from the start
	high    *bound         // nil: to the end
	points  []span         // several ranges of an index, in place of low and high
	sorted  bool           // it comes in the order of the plan
	reverse bool           // if read backwards
	served  []any          // the values of the index's first fields that all its records have
}

// A span is a range of an index.
type span struct{ low, high *bound }

// choose finds the best path for a plan: by id, by the index whose first
// fields are fixed or bounded the most, by an index that comes in the order
// of the plan, or through everything.
func choose(p *storage.Plan) path {
	facts := gather(p.Where)
	if ids := facts.ids(); ids != nil {
		return path{ids: ids, index: -1}
	}
	best, score := fullPath(p), 0
	if best.sorted {
		score = 1
	}
	for i, index := range p.Schema.Indexes {
		candidate, s := indexPath(p, facts, i, index)
		if s > score {
			best, score = candidate, s
		}
	}
	if score < searchScore {
		if found, ok := searchPath(p, facts); ok {
			return found
		}
	}
	return best
}

// searchScore is what a search for pairs of characters is worth: more than an
// order alone, and than a bound.
const searchScore = 3

// searchPath finds texts by the pairs of characters inside them.
func searchPath(p *storage.Plan, f facts) (path, bool) {
	for _, fact := range f {
		field := p.Schema.Field(fact.field)
		if fact.search == "" || field == nil {
			continue
		}
		if list := digramsIn(fact.search); len(list) > 0 {
			c := fullPath(p)
			c.search, c.digrams = field, list
			return c, true
		}
	}
	return path{}, false
}

// fullPath reads all records in the order of their ids.
func fullPath(p *storage.Plan) path {
	by := p.Order[0]
	full := path{index: -1, sorted: by.Field.Name == storage.FieldID, reverse: by.Desc}
	if !full.sorted {
		full.reverse = false
	}
	return full
}

// indexPath works out the use of an index for a plan. The score counts fixed
// fields most, then a bounded one, then the right order; 0 means of no use.
func indexPath(p *storage.Plan, f facts, i int, index storage.Index) (path, int) {
	if isSet(index) {
		return setPath(f, i, index.Fields[0])
	}
	c := path{index: i}
	probe, fixed := c.fix(p.Schema, f, index)
	score := 4 * fixed
	if fixed < len(index.Fields) && c.pointed(p.Schema, f, index, probe, fixed) {
		return c, score + 3
	}
	if fixed < len(index.Fields) && c.bounded(p.Schema, f, index, probe, fixed) {
		score += 2
	}
	if c.sorted, c.reverse = follows(p.Order, index, fixed); c.sorted {
		score += 2
		c.resume(p, index, probe, fixed)
	} else if fixed == 0 && c.low == nil && c.high == nil {
		return c, 0
	}
	return c, score
}

// fix sets the first fields of the index whose values are known, and bounds
// the path by them. It returns a record with these values, and how many there are.
func (c *path) fix(s *storage.Schema, f facts, index storage.Index) (probe storage.Record, fixed int) {
	for _, field := range index.Fields {
		fact := f.about(field.Name)
		if fact == nil {
			break
		}
		if probe == nil {
			probe = s.New()
		}
		if fact.equal == nil || field.Set(probe, fact.equal) != nil {
			break
		}
		c.served = append(c.served, fact.equal)
	}
	if fixed = len(c.served); fixed > 0 {
		c.low = &bound{rec: probe, width: fixed}
		c.high = &bound{rec: probe, width: fixed, after: true}
	}
	return probe, fixed
}

func setPath(f facts, i int, field *storage.Field) (path, int) {
	fact := f.about(field.Name)
	switch {
	case fact == nil:
		return path{}, 0
	case len(fact.holds) > 0:
		return path{index: i, texts: fact.holds[:1]}, 3
	case len(fact.anyOf) > 0:
		return path{index: i, texts: fact.anyOf}, 3
	}
	return path{}, 0
}

// bounded narrows the path by what is known of the first field that is not fixed.
func (c *path) bounded(s *storage.Schema, f facts, index storage.Index, fixed storage.Record, width int) bool {
	field := index.Fields[width]
	fact := f.about(field.Name)
	if fact == nil {
		return false
	}
	if b := limit(s, index, fixed, width, fact.low); b != nil {
		b.after = fact.lowOut
		c.low = b
	}
	if b := limit(s, index, fixed, width, fact.high); b != nil {
		b.after = !fact.highOut
		c.high = b
	}
	return fact.low != nil || fact.high != nil
}

// pointed splits the path into one range for each value that the first field
// that is not fixed may have.
func (c *path) pointed(s *storage.Schema, f facts, index storage.Index, fixed storage.Record, width int) bool {
	fact := f.about(index.Fields[width].Name)
	if fact == nil || len(fact.in) == 0 {
		return false
	}
	points := make([]span, 0, len(fact.in))
	for _, value := range fact.in {
		low := limit(s, index, fixed, width, value)
		if low == nil {
			return false
		}
		high := *low
		high.after = true
		points = append(points, span{low, &high})
	}
	c.low, c.high, c.points = nil, nil, points
	return true
}

// limit returns a bound at a value of the field behind the fixed ones.
func limit(s *storage.Schema, index storage.Index, fixed storage.Record, width int, value any) *bound {
	if value == nil {
		return nil
	}
	probe := s.Clone(fixed)
	if index.Fields[width].Set(probe, value) != nil {
		return nil
	}
	return &bound{rec: probe, width: width + 1}
}

// follows reports whether an index whose first fields are fixed comes in the
// order of a plan, read forwards or backwards.
func follows(order []storage.OrderKey, index storage.Index, fixed int) (sorted, reverse bool) {
	reverse = order[0].Desc
	rest := index.Fields[fixed:]
	for _, key := range order {
		if key.Desc != reverse {
			return false, false
		}
		if key.Field.Name == storage.FieldID {
			return len(rest) == 0, reverse
		}
		if len(rest) == 0 || rest[0].Name != key.Field.Name {
			return false, false
		}
		rest = rest[1:]
	}
	return false, false
}

// resume narrows a sorted path to what comes after the plan's position. fixed
// has the values of the first width fields.
func (c *path) resume(p *storage.Plan, index storage.Index, fixed storage.Record, width int) {
	if p.After == nil {
		return
	}
	probe := p.Schema.Clone(p.After)
	for _, f := range index.Fields[:width] {
		_ = f.Set(probe, f.Value(fixed)) // it was set from this very value before
	}
	b := &bound{rec: probe, width: len(index.Fields) + 1, after: !c.reverse}
	if c.reverse {
		c.high = b
	} else {
		c.low = b
	}
}

// rest returns what is left to be checked of the records of the path: the
// criterion without what the path serves.
func (c *path) rest(p *storage.Plan) criteria.Node {
	if len(c.served) == 0 && c.texts == nil {
		return p.Where
	}
	return c.unserved(p.Where, p.Schema.Indexes[c.index].Fields)
}

func (c *path) unserved(n criteria.Node, fields []*storage.Field) criteria.Node {
	switch n := n.(type) {
	case *criteria.And:
		left := &criteria.And{}
		for _, part := range n.Of {
			if part = c.unserved(part, fields); part != nil {
				left.Of = append(left.Of, part)
			}
		}
		return left
	case *criteria.Comparison:
		for i, value := range c.served {
			if n.Op == criteria.Equal && n.Field.Name == fields[i].Name && n.Value == value {
				return nil
			}
		}
	case *criteria.Holding:
		if n.Field.Name == fields[0].Name && slices.Equal(n.Values, c.texts) && exactTexts(c.texts) && (!n.Every || len(n.Values) == 1) {
			return nil
		}
	}
	return n
}
