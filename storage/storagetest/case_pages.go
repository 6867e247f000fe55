package storagetest

import (
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// pageCases read results in parts.
func pageCases() []Case {
	return []Case{
		{"pages/every-size", "pages of every size from 1 to n+1, in every order, up and down, join to what Find returns", everyPageSize},
		{"pages/ties", "records that are equal in the order fields come in the order of their ids, and each exactly once", pagesWithTies},
		{"pages/absent", "absent values of an order field do not end or repeat the pages", pagesWithAbsent},
		{"pages/changing", "records that were there throughout come exactly once, whatever is inserted and deleted between pages", pagesWhileChanging},
		{"pages/default", "a page without a limit has at most DefaultPage records", defaultPage},
		{"pages/next", "a full last page has no next one: Next is empty exactly when nothing follows", nextOfLastPage},
		{"pages/filtered", "pages of a condition are full although records that do not match lie between", filteredPages},
		{"pages/of-deleted", "pages of deleted records work like those of live ones", pagesOfDeleted},
		{"cursors/broken", "a cursor that is malformed, cut off or has one bit flipped is ErrCursor", brokenCursors},
		{"cursors/foreign", "a cursor of another kind, order or direction is ErrCursor", foreignCursors},
		{"cursors/values", "cursors carry values of every type exactly, so that no record is skipped", cursorValues},
		{"queries/limits", "Find returns at most Limit records, all with 0, and refuses a negative limit", findLimits},
		{"queries/each", "Each returns what Find returns, and both may stop early", eachLikeFind},
		{"queries/unknown", "an unknown field in a condition, an order or figures is an error that names it", unknownNames},
	}
}

// orders that pages are tried in.
var pageOrders = [][]storage.Order{
	nil, orderBy("id"), orderBy("-id"), orderBy("visits"), orderBy("-visits"), orderBy("name"), orderBy("-name"), orderBy("visits", "-name"),
	orderBy("-visits", "name"), orderBy("age"), orderBy("-age"), orderBy("balance", "age"), orderBy("created_at"),
	orderBy("-updated_at", "visits"), orderBy("version", "-created_at"), orderBy("region", "visits"), orderBy("-region", "-visits"),
	orderBy("region", "-visits"),
}

func everyPageSize(t *trial) {
	list := numberedAccounts(11)
	for i, a := range list {
		if i%2 == 0 {
			a.Age = ref(int64(i % 4))
		}
		a.Balance, a.Region, a.Number = number(fmt.Sprint(i%5)), []string{"", "n", "s"}[i%3], int64(i)
	}
	put(t, accounts, list[:6]...)
	put(t, accounts, list[6:]...)
	for _, by := range pageOrders {
		all := find(t, accounts, storage.Query{Order: by})
		ordered := slices.IsSortedFunc(all, func(a, b *account) int { return inOrder(by, accountRow(a), accountRow(b)) })
		t.must(len(all) == 11 && ordered, "Find by %v returned %d records of 11, or not in order", by, len(all))
		for size := 1; size <= 12; size++ {
			got := t.pagesInside(t.tenant, storage.Query{Order: by, Limit: size})
			t.equal(idsOf(all), idsOf(got), fmt.Sprintf("pages of %d by %v", size, by))
		}
	}
}

func pagesWithTies(t *trial) {
	var list []*account
	for range 10 {
		list = append(list, &account{Name: "same", Visits: 1})
	}
	put(t, accounts, list...)
	ids := idsOf(list)
	slices.SortFunc(ids, compareIDs)
	for _, field := range []string{"name", "visits", "note", "seen"} {
		t.equal(ids, idsOf(t.pagesInside(t.tenant, storage.Query{Order: orderBy(field), Limit: 3})), "by "+field)
		t.equal(reversed(ids), idsOf(t.pagesInside(t.tenant, storage.Query{Order: orderBy("-" + field), Limit: 3})), "down by "+field)
	}
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

func pagesWithAbsent(t *trial) {
	list := numberedAccounts(9)
	for i, a := range list {
		if i >= 5 {
			a.Note, a.Credit, a.Seen, a.Born, a.Boss = a.Name, ref(number(fmt.Sprint(i))), start.AddDate(0, 0, i),
				storage.Date{Year: 2000 + i, Month: 1, Day: 1}, uuid.New()
		}
	}
	put(t, accounts, list...)
	for _, field := range []string{"note", "credit", "seen", "born", "boss", "agreed"} {
		for _, by := range [][]storage.Order{orderBy(field), orderBy("-" + field)} {
			all := find(t, accounts, storage.Query{Order: by})
			for size := 1; size < 10; size += 2 {
				t.equal(idsOf(all), idsOf(t.pagesInside(t.tenant, storage.Query{Order: by, Limit: size})), fmt.Sprint(by))
			}
			first := slices.ContainsFunc(all[:4], func(a *account) bool { return a.Note != "" })
			t.must(first == by[0].Desc, "absent values of %v stand in the wrong place", by)
		}
	}
}

func pagesWhileChanging(t *trial) {
	for _, by := range [][]storage.Order{orderBy("name"), orderBy("-visits", "name"), nil} {
		kept := numberedAccounts(12)
		for _, a := range kept {
			a.Code = ""
		}
		put(t, accounts, kept...)
		seen, q := map[uuid.UUID]int{}, storage.Query{Order: by, Limit: 3}
		for i := 0; ; i++ {
			page, err := accounts.Page(t.ctx, t.tenant, q)
			t.ok(err, "Page")
			for _, a := range page.Items {
				seen[a.ID]++
			}
			if q.After = page.Next; q.After == "" {
				break
			}
			t.must(i < 100, "the pages do not end by %v", by)
			t.disturb(page.Items[0], i)
		}
		for i, a := range kept {
			if i%3 != 0 { // the others may have been deleted
				t.must(seen[a.ID] == 1, "%s came %d times by %v", a.Name, seen[a.ID], by)
			}
		}
		t.clear()
	}
}

// disturb deletes records and inserts others in the middle of paging. It
// deletes accounts whose number is divisible by 3 and no others.
func (t *trial) disturb(first *account, i int) {
	t.Helper()
	var n int
	_, err := fmt.Sscanf(first.Name, "a%02d", &n)
	if err == nil && n%3 == 0 && len(first.Name) == 3 {
		remove(t, accounts, first)
	}
	if i > 4 {
		return // so that the pages end
	}
	put(t, accounts, &account{Name: fmt.Sprintf("a%02dx", i), Visits: int64(i)}, &account{Name: "a", Visits: 9}, &account{Name: "z"})
}

// clear purges all accounts of the case's tenant.
func (t *trial) clear() {
	t.Helper()
	all := find(t, accounts, storage.Query{Deleted: storage.DeletedToo})
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, all...) })
}

func defaultPage(t *trial) {
	list := numberedAccounts(storage.DefaultPage + 5)
	put(t, accounts, list...)
	page, err := accounts.Page(t.ctx, t.tenant, storage.Query{})
	t.must(err == nil && len(page.Items) == storage.DefaultPage && page.Next != "", "got %d records, %v", len(page.Items), err)
	page, err = accounts.Page(t.ctx, t.tenant, storage.Query{After: page.Next})
	t.must(err == nil && len(page.Items) == 5 && page.Next == "", "got %d records, %v", len(page.Items), err)
}

func nextOfLastPage(t *trial) {
	put(t, accounts, numberedAccounts(6)...)
	for limit, want := range map[int]bool{3: true, 5: true, 6: false, 7: false} {
		page, err := accounts.Page(t.ctx, t.tenant, storage.Query{Limit: limit})
		t.ok(err, "Page")
		t.equal(want, page.Next != "", fmt.Sprintf("whether something follows the first %d of 6", limit))
	}
	page, err := accounts.Page(t.ctx, t.other(), storage.Query{})
	t.must(err == nil && page.Next == "" && len(page.Items) == 0, "want an empty last page, got %+v, %v", page, err)
}

func filteredPages(t *trial) {
	put(t, accounts, numberedAccounts(30)...)
	q := storage.Query{Where: criteria.Eq("visits", 1), Order: orderBy("-name"), Limit: 4}
	page, err := accounts.Page(t.ctx, t.tenant, q)
	t.must(err == nil && len(page.Items) == 4, "want a full page, got %d records, %v", len(page.Items), err)
	t.equal("a28 a25 a22 a19 a16 a13 a10 a07 a04 a01", named(t.pagesInside(t.tenant, q)), "the pages")
}

func pagesOfDeleted(t *trial) {
	list := numberedAccounts(9)
	put(t, accounts, list...)
	remove(t, accounts, list[1], list[4], list[5], list[8])
	q := storage.Query{Order: orderBy("name"), Limit: 2, Deleted: storage.DeletedOnly}
	t.equal("a01 a04 a05 a08", named(t.pagesInside(t.tenant, q)), "the deleted records")
	q.Deleted = storage.DeletedToo
	t.equal(9, len(t.pagesInside(t.tenant, q)), "all records")
}

func brokenCursors(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	q := storage.Query{Order: orderBy("name"), Limit: 2}
	page, err := accounts.Page(t.ctx, t.tenant, q)
	t.ok(err, "Page")
	good := string(page.Next)
	bad := []string{"x", "!!", "AAAA", good + "A", good + good, "\x00", good[1:], " "}
	for i := range len(good) {
		if i > 0 {
			bad = append(bad, good[:i])
		}
		flipped := []byte(good)
		flipped[i] ^= 1
		bad = append(bad, string(flipped))
	}
	for _, cursor := range bad {
		q.After = storage.Cursor(cursor)
		_, err := accounts.Page(t.ctx, t.tenant, q)
		t.is(err, storage.ErrCursor, fmt.Sprintf("the cursor %q made of %q", cursor, good))
	}
	for _, err := range accounts.Find(t.ctx, t.tenant, q) {
		t.is(err, storage.ErrCursor, "Find")
	}
}

func foreignCursors(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	page, err := accounts.Page(t.ctx, t.tenant, storage.Query{Order: orderBy("name"), Limit: 2})
	t.ok(err, "Page")
	for _, by := range [][]storage.Order{nil, orderBy("-name"), orderBy("note"), orderBy("name", "visits"), orderBy("id")} {
		_, err := accounts.Page(t.ctx, t.tenant, storage.Query{Order: by, Limit: 2, After: page.Next})
		t.is(err, storage.ErrCursor, fmt.Sprintf("the cursor of name used for %v", by))
	}
	_, err = orders.Page(t.ctx, t.tenant, storage.Query{Limit: 2, After: page.Next})
	t.is(err, storage.ErrCursor, "the cursor of another kind")
}

func cursorValues(t *trial) {
	list := []*account{fullAccount()}
	for _, a := range extremes() {
		list = append(list, a)
	}
	for _, text := range oddTexts {
		list = append(list, &account{Name: text, Note: text})
	}
	put(t, accounts, list...)
	for _, field := range []string{"name", "visits", "age", "balance", "credit", "active", "agreed", "seen", "born", "boss", "created_at"} {
		for _, by := range [][]storage.Order{orderBy(field), orderBy("-" + field)} {
			all := find(t, accounts, storage.Query{Order: by})
			t.equal(len(list), len(all), "the records by "+field)
			t.equal(idsOf(all), idsOf(t.pagesInside(t.tenant, storage.Query{Order: by, Limit: 1})), fmt.Sprintf("pages by %v", by))
		}
	}
}

func findLimits(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	for limit, want := range map[int]int{0: 5, 1: 1, 4: 4, 5: 5, 6: 5} {
		for _, by := range pageOrders {
			t.equal(want, len(find(t, accounts, storage.Query{Limit: limit, Order: by})), fmt.Sprintf("limit %d by %v", limit, by))
		}
		t.equal(5, count(t, accounts, storage.Query{Limit: limit}), "the count, which ignores the limit")
	}
	_, err := collect(t.ctx, accounts, t.tenant, storage.Query{Limit: -1})
	t.is(err, storage.ErrInvalid, "a negative limit")
}

func eachLikeFind(t *trial) {
	put(t, accounts, numberedAccounts(20)...)
	for _, where := range []criteria.Criterion{nil, criteria.Eq("visits", 2), criteria.Never()} {
		q := storage.Query{Where: where, Order: orderBy("-visits", "name")}
		var lent []*account
		for a, err := range accounts.Each(t.ctx, t.tenant, q) {
			t.ok(err, "Each")
			lent = append(lent, &account{Name: a.Name})
		}
		t.equal(named(find(t, accounts, q)), named(lent), "Each")
	}
	n := 0
	for range accounts.Find(t.ctx, t.tenant, storage.Query{}) {
		if n++; n == 3 {
			break
		}
	}
	t.equal(3, n, "the records before the loop was left")
	put(t, accounts, &account{Name: "after"})
}

func unknownNames(t *trial) {
	put(t, accounts, &account{Name: "a"})
	_, err := collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.Eq("colour", "red")})
	t.is(err, criteria.ErrUnknownField, "a condition")
	_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.Eq("custom.colour", "red")})
	t.is(err, criteria.ErrUnknownField, "a condition over a custom field")
	_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.Related("nothing", "x", nil)})
	t.is(err, criteria.ErrUnknownKind, "a condition over an unknown kind")
	_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.HasAll("name", "x")})
	t.is(err, criteria.ErrType, "an operator that does not fit")
	for _, field := range []string{"colour", "custom.colour", "tags", "extra"} {
		_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Order: orderBy(field)})
		t.is(err, storage.ErrInvalid, "an order by "+field)
	}
	for _, f := range []storage.Figures{{By: []string{"colour"}}, {By: []string{"tags"}}, {Sum: []string{"name"}},
		{Min: []string{"extra"}}, {Max: []string{"active"}}} {
		_, err = accounts.Aggregate(t.ctx, t.tenant, storage.Query{}, f)
		t.is(err, storage.ErrInvalid, fmt.Sprintf("the figures %+v", f))
	}
}
