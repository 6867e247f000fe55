package criteria

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A person has a field of every type. Pointers are optional fields.
type person struct {
	ID       uuid.UUID
	Name     string
	Stage    string
	Age      *int64
	Visits   int64
	Credit   *decimal.Decimal
	Active   *bool
	Seen     time.Time
	Birthday Date
	Boss     uuid.UUID
	Tags     []string
	Extra    json.RawMessage
}

// An order points to the person who placed it.
type order struct {
	ID       uuid.UUID
	Customer uuid.UUID
	Amount   *decimal.Decimal
	Pieces   *int64
	Product  string
	PlacedAt time.Time
}

func textField(name string, get func(any) string) *Field {
	return &Field{Name: name, Type: Text, Text: func(rec any) (string, bool) { s := get(rec); return s, s != "" }}
}

func timeField(name string, get func(any) time.Time) *Field {
	return &Field{Name: name, Type: Time, Time: func(rec any) (time.Time, bool) { t := get(rec); return t, !t.IsZero() }}
}

func refField(name, target string, get func(any) uuid.UUID) *Field {
	return &Field{Name: name, Type: Ref, Target: target, Ref: func(rec any) (uuid.UUID, bool) { id := get(rec); return id, id != uuid.Nil }}
}

// optional reads a pointer.
func optional[V any](get func(any) *V) func(any) (V, bool) {
	return func(rec any) (V, bool) {
		if p := get(rec); p != nil {
			return *p, true
		}
		var none V
		return none, false
	}
}

// A testKind is a Kind that lists its fields.
type testKind struct {
	name   string
	fields []*Field
}

func (k *testKind) Name() string { return k.name }

func (k *testKind) Field(name string) (*Field, bool) {
	for _, f := range k.fields {
		if f.Name == name {
			return f, true
		}
	}
	return nil, false
}

func (k *testKind) FieldNames() []string {
	return each(k.fields, func(f *Field) string { return f.Name })
}

var people = &testKind{"person", []*Field{
	refField("id", "", func(r any) uuid.UUID { return r.(*person).ID }),
	searchable(textField("name", func(r any) string { return r.(*person).Name })),
	textField("stage", func(r any) string { return r.(*person).Stage }),
	{Name: "age", Type: Integer, Integer: optional(func(r any) *int64 { return r.(*person).Age })},
	{Name: "visits", Type: Integer, Integer: func(r any) (int64, bool) { return r.(*person).Visits, true }},
	{Name: "credit", Type: Decimal, Decimal: optional(func(r any) *decimal.Decimal { return r.(*person).Credit })},
	{Name: "active", Type: Bool, Bool: optional(func(r any) *bool { return r.(*person).Active })},
	timeField("seen", func(r any) time.Time { return r.(*person).Seen }),
	{Name: "birthday", Type: Day, Day: func(r any) (Date, bool) { d := r.(*person).Birthday; return d, !d.IsZero() }},
	refField("boss", "person", func(r any) uuid.UUID { return r.(*person).Boss }),
	refField("loose", "", func(r any) uuid.UUID { return r.(*person).Boss }),
	{Name: "tags", Type: Texts, Texts: func(r any) ([]string, bool) { t := r.(*person).Tags; return t, len(t) > 0 }},
	{Name: "extra", Type: JSON, Raw: func(r any) ([]byte, bool) { b := r.(*person).Extra; return b, len(b) > 0 }},
}}

var orders = &testKind{"order", []*Field{
	refField("id", "", func(r any) uuid.UUID { return r.(*order).ID }),
	refField("customer", "person", func(r any) uuid.UUID { return r.(*order).Customer }),
	{Name: "amount", Type: Decimal, Decimal: optional(func(r any) *decimal.Decimal { return r.(*order).Amount })},
	{Name: "pieces", Type: Integer, Integer: optional(func(r any) *int64 { return r.(*order).Pieces })},
	textField("product", func(r any) string { return r.(*order).Product }),
	timeField("placed_at", func(r any) time.Time { return r.(*order).PlacedAt }),
}}

// bare is a kind without an id.
var bare = &testKind{"bare", []*Field{textField("name", func(any) string { return "" })}}

func searchable(f *Field) *Field {
	f.Searchable = true
	return f
}

// testKinds are the Kinds of the tests.
type testKinds []*testKind

var kinds = testKinds{people, orders, bare}

func (k testKinds) Kind(name string) (Kind, bool) {
	for _, kind := range k {
		if kind.name == name {
			return kind, true
		}
	}
	return nil, false
}

func (k testKinds) KindNames() []string {
	return each(k, func(kind *testKind) string { return kind.name })
}

// A world is a Source of live records.
type world struct {
	people []*person
	orders []*order
}

func (w *world) records(kind Kind) []any {
	if kind == Kind(orders) {
		return each(w.orders, func(o *order) any { return o })
	}
	return each(w.people, func(p *person) any { return p })
}

func (w *world) Related(kind Kind, via *Field, id uuid.UUID, yield func(any) bool) {
	for _, rec := range w.records(kind) {
		if ref, ok := via.Ref(rec); ok && ref == id && !yield(rec) {
			return
		}
	}
}

func (w *world) Parent(kind Kind, id uuid.UUID) (any, bool) {
	self, _ := kind.Field(idField)
	for _, rec := range w.records(kind) {
		if own, _ := self.Ref(rec); own == id {
			return rec, true
		}
	}
	return nil, false
}

func ptr[V any](v V) *V { return &v }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// id makes a small id; 0 is nil.
func id(n byte) uuid.UUID { return uuid.UUID{15: n} }

// noon is the moment that the tests evaluate at: a Sunday, in a year that is
// not a leap year.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
