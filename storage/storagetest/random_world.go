package storagetest

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// The values are few, so that constants often meet the values of records, and
// they lie where things go wrong: at zero, at the ends, in other writings of
// the same number, around the moment of the query.
var (
	someTexts    = []string{"a", "A", "ａ", "ab", "b", "a%", "_", "张三", "张三丰", "é", "e\u0301", "ß", "SS", "😀", "a ", `"`}
	someIntegers = []int64{0, 1, -1, 2, 10, math.MaxInt64, math.MinInt64, 1 << 53}
	someDecimals = []decimal.Decimal{number("0"), number("0.00"), number("1"), number("1.10"), number("1.1"), number("-1.5"),
		number("1e3"), number("1000"), number("99999999999999999999.01"), number("1e-9")}
	someMoments = []time.Time{start, start.Add(time.Microsecond), start.Add(-time.Hour), start.Add(72 * time.Hour),
		time.Date(2024, 2, 29, 23, 30, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}
	someDates = []storage.Date{{Year: 2026, Month: 1, Day: 5}, {Year: 2026, Month: 1, Day: 4}, {Year: 1990, Month: 1, Day: 12},
		{Year: 2000, Month: 2, Day: 29}, {Year: 1999, Month: 2, Day: 28}, {Year: 1, Month: 12, Day: 31}}
	someSpans = []time.Duration{0, time.Microsecond, time.Hour, 72 * time.Hour, -72 * time.Hour}
)

// A row is a record as the naive evaluator sees it: its values by the names of
// fields; an absent value is not there.
type row map[string]any

// A world is all records of one round, live and deleted, by kind.
type world struct {
	rows map[string][]row
	ids  []uuid.UUID // of the accounts, and one of nothing
}

// fieldTypes are the fields of the kinds in a world that conditions use.
var fieldTypes = map[string]map[string]criteria.Type{
	"kit_account": {
		"name": criteria.Text, "note": criteria.Text, "region": criteria.Text, "number": criteria.Integer, "visits": criteria.Integer,
		"age":     criteria.Integer,
		"balance": criteria.Decimal, "credit": criteria.Decimal, "active": criteria.Bool, "agreed": criteria.Bool, "seen": criteria.Time,
		"born": criteria.Day,
		"boss": criteria.Ref, "loose": criteria.Ref, "tags": criteria.Texts, "extra": criteria.JSON, "id": criteria.Ref,
		"version": criteria.Integer, "deleted_at": criteria.Time, "created_at": criteria.Time,
		"custom.c_text": criteria.Text, "custom.c_integer": criteria.Integer, "custom.c_decimal": criteria.Decimal, "custom.c_bool": criteria.Bool,
		"custom.c_time": criteria.Time, "custom.c_date": criteria.Day, "custom.c_ref": criteria.Ref, "custom.c_texts": criteria.Texts,
	},
	"kit_order": {
		"account": criteria.Ref, "product": criteria.Text, "amount": criteria.Decimal, "pieces": criteria.Integer, "placed": criteria.Time,
		"id": criteria.Ref, "version": criteria.Integer,
	},
}

// addedTypes are the custom fields that every tenant of the random conditions
// adds to accounts, one of each type.
var addedTypes = map[string]criteria.Type{
	"c_text": criteria.Text, "c_integer": criteria.Integer, "c_decimal": criteria.Decimal, "c_bool": criteria.Bool, "c_time": criteria.Time,
	"c_date": criteria.Day, "c_ref": criteria.Ref, "c_texts": criteria.Texts,
}

// addedFields are their definitions.
func addedFields() []*storage.CustomField {
	var list []*storage.CustomField
	for _, name := range slices.Sorted(maps.Keys(addedTypes)) {
		f := &storage.CustomField{Kind: "kit_account", Name: name, Type: addedTypes[name].String()}
		if addedTypes[name] == criteria.Ref {
			f.Target = "kit_account"
		}
		list = append(list, f)
	}
	return list
}

// randomCustom draws the custom values of an account, by their names in criteria.
func randomCustom(draw Draw, ids []uuid.UUID) row {
	r := row{}
	add := func(name string, v any, absent bool) { keep(r, "custom."+name, v, !absent) }
	text, moment, date, id := orZero(draw, someTexts), orZero(draw, someMoments), orZero(draw, someDates), orZero(draw, ids)
	tags := several(draw, 0, 3, func() string { return pick(draw, someTexts) })
	add("c_text", text, text == "")
	add("c_time", moment, moment.IsZero())
	add("c_date", date, date.IsZero())
	add("c_ref", id, id == uuid.Nil)
	add("c_texts", tags, len(tags) == 0)
	keepPointer(r, "custom.c_integer", maybe(draw, someIntegers))
	keepPointer(r, "custom.c_decimal", maybe(draw, someDecimals))
	keepPointer(r, "custom.c_bool", maybe(draw, []bool{true, false}))
	return r
}

// searchable fields take Search.
var searchable = map[string]bool{"name": true}

// randomAccount draws an account whose id is one of the world's.
func randomAccount(draw Draw, ids []uuid.UUID, i int) *account {
	a := &account{
		Meta: storage.Meta{ID: ids[i]}, Name: orZero(draw, someTexts), Note: orZero(draw, someTexts), Region: orZero(draw, someTexts[:3]), Number: int64(i),
		Visits: pick(draw, someIntegers), Age: maybe(draw, someIntegers), Balance: pick(draw, someDecimals), Credit: maybe(draw, someDecimals),
		Active: chance(draw, 2), Agreed: maybe(draw, []bool{true, false}), Seen: orZero(draw, someMoments), Born: orZero(draw, someDates),
		Boss: orZero(draw, ids), Loose: orZero(draw, ids),
	}
	a.Tags = several(draw, 0, 3, func() string { return pick(draw, someTexts) })
	if chance(draw, 3) {
		a.Extra = json.RawMessage(`{"a":1}`)
	}
	return a
}

// randomOrder draws an order of one of the accounts.
func randomOrder(draw Draw, ids []uuid.UUID) *order {
	return &order{Account: orZero(draw, ids), Product: orZero(draw, someTexts), Amount: maybe(draw, someDecimals),
		Pieces: maybe(draw, someIntegers), Placed: orZero(draw, someMoments)}
}

// accountRow turns an account into a row.
func accountRow(a *account) row {
	r := metaRow(a.Meta)
	r["number"], r["visits"], r["balance"], r["active"] = a.Number, a.Visits, a.Balance, a.Active
	keep(r, "name", a.Name, a.Name != "")
	keep(r, "note", a.Note, a.Note != "")
	keep(r, "region", a.Region, a.Region != "")
	keepPointer(r, "age", a.Age)
	keepPointer(r, "credit", a.Credit)
	keepPointer(r, "agreed", a.Agreed)
	keep(r, "seen", a.Seen, !a.Seen.IsZero())
	keep(r, "born", a.Born, a.Born != storage.Date{})
	keep(r, "boss", a.Boss, a.Boss != uuid.Nil)
	keep(r, "loose", a.Loose, a.Loose != uuid.Nil)
	keep(r, "tags", a.Tags, len(a.Tags) > 0)
	keep(r, "extra", a.Extra, len(a.Extra) > 0)
	return r
}

// orderRow turns an order into a row.
func orderRow(o *order) row {
	r := metaRow(o.Meta)
	keep(r, "account", o.Account, o.Account != uuid.Nil)
	keep(r, "product", o.Product, o.Product != "")
	keepPointer(r, "amount", o.Amount)
	keepPointer(r, "pieces", o.Pieces)
	keep(r, "placed", o.Placed, !o.Placed.IsZero())
	return r
}

func metaRow(m storage.Meta) row {
	r := row{"id": m.ID, "version": m.Version, "created_at": m.CreatedAt, "updated_at": m.UpdatedAt}
	keep(r, "deleted_at", m.DeletedAt, !m.DeletedAt.IsZero())
	return r
}

func keep(r row, name string, v any, present bool) {
	if present {
		r[name] = v
	}
}

func keepPointer[V any](r row, name string, p *V) {
	if p != nil {
		r[name] = *p
	}
}

// merged adds the values of one row to another.
func merged(r, more row) row {
	maps.Copy(r, more)
	return r
}

// live returns the rows of a kind that are not deleted.
func (w *world) live(kind string) []row {
	var list []row
	for _, r := range w.rows[kind] {
		if _, deleted := r["deleted_at"]; !deleted {
			list = append(list, r)
		}
	}
	return list
}
