package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// concurrencyCases are transactions at the same time.
func concurrencyCases() []Case {
	return []Case{
		{"concurrency/counter", "N writers that add one to a counter reach N: no update is lost, and races are tried again", concurrentCounter},
		{"concurrency/one-winner", "of writers that hold the same version exactly one wins; the others get ErrConflict", oneWinner},
		{"concurrency/two-ways", "of a change and a deletion of the same version exactly one wins", changeAgainstDelete},
		{"concurrency/not-repeated", "a conflict of a record that was read before Update is returned after two tries at most: trying again cannot help", staleIsNotRepeated},
		{"concurrency/own-errors", "an error of the function is returned as it is and the function is not called again", ownErrorsAreNotRepeated},
		{"concurrency/bounded", "a function that loses every time is given up with ErrConflict", retriesAreBounded},
		{"concurrency/nested", "Update inside Update does not lock up; on one record the inner one wins and the outer is tried again", nestedUpdate},
		{"concurrency/nested-stale", "Update inside Update on one record given from outside: exactly one of them wins", nestedStale},
		{"concurrency/nested-apart", "Update inside Update on different records: both are committed", nestedApart},
		{"concurrency/unique", "of concurrent inserts of one unique key exactly one wins, whichever way they race", concurrentUnique},
		{"concurrency/adopted", "a transaction that inserts a unique key, and then changes the record of another one that took it in between, does not commit both", concurrentAdoption},
		{"concurrency/same-id", "of concurrent inserts of one id exactly one wins", concurrentIDs},
		{"concurrency/guard-record", "two transactions that write one guard record cannot both act on what they read: write skew is stopped", writeSkew},
		{"concurrency/transfers", "transfers between accounts keep the sum, whoever reads it in between", concurrentTransfers},
		{"concurrency/swap", "concurrent swaps of unique keys neither lose nor double one", concurrentSwaps},
		{"snapshots/view", "View keeps the state of its first read, of all kinds, while others write", snapshotOfView},
		{"snapshots/long-find", "a long Find keeps the state in which it began", snapshotOfFind},
		{"snapshots/whole", "View never sees a part of a transaction", snapshotsAreWhole},
		{"snapshots/update", "a read outside of View sees what was committed before it", readsAreFresh},
	}
}

// increment adds n to the counter, in one transaction.
func (t *trial) increment(id uuid.UUID, n int64) error {
	return t.update(func(tx *storage.Tx) error {
		c, err := counters.Get(t.ctx, tx, id)
		if err != nil {
			return err
		}
		runtime.Gosched()
		c.Count += n
		return counters.Put(t.ctx, tx, c)
	})
}

func concurrentCounter(t *trial) {
	c := &counter{Name: "c"}
	put(t, counters, c)
	workers, each := 8, t.times(20, 200)
	errs := together(workers, func(int) error {
		for range each {
			if err := t.increment(c.ID, 1); err != nil {
				return err
			}
		}
		return nil
	})
	t.allOK(errs, "adding at once")
	got := get(t, counters, c.ID)
	t.must(got.Count == int64(workers*each) && got.Version == int64(workers*each+1), "want %d after as many additions, got %+v", workers*each, got)
}

func oneWinner(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	for range t.times(20, 300) {
		errs := together(6, func(i int) error {
			mine := *a
			mine.Name = fmt.Sprintf("worker %d of version %d", i, a.Version)
			return tryPut(t, accounts, &mine)
		})
		t.must(t.winners(errs, storage.ErrConflict) == 1, "want one winner, got %v", errs)
		got := get(t, accounts, a.ID)
		t.must(got.Version == a.Version+1, "want version %d, got %d", a.Version+1, got.Version)
		a = got
	}
	t.equal(int(a.Version), len(history(t, accounts, a.ID)), "the changes in the history")
}

func changeAgainstDelete(t *trial) {
	for range t.times(15, 200) {
		a := &account{Name: "a"}
		put(t, accounts, a)
		errs := together(3, func(i int) error {
			mine := *a
			switch i {
			case 0:
				mine.Name = "changed"
				return tryPut(t, accounts, &mine)
			case 1:
				return t.update(func(tx *storage.Tx) error { return accounts.Delete(t.ctx, tx, &mine) })
			default:
				return t.update(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, &mine) })
			}
		})
		t.must(t.winners(errs, storage.ErrConflict, storage.ErrNotFound) == 1, "want one winner, got %v", errs)
	}
}

func staleIsNotRepeated(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	stale := *a
	a.Name = "b"
	put(t, accounts, a)
	calls := 0
	err := t.update(func(tx *storage.Tx) error {
		calls++
		stale.Name = "c"
		return accounts.Put(t.ctx, tx, &stale)
	})
	t.conflict(err, a.ID, 1, 2)
	t.must(calls <= 2, "the function was called %d times", calls)
}

func ownErrorsAreNotRepeated(t *trial) {
	for _, target := range []error{errStop, storage.ErrNotFound, storage.ErrDuplicate, storage.ErrInvalid, context.DeadlineExceeded} {
		calls := 0
		err := t.update(func(*storage.Tx) error { calls++; return fmt.Errorf("mine: %w", target) })
		t.must(errors.Is(err, target) && calls == 1, "want %v after one call, got %v after %d", target, err, calls)
	}
}

func retriesAreBounded(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	calls := 0
	err := t.update(func(tx *storage.Tx) error {
		calls++
		mine, err := accounts.Get(t.ctx, tx, a.ID)
		t.ok(err, "Get")
		t.ok(t.bump(a.ID, 1), "the other writer")
		mine.Name = "late"
		return accounts.Put(t.ctx, tx, mine)
	})
	t.is(err, storage.ErrConflict, "Update that always loses")
	t.must(calls > 1 && calls <= 1000, "the function was called %d times", calls)
	t.equal("a", get(t, accounts, a.ID).Name, "the name")
}

func nestedUpdate(t *trial) {
	c := &counter{Name: "c"}
	put(t, counters, c)
	calls := 0
	err := t.update(func(tx *storage.Tx) error {
		mine, err := counters.Get(t.ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if calls++; calls == 1 {
			t.ok(t.increment(c.ID, 10), "the inner Update")
		}
		mine.Count++
		return counters.Put(t.ctx, tx, mine)
	})
	t.ok(err, "the outer Update")
	t.must(calls == 2, "the outer function was called %d times, want 2", calls)
	t.equal(int64(11), get(t, counters, c.ID).Count, "the count")
}

func nestedStale(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	outer, calls := *a, 0
	var inner error
	err := t.update(func(tx *storage.Tx) error {
		if calls++; calls == 1 {
			mine := *a
			mine.Name = "inner"
			inner = tryPut(t, accounts, &mine)
		}
		outer.Name = "outer"
		return accounts.Put(t.ctx, tx, &outer)
	})
	t.ok(inner, "the inner Update")
	t.is(err, storage.ErrConflict, "the outer Update")
	t.must(calls <= 2, "the outer function was called %d times", calls)
	t.equal("inner", get(t, accounts, a.ID).Name, "the name")
}

func nestedApart(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	t.write(func(tx *storage.Tx) error {
		put(t, accounts, b)
		return accounts.Put(t.ctx, tx, a)
	})
	t.equal(2, count(t, accounts, storage.Query{}), "the accounts")
}

func concurrentUnique(t *trial) {
	for round := range t.times(15, 200) {
		code := fmt.Sprint("code", round)
		moving := &account{Name: "moving"}
		put(t, accounts, moving)
		errs := together(6, func(i int) error {
			if i == 0 {
				mine := *moving
				mine.Code = code
				return tryPut(t, accounts, &mine)
			}
			return tryPut(t, accounts, &account{Code: code})
		})
		t.must(t.winners(errs, storage.ErrDuplicate) == 1, "want one winner, got %v", errs)
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("code", code)}), "the records with the key")
	}
}

func concurrentAdoption(t *trial) {
	for round := range t.times(15, 200) {
		code := fmt.Sprint("adopted", round)
		errs := together(4, func(i int) error {
			return t.update(func(tx *storage.Tx) error {
				if err := accounts.Put(t.ctx, tx, &account{Code: code}); err != nil {
					return err
				}
				runtime.Gosched()
				for a, err := range accounts.Find(t.ctx, tx, storage.Query{Where: criteria.Eq("code", code)}) {
					if err != nil {
						return err
					}
					a.Note = fmt.Sprint("noted by ", i)
					if err := accounts.Put(t.ctx, tx, a); err != nil {
						return err
					}
				}
				return nil
			})
		})
		t.must(t.winners(errs, storage.ErrDuplicate) == 1, "want one winner, got %v", errs)
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("code", code)}), "the records with the key")
	}
}

func concurrentIDs(t *trial) {
	for range t.times(15, 200) {
		id := uuid.New()
		errs := together(5, func(i int) error {
			return tryPut(t, accounts, &account{Meta: storage.Meta{ID: id}, Name: fmt.Sprint(i)})
		})
		t.must(t.winners(errs, storage.ErrDuplicate) == 1, "want one winner, got %v", errs)
		got := get(t, accounts, id)
		t.must(errs[int(got.Name[0]-'0')] == nil, "the record is that of worker %s, which lost", got.Name)
		t.equal(1, len(history(t, accounts, id)), "the changes")
	}
}

// writeSkew has two workers each retire an account as long as another active one is left.
func writeSkew(t *trial) {
	for range t.times(15, 200) {
		guard, a, b := &counter{Name: uuid.NewString()}, &account{Region: uuid.NewString(), Active: true}, &account{Active: true}
		b.Region, b.Number = a.Region, 1
		put(t, counters, guard)
		put(t, accounts, a, b)
		active := storage.Query{Where: criteria.All(criteria.Eq("region", a.Region), criteria.Eq("active", true))}
		errs := together(2, func(i int) error {
			return t.update(func(tx *storage.Tx) error {
				g, err := counters.Get(t.ctx, tx, guard.ID)
				if err != nil {
					return err
				}
				left, err := accounts.Count(t.ctx, tx, active)
				if err != nil || left < 2 {
					return err
				}
				g.Count++
				mine := *[]*account{a, b}[i]
				mine.Active = false
				return errors.Join(counters.Put(t.ctx, tx, g), accounts.Put(t.ctx, tx, &mine))
			})
		})
		t.allOK(errs, "retiring")
		t.equal(1, count(t, accounts, active), "the active accounts")
	}
}

func concurrentTransfers(t *trial) {
	list := numberedAccounts(4)
	for _, a := range list {
		a.Visits = 100
	}
	put(t, accounts, list...)
	rounds := t.times(25, 400)
	errs := together(5, func(i int) error {
		for n := range rounds {
			err := t.transfer(list[(i+n)%4].ID, list[(i+n+1)%4].ID)
			if i == 4 {
				err = t.total(400)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	t.allOK(errs, "transferring at once")
	t.ok(t.total(400), "the sum at the end")
}

// transfer moves one visit from one account to another.
func (t *trial) transfer(from, to uuid.UUID) error {
	return t.update(func(tx *storage.Tx) error {
		a, err := accounts.Get(t.ctx, tx, from)
		if err != nil {
			return err
		}
		b, err := accounts.Get(t.ctx, tx, to)
		if err != nil {
			return err
		}
		a.Visits--
		b.Visits++
		return accounts.Put(t.ctx, tx, a, b)
	})
}

// total reports a sum of visits that is not the one wanted.
func (t *trial) total(want int64) error {
	rows, err := accounts.Aggregate(t.ctx, t.tenant, storage.Query{}, storage.Figures{Sum: []string{"visits"}})
	if err == nil && rows[0].Decimal(0).IntPart() != want {
		err = fmt.Errorf("the sum is %v, not %d", rows[0].Of[0], want)
	}
	return err
}

// swapTries is how often a swap is begun anew that others kept coming before until it
// was given up.
const swapTries = 20

// swapCodes has two accounts change their codes. Codes that were read at different
// moments may be refused.
func swapCodes(t *trial, one, other uuid.UUID) error {
	var err error
	for range swapTries {
		err = t.update(func(tx *storage.Tx) error {
			a, err := accounts.Get(t.ctx, tx, one)
			if err != nil {
				return err
			}
			b, err := accounts.Get(t.ctx, tx, other)
			if err != nil {
				return err
			}
			a.Code, b.Code = b.Code, a.Code
			return accounts.Put(t.ctx, tx, a, b)
		})
		if !errors.Is(err, storage.ErrConflict) {
			break
		}
	}
	if errors.Is(err, storage.ErrDuplicate) {
		return nil
	}
	return err
}

func concurrentSwaps(t *trial) {
	list := []*account{{Code: "x"}, {Code: "y"}, {Code: "z"}}
	put(t, accounts, list...)
	rounds := t.times(20, 300)
	errs := together(4, func(i int) error {
		for n := range rounds {
			if err := swapCodes(t, list[(i+n)%3].ID, list[(i+n+1)%3].ID); err != nil {
				return err
			}
		}
		return nil
	})
	t.allOK(errs, "swapping at once")
	var codes []string
	for _, a := range find(t, accounts, storage.Query{Order: orderBy("code")}) {
		codes = append(codes, a.Code)
	}
	t.equal([]string{"x", "y", "z"}, codes, "the codes")
	for _, code := range codes {
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("code", code)}), "the records found by "+code)
	}
}

func snapshotOfView(t *trial) {
	a, b, o := &account{Name: "a"}, &account{Name: "b"}, &order{Product: "one"}
	put(t, accounts, a, b)
	o.Account = a.ID
	put(t, orders, o)
	t.view(func(tx *storage.Tx) error {
		t.seesInside(tx, storage.Query{Order: orderBy("name")}, "a b") // the first read fixes the state
		changed, gone, late := *a, *b, *o
		changed.Name, late.Product = "changed", "changed"
		put(t, accounts, &changed, &account{Name: "new"})
		remove(t, accounts, &gone)
		put(t, orders, &late, &order{Account: b.ID})
		t.seesInside(tx, storage.Query{Order: orderBy("name")}, "a b")
		t.seesInside(tx, storage.Query{Where: criteria.Related("kit_order", "account", nil)}, "a")
		got, err := orders.Get(t.ctx, tx, o.ID)
		t.ok(err, "Get of an order")
		t.equal("one", got.Product, "the order inside View")
		list, err := accounts.History(t.ctx, tx, a.ID)
		t.must(err == nil && len(list) == 1, "want one change inside View, got %d, %v", len(list), err)
		return nil
	})
	t.equal("changed new", named(find(t, accounts, storage.Query{Order: orderBy("name")})), "the accounts after View")
}

func snapshotOfFind(t *trial) {
	for _, by := range [][]storage.Order{nil, orderBy("-visits"), orderBy("name")} {
		list := numberedAccounts(t.times(1100, 6000))
		for _, a := range list {
			a.Code = ""
		}
		put(t, accounts, list...)
		n, last := 0, list[len(list)-1]
		for a, err := range accounts.Find(t.ctx, t.tenant, storage.Query{Order: by}) {
			t.ok(err, "Find")
			if n++; n == 10 {
				t.upset(list[len(list)/2], last)
			}
			t.must(a.Name != "moved" && a.Name != "new", "the loop sees %q, which was written after it began", a.Name)
		}
		t.equal(len(list), n, fmt.Sprintf("the records of the loop by %v", by))
		t.clear()
	}
}

// upset changes one account, deletes another and adds two.
func (t *trial) upset(changed, gone *account) {
	t.Helper()
	changed.Name = "moved"
	put(t, accounts, changed, &account{Name: "new"}, &account{Name: "new", Visits: 9})
	remove(t, accounts, gone)
}

func snapshotsAreWhole(t *trial) {
	a, o := &account{Name: "a"}, &order{}
	put(t, accounts, a)
	o.Account = a.ID
	put(t, orders, o)
	var done atomic.Bool
	aID, oID, rounds := a.ID, o.ID, t.times(40, 500)
	errs := together(3, func(i int) error {
		if i == 0 {
			defer done.Store(true)
			return t.moveBoth(a, o, rounds)
		}
		for !done.Load() {
			if err := t.seesBoth(aID, oID); err != nil {
				return err
			}
		}
		return nil
	})
	t.allOK(errs, "reading while another writes two kinds")
}

// moveBoth changes an account and an order together.
func (t *trial) moveBoth(a *account, o *order, rounds int) error {
	for range rounds {
		a.Visits++
		o.Pieces = ref(a.Visits)
		err := t.update(func(tx *storage.Tx) error {
			return errors.Join(orders.Put(t.ctx, tx, o), accounts.Put(t.ctx, tx, a))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// seesBoth reports a state in which an account and its order do not agree.
func (t *trial) seesBoth(account, order uuid.UUID) error {
	return t.tenant.View(t.ctx, func(tx *storage.Tx) error {
		a, err := accounts.Get(t.ctx, tx, account)
		if err != nil {
			return err
		}
		o, err := orders.Get(t.ctx, tx, order)
		if err != nil {
			return err
		}
		if pieces := o.Pieces; pieces != nil && *pieces != a.Visits || pieces == nil && a.Visits != 0 {
			return fmt.Errorf("a View sees %d visits and %v pieces", a.Visits, pieces)
		}
		return nil
	})
}

func readsAreFresh(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	for i := range 20 {
		a.Visits = int64(i)
		a.Seen = start.Add(time.Duration(i) * time.Hour)
		put(t, accounts, a)
		t.equal(a, get(t, accounts, a.ID), "Get")
		q := storage.Query{Where: criteria.Eq("visits", i)}
		t.equal([]*account{a}, find(t, accounts, q), "Find")
		t.equal(1, count(t, accounts, q), "Count")
	}
}
