package storagetest

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A term is a condition in two forms: the criterion that the driver gets, and
// what it means, written for being plainly right.
type term struct {
	is    criteria.Criterion
	holds func(row) bool
}

// A generator draws terms over a world.
type generator struct {
	draw  Draw
	world *world
	now   time.Time
}

// term draws a condition on a kind, at most depth levels deep.
func (g *generator) term(kind string, depth int) term {
	form := 9
	if depth > 0 {
		form = g.draw(10)
	}
	below := func() term { return g.term(kind, depth-1) }
	switch {
	case form == 0:
		t := below()
		return term{criteria.Not(t.is), func(r row) bool { return !t.holds(r) }}
	case form <= 2:
		list := several(g.draw, 0, 3, below)
		return term{criteria.All(criterionsOf(list)...), func(r row) bool { return !slices.ContainsFunc(list, func(t term) bool { return !t.holds(r) }) }}
	case form <= 4:
		list := several(g.draw, 0, 3, below)
		return term{criteria.Any(criterionsOf(list)...), func(r row) bool { return slices.ContainsFunc(list, func(t term) bool { return t.holds(r) }) }}
	case form <= 6:
		return g.other(kind, depth-1)
	default:
		return g.leaf(kind)
	}
}

func criterionsOf(list []term) []criteria.Criterion {
	of := make([]criteria.Criterion, len(list))
	for i, t := range list {
		of[i] = t.is
	}
	return of
}

// other draws a condition on records of a kind that the record at hand points
// to, or that point to it.
func (g *generator) other(kind string, depth int) term {
	if kind == "kit_order" {
		return g.parent("account", depth)
	}
	switch g.draw(4) {
	case 0:
		return g.parent("boss", depth)
	case 1:
		return g.related("kit_account", pick(g.draw, []string{"boss", "loose"}), pick(g.draw, []string{"visits", "credit"}), depth)
	default:
		return g.related("kit_order", "account", pick(g.draw, []string{"pieces", "amount"}), depth)
	}
}

// where draws the condition below a relation: none, now and then.
func (g *generator) where(kind string, depth int) term {
	if chance(g.draw, 3) {
		return term{nil, func(row) bool { return true }}
	}
	return g.term(kind, depth)
}

func (g *generator) parent(field string, depth int) term {
	where := g.where("kit_account", depth)
	return term{criteria.Parent(field, where.is), func(r row) bool {
		id, ok := r[field]
		return ok && slices.ContainsFunc(g.world.live("kit_account"), func(p row) bool { return p["id"] == id && where.holds(p) })
	}}
}

func (g *generator) related(kind, via, of string, depth int) term {
	where, op := g.where(kind, depth), g.op(6)
	matching := func(r row) []row {
		return slices.DeleteFunc(g.world.live(kind), func(o row) bool { return o[via] != r["id"] || !where.holds(o) })
	}
	switch g.draw(3) {
	case 0:
		return term{criteria.Related(kind, via, where.is), func(r row) bool { return len(matching(r)) > 0 }}
	case 1:
		n := int64(g.draw(4))
		return term{criteria.RelatedCount(kind, via, where.is, op, n), func(r row) bool {
			return holds(op, compareValues(int64(len(matching(r))), n))
		}}
	default:
		limit := pick(g.draw, someDecimals)
		return term{criteria.RelatedSum(kind, via, of, where.is, op, limit), func(r row) bool {
			sum, _ := summed(matching(r), of).(*big.Rat)
			if sum == nil {
				sum = new(big.Rat)
			}
			return holds(op, sum.Cmp(fraction(limit)))
		}}
	}
}

// op draws one of the first n operators: 2 for equality, 6 for all.
func (g *generator) op(n int) criteria.Op { return criteria.Op(1 + g.draw(n)) }

// leaf draws a condition on one field.
func (g *generator) leaf(kind string) term {
	names := slices.Sorted(maps.Keys(fieldTypes[kind]))
	field := pick(g.draw, names)
	typ := fieldTypes[kind][field]
	form := g.draw(6)
	switch {
	case form == 0 || typ == criteria.JSON:
		return term{criteria.Missing(field), func(r row) bool { _, ok := r[field]; return !ok }}
	case typ == criteria.Texts:
		return g.set(field)
	case form == 1:
		return g.in(field, typ)
	case form <= 3 && typ == criteria.Text:
		return g.match(field)
	case form == 2 && (typ == criteria.Day || typ == criteria.Time):
		return g.anniversary(field)
	case typ == criteria.Bool || typ == criteria.Ref:
		return g.comparison(field, typ, g.op(2))
	default:
		return g.comparison(field, typ, g.op(6))
	}
}

// constructors make the criterion of a comparison.
var constructors = map[criteria.Op]func(string, any) criteria.Criterion{
	criteria.Equal: criteria.Eq, criteria.NotEqual: criteria.Ne, criteria.Less: criteria.Lt,
	criteria.LessEqual: criteria.Le, criteria.Greater: criteria.Gt, criteria.GreaterEqual: criteria.Ge,
}

func (g *generator) comparison(field string, typ criteria.Type, op criteria.Op) term {
	given, means := g.constant(typ)
	return term{constructors[op](field, given), func(r row) bool {
		v, ok := r[field]
		return ok && holds(op, compareValues(v, means))
	}}
}

// constant draws a constant and the value that it means.
func (g *generator) constant(typ criteria.Type) (given, means any) {
	switch typ {
	case criteria.Text:
		given = pick(g.draw, someTexts)
	case criteria.Integer:
		given = pick(g.draw, someIntegers)
	case criteria.Decimal:
		given = pick(g.draw, someDecimals)
	case criteria.Bool:
		given = chance(g.draw, 2)
	case criteria.Ref:
		given = pick(g.draw, g.world.ids)
	case criteria.Time:
		return g.moment()
	default:
		return g.day()
	}
	return given, given
}

func (g *generator) moment() (given, means any) {
	span := pick(g.draw, someSpans)
	switch g.draw(4) {
	case 0:
		return criteria.Ago(span), g.now.Add(-span)
	case 1:
		return criteria.FromNow(span), g.now.Add(span)
	case 2:
		days := g.draw(60) - 30
		y, m, d := g.now.Date()
		return criteria.Today(days, ""), time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC)
	default:
		at := pick(g.draw, someMoments)
		return at, at
	}
}

func (g *generator) day() (given, means any) {
	days := g.draw(60) - 30
	y, m, d := g.now.AddDate(0, 0, days).Date()
	if chance(g.draw, 2) {
		return criteria.Today(days, "UTC"), storage.Date{Year: y, Month: m, Day: d}
	}
	date := pick(g.draw, someDates)
	return date, date
}

func (g *generator) in(field string, typ criteria.Type) term {
	var given, means []any
	for range g.draw(5) {
		c, v := g.constant(typ)
		given, means = append(given, c), append(means, v)
	}
	return term{criteria.In(field, given...), func(r row) bool {
		v, ok := r[field]
		return ok && slices.ContainsFunc(means, func(m any) bool { return compareValues(v, m) == 0 })
	}}
}

func (g *generator) set(field string) term {
	values := several(g.draw, 0, 3, func() string { return pick(g.draw, someTexts) })
	lacks := func(r row) func(string) bool {
		held, _ := r[field].([]string)
		return func(s string) bool { return !slices.Contains(held, s) }
	}
	if chance(g.draw, 2) {
		return term{criteria.HasAll(field, values...), func(r row) bool { return !slices.ContainsFunc(values, lacks(r)) }}
	}
	return term{criteria.HasAny(field, values...), func(r row) bool {
		return slices.ContainsFunc(values, func(s string) bool { return !lacks(r)(s) })
	}}
}

func (g *generator) match(field string) term {
	text := pick(g.draw, someTexts)
	of := func(test func(string) bool) func(row) bool {
		return func(r row) bool { s, ok := r[field].(string); return ok && test(s) }
	}
	form := g.draw(3)
	switch {
	case form == 0:
		return term{criteria.Prefix(field, text), of(func(s string) bool { return strings.HasPrefix(s, text) })}
	case form == 1 && searchable[field]:
		return term{criteria.Search(field, text), of(func(s string) bool { return strings.Contains(criteria.Fold(s), criteria.Fold(text)) })}
	default:
		return term{criteria.Contains(field, text), of(func(s string) bool { return strings.Contains(s, text) })}
	}
}

// anniversary looks at each of the next days, one by one.
func (g *generator) anniversary(field string) term {
	days := pick(g.draw, []int{0, 1, 7, 60, 366})
	return term{criteria.Anniversary(field, days, ""), func(r row) bool {
		var month time.Month
		var day int
		switch v := r[field].(type) {
		case time.Time:
			_, month, day = v.UTC().Date()
		case storage.Date:
			month, day = v.Month, v.Day
		default:
			return false
		}
		return slices.ContainsFunc(upcoming(g.now, days), func(t time.Time) bool { return keptOn(month, day, t) })
	}}
}

// upcoming returns the days from today to that many days ahead.
func upcoming(now time.Time, days int) []time.Time {
	list := make([]time.Time, days+1)
	for i := range list {
		list[i] = now.AddDate(0, 0, i)
	}
	return list
}

// keptOn reports whether an anniversary is kept on a day: one of 29 February
// on the 28th where the year has no other.
func keptOn(month time.Month, day int, t time.Time) bool {
	leap := time.Date(t.Year(), 2, 29, 0, 0, 0, 0, time.UTC).Day() == 29
	if month == 2 && day == 29 && !leap {
		day = 28
	}
	return t.Month() == month && t.Day() == day
}

// anID is an id that no record has.
var anID = uuid.MustParse("018f0000-0000-7000-8000-0000000000ff")
