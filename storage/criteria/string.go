package criteria

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// The methods of fmt.Stringer.

func (c all) String() string         { return describe(c) }
func (c any_) String() string        { return describe(c) }
func (c not) String() string         { return describe(c) }
func (c compare) String() string     { return describe(c) }
func (c in) String() string          { return describe(c) }
func (c has) String() string         { return describe(c) }
func (c missing) String() string     { return describe(c) }
func (c match) String() string       { return describe(c) }
func (c anniversary) String() string { return describe(c) }
func (c related) String() string     { return describe(c) }
func (c parent) String() string      { return describe(c) }

// String describes the moment: now, "72h0m0s ago", "1h0m0s from now",
// "today - 30 days in Asia/Shanghai".
func (m Moment) String() string {
	switch {
	case m.base == today:
		return "today" + shiftWords(m.n, "days") + zoneWords(m.zone)
	case m.base == thisDay:
		return "today" + shiftWords(m.n, "months") + zoneWords(m.zone)
	case m.base != fromNow:
		return "no moment"
	case m.shift == 0:
		return "now"
	case m.shift < 0:
		return strings.TrimPrefix(m.shift.String(), "-") + " ago"
	default:
		return m.shift.String() + " from now"
	}
}

// shiftWords describes a shift of the calendar: " - 30 days".
func shiftWords(n int, unit string) string {
	switch {
	case n < 0:
		return fmt.Sprintf(" - %d %s", -n, unit)
	case n > 0:
		return fmt.Sprintf(" + %d %s", n, unit)
	default:
		return ""
	}
}

// zoneWords describes a zone: " in Asia/Shanghai".
func zoneWords(zone string) string {
	if zone == "" {
		return ""
	}
	return " in " + zone
}

// describe is String for every form.
func describe(c Criterion) string {
	var b describer
	b.criterion(c, 0)
	return b.String()
}

type describer struct{ strings.Builder }

func (b *describer) printf(format string, args ...any) { fmt.Fprintf(b, format, args...) }

// criterion describes a criterion; what lies too deep is left out.
func (b *describer) criterion(c Criterion, depth int) {
	if depth >= maxDepth {
		b.WriteString("...")
		return
	}
	switch c := c.(type) {
	case all:
		b.list(c.of, "everything", " and ", depth)
	case any_:
		b.list(c.of, "nothing", " or ", depth)
	case not:
		b.WriteString("not ")
		b.enclosed(c.of, depth+1)
	case related:
		b.related(c, depth)
	case parent:
		b.printf("its %s", c.field)
		b.where(c.where, "exists", depth)
	default:
		b.leaf(c)
	}
}

// enclosed describes a criterion in parentheses.
func (b *describer) enclosed(c Criterion, depth int) {
	b.WriteString("(")
	b.criterion(c, depth)
	b.WriteString(")")
}

// list joins criteria; those that are lists of several themselves are enclosed.
func (b *describer) list(of []Criterion, none, glue string, depth int) {
	if len(of) == 0 {
		b.WriteString(none)
	}
	for i, c := range of {
		if i > 0 {
			b.WriteString(glue)
		}
		if len(of) > 1 && isList(c) {
			b.enclosed(c, depth+1)
		} else {
			b.criterion(c, depth+1)
		}
	}
}

// isList reports whether a criterion is a list that is not empty.
func isList(c Criterion) bool {
	switch c := c.(type) {
	case all:
		return len(c.of) > 0
	case any_:
		return len(c.of) > 0
	default:
		return false
	}
}

// where ends the words about other records; without a criterion on them, with none.
func (b *describer) where(c Criterion, none string, depth int) {
	switch {
	case c != nil:
		b.WriteString(" where ")
		b.enclosed(c, depth+1)
	case none != "":
		b.WriteString(" " + none)
	}
}

// related describes what is asked of related records.
func (b *describer) related(c related, depth int) {
	switch c.measure {
	case Count:
		b.printf("count of %s by %s", c.kind, c.via)
	case Sum:
		b.printf("sum of %s.%s by %s", c.kind, c.of, c.via)
	default:
		b.printf("has %s by %s", c.kind, c.via)
	}
	b.where(c.where, "", depth)
	if c.measure != Exists {
		b.printf(" %s %s", symbol(c.op), constantWords(c.value))
	}
}

// leaf describes a criterion on one field.
func (b *describer) leaf(c Criterion) {
	switch c := c.(type) {
	case compare:
		b.printf("%s %s %s", c.field, symbol(c.op), constantWords(c.value))
	case in:
		b.printf("%s in (%s)", c.field, strings.Join(each(c.values, constantWords), ", "))
	case has:
		words := each(c.values, func(s string) string { return strconv.Quote(s) })
		b.printf("%s %s (%s)", c.field, strings.Replace(hasName(c.every), "_", " ", 1), strings.Join(words, ", "))
	case missing:
		b.printf("%s is missing", c.field)
	case match:
		b.printf("%s %s %q", c.field, matchWords(c.mode), c.text)
	case anniversary:
		b.printf("%s comes round within %d days%s", c.field, c.days, zoneWords(c.zone))
	default:
		b.printf("an unknown %T", c)
	}
}

// matchWords describes a way to match.
func matchWords(m MatchMode) string {
	switch m {
	case PrefixMode:
		return "begins with"
	case ContainsMode:
		return "contains"
	default:
		return "is found by"
	}
}

// symbol returns the sign of an operator.
func symbol(o Op) string {
	if o < Equal || o > GreaterEqual {
		return "?"
	}
	return [...]string{"=", "!=", "<", "<=", ">", ">="}[o-Equal]
}

// constantWords writes a constant: texts in quotes, times in the form of RFC 3339.
func constantWords(v any) string {
	switch v := plain(v).(type) {
	case string:
		return strconv.Quote(v)
	case time.Time:
		return microseconds(v).Format(time.RFC3339Nano)
	case decimal.Decimal:
		if d, err := fits(place{}, &Field{}, v); err == nil {
			return d.String()
		}
		return "a number too long to write"
	default:
		return fmt.Sprint(v)
	}
}
