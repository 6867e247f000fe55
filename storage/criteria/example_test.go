package criteria_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/clientele-go/clientele/storage/criteria"
)

// A lead is a record of the host.
type lead struct {
	Name   string
	Stage  string
	Amount decimal.Decimal
	Tags   []string
	Seen   time.Time
}

// leads describes it. Package storage writes such descriptions; here it is
// done by hand.
type leads map[string]*criteria.Field

func (leads) Name() string { return "lead" }

func (k leads) Field(name string) (*criteria.Field, bool) {
	f, ok := k[name]
	return f, ok
}

func (k leads) FieldNames() []string {
	var names []string
	for name := range k {
		names = append(names, name)
	}
	return names
}

var leadKind = leads{
	"name": {Name: "name", Type: criteria.Text, Searchable: true,
		Text: func(r any) (string, bool) { s := r.(*lead).Name; return s, s != "" }},
	"stage": {Name: "stage", Type: criteria.Text,
		Text: func(r any) (string, bool) { s := r.(*lead).Stage; return s, s != "" }},
	"amount": {Name: "amount", Type: criteria.Decimal,
		Decimal: func(r any) (decimal.Decimal, bool) { return r.(*lead).Amount, true }},
	"tags": {Name: "tags", Type: criteria.Texts,
		Texts: func(r any) ([]string, bool) { t := r.(*lead).Tags; return t, len(t) > 0 }},
	"seen": {Name: "seen", Type: criteria.Time,
		Time: func(r any) (time.Time, bool) { t := r.(*lead).Seen; return t, !t.IsZero() }},
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var allLeads = []*lead{
	{"Acme", "new", decimal.NewFromInt(500), []string{"export"}, now.Add(-time.Hour)},
	{"Ｂｏｎｄ 商贸", "vip", decimal.RequireFromString("120.50"), nil, now.Add(-100 * time.Hour)},
	{"Corner", "", decimal.Zero, []string{"retail"}, time.Time{}},
}

// print prints the names of the leads that match.
func print(c criteria.Criterion) {
	node, err := criteria.Check(c, leadKind, nil, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	matches := criteria.Compile(node, nil)
	for _, l := range allLeads {
		if matches(l) {
			fmt.Println(l.Name)
		}
	}
}

func Example() {
	print(criteria.All(
		criteria.Ge("amount", "120.5"),
		criteria.Gt("seen", criteria.Ago(72*time.Hour)),
		criteria.HasAny("tags", "export", "wholesale"),
	))
	// Output: Acme
}

// An absent field makes a comparison false, whichever it is; Not is plain negation.
func ExampleNot() {
	print(criteria.Ne("stage", "vip"))
	fmt.Println("--")
	print(criteria.Not(criteria.Eq("stage", "vip")))
	// Output:
	// Acme
	// --
	// Acme
	// Corner
}

// Search takes no heed of width and case.
func ExampleSearch() {
	print(criteria.Search("name", "BOND"))
	// Output: Ｂｏｎｄ 商贸
}

// An error points at the place in the tree.
func ExampleCheck_error() {
	_, err := criteria.Check(criteria.Any(criteria.Missing("stage"), criteria.Not(criteria.Eq("amuont", 5))), leadKind, nil, now)
	fmt.Println(err)
	var e *criteria.Error
	fmt.Println(errors.As(err, &e), e.Path, errors.Is(err, criteria.ErrUnknownField))
	// Output:
	// criterion at any[1].not.field on lead field "amuont": lead has no such field; did you mean "amount"?
	// true any[1].not.field true
}

func ExampleParse() {
	c, err := criteria.Parse([]byte(`{"any": [
		{"field": "seen", "op": "lt", "value": {"ago": "72h"}},
		{"not": {"field": "stage", "op": "in", "values": ["new", "vip"]}}
	]}`))
	fmt.Println(c, err)
	print(c)
	// Output:
	// seen < 72h0m0s ago or not (stage in ("new", "vip")) <nil>
	// Ｂｏｎｄ 商贸
	// Corner
}

// A host keeps a criterion in its own JSON.
func ExampleStored() {
	type filter struct {
		Title string          `json:"title"`
		Where criteria.Stored `json:"where"`
	}
	data, err := json.Marshal(filter{"Large", criteria.Stored{Criterion: criteria.Ge("amount", 100)}})
	fmt.Println(string(data), err)
	var back filter
	err = json.Unmarshal(data, &back)
	fmt.Println(back.Where.Criterion, err)
	// Output:
	// {"title":"Large","where":{"field":"amount","op":"ge","value":100}} <nil>
	// amount >= 100 <nil>
}

func ExampleUses() {
	node, err := criteria.Check(criteria.All(criteria.Eq("stage", "vip"), criteria.Missing("seen")), leadKind, nil, now)
	if err != nil {
		fmt.Println(err)
	}
	for _, use := range criteria.Uses("lead", node) {
		fmt.Println(use.Kind, use.Field.Name)
	}
	// Output:
	// lead stage
	// lead seen
}

func ExampleFold() {
	fmt.Println(criteria.Fold("Ａｃｍｅ Straße ①"))
	// Output: acme strasse 1
}
