package criteria

import (
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// namesOf returns the names of the people of the world that match.
func namesOf(t *testing.T, w *world, c Criterion) []string {
	matches := Compile(mustCheck(t, c, people, noon), w)
	names := []string{}
	for _, p := range w.people {
		if matches(p) {
			names = append(names, p.Name)
		}
	}
	return names
}

// buy makes an order of the person with that id.
func buy(customer byte, product, amount string, daysAgo int) *order {
	o := &order{Customer: id(customer), Product: product, PlacedAt: noon.AddDate(0, 0, -daysAgo)}
	if amount != "" {
		o.Amount = ptr(dec(amount))
	}
	return o
}

// Babies of more than six months who were bought formula and not complementary
// food: five customers, four of whom lack one of the conditions.
func TestSEG19_FormulaButNoComplementaryFood(t *testing.T) {
	t.Parallel()
	w := &world{
		people: []*person{
			{ID: id(1), Name: "all", Birthday: Date{2025, 8, 31}},
			{ID: id(2), Name: "too young", Birthday: Date{2025, 9, 2}},
			{ID: id(3), Name: "no formula", Birthday: Date{2025, 8, 31}},
			{ID: id(4), Name: "has food", Birthday: Date{2025, 8, 31}},
			{ID: id(5), Name: "no birthday"},
		},
		orders: []*order{
			buy(1, "formula", "1", 1), buy(2, "formula", "1", 1), buy(3, "toys", "1", 1),
			buy(4, "formula", "1", 1), buy(4, "food", "1", 1), buy(5, "formula", "1", 1),
		},
	}
	c := All(
		Le("birthday", MonthsFromToday(-6, "Asia/Shanghai")),
		Related("order", "customer", Eq("product", "formula")),
		Not(Related("order", "customer", Eq("product", "food"))),
	)
	require.Equal(t, []string{"all"}, namesOf(t, w, c))
	w.orders = append(w.orders, buy(1, "food", "1", 0))
	require.Empty(t, namesOf(t, w, c))
}

// One Related asks for one record that has it all; two ask for two that may differ.
func TestRelatedMeansTheSameRecord(t *testing.T) {
	t.Parallel()
	w := &world{
		people: []*person{{ID: id(1), Name: "same"}, {ID: id(2), Name: "any"}},
		orders: []*order{buy(1, "tea", "200", 1), buy(2, "tea", "1", 1), buy(2, "salt", "200", 1)},
	}
	tea, large := Eq("product", "tea"), Gt("amount", 100)
	require.Equal(t, []string{"same"}, namesOf(t, w, Related("order", "customer", All(tea, large))))
	require.Equal(t, []string{"same", "any"}, namesOf(t, w, All(Related("order", "customer", tea), Related("order", "customer", large))))
}

func TestRelatedCountAndSum(t *testing.T) {
	t.Parallel()
	w := &world{
		people: []*person{{ID: id(1), Name: "three"}, {ID: id(2), Name: "one"}, {ID: id(3), Name: "none"}},
		orders: []*order{
			buy(1, "tea", "0.1", 10), buy(1, "tea", "0.2", 20), buy(1, "tea", "", 300), buy(2, "tea", "0.3", 1),
		},
	}
	w.orders[0].Pieces, w.orders[1].Pieces, w.orders[3].Pieces = ptr(int64(math.MaxInt64)), ptr(int64(math.MaxInt64)), ptr(int64(math.MinInt64))
	recent := Gt("placed_at", Ago(180*24*time.Hour))
	tests := []struct {
		c    Criterion
		want []string
	}{
		{RelatedCount("order", "customer", nil, GreaterEqual, 3), []string{"three"}},
		{RelatedCount("order", "customer", recent, GreaterEqual, 3), []string{}},
		{RelatedCount("order", "customer", recent, Equal, 2), []string{"three"}},
		{RelatedCount("order", "customer", nil, LessEqual, 1), []string{"one", "none"}},
		{RelatedCount("order", "customer", nil, Equal, 0), []string{"none"}},
		{RelatedCount("order", "customer", nil, Greater, -1), []string{"three", "one", "none"}},
		{RelatedCount("order", "customer", nil, NotEqual, 1), []string{"three", "none"}},
		{RelatedSum("order", "customer", "amount", nil, Equal, "0.3"), []string{"three", "one"}}, // exactly
		{RelatedSum("order", "customer", "amount", nil, Less, "0.3"), []string{"none"}},
		{RelatedSum("order", "customer", "amount", nil, Equal, 0), []string{"none"}},
		{RelatedSum("order", "customer", "pieces", nil, Equal, "18446744073709551614"), []string{"three"}},
		{RelatedSum("order", "customer", "pieces", nil, Less, 0.5), []string{"one", "none"}},
		{Related("order", "customer", nil), []string{"three", "one"}},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, namesOf(t, w, tt.c), "%v", tt.c)
	}
}

func TestSumOfIntegersIsExact(t *testing.T) {
	t.Parallel()
	var s sum
	for range 5 {
		s.addInteger(math.MinInt64)
	}
	s.addInteger(math.MaxInt64)
	require.Equal(t, "-36893488147419103233", s.total().String())
}

func TestParent(t *testing.T) {
	t.Parallel()
	w := &world{people: []*person{
		{ID: id(1), Name: "boss", Stage: "vip"},
		{ID: id(2), Name: "of boss", Boss: id(1)},
		{ID: id(3), Name: "of nobody"},
		{ID: id(4), Name: "of deleted", Boss: id(9)},
		{ID: id(5), Name: "of of boss", Boss: id(2)},
	}}
	vip := Eq("stage", "vip")
	require.Equal(t, []string{"of boss"}, namesOf(t, w, Parent("boss", vip)))
	require.Equal(t, []string{"of boss", "of of boss"}, namesOf(t, w, Parent("boss", nil)))
	require.Equal(t, []string{"of of boss"}, namesOf(t, w, Parent("boss", Parent("boss", vip))))
	require.Equal(t, []string{"of of boss"}, namesOf(t, w, Parent("boss", Not(vip))))
	require.Equal(t, []string{"boss", "of nobody", "of deleted", "of of boss"}, namesOf(t, w, Not(Parent("boss", vip))))
	require.Equal(t, []string{"boss"}, namesOf(t, w, Related("person", "boss", Related("person", "loose", nil))))
}

// lazySource counts how many records it was asked for.
type lazySource struct {
	noRecords
	given int
}

func (s *lazySource) Related(_ Kind, _ *Field, _ uuid.UUID, yield func(any) bool) {
	for i := range 100 {
		s.given++
		if !yield(&order{Amount: ptr(decimal.NewFromInt(int64(i)))}) {
			return
		}
	}
}

// Nobody is asked for more records than the answer takes.
func TestRelatedStopsEarly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c     Criterion
		given int
		want  bool
	}{
		{Related("order", "customer", nil), 1, true},
		{Related("order", "customer", Ge("amount", 9)), 10, true},
		{RelatedCount("order", "customer", nil, GreaterEqual, 3), 4, true},
		{RelatedCount("order", "customer", nil, Less, 3), 4, false},
		{RelatedCount("order", "customer", nil, Equal, 100), 100, true},
		{RelatedSum("order", "customer", "amount", nil, Less, 3), 100, false},
	} {
		s := &lazySource{}
		require.Equal(t, tt.want, Compile(mustCheck(t, tt.c, people, noon), s)(ann), "%v", tt.c)
		require.Equal(t, tt.given, s.given, "%v", tt.c)
	}
}

// Without a source there are no other records.
func TestNilSource(t *testing.T) {
	t.Parallel()
	tests := []struct {
		c    Criterion
		want bool
	}{
		{Related("order", "customer", nil), false},
		{RelatedCount("order", "customer", nil, Equal, 0), true},
		{RelatedSum("order", "customer", "amount", nil, LessEqual, 0), true},
		{Parent("boss", nil), false},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, Compile(mustCheck(t, tt.c, people, noon), nil)(ann), "%v", tt.c)
	}
	require.True(t, Compile(nil, nil)(ann))
}
