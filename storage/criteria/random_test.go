package criteria

import (
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// The values are few, so that constants often meet the values of records, and
// they lie where things go wrong: at zero, at the ends, beside midnight, in
// other writings of the same number.

var (
	someTexts = []string{"vip", "VIP", "ｖｉｐ", "vi", "张三", "张三丰", "Straße", "STRASSE", "İ", "i", "a\"<b>", "\u00e9", "e\u0301"}
	someInts  = []int64{0, 1, -1, 2, 3, 100, math.MaxInt64, math.MinInt64, 1 << 53}
	someDecs  = []string{"0", "0.00", "1", "1.0", "1.00", "-1", "1.5", "1.50", "-1.5", "99.99", "100", "1e2", "100.005", "1e-15", "123456789012345678901234567890.12", "-1e9", "1.000000000001", "7e4"}
	someDays  = []Date{{2000, 2, 29}, {1999, 2, 28}, {1990, 3, 1}, {2026, 3, 1}, {2026, 2, 28}, {1985, 12, 31}, {1, 1, 1}, {2026, 3, 8}, {2023, 2, 28}, {2023, 3, 1}}
	someZones = []string{"", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"}
	someSpans = []time.Duration{0, time.Hour, 12 * time.Hour, 72 * time.Hour, -time.Hour, 3 * 365 * 24 * time.Hour}
)

func someTimes() []time.Time {
	times := []time.Time{noon, noon.Add(time.Microsecond), time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC), time.Date(1950, 3, 1, 0, 0, 0, 1000, time.UTC)}
	for _, d := range someSpans {
		times = append(times, noon.Add(-d), noon.Add(d))
	}
	for _, zone := range someZones {
		loc, _ := time.LoadLocation(zone)
		times = append(times, DateOf(noon.In(loc)).In(loc).UTC(), DateOf(noon.In(loc)).AddDays(-30).In(loc).UTC())
	}
	return times
}

func maybe[V any](t *rapid.T, name string, g *rapid.Generator[V]) *V {
	if rapid.IntRange(0, 3).Draw(t, name+" absent") == 0 {
		return nil
	}
	return ptr(g.Draw(t, name))
}

// orZero is maybe for values whose zero means absent.
func orZero[V any](t *rapid.T, name string, g *rapid.Generator[V]) V {
	if p := maybe(t, name, g); p != nil {
		return *p
	}
	var zero V
	return zero
}

// The generators are made anew for each use: rapid fills in their texts when
// they are first asked for, without a lock, and tests run in parallel.
func genText() *rapid.Generator[string]         { return rapid.SampledFrom(someTexts) }
func genInt() *rapid.Generator[int64]           { return rapid.SampledFrom(someInts) }
func genDec() *rapid.Generator[decimal.Decimal] { return rapid.Map(rapid.SampledFrom(someDecs), dec) }
func genDay() *rapid.Generator[Date]            { return rapid.SampledFrom(someDays) }
func genTime() *rapid.Generator[time.Time]      { return rapid.SampledFrom(someTimes()) }
func genZone() *rapid.Generator[string]         { return rapid.SampledFrom(someZones) }
func genID() *rapid.Generator[uuid.UUID]        { return rapid.Map(rapid.ByteRange(1, 4), id) }
func genOp() *rapid.Generator[Op] {
	return rapid.Map(rapid.IntRange(int(Equal), int(GreaterEqual)), func(n int) Op { return Op(n) })
}

func genWorld(t *rapid.T) *world {
	w := &world{}
	for n := range rapid.IntRange(1, 4).Draw(t, "people") {
		w.people = append(w.people, genPerson(t, id(byte(n+1))))
	}
	for n := range rapid.IntRange(0, 6).Draw(t, "orders") {
		w.orders = append(w.orders, &order{
			ID:       id(byte(100 + n)),
			Customer: orZero(t, "customer", genID()),
			Amount:   maybe(t, "amount", genDec()),
			Pieces:   maybe(t, "pieces", genInt()),
			Product:  orZero(t, "product", genText()),
			PlacedAt: orZero(t, "placed", genTime()),
		})
	}
	return w
}

func genPerson(t *rapid.T, id uuid.UUID) *person {
	return &person{
		ID:       id,
		Name:     orZero(t, "name", genText()),
		Stage:    orZero(t, "stage", genText()),
		Age:      maybe(t, "age", genInt()),
		Visits:   genInt().Draw(t, "visits"),
		Credit:   maybe(t, "credit", genDec()),
		Active:   maybe(t, "active", rapid.Bool()),
		Seen:     orZero(t, "seen", genTime()),
		Birthday: orZero(t, "birthday", genDay()),
		Boss:     orZero(t, "boss", genID()),
		Tags:     rapid.SliceOfN(genText(), 0, 4).Draw(t, "tags"),
		Extra:    orZero(t, "extra", rapid.Just([]byte("{}"))),
	}
}

// genCriterion draws a criterion on a kind that Check accepts.
func genCriterion(t *rapid.T, kind *testKind, depth int) Criterion {
	form := 9
	if depth > 0 {
		form = rapid.IntRange(0, 9).Draw(t, "form")
	}
	below := func() Criterion { return genCriterion(t, kind, depth-1) }
	switch {
	case form == 0:
		return Not(below())
	case form <= 2:
		return All(several(t, below)...)
	case form <= 4:
		return Any(several(t, below)...)
	case form <= 6:
		return genOther(t, kind, depth-1)
	default:
		return genLeaf(t, rapid.SampledFrom(kind.fields).Draw(t, "field"))
	}
}

func several(t *rapid.T, draw func() Criterion) []Criterion {
	of := make([]Criterion, rapid.IntRange(0, 5).Draw(t, "children"))
	for i := range of {
		of[i] = draw()
	}
	return of
}

// genOther draws a criterion on other records.
func genOther(t *rapid.T, kind *testKind, depth int) Criterion {
	if kind == orders {
		return Parent("customer", genWhere(t, people, depth))
	}
	switch rapid.IntRange(0, 5).Draw(t, "other") {
	case 0:
		return Parent("boss", genWhere(t, people, depth))
	case 1:
		return Related("person", rapid.SampledFrom([]string{"boss", "loose"}).Draw(t, "via"), genWhere(t, people, depth))
	case 2:
		return Related("order", "customer", genWhere(t, orders, depth))
	case 3:
		return RelatedCount("order", "customer", genWhere(t, orders, depth), genOp().Draw(t, "op"), rapid.Int64Range(-1, 4).Draw(t, "count"))
	case 4:
		return RelatedSum("order", "customer", "pieces", genWhere(t, orders, depth), genOp().Draw(t, "op"), genInt().Draw(t, "pieces"))
	default:
		return RelatedSum("order", "customer", "amount", genWhere(t, orders, depth), genOp().Draw(t, "op"), genDec().Draw(t, "sum"))
	}
}

func genWhere(t *rapid.T, kind *testKind, depth int) Criterion {
	if rapid.IntRange(0, 3).Draw(t, "no where") == 0 {
		return nil
	}
	return genCriterion(t, kind, depth)
}

func genLeaf(t *rapid.T, f *Field) Criterion {
	form := rapid.IntRange(0, 5).Draw(t, "leaf")
	switch {
	case form == 0 || f.Type == JSON:
		return Missing(f.Name)
	case f.Type == Texts:
		return genHas(t, f)
	case form == 1:
		return In(f.Name, rapid.SliceOfN(genConstant(f), 0, 12).Draw(t, "values")...)
	case form <= 3 && f.Type == Text:
		return genMatch(t, f)
	case form <= 3 && (f.Type == Day || f.Type == Time):
		return Anniversary(f.Name, rapid.SampledFrom([]int{0, 1, 7, 30, 364, 365, 366}).Draw(t, "days"), genZone().Draw(t, "zone"))
	case f.Type == Bool || f.Type == Ref:
		op := rapid.SampledFrom([]Op{Equal, NotEqual}).Draw(t, "op")
		return compare{f.Name, op, genConstant(f).Draw(t, "value")}
	default:
		return compare{f.Name, genOp().Draw(t, "op"), genConstant(f).Draw(t, "value")}
	}
}

func genHas(t *rapid.T, f *Field) Criterion {
	values := rapid.SliceOfN(genText(), 0, 10).Draw(t, "values")
	if rapid.Bool().Draw(t, "every") {
		return HasAll(f.Name, values[:min(len(values), 3)]...)
	}
	return HasAny(f.Name, values...)
}

func genMatch(t *rapid.T, f *Field) Criterion {
	text := genText().Draw(t, "text")
	switch rapid.IntRange(0, 2).Draw(t, "mode") {
	case 0:
		return Prefix(f.Name, text)
	case 1:
		return Contains(f.Name, text)
	}
	if f.Searchable {
		return Search(f.Name, text)
	}
	return Contains(f.Name, text)
}

// genConstant draws constants of the Go type that naive knows for the field, or moments.
func genConstant(f *Field) *rapid.Generator[any] {
	switch f.Type {
	case Text:
		return genText().AsAny()
	case Integer:
		return genInt().AsAny()
	case Decimal:
		return genDec().AsAny()
	case Bool:
		return rapid.Bool().AsAny()
	case Time:
		return rapid.OneOf(genTime().AsAny(), rapid.Custom(genMoment).AsAny())
	case Day:
		return rapid.OneOf(genDay().AsAny(), rapid.Custom(genMoment).AsAny())
	default:
		return genID().AsAny()
	}
}

func genMoment(t *rapid.T) Moment {
	zone := genZone().Draw(t, "zone")
	switch rapid.IntRange(0, 4).Draw(t, "moment") {
	case 0:
		return Now()
	case 1:
		return Ago(rapid.SampledFrom(someSpans).Draw(t, "span"))
	case 2:
		return FromNow(rapid.SampledFrom(someSpans).Draw(t, "span"))
	case 3:
		return Today(rapid.IntRange(-31, 31).Draw(t, "days"), zone)
	default:
		return MonthsFromToday(rapid.IntRange(-40, 40).Draw(t, "months"), zone)
	}
}
