package criteria

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// naive evaluates a criterion as it was written, without Check and Compile,
// over records that are maps: an absent value is not in the map. It is written
// for being plainly right, and shares no code with what it is the judge of
// except Fold, which has tests of its own.
type naive struct {
	now   time.Time
	world map[string][]map[string]any
}

func newNaive(now time.Time, w *world) *naive {
	return &naive{now, map[string][]map[string]any{
		"person": each(w.people, personMap),
		"order":  each(w.orders, orderMap),
	}}
}

func personMap(p *person) map[string]any {
	m := map[string]any{"id": p.ID, "visits": p.Visits}
	put(m, "name", p.Name, p.Name != "")
	put(m, "stage", p.Stage, p.Stage != "")
	putPointer(m, "age", p.Age)
	putPointer(m, "credit", p.Credit)
	putPointer(m, "active", p.Active)
	put(m, "seen", p.Seen, !p.Seen.IsZero())
	put(m, "birthday", p.Birthday, p.Birthday != Date{})
	put(m, "boss", p.Boss, p.Boss != uuid.Nil)
	put(m, "loose", p.Boss, p.Boss != uuid.Nil)
	put(m, "tags", p.Tags, len(p.Tags) > 0)
	put(m, "extra", p.Extra, len(p.Extra) > 0)
	return m
}

func orderMap(o *order) map[string]any {
	m := map[string]any{"id": o.ID}
	put(m, "customer", o.Customer, o.Customer != uuid.Nil)
	putPointer(m, "amount", o.Amount)
	putPointer(m, "pieces", o.Pieces)
	put(m, "product", o.Product, o.Product != "")
	put(m, "placed_at", o.PlacedAt, !o.PlacedAt.IsZero())
	return m
}

func put(m map[string]any, name string, v any, present bool) {
	if present {
		m[name] = v
	}
}

func putPointer[V any](m map[string]any, name string, v *V) {
	if v != nil {
		m[name] = *v
	}
}

func (n *naive) matches(c Criterion, rec map[string]any) bool {
	switch c := c.(type) {
	case nil:
		return true
	case all:
		return !slices.ContainsFunc(c.of, func(c Criterion) bool { return !n.matches(c, rec) })
	case any_:
		return slices.ContainsFunc(c.of, func(c Criterion) bool { return n.matches(c, rec) })
	case not:
		return !n.matches(c.of, rec)
	case missing:
		_, ok := rec[c.field]
		return !ok
	case related:
		return n.related(c, rec)
	case parent:
		ref, ok := rec[c.field]
		return ok && slices.ContainsFunc(n.world["person"], func(p map[string]any) bool {
			return p["id"] == ref && n.matches(c.where, p)
		})
	}
	return n.leaf(c, rec)
}

func (n *naive) leaf(c Criterion, rec map[string]any) bool {
	switch c := c.(type) {
	case compare:
		v, ok := rec[c.field]
		return ok && ops[c.op](n.order(v, c.value))
	case in:
		v, ok := rec[c.field]
		return ok && slices.ContainsFunc(c.values, func(want any) bool { return n.order(v, want) == 0 })
	case has:
		tags, _ := rec[c.field].([]string)
		held := 0
		for _, v := range c.values {
			if slices.Contains(tags, v) {
				held++
			}
		}
		return c.every && held == len(c.values) || !c.every && held > 0
	case match:
		s, ok := rec[c.field].(string)
		switch c.mode {
		case PrefixMode:
			return ok && len(s) >= len(c.text) && s[:len(c.text)] == c.text
		case ContainsMode:
			return ok && strings.Contains(s, c.text)
		default:
			return ok && strings.Contains(Fold(s), Fold(c.text))
		}
	case anniversary:
		return n.anniversary(c, rec)
	}
	panic("not a leaf")
}

var ops = map[Op]func(int) bool{
	Equal:        func(c int) bool { return c == 0 },
	NotEqual:     func(c int) bool { return c != 0 },
	Less:         func(c int) bool { return c == -1 },
	LessEqual:    func(c int) bool { return c != 1 },
	Greater:      func(c int) bool { return c == 1 },
	GreaterEqual: func(c int) bool { return c != -1 },
}

// order compares the value of a record with a constant.
func (n *naive) order(v, constant any) int {
	if m, ok := constant.(Moment); ok {
		constant = n.resolve(m, v)
	}
	switch v := v.(type) {
	case string:
		return strings.Compare(v, constant.(string))
	case int64, decimal.Decimal:
		return rational(v).Cmp(rational(constant))
	case bool:
		if v == constant.(bool) {
			return 0
		}
		return 1
	case time.Time:
		return v.Compare(constant.(time.Time).Truncate(time.Microsecond))
	case Date:
		return strings.Compare(v.String(), constant.(Date).String())
	case uuid.UUID:
		return strings.Compare(v.String(), constant.(uuid.UUID).String())
	}
	panic("no order")
}

// rational reads a number without decimals having a say in it.
func rational(v any) *big.Rat {
	switch v := v.(type) {
	case int:
		return big.NewRat(int64(v), 1)
	case int64:
		return big.NewRat(v, 1)
	case decimal.Decimal:
		r, _ := new(big.Rat).SetString(v.Coefficient().String() + "e" + big.NewInt(int64(v.Exponent())).String())
		return r
	}
	panic("no number")
}

// resolve returns the time or the date that a moment is.
func (n *naive) resolve(m Moment, like any) any {
	t := n.now.Add(m.shift)
	if m.base != fromNow {
		zone, _ := time.LoadLocation(m.zone)
		y, month, d := n.now.In(zone).Date()
		if m.base == today {
			t = time.Date(y, month, d+m.n, 0, 0, 0, 0, zone)
		} else if t = time.Date(y, month+time.Month(m.n), d, 0, 0, 0, 0, zone); t.Day() != d {
			t = t.AddDate(0, 0, -t.Day())
		}
	} else {
		t = t.UTC()
	}
	if _, ok := like.(Date); ok {
		return Date{t.Year(), t.Month(), t.Day()}
	}
	return t
}

// anniversary looks at the date as it is kept in the years around now.
func (n *naive) anniversary(c anniversary, rec map[string]any) bool {
	zone, _ := time.LoadLocation(c.zone)
	var month time.Month
	var day int
	switch v := rec[c.field].(type) {
	case time.Time:
		_, month, day = v.In(zone).Date()
	case Date:
		month, day = v.Month, v.Day
	default:
		return false
	}
	y, m, d := n.now.In(zone).Date()
	first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	last := time.Date(y, m, d+c.days, 0, 0, 0, 0, time.UTC)
	for year := y; year <= y+2; year++ {
		kept := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if kept.Month() != month {
			kept = time.Date(year, 2, 28, 0, 0, 0, 0, time.UTC)
		}
		if !kept.Before(first) && !kept.After(last) {
			return true
		}
	}
	return false
}

func (n *naive) related(c related, rec map[string]any) bool {
	count, total := int64(0), new(big.Rat)
	for _, other := range n.world[c.kind] {
		if other[c.via] != rec["id"] || !n.matches(c.where, other) {
			continue
		}
		count++
		if v, ok := other[c.of]; ok {
			total.Add(total, rational(v))
		}
	}
	switch c.measure {
	case Count:
		return ops[c.op](big.NewRat(count, 1).Cmp(rational(c.value)))
	case Sum:
		return ops[c.op](total.Cmp(rational(c.value)))
	default:
		return count > 0
	}
}
