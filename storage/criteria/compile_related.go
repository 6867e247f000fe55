package criteria

import (
	"cmp"
	"math"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// noRecords is the source that Compile takes when it is given none.
type noRecords struct{}

func (noRecords) Related(Kind, *Field, uuid.UUID, func(any) bool) {}
func (noRecords) Parent(Kind, uuid.UUID) (any, bool)              { return nil, false }

// related compiles Related and its measures.
func (c compiler) related(n *RelatedTest) predicate {
	find := finder{c.source, n.Kind, n.Via, n.Self.Ref, c.node(n.Where)}
	switch n.Measure {
	case Count:
		return countTest(find, n.Op, n.Value.IntPart())
	case Sum:
		return sumTest(find, n)
	default:
		return func(rec any) bool {
			found := false
			find.each(rec, func(any) bool { found = true; return false })
			return found
		}
	}
}

// A finder finds the related records of a record that match.
type finder struct {
	source Source
	kind   Kind              // of the related records
	via    *Field            // their field that points to the record
	self   reader[uuid.UUID] // the id of the record
	where  predicate         // on the related records
}

// each yields the related records that match, until yield returns false. A
// record without an id has none.
func (f *finder) each(rec any, yield func(rec any) bool) {
	id, ok := f.self(rec)
	if !ok {
		return
	}
	f.source.Related(f.kind, f.via, id, func(rec any) bool {
		return !f.where(rec) || yield(rec)
	})
}

// countTest compares the number of related records. It stops counting where
// more of them no longer change the answer.
func countTest(find finder, op Op, want int64) predicate {
	return func(rec any) bool {
		n := int64(0)
		find.each(rec, func(any) bool {
			n++
			return n <= want
		})
		return op.holds(cmp.Compare(n, want))
	}
}

// sumTest compares the sum of a field of the related records.
func sumTest(find finder, n *RelatedTest) predicate {
	add := n.addDecimal
	if n.Of.Type == Integer {
		add = n.addInteger
	}
	want := scale(n.Value)
	return func(rec any) bool {
		var s sum
		find.each(rec, func(rec any) bool {
			add(&s, rec)
			return true
		})
		return n.Op.holds(want.compare(s.total()))
	}
}

// addDecimal adds the field of a related record to the sum, if it is present.
func (n *RelatedTest) addDecimal(s *sum, rec any) {
	if v, ok := n.Of.Decimal(rec); ok {
		s.decimals = s.decimals.Add(v)
	}
}

// addInteger is addDecimal for an integer field.
func (n *RelatedTest) addInteger(s *sum, rec any) {
	if v, ok := n.Of.Integer(rec); ok {
		s.addInteger(v)
	}
}

// A sum is exact: integers that outgrow 64 bits move over to the decimals.
type sum struct {
	integers int64
	decimals decimal.Decimal
}

// addInteger adds v, and moves what was added so far over where 64 bits do not hold both.
func (s *sum) addInteger(v int64) {
	if v > 0 && s.integers > math.MaxInt64-v || v < 0 && s.integers < math.MinInt64-v {
		s.decimals = s.decimals.Add(decimal.NewFromInt(s.integers))
		s.integers = 0
	}
	s.integers += v
}

// total returns the sum of it all.
func (s *sum) total() decimal.Decimal {
	if s.integers == 0 {
		return s.decimals
	}
	return s.decimals.Add(decimal.NewFromInt(s.integers))
}

// parent compiles Parent. A ref to a record that is not live is like none.
func (c compiler) parent(n *ParentTest) predicate {
	read, kind, where := n.Field.Ref, n.Kind, c.node(n.Where)
	return func(rec any) bool {
		id, ok := read(rec)
		if !ok {
			return false
		}
		parent, ok := c.source.Parent(kind, id)
		return ok && where(parent)
	}
}
