package storagetest

import (
	"fmt"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/shopspring/decimal"
)

// aggregateCases are groups and figures. Random ones are among the
// differential cases.
func aggregateCases() []Case {
	return []Case{
		{"aggregates/empty", "without groups there is one row, of no records too; a figure without values is nil, not 0", aggregateNothing},
		{"aggregates/groups", "groups come in the order of their values, absent ones first, and values that are equal are one group", aggregateGroups},
		{"aggregates/figures", "sums, minima and maxima of every type leave absent values out", aggregateFigures},
		{"aggregates/exact", "sums are exact beyond 64 bits and beyond what a float holds", aggregateExact},
		{"aggregates/types", "group values and figures have the Go types of their fields", aggregateTypes},
		{"aggregates/deleted", "deleted records are left out unless asked for", aggregateDeleted},
	}
}

// aggregate computes figures through the case's tenant.
func (t *trial) aggregate(q storage.Query, f storage.Figures) []storage.Row {
	t.Helper()
	rows, err := accounts.Aggregate(t.ctx, t.tenant, q, f)
	t.ok(err, "Aggregate")
	return rows
}

func aggregateNothing(t *trial) {
	f := storage.Figures{Sum: []string{"visits", "credit"}, Min: []string{"seen"}, Max: []string{"name"}}
	rows := t.aggregate(storage.Query{}, f)
	t.equal([]storage.Row{{Count: 0, By: []any{}, Of: []any{nil, nil, nil, nil}}}, rows, "the row of nothing")
	f.By = []string{"region"}
	t.equal(0, len(t.aggregate(storage.Query{}, f)), "the groups of nothing")
	put(t, accounts, &account{Region: "n"})
	rows = t.aggregate(storage.Query{}, f)
	t.must(len(rows) == 1 && rows[0].Count == 1 && rows[0].Of[1] == nil && rows[0].Of[2] == nil, "want one row without credit and seen, got %+v", rows)
	t.equal(decimal.Zero, rows[0].Decimal(0), "the sum of visits")
}

func aggregateGroups(t *trial) {
	put(t, accounts, &account{Region: "b", Number: 1, Balance: number("1.10")}, &account{Region: "a", Number: 1, Balance: number("1.1")},
		&account{Region: "b", Number: 2, Balance: number("-1")},
		&account{Number: 5, Balance: number("1.100")}, &account{Region: "B", Number: 1, Balance: number("10")})
	var groups []string
	for _, row := range t.aggregate(storage.Query{}, storage.Figures{By: []string{"region"}}) {
		groups = append(groups, fmt.Sprintf("%v %d", row.By[0], row.Count))
	}
	t.equal([]string{"<nil> 1", "B 1", "a 1", "b 2"}, groups, "the groups by region")
	rows := t.aggregate(storage.Query{}, storage.Figures{By: []string{"balance"}})
	t.must(len(rows) == 3 && rows[0].Count == 1 && rows[1].Count == 3, "want groups of 1, 3 and 1 by balance, got %+v", rows)
	groups = nil
	for _, row := range t.aggregate(storage.Query{}, storage.Figures{By: []string{"number", "region"}}) {
		groups = append(groups, fmt.Sprintf("%v %v", row.By...))
	}
	t.equal([]string{"1 B", "1 a", "1 b", "2 b", "5 <nil>"}, groups, "the groups by number and region")
}

func aggregateFigures(t *trial) {
	low, high := fullAccount().Boss, fullAccount().Loose
	put(t, accounts, &account{Name: "b", Age: ref(int64(-2)), Credit: ref(number("0.10")), Seen: start,
		Born: storage.Date{Year: 2000, Month: 2, Day: 1}, Boss: high},
		&account{Name: "é", Age: ref(int64(7)), Credit: ref(number("0.20")), Seen: start.Add(-time.Microsecond),
			Born: storage.Date{Year: 1999, Month: 12, Day: 31}, Boss: low}, &account{})
	rows := t.aggregate(storage.Query{}, storage.Figures{Sum: []string{"age", "credit"},
		Min: []string{"name", "age", "credit", "seen", "born", "boss"}, Max: []string{"name", "age", "credit", "seen", "born", "boss"}})
	want := []any{number("5"), number("0.3"),
		"b", int64(-2), number("0.1"), start.Add(-time.Microsecond), storage.Date{Year: 1999, Month: 12, Day: 31}, low,
		"é", int64(7), number("0.2"), start, storage.Date{Year: 2000, Month: 2, Day: 1}, high}
	t.must(len(rows) == 1 && rows[0].Count == 3, "want one row of 3, got %+v", rows)
	for i := range want {
		t.equal(want[i], rows[0].Of[i], fmt.Sprintf("figure %d", i))
	}
}

func aggregateExact(t *trial) {
	put(t, accounts, &account{Visits: math.MaxInt64, Balance: number("10000000000000000000000000000000000000000")},
		&account{Visits: math.MaxInt64, Balance: number("0.0000000000000000000000000000000000000001")},
		&account{Visits: 7, Balance: number("0.1")}, &account{Visits: 1, Balance: number("0.2")})
	row := t.aggregate(storage.Query{}, storage.Figures{Sum: []string{"visits", "balance"}})[0]
	t.equal(number("18446744073709551622"), row.Decimal(0), "the sum of visits")
	t.equal(number("10000000000000000000000000000000000000000.3000000000000000000000000000000000000001"), row.Decimal(1), "the sum of balances")
	put(t, accounts, &account{Visits: math.MinInt64}, &account{Visits: math.MinInt64}, &account{Visits: math.MinInt64})
	row = t.aggregate(storage.Query{}, storage.Figures{Sum: []string{"visits"}})[0]
	t.equal(number("18446744073709551622").Sub(number("27670116110564327424")), row.Decimal(0), "the sum with negative visits")
}

func aggregateTypes(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	for field, want := range map[string]any{
		"name": a.Name, "visits": a.Visits, "age": *a.Age, "balance": a.Balance, "credit": *a.Credit, "active": true, "agreed": true,
		"seen": a.Seen, "born": a.Born, "boss": a.Boss,
		"id": a.ID, "version": int64(1), "created_at": a.CreatedAt, "deleted_at": nil, "loose": a.Loose,
	} {
		rows := t.aggregate(storage.Query{}, storage.Figures{By: []string{field}})
		t.must(len(rows) == 1, "want one group by %s, got %d", field, len(rows))
		t.equal([]any{want}, rows[0].By, "the group by "+field)
	}
}

func aggregateDeleted(t *trial) {
	list := numberedAccounts(4)
	put(t, accounts, list...)
	remove(t, accounts, list[3])
	for deleted, want := range map[storage.Deleted]int64{storage.LiveOnly: 3, storage.DeletedOnly: 1, storage.DeletedToo: 4} {
		q := storage.Query{Deleted: deleted, Where: criteria.Lt("visits", 100), Limit: 2}
		t.equal(want, t.aggregate(q, storage.Figures{})[0].Count, "the count")
	}
}
