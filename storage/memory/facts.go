package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// facts are what must hold of fields for the whole criterion to hold.
type facts []fact

type fact struct {
	field   string
	equal   any
	low     any
	high    any
	lowOut  bool // low itself is excluded
	highOut bool
	in      []any
	holds   []string
	anyOf   []string // the set holds one of these
	search  string   // a folded text that stands inside
}

// gather collects the facts of the nodes that all must hold.
func gather(n criteria.Node) facts {
	var f facts
	f.add(n)
	return f
}

// about returns the fact about a field, or nil.
func (f facts) about(field string) *fact {
	for i := range f {
		if f[i].field == field {
			return &f[i]
		}
	}
	return nil
}

// of returns the fact about a field, made if need be.
func (f *facts) of(field string) *fact {
	if known := f.about(field); known != nil {
		return known
	}
	*f = append(*f, fact{field: field})
	return &(*f)[len(*f)-1]
}

func (f *facts) add(n criteria.Node) {
	switch n := n.(type) {
	case *criteria.And:
		for _, part := range n.Of {
			f.add(part)
		}
	case *criteria.Comparison:
		f.of(n.Field.Name).compare(n)
	case *criteria.Membership:
		f.of(n.Field.Name).in = n.Values
	case *criteria.Holding:
		if n.Every || len(n.Values) == 1 {
			f.of(n.Field.Name).holds = n.Values
		} else {
			f.of(n.Field.Name).anyOf = n.Values
		}
	case *criteria.Matching:
		switch n.Mode {
		case criteria.PrefixMode:
			f.of(n.Field.Name).prefix(n.Text)
		case criteria.SearchMode:
			f.of(n.Field.Name).search = n.Text
		}
	}
}

func (f *fact) compare(n *criteria.Comparison) {
	switch n.Op {
	case criteria.Equal:
		f.equal = n.Value
	case criteria.Less, criteria.LessEqual:
		f.high, f.highOut = n.Value, n.Op == criteria.Less
	case criteria.Greater, criteria.GreaterEqual:
		f.low, f.lowOut = n.Value, n.Op == criteria.Greater
	}
}

// prefix bounds a text from below; from above the scan ends at the first text
// that lacks the prefix.
func (f *fact) prefix(text string) {
	f.low, f.lowOut = text, false
	if above := successor(text); above != "" {
		f.high, f.highOut = above, true
	}
}

// successor returns the least text above all texts with a prefix, or "".
func successor(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

// ids returns the ids that a record must have one of, or nil.
func (f facts) ids() []uuid.UUID {
	fact := f.about(storage.FieldID)
	if fact == nil {
		return nil
	}
	if id, ok := fact.equal.(uuid.UUID); ok {
		return []uuid.UUID{id}
	}
	var ids []uuid.UUID
	for _, v := range fact.in {
		ids = append(ids, v.(uuid.UUID))
	}
	return ids
}
