package criteria

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// comparison compiles a comparison by the type of the field. Times are
// compared by their microseconds, dates by their ordinals.
func comparison(n *Comparison) predicate {
	f := n.Field
	switch f.Type {
	case Text:
		return compareOrdered(f.Text, n.Op, n.Value.(string))
	case Integer:
		return compareOrdered(f.Integer, n.Op, n.Value.(int64))
	case Decimal:
		return compareDecimal(f.Decimal, n.Op, n.Value.(decimal.Decimal))
	case Time:
		return compareOrdered(micros(f), n.Op, n.Value.(time.Time).UnixMicro())
	case Day:
		return compareOrdered(ordinals(f), n.Op, n.Value.(Date).ordinal())
	case Bool:
		return compareEqual(f.Bool, n.Op, n.Value.(bool))
	default:
		return compareEqual(f.Ref, n.Op, n.Value.(uuid.UUID))
	}
}

// A reader returns the value of a field of a record and whether it is present.
type reader[V any] = func(rec any) (V, bool)

// micros reads a time field as microseconds since 1970.
func micros(f *Field) reader[int64] {
	return func(rec any) (int64, bool) {
		t, ok := f.Time(rec)
		return t.UnixMicro(), ok
	}
}

// ordinals reads a date field as a number in the order of the calendar.
func ordinals(f *Field) reader[int] {
	return func(rec any) (int, bool) {
		d, ok := f.Day(rec)
		return d.ordinal(), ok
	}
}

// compareOrdered chooses the operator once, not at every match.
func compareOrdered[V cmp.Ordered](read reader[V], op Op, want V) predicate {
	switch op {
	case Equal:
		return func(rec any) bool { v, ok := read(rec); return ok && v == want }
	case NotEqual:
		return func(rec any) bool { v, ok := read(rec); return ok && v != want }
	case Less:
		return func(rec any) bool { v, ok := read(rec); return ok && v < want }
	case LessEqual:
		return func(rec any) bool { v, ok := read(rec); return ok && v <= want }
	case Greater:
		return func(rec any) bool { v, ok := read(rec); return ok && v > want }
	default:
		return func(rec any) bool { v, ok := read(rec); return ok && v >= want }
	}
}

// compareEqual is compareOrdered for types that are equal or not.
func compareEqual[V comparable](read reader[V], op Op, want V) predicate {
	if op == Equal {
		return func(rec any) bool { v, ok := read(rec); return ok && v == want }
	}
	return func(rec any) bool { v, ok := read(rec); return ok && v != want }
}

// membership compiles In by the type of the field.
func membership(n *Membership) predicate {
	f := n.Field
	switch f.Type {
	case Text:
		return memberOf(f.Text, each(n.Values, as[string]))
	case Integer:
		return memberOf(f.Integer, each(n.Values, as[int64]))
	case Decimal:
		return memberOfDecimals(f.Decimal, each(n.Values, as[decimal.Decimal]))
	case Time:
		return memberOf(micros(f), each(n.Values, func(v any) int64 { return v.(time.Time).UnixMicro() }))
	case Day:
		return memberOf(ordinals(f), each(n.Values, func(v any) int { return v.(Date).ordinal() }))
	case Bool:
		return memberOf(f.Bool, each(n.Values, as[bool]))
	default:
		return memberOf(f.Ref, each(n.Values, as[uuid.UUID]))
	}
}

// as is the type assertion as a function, for each.
func as[V any](v any) V { return v.(V) }

// each returns what f makes of every value.
func each[S, V any](values []S, f func(S) V) []V {
	list := make([]V, len(values))
	for i, v := range values {
		list[i] = f(v)
	}
	return list
}

// fewValues is the number of values up to which looking at each of them is not
// slower than a hash table.
const fewValues = 8

// memberOf reports whether a field is one of the values.
func memberOf[V comparable](read reader[V], values []V) predicate {
	if len(values) <= fewValues {
		return func(rec any) bool {
			v, ok := read(rec)
			return ok && slices.Contains(values, v)
		}
	}
	set := setOf(values)
	return func(rec any) bool {
		v, ok := read(rec)
		if ok {
			_, ok = set[v]
		}
		return ok
	}
}

// setOf makes a set.
func setOf[V comparable](values []V) map[V]struct{} {
	set := make(map[V]struct{}, len(values))
	for _, v := range values {
		set[v] = struct{}{}
	}
	return set
}

// holding compiles HasAll and HasAny.
func holding(n *Holding) predicate {
	read, values := n.Field.Texts, n.Values
	switch {
	case n.Every:
		return func(rec any) bool {
			texts, ok := read(rec)
			return ok && holdsAll(texts, values)
		}
	case len(values) == 1:
		return func(rec any) bool {
			texts, ok := read(rec)
			return ok && slices.Contains(texts, values[0])
		}
	case len(values) <= fewValues:
		in := func(text string) bool { return slices.Contains(values, text) }
		return holdsAny(read, in)
	default:
		set := setOf(values)
		in := func(text string) bool { _, ok := set[text]; return ok }
		return holdsAny(read, in)
	}
}

// holdsAll reports whether texts holds all of the values, which are distinct.
func holdsAll(texts, values []string) bool {
	if len(texts) < len(values) {
		return false
	}
	for _, v := range values {
		if !slices.Contains(texts, v) {
			return false
		}
	}
	return true
}

// holdsAny reports whether one of the texts of a set passes in.
func holdsAny(read reader[[]string], in func(string) bool) predicate {
	return func(rec any) bool {
		texts, ok := read(rec)
		return ok && slices.ContainsFunc(texts, in)
	}
}

// matching compiles Prefix, Contains and Search.
func matching(n *Matching) predicate {
	read, text := n.Field.Text, n.Text
	switch n.Mode {
	case PrefixMode:
		return func(rec any) bool { v, ok := read(rec); return ok && strings.HasPrefix(v, text) }
	case ContainsMode:
		return func(rec any) bool { v, ok := read(rec); return ok && strings.Contains(v, text) }
	default:
		sought := newNeedle(text)
		return func(rec any) bool { v, ok := read(rec); return ok && sought.in(v) }
	}
}

// annual compiles Anniversary. Days stand in a table of bits.
func annual(n *Annual) predicate {
	var days [1300/64 + 1]uint64
	for _, d := range n.Days {
		days[d/64] |= 1 << (d % 64)
	}
	read := n.Field.Day
	if n.Field.Type == Time {
		at, zone := n.Field.Time, n.Zone
		read = func(rec any) (Date, bool) {
			t, ok := at(rec)
			return DateOf(t.In(zone)), ok
		}
	}
	return func(rec any) bool {
		d, ok := read(rec)
		day := uint(d.annual())
		return ok && day/64 < uint(len(days)) && days[day/64]&(1<<(day%64)) != 0
	}
}

// absence compiles Missing.
func absence(f *Field) predicate {
	switch f.Type {
	case Text:
		return lacks(f.Text)
	case Integer:
		return lacks(f.Integer)
	case Decimal:
		return lacks(f.Decimal)
	case Bool:
		return lacks(f.Bool)
	case Time:
		return lacks(f.Time)
	case Day:
		return lacks(f.Day)
	case Ref:
		return lacks(f.Ref)
	case Texts:
		return lacks(f.Texts)
	default:
		return lacks(f.Raw)
	}
}

// lacks reports whether a reader finds nothing.
func lacks[V any](read reader[V]) predicate {
	return func(rec any) bool { _, ok := read(rec); return !ok }
}
