package storagetest

import (
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// queryCases are conditions through the store, operator by operator. Random
// ones are among the differential cases.
func queryCases() []Case {
	return []Case{
		{"criteria/operators", "each operator finds what it says, and comparisons with absent values are false", queryOperators},
		{"criteria/negation", "Not is plain negation, of absent values too: there is no third truth value", queryNegation},
		{"criteria/text", "Prefix and Contains compare bytes, Search ignores case, width and compatibility forms, and no text is a pattern", queryText},
		{"criteria/times", "relative times refer to the store's clock and calendar days to their zone", queryTimes},
		{"criteria/anniversary", "Anniversary finds days that come round, over the turn of the year and on leap days", queryAnniversary},
		{"criteria/related", "Related, RelatedCount, RelatedSum and Parent look at live records of other kinds", queryRelated},
		{"criteria/related-none", "without related records a count and a sum are 0", queryRelatedNone},
		{"criteria/meta", "id, version and times of every record can be asked for", queryMeta},
		{"criteria/large", "a condition with hundreds of values and branches is answered", queryLarge},
		{"criteria/first", "First returns the first record in the order", queryFirst},
	}
}

// finds ends the case unless the condition finds the accounts of these names.
func (t *trial) finds(want string, where criteria.Criterion) {
	t.Helper()
	q := storage.Query{Where: where, Order: orderBy("name")}
	t.equal(want, named(find(t, accounts, q)), fmt.Sprint(where))
	n := count(t, accounts, q)
	t.equal(len(find(t, accounts, q)), n, fmt.Sprintf("the count of %v", where))
}

func queryOperators(t *trial) {
	put(t, accounts,
		&account{Name: "a", Age: ref(int64(5)), Credit: ref(number("1.5")), Agreed: ref(true), Tags: []string{"x", "y"}, Region: "n",
			Boss: fullAccount().Boss},
		&account{Name: "b", Age: ref(int64(-5)), Credit: ref(number("10")), Agreed: ref(false), Tags: []string{"y"}, Region: "s", Active: true, Number: 1},
		&account{Name: "c", Extra: []byte(`{}`)})
	t.finds("a", criteria.Eq("age", 5))
	t.finds("b", criteria.Ne("age", 5))
	t.finds("b", criteria.Lt("age", 5))
	t.finds("a b", criteria.Le("age", 5))
	t.finds("a", criteria.Gt("age", -5))
	t.finds("a b", criteria.Ge("age", -5))
	t.finds("b", criteria.Gt("credit", 2))
	t.finds("a", criteria.In("credit", "1.50", "3"))
	t.finds("b", criteria.Eq("agreed", false))
	t.finds("a c", criteria.Eq("active", false))
	t.finds("a", criteria.Eq("boss", fullAccount().Boss))
	t.finds("a", criteria.HasAll("tags", "x", "y"))
	t.finds("a b", criteria.HasAny("tags", "x", "y"))
	t.finds("a b c", criteria.HasAll("tags"))
	t.finds("", criteria.HasAny("tags"))
	t.finds("a b", criteria.In("region", "n", "s", "w"))
	t.finds("", criteria.In[string]("region"))
	t.finds("c", criteria.Missing("region"))
	t.finds("", criteria.Missing("number"))
	t.finds("a b", criteria.Missing("extra"))
	t.finds("a b c", nil)
	t.finds("", criteria.Never())
	t.finds("a b", criteria.Any(criteria.Eq("age", 5), criteria.Eq("region", "s")))
	t.finds("b", criteria.All(criteria.Lt("age", 9), criteria.Gt("number", 0)))
}

func queryNegation(t *trial) {
	put(t, accounts, &account{Name: "a", Age: ref(int64(5)), Tags: []string{"x"}, Note: "n"}, &account{Name: "b"})
	for _, leaf := range []criteria.Criterion{
		criteria.Eq("age", 5), criteria.Ge("age", 5), criteria.In("age", 5, 6), criteria.HasAny("tags", "x"), criteria.HasAll("tags", "x"),
		criteria.Prefix("note", "n"), criteria.Contains("note", "n"), criteria.Not(criteria.Missing("note")),
	} {
		t.finds("a", leaf)
		t.finds("b", criteria.Not(leaf))
		t.finds("a", criteria.Not(criteria.Not(leaf)))
		t.finds("b", criteria.Not(criteria.All(leaf, criteria.Not(criteria.Missing("age")))))
		t.finds("", criteria.Not(criteria.Any(leaf, criteria.Missing("age"))))
	}
	t.finds("", criteria.Ne("age", 5))
	t.finds("b", criteria.Not(criteria.Eq("age", 5)))
	t.finds("a b", criteria.Not(criteria.Ne("age", 5)))
}

func queryText(t *trial) {
	put(t, accounts, &account{Name: "a", Note: `100%_\*'x`}, &account{Name: "b", Note: "100 percent"}, &account{Name: "c", Note: "张三丰"},
		&account{Name: "ＡＣＭＥ Straße", Note: "ACME"}, &account{Name: "e"})
	t.finds("a", criteria.Prefix("note", "100%"))
	t.finds("a b", criteria.Prefix("note", "100"))
	t.finds("a", criteria.Contains("note", "_"))
	t.finds("a", criteria.Contains("note", `\*'`))
	t.finds("c", criteria.Contains("note", "三"))
	t.finds("c", criteria.Prefix("note", "张"))
	t.finds("", criteria.Contains("note", "acme"))
	t.finds("ＡＣＭＥ Straße", criteria.Search("name", "acme"))
	t.finds("ＡＣＭＥ Straße", criteria.Search("name", "STRASSE"))
	t.finds("", criteria.Search("name", "%"))
	t.finds("e ＡＣＭＥ Straße", criteria.Any(criteria.Eq("name", "e"), criteria.Contains("name", "Ｍ")))
}

func queryTimes(t *trial) {
	now := t.clock.advance(0)
	put(t, accounts, &account{Name: "a", Seen: now.Add(-71 * time.Hour), Born: storage.Date{Year: 2023, Month: 1, Day: 5}},
		&account{Name: "b", Seen: now.Add(-73 * time.Hour), Born: storage.Date{Year: 2023, Month: 1, Day: 6}},
		&account{Name: "c", Seen: now.Add(time.Hour)}, &account{Name: "d"})
	t.finds("a c", criteria.Gt("seen", criteria.Ago(72*time.Hour)))
	t.finds("b", criteria.Lt("seen", criteria.Ago(72*time.Hour)))
	t.finds("c", criteria.Gt("seen", criteria.Now()))
	t.finds("a b c", criteria.Lt("seen", criteria.FromNow(2*time.Hour)))
	t.finds("a", criteria.Le("born", criteria.MonthsFromToday(-36, "")))
	t.finds("c", criteria.Ge("seen", criteria.Today(0, "UTC")))
	t.clock.advance(2 * time.Hour)
	t.finds("", criteria.Gt("seen", criteria.Now()))
	t.finds("c", criteria.Gt("seen", criteria.Ago(72*time.Hour)))
}

func queryAnniversary(t *trial) {
	t.clock.advance(time.Date(2025, 12, 30, 12, 0, 0, 0, time.UTC).Sub(start))
	put(t, accounts, &account{Name: "dec30", Born: storage.Date{Year: 1980, Month: 12, Day: 30}},
		&account{Name: "jan2", Born: storage.Date{Year: 1990, Month: 1, Day: 2}},
		&account{Name: "jan9", Born: storage.Date{Year: 1990, Month: 1, Day: 9}},
		&account{Name: "leap", Born: storage.Date{Year: 2000, Month: 2, Day: 29}}, &account{Name: "none"})
	t.finds("dec30", criteria.Anniversary("born", 0, ""))
	t.finds("dec30 jan2", criteria.Anniversary("born", 7, ""))
	t.finds("dec30 jan2 jan9 leap", criteria.Anniversary("born", 366, ""))
	t.clock.advance(60 * 24 * time.Hour) // 28 February 2026
	t.finds("leap", criteria.Anniversary("born", 0, ""))
}

func queryRelated(t *trial) {
	a, b, c := &account{Name: "a", Visits: 1}, &account{Name: "b"}, &account{Name: "c"}
	put(t, accounts, a, b, c)
	b.Boss = a.ID
	put(t, accounts, b)
	gone := &order{Account: c.ID, Pieces: ref(int64(100))}
	put(t, orders, &order{Account: a.ID, Product: "milk", Amount: ref(number("10.10")), Pieces: ref(int64(2)), Placed: start},
		&order{Account: a.ID, Product: "tea", Amount: ref(number("0.05"))},
		&order{Account: b.ID, Product: "milk", Pieces: ref(int64(-2))}, gone, &order{Product: "nobody's"}, &order{Account: uuid.New()})
	remove(t, orders, gone)
	by := func(where criteria.Criterion) criteria.Criterion {
		return criteria.Related("kit_order", "account", where)
	}
	t.finds("a b", by(nil))
	t.finds("a", criteria.All(by(criteria.Eq("product", "tea")), by(criteria.Eq("product", "milk"))))
	t.finds("b", criteria.All(by(criteria.Eq("product", "milk")), criteria.Not(by(criteria.Eq("product", "tea")))))
	t.finds("a", criteria.RelatedCount("kit_order", "account", nil, criteria.GreaterEqual, 2))
	t.finds("b c", criteria.RelatedCount("kit_order", "account", nil, criteria.Less, 2))
	t.finds("a", criteria.RelatedSum("kit_order", "account", "amount", nil, criteria.Equal, "10.15"))
	t.finds("b", criteria.RelatedSum("kit_order", "account", "pieces", criteria.Eq("product", "milk"), criteria.Less, 0))
	t.finds("b", criteria.Parent("boss", criteria.Eq("name", "a")))
	t.finds("b", criteria.Parent("boss", by(criteria.Parent("account", criteria.Eq("visits", 1)))))
	t.finds("a", criteria.Related("kit_account", "boss", by(nil)))
	remove(t, accounts, get(t, accounts, a.ID))
	t.finds("", criteria.Parent("boss", nil))
}

func queryRelatedNone(t *trial) {
	put(t, accounts, &account{Name: "a"}, &account{Name: "b"})
	t.finds("a b", criteria.RelatedCount("kit_order", "account", nil, criteria.Equal, 0))
	t.finds("a b", criteria.RelatedSum("kit_order", "account", "amount", nil, criteria.Equal, 0))
	t.finds("a b", criteria.RelatedSum("kit_order", "account", "pieces", nil, criteria.Greater, -1))
	t.finds("", criteria.RelatedCount("kit_order", "account", nil, criteria.NotEqual, 0))
	t.finds("", criteria.Related("kit_order", "account", nil))
	t.finds("a b", criteria.Not(criteria.Parent("boss", nil)))
}

func queryMeta(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a)
	put(t, accounts, b)
	b.Visits = 1
	put(t, accounts, b)
	t.finds("b", criteria.Eq("id", b.ID))
	t.finds("b", criteria.Eq("version", 2))
	t.finds("a", criteria.Le("created_at", a.CreatedAt))
	t.finds("b", criteria.Gt("updated_at", b.CreatedAt))
	t.finds("a b", criteria.Missing("deleted_at"))
	t.finds("a b", criteria.In("id", a.ID, b.ID, uuid.New()))
	remove(t, accounts, a)
	found := find(t, accounts, storage.Query{Where: criteria.Ge("deleted_at", a.DeletedAt), Deleted: storage.DeletedToo})
	t.equal("a", named(found), "the records deleted since")
}

func queryLarge(t *trial) {
	list := numberedAccounts(40)
	put(t, accounts, list...)
	values := make([]string, 1000)
	branches := make([]criteria.Criterion, 300)
	for i := range values {
		values[i] = fmt.Sprintf("a%03d", i)
	}
	values[500] = "a07"
	for i := range branches {
		branches[i] = criteria.All(criteria.Eq("visits", i+1000), criteria.Eq("name", "x"))
	}
	branches[150] = criteria.Eq("code", "code-09")
	t.finds("a07 a09", criteria.Any(append(branches, criteria.In("name", values...))...))
	deep := criteria.Eq("name", "a03")
	for range 40 {
		deep = criteria.Not(deep)
	}
	t.finds("a03", deep)
}

func queryFirst(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	got, err := accounts.First(t.ctx, t.tenant, storage.Query{Where: criteria.Eq("visits", 1), Order: orderBy("-name")})
	t.must(err == nil && got.Name == "a04", "want a04, got %+v, %v", got, err)
}
