package storagetest

import (
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// transactionCases are what one transaction does and sees.
func transactionCases() []Case {
	return []Case{
		{"transactions/commit", "what Update wrote is there after it, all of it", commitAll},
		{"transactions/rollback", "an error of the function undoes every write of every kind, and comes back", rollbackOnError},
		{"transactions/panic", "a panic of the function undoes its writes and goes on to the caller", rollbackOnPanic},
		{"transactions/own-writes", "every way of reading sees the writes that the transaction made before", ownWrites},
		{"transactions/own-order", "Find puts the transaction's own writes in their place in the order, within limits and pages", ownOrder},
		{"transactions/own-related", "conditions over related records see the transaction's own writes of the other kind", ownRelated},
		{"transactions/isolated", "nobody sees the writes of a transaction that has not committed", uncommittedIsHidden},
		{"transactions/goes-on", "after ErrConflict, ErrDuplicate, ErrInvalid and ErrNotFound a transaction goes on and commits", goesOnAfterErrors},
		{"transactions/bulk-fails", "when one record of a call is refused, none of the call is written", bulkFailsWhole},
		{"transactions/meta-restored", "records whose transaction fails get back the Meta they had, so that a retry is not stale", metaRestored},
		{"transactions/finished", "a transaction used after its end is ErrFinished", useAfterEnd},
		{"transactions/read-only", "a write inside View is ErrReadOnly", writeInView},
		{"transactions/no-actor", "a write without actor or action is ErrNoActor, and its function is not called", noActor},
		{"transactions/same-record", "one transaction may change one record several times; the log shows each change", sameRecordTwice},
		{"transactions/loop", "a loop over Find in Update shows the records of its begin, each once, whatever the loop and others write meanwhile", loopKeepsState},
		{"transactions/two-kinds", "writes of several kinds are committed together", twoKinds},
	}
}

func commitAll(t *trial) {
	list := numberedAccounts(10)
	t.write(func(tx *storage.Tx) error {
		for _, a := range list {
			if err := accounts.Put(t.ctx, tx, a); err != nil {
				return err
			}
		}
		return accounts.Delete(t.ctx, tx, list[0])
	})
	t.equal(list[1:], find(t, accounts, storage.Query{}), "the live records")
}

func rollbackOnError(t *trial) {
	a := &account{Name: "before"}
	put(t, accounts, a)
	err := t.update(func(tx *storage.Tx) error {
		changed := *a
		changed.Name = "after"
		t.ok(accounts.Put(t.ctx, tx, &changed, &account{Name: "new"}), "Put")
		t.ok(orders.Put(t.ctx, tx, &order{Account: a.ID}), "Put of an order")
		t.ok(accounts.Delete(t.ctx, tx, &changed), "Delete")
		return errStop
	})
	t.is(err, errStop, "Update")
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the accounts")
	t.equal(0, count(t, orders, storage.Query{}), "the orders")
	t.equal([]string{storage.OpCreate}, ops(changes(t)), "the change log")
	a.Name = "again"
	put(t, accounts, a)
}

func rollbackOnPanic(t *trial) {
	a := &account{Name: "a"}
	func() {
		defer func() {
			if p := recover(); p != nil && p != "on purpose" {
				panic(p)
			}
		}()
		_ = t.update(func(tx *storage.Tx) error {
			t.ok(accounts.Put(t.ctx, tx, a), "Put")
			panic("on purpose")
		})
	}()
	t.must(a.Version == 0, "the record kept version %d", a.Version)
	t.equal(0, count(t, accounts, storage.Query{}), "the accounts")
	put(t, accounts, a)
}

func ownWrites(t *trial) {
	kept, changed, gone := &account{Name: "kept", Visits: 1}, &account{Name: "changed", Visits: 2}, &account{Name: "gone", Visits: 4}
	put(t, accounts, kept, changed, gone)
	t.write(func(tx *storage.Tx) error {
		fresh := &account{Name: "new", Visits: 16}
		changed.Visits = 8
		t.ok(accounts.Put(t.ctx, tx, changed, fresh), "Put")
		t.ok(accounts.Delete(t.ctx, tx, gone), "Delete")
		got, err := accounts.Get(t.ctx, tx, changed.ID)
		t.ok(err, "Get")
		t.equal(changed, got, "the changed record")
		_, err = accounts.Get(t.ctx, tx, gone.ID)
		t.is(err, storage.ErrNotFound, "Get of the deleted record")
		t.seesInside(tx, storage.Query{Order: orderBy("visits")}, "kept changed new")
		t.seesInside(tx, storage.Query{Where: criteria.Gt("visits", 4)}, "changed new")
		t.seesInside(tx, storage.Query{Where: criteria.Eq("visits", 2)}, "")
		t.seesInside(tx, storage.Query{Deleted: storage.DeletedOnly}, "gone")
		rows, err := accounts.Aggregate(t.ctx, tx, storage.Query{}, storage.Figures{Sum: []string{"visits"}})
		t.ok(err, "Aggregate")
		t.must(rows[0].Count == 3 && rows[0].Decimal(0).Equal(number("25")), "want 3 records and 25 visits, got %+v", rows)
		return nil
	})
}

// seesInside compares what Find, Count, Page and Each return inside a transaction.
func (t *trial) seesInside(tx *storage.Tx, q storage.Query, want string) {
	t.Helper()
	found, err := collect(t.ctx, accounts, tx, q)
	t.ok(err, "Find inside the transaction")
	t.equal(want, named(found), "Find inside the transaction")
	n, err := accounts.Count(t.ctx, tx, q)
	t.ok(err, "Count inside the transaction")
	t.equal(len(found), int(n), "Count inside the transaction")
	page, err := accounts.Page(t.ctx, tx, q)
	t.ok(err, "Page inside the transaction")
	t.equal(want, named(page.Items), "Page inside the transaction")
	var lent []*account
	for a, err := range accounts.Each(t.ctx, tx, q) {
		t.ok(err, "Each inside the transaction")
		lent = append(lent, &account{Name: a.Name})
	}
	t.equal(want, named(lent), "Each inside the transaction")
}

func ownOrder(t *trial) {
	list := numberedAccounts(9)
	put(t, accounts, list[1], list[4], list[7])
	t.write(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, list[0], list[8], list[3], list[5]), "Put")
		list[4].Name = "a04x"
		t.ok(accounts.Put(t.ctx, tx, list[4]), "Put")
		for _, by := range [][]storage.Order{orderBy("name"), orderBy("-name")} {
			all, err := collect(t.ctx, accounts, tx, storage.Query{Order: by})
			t.ok(err, "Find")
			t.must(len(all) == 7, "want 7 records, got %s", named(all))
			for limit := 1; limit <= 8; limit++ {
				some, err := collect(t.ctx, accounts, tx, storage.Query{Order: by, Limit: limit})
				t.ok(err, "Find")
				t.equal(named(all[:min(limit, 7)]), named(some), "Find with a limit")
				t.equal(named(all), named(t.pagesInside(tx, storage.Query{Order: by, Limit: limit})), "the pages")
			}
		}
		return nil
	})
}

// pagesInside reads all pages of a query through a reader.
func (t *trial) pagesInside(r storage.Reader, q storage.Query) []*account {
	t.Helper()
	var all []*account
	for range 1000 {
		page, err := accounts.Page(t.ctx, r, q)
		t.ok(err, "Page")
		t.must(len(page.Items) <= q.Limit, "a page of %d has %d records", q.Limit, len(page.Items))
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
	t.Fatalf("the pages do not end")
	return nil
}

func ownRelated(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	old := &order{Product: "old"}
	put(t, accounts, a, b)
	old.Account = a.ID
	put(t, orders, old)
	has := storage.Query{Where: criteria.Related("kit_order", "account", nil)}
	t.write(func(tx *storage.Tx) error {
		t.ok(orders.Put(t.ctx, tx, &order{Account: b.ID}), "Put of an order")
		t.seesInside(tx, has, "a b")
		t.ok(orders.Delete(t.ctx, tx, old), "Delete of an order")
		t.seesInside(tx, has, "b")
		b.Visits = 5
		t.ok(accounts.Put(t.ctx, tx, b), "Put of the parent")
		n, err := orders.Count(t.ctx, tx, storage.Query{Where: criteria.Parent("account", criteria.Eq("visits", 5))})
		t.must(err == nil && n == 1, "want 1 order of an account with 5 visits, got %d, %v", n, err)
		return nil
	})
	t.equal("b", named(find(t, accounts, has)), "the accounts with orders after the commit")
}

func uncommittedIsHidden(t *trial) {
	a := &account{Name: "a", Code: "x"}
	put(t, accounts, a)
	err := t.update(func(tx *storage.Tx) error {
		changed := *a
		changed.Name = "b"
		t.ok(accounts.Put(t.ctx, tx, &changed, &account{Name: "c"}), "Put")
		t.equal("a", named(find(t, accounts, storage.Query{})), "what others see")
		t.equal("a", get(t, accounts, a.ID).Name, "what others see")
		t.equal(1, count(t, accounts, storage.Query{}), "what others count")
		return errStop
	})
	t.is(err, errStop, "Update")
}

func goesOnAfterErrors(t *trial) {
	a := &account{Name: "a", Code: "x"}
	put(t, accounts, a)
	stale := *a
	stale.Version = 7
	t.write(func(tx *storage.Tx) error {
		t.is(accounts.Put(t.ctx, tx, &stale), storage.ErrConflict, "Put of a stale record")
		t.is(accounts.Put(t.ctx, tx, &account{Code: "x"}), storage.ErrDuplicate, "Put of a taken key")
		t.is(accounts.Put(t.ctx, tx, &account{Meta: storage.Meta{ID: a.ID}}), storage.ErrDuplicate, "Put of a taken id")
		t.is(accounts.Put(t.ctx, tx, &account{Name: "\x00"}), storage.ErrInvalid, "Put of NUL")
		t.is(accounts.Delete(t.ctx, tx, &account{Meta: storage.Meta{ID: fullAccount().Boss, Version: 1}}), storage.ErrNotFound, "Delete of nothing")
		_, err := accounts.Get(t.ctx, tx, fullAccount().Boss)
		t.is(err, storage.ErrNotFound, "Get of nothing")
		t.seesInside(tx, storage.Query{}, "a")
		a.Name = "b"
		return accounts.Put(t.ctx, tx, a, &account{Name: "c"})
	})
	t.equal("b c", named(find(t, accounts, storage.Query{})), "the records")
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpCreate}, ops(changes(t)), "the change log")
}

func bulkFailsWhole(t *trial) {
	a, b := &account{Name: "a", Code: "x"}, &account{Name: "b", Code: "y"}
	put(t, accounts, a, b)
	stale := *b
	stale.Version, stale.Name = 9, "stale"
	bad := map[string]*account{"stale": &stale, "duplicate": {Code: "y"}, "invalid": {Name: "\xff"},
		"missing": {Meta: storage.Meta{ID: fullAccount().Boss, Version: 1}}}
	for name, bad := range bad {
		t.write(func(tx *storage.Tx) error {
			changed, fresh := *a, &account{Name: "new"}
			changed.Name = "changed"
			err := accounts.Put(t.ctx, tx, &changed, fresh, bad)
			t.must(err != nil, "%s: want an error", name)
			t.must(changed.Version == a.Version && fresh.Version == 0, "%s: a record of the refused call got a version", name)
			t.seesInside(tx, storage.Query{}, "a b")
			return nil
		})
		t.equal([]*account{a, b}, find(t, accounts, storage.Query{}), name)
	}
	t.equal(2, len(changes(t)), "the changes")
}

func metaRestored(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a)
	was := a.Meta
	err := t.update(func(tx *storage.Tx) error {
		for _, name := range []string{"c", "d"} {
			a.Name, b.Name = name, name
			t.ok(accounts.Put(t.ctx, tx, a, b), "Put")
		}
		t.ok(accounts.Purge(t.ctx, tx, b), "Purge")
		t.ok(accounts.Delete(t.ctx, tx, a), "Delete")
		t.must(a.Version == 4, "want version 4 inside the transaction, got %d", a.Version)
		return errStop
	})
	t.is(err, errStop, "Update")
	t.equal(was, a.Meta, "the Meta of the changed record")
	t.equal(storage.Meta{}, b.Meta, "the Meta of the new record")
	put(t, accounts, a, b)
}

func useAfterEnd(t *trial) {
	a := &account{Name: "a"}
	for _, fails := range []error{nil, errStop} {
		var kept *storage.Tx
		err := t.update(func(tx *storage.Tx) error { kept = tx; return fails })
		t.must(errors.Is(err, fails), "Update: %v", err)
		t.is(accounts.Put(t.ctx, kept, a), storage.ErrFinished, "Put after Update")
		_, err = accounts.Get(t.ctx, kept, fullAccount().Boss)
		t.is(err, storage.ErrFinished, "Get after Update")
		t.view(func(tx *storage.Tx) error { kept = tx; return nil })
		_, err = collect(t.ctx, accounts, kept, storage.Query{})
		t.is(err, storage.ErrFinished, "Find after View")
		_, err = accounts.Count(t.ctx, kept, storage.Query{})
		t.is(err, storage.ErrFinished, "Count after View")
		_, err = accounts.History(t.ctx, kept, fullAccount().Boss)
		t.is(err, storage.ErrFinished, "History after View")
	}
	t.equal(0, count(t, accounts, storage.Query{}), "the records")
}

func writeInView(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	t.view(func(tx *storage.Tx) error {
		for name, write := range accountWrites() {
			t.is(write(t.ctx, tx, a), storage.ErrReadOnly, name)
		}
		_, err := accounts.EraseHistory(t.ctx, tx, a.ID)
		t.is(err, storage.ErrReadOnly, "EraseHistory")
		return nil
	})
	t.is(t.tenant.View(t.ctx, func(*storage.Tx) error { return errStop }), errStop, "View")
}

func noActor(t *trial) {
	for _, origin := range []storage.Origin{{}, {Actor: "user:ann"}, {Action: "claim"}} {
		called := false
		err := t.tenant.Update(t.ctx, origin, func(*storage.Tx) error { called = true; return nil })
		t.is(err, storage.ErrNoActor, "Update")
		t.must(!called, "the function was called although the origin is %+v", origin)
	}
	err := t.tenant.Update(t.ctx, storage.By("a\x00", "b"), func(*storage.Tx) error { return nil })
	t.is(err, storage.ErrInvalid, "an actor with NUL")
}

func sameRecordTwice(t *trial) {
	a := &account{Name: "a"}
	t.write(func(tx *storage.Tx) error {
		for _, name := range []string{"a", "b", "c"} {
			a.Name = name
			if err := accounts.Put(t.ctx, tx, a); err != nil {
				return err
			}
		}
		return accounts.Delete(t.ctx, tx, a)
	})
	t.equal(int64(4), a.Version, "the version")
	list := history(t, accounts, a.ID)
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpUpdate, storage.OpDelete}, ops(list), "the history")
	for i, c := range list {
		t.must(c.RecordVersion == int64(i+1) && c.Tx == list[0].Tx, "change %d has version %d and transaction %v", i, c.RecordVersion, c.Tx)
	}
	gone := &account{Name: "never seen"}
	t.write(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, gone), "Put")
		return accounts.Purge(t.ctx, tx, gone)
	})
	t.equal(1, count(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
}

func twoKinds(t *trial) {
	a, o, j := &account{Name: "a"}, &order{Product: "p"}, &job{Payload: "x"}
	t.write(func(tx *storage.Tx) error {
		return errors.Join(accounts.Put(t.ctx, tx, a), orders.Put(t.ctx, tx, o), jobs.Put(t.ctx, tx, j))
	})
	t.equal(a, get(t, accounts, a.ID), "the account")
	t.equal(o, get(t, orders, o.ID), "the order")
	t.equal(j, get(t, jobs, j.ID), "the job")
	t.equal(2, len(changes(t)), "the changes, of which untracked kinds make none")
}

// loopKeepsState moves records behind the loop while it runs, more of them than
// any page holds.
func loopKeepsState(t *trial) {
	const n = 1500
	list := make([]*account, n)
	for i := range list {
		list[i] = &account{Name: fmt.Sprintf("%06d", i)}
	}
	put(t, accounts, list...)
	seen := map[string]int{}
	t.write(func(tx *storage.Tx) error {
		clear(seen)
		for a, err := range accounts.Find(t.ctx, tx, storage.Query{Order: orderBy("name")}) {
			t.ok(err, "Find")
			seen[a.Name]++
			if len(seen) == 1 {
				put(t, accounts, &account{Name: "999998"}) // by another transaction
			}
			if len(seen) <= 10 {
				a.Name = fmt.Sprintf("9999%02d", len(seen))
				t.ok(accounts.Put(t.ctx, tx, a), "Put")
			}
		}
		return nil
	})
	t.equal(n, len(seen), "the records that the loop showed")
	for name, times := range seen {
		t.equal(1, times, "how often it showed "+name)
	}
}
