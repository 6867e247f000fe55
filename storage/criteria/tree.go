package criteria

import (
	"encoding/json"
	"fmt"
)

// A Criterion is a condition on the records of a kind, as data. It is built
// with the functions of this package (All, Eq, Related, ...) or decoded from
// JSON, and it says nothing of a particular kind until Check holds it against
// one. A nil Criterion matches every record.
//
// A Criterion is immutable and safe for concurrent use. No type outside this
// package implements it.
type Criterion interface {
	json.Marshaler // the form that Parse reads; see the package comment
	fmt.Stringer   // a form for people, with all constants, to be logged with care

	criterion()
}

// An Op is the operator of a comparison.
type Op uint8

// The operators of a comparison. Every one of them is false when the field is
// absent, NotEqual too; to find records that lack a value, use Missing.
const (
	Equal Op = iota + 1
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

var opNames = [...]string{"", "eq", "ne", "lt", "le", "gt", "ge"}

// String returns the operator's name in JSON: eq, ne, lt, le, gt or ge.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return ""
}

// holds reports whether a comparison whose two sides compare as c is true.
func (o Op) holds(c int) bool {
	switch o {
	case Equal:
		return c == 0
	case NotEqual:
		return c != 0
	case Less:
		return c < 0
	case LessEqual:
		return c <= 0
	case Greater:
		return c > 0
	default:
		return c >= 0
	}
}

// The nodes of the tree as it is written, before it is checked.
type (
	all  struct{ of []Criterion }
	any_ struct{ of []Criterion }
	not  struct{ of Criterion }

	compare struct {
		field string
		op    Op
		value any
	}
	in struct {
		field  string
		values []any
	}
	has struct {
		field  string
		every  bool
		values []string
	}
	missing struct{ field string }
	match   struct {
		field string
		mode  MatchMode
		text  string
	}
	anniversary struct {
		field string
		days  int
		zone  string
	}
	related struct {
		kind, via string
		where     Criterion
		measure   Measure
		of        string
		op        Op
		value     any
	}
	parent struct {
		field string
		where Criterion
	}
)

func (all) criterion()         {}
func (any_) criterion()        {}
func (not) criterion()         {}
func (compare) criterion()     {}
func (in) criterion()          {}
func (has) criterion()         {}
func (missing) criterion()     {}
func (match) criterion()       {}
func (anniversary) criterion() {}
func (related) criterion()     {}
func (parent) criterion()      {}

// All matches a record that every one of the criteria matches; with none, every record.
// A nil criterion among them is left out.
func All(of ...Criterion) Criterion { return all{of: present(of)} }

// Any matches a record that at least one of the criteria matches; with none, no record.
// A nil criterion among them matches every record.
func Any(of ...Criterion) Criterion {
	kept := make([]Criterion, len(of))
	for i, c := range of {
		if kept[i] = c; c == nil {
			kept[i] = All()
		}
	}
	return any_{of: kept}
}

// Not matches a record that the criterion does not match. Logic has two values
// here: a comparison with an absent value is false, so its Not is true.
func Not(c Criterion) Criterion {
	if c == nil {
		c = All()
	}
	return not{of: c}
}

// Never matches no record.
func Never() Criterion { return any_{} }

// Eq matches records whose field has that value.
func Eq(field string, value any) Criterion { return compare{field, Equal, value} }

// Ne matches records whose field is present and has another value.
// Not(Eq(...)) also matches records in which the field is absent.
func Ne(field string, value any) Criterion { return compare{field, NotEqual, value} }

// Lt matches records whose field is less than value: text by bytes, numbers by
// value, times by moment, dates by the calendar.
func Lt(field string, value any) Criterion { return compare{field, Less, value} }

// Le matches records whose field is at most value.
func Le(field string, value any) Criterion { return compare{field, LessEqual, value} }

// Gt matches records whose field is greater than value.
func Gt(field string, value any) Criterion { return compare{field, Greater, value} }

// Ge matches records whose field is at least value.
func Ge(field string, value any) Criterion { return compare{field, GreaterEqual, value} }

// In matches records whose field has one of the values; with none, no record.
func In[V any](field string, values ...V) Criterion {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return in{field, list}
}

// HasAll matches records whose set of texts holds every one of the values;
// with no values, every record.
func HasAll(field string, values ...string) Criterion {
	return has{field, true, append([]string(nil), values...)}
}

// HasAny matches records whose set of texts holds at least one of the values;
// with no values, no record.
func HasAny(field string, values ...string) Criterion {
	return has{field, false, append([]string(nil), values...)}
}

// Missing matches records in which the field is absent. Fields that cannot be
// absent (integers, decimals and bools not declared optional) never are.
func Missing(field string) Criterion { return missing{field} }

// A MatchMode says how Match looks for its text.
type MatchMode uint8

// The ways to look for a text inside a text.
const (
	PrefixMode   MatchMode = iota + 1 // at the beginning, byte for byte
	ContainsMode                      // anywhere, byte for byte
	SearchMode                        // anywhere, after both sides went through Fold
)

var matchNames = [...]string{"", "prefix", "contains", "search"}

// String returns the mode's name in JSON: prefix, contains or search.
func (m MatchMode) String() string {
	if int(m) < len(matchNames) {
		return matchNames[m]
	}
	return ""
}

// hasName returns the name in JSON of HasAll or HasAny.
func hasName(every bool) string {
	if every {
		return "has_all"
	}
	return "has_any"
}

// Prefix matches records whose text field begins with the text, byte for byte.
func Prefix(field, text string) Criterion { return match{field, PrefixMode, text} }

// Contains matches records whose text field holds the text, byte for byte.
func Contains(field, text string) Criterion { return match{field, ContainsMode, text} }

// Search matches records whose searchable text field holds the text when case,
// width and compatibility forms are ignored (see Fold).
func Search(field, text string) Criterion { return match{field, SearchMode, text} }

// Anniversary matches records whose date (or time, taken in the zone) comes
// round within the next days: today counts, and so does the day that many days
// ahead, so 0 means today only. The year of the date is ignored, and so is
// whether it lies ahead. A 29 February is kept on 28 February in years that
// lack it. zone is an IANA name such as "Asia/Shanghai"; empty means UTC. days
// is 0 to 366.
func Anniversary(field string, days int, zone string) Criterion {
	return anniversary{field, days, zone}
}

// A Measure says what a criterion asks of the related records that it finds.
type Measure uint8

// The measures of related records.
const (
	Exists Measure = iota + 1 // there is at least one
	Count                     // how many there are
	Sum                       // the sum of one of their fields; 0 when there are none
)

var measureNames = [...]string{"", "exists", "count", "sum"}

// String returns the measure's name in JSON: exists, count or sum.
func (m Measure) String() string {
	if int(m) < len(measureNames) {
		return measureNames[m]
	}
	return ""
}

// Related matches records that at least one live record of another kind points
// to with its Ref field via, and that where (nil for any) matches: "has an
// order above 100" is Related("order", "customer", Gt("amount", 100)).
func Related(kind, via string, where Criterion) Criterion {
	return related{kind: kind, via: via, where: where, measure: Exists}
}

// RelatedCount compares the number of such records: "at least 3 orders in 180
// days" is RelatedCount("order", "customer", Gt("placed_at", Ago(180*24*time.Hour)), GreaterEqual, 3).
func RelatedCount(kind, via string, where Criterion, op Op, n int64) Criterion {
	return related{kind: kind, via: via, where: where, measure: Count, op: op, value: n}
}

// RelatedSum compares the sum of the field of over such records. The field is
// an integer or a decimal; records in which it is absent add nothing. A sum of
// money takes no heed of currencies: let where choose one.
func RelatedSum(kind, via, of string, where Criterion, op Op, value any) Criterion {
	return related{kind: kind, via: via, where: where, measure: Sum, of: of, op: op, value: value}
}

// Parent matches records whose Ref field points to a live record that where
// (nil for any) matches. The field must name the kind it points to.
func Parent(field string, where Criterion) Criterion { return parent{field, where} }

// present returns the criteria that are not nil.
func present(of []Criterion) []Criterion {
	kept := make([]Criterion, 0, len(of))
	for _, c := range of {
		if c != nil {
			kept = append(kept, c)
		}
	}
	return kept
}
