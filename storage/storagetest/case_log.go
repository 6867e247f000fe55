package storagetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// logCases are the change log and its readers.
func logCases() []Case {
	return []Case{
		{"log/entries", "each write makes one change that says who, why, when, what and from which value to which", logEntries},
		{"log/values", "the values of every type stand in the log exactly", logValues},
		{"log/brief", "an origin without values names the fields that changed and not their values", logBrief},
		{"log/positions", "positions run 1, 2, 3, ... and never change, and every page of the log agrees", logPositions},
		{"log/concurrent", "under concurrent writers and readers the log has no gap, loses nothing and shows everyone the same", logConcurrent},
		{"log/version-order", "the changes of a record stand in the order of its versions, though the clocks of its writers disagree", logVersionOrder},
		{"log/bulk-order", "that holds for a writer whose clock stands just behind another's large transaction", logBulkOrder},
		{"log/erase", "EraseHistory takes the values away; that the changes happened stays, and the log verifies", logErase},
		{"log/rollback", "what was rolled back leaves no change", logRollback},
		{"log/system", "nobody writes the change log through its kind", logIsClosed},
		{"consumers/once", "each change is consumed exactly once by each name, in order", consumeOnce},
		{"consumers/failure", "a consumer that fails stays where it was, and what it wrote is undone", consumeFailure},
		{"consumers/race", "two that consume under one name at once commit each change once", consumeRace},
		{"consumers/late", "a change that commits while others are consumed is neither missed nor placed before them", consumeLate},
	}
}

func logEntries(t *trial) {
	a := &account{Name: "a"}
	origin := storage.By("user:ann", "claim").Because("ticket 7")
	err := t.tenant.Update(t.ctx, origin, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, a) })
	t.ok(err, "Update")
	a.Name, a.Visits = "b", 3
	put(t, accounts, a)
	remove(t, accounts, a)
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, a) })
	log := changes(t)
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpDelete, storage.OpPurge}, ops(log), "the operations")
	first, second := log[0], log[1]
	t.equal([]string{"user:ann", "claim", "ticket 7", "kit_account"}, []string{first.Actor, first.Action, first.Reason, first.Kind},
		"who, what, why and which kind")
	t.must(first.Record == a.ID && first.Tx != uuid.Nil && first.Tx != second.Tx && first.CreatedAt.After(start),
		"record, transaction or time are wrong: %+v", first)
	t.equal([]string{"name", "visits"}, second.Fields, "the fields")
	t.equal(`{"name":["a","b"],"visits":[0,3]}`, string(second.Values), "the values")
	before, after, ok := second.Value("visits")
	t.must(ok && string(before) == "0" && string(after) == "3", "Value returns %s, %s, %v", before, after, ok)
	for i, version := range []int64{1, 2, 3, 3} {
		t.equal(version, log[i].RecordVersion, "the version after "+log[i].Op)
	}
	t.verified()
}

func logValues(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	bare := &account{Meta: a.Meta}
	put(t, accounts, bare)
	list := history(t, accounts, a.ID)
	want := map[string][2]string{
		"name": {`"Meier & Söhne"`, ""}, "age": {"63", ""}, "balance": {`"1250.75"`, `"0"`}, "credit": {`"-3.5"`, ""}, "active": {"true", "false"},
		"seen": {`"2025-12-31T23:59:59.123456Z"`, ""}, "born": {`"1962-02-28"`, ""}, "boss": {`"018f0000-0000-7000-8000-000000000001"`, ""},
		"tags": {`["gold","vip"]`, ""}, "extra": {`{"b":1,"a":[true,null]}`, ""}, "visits": {"42", "0"}, "agreed": {"true", ""},
	}
	for field, pair := range want {
		_, first, ok := list[0].Value(field)
		t.must(ok && string(first) == pair[0], "%s after the first change: want %s, got %s", field, pair[0], first)
		before, after, ok := list[1].Value(field)
		t.must(ok && string(before) == pair[0] && string(after) == pair[1], "%s: want %v, got %s and %s", field, pair, before, after)
	}
	t.verified()
}

func logBrief(t *trial) {
	a := &account{Name: "a"}
	err := t.tenant.Update(t.ctx, by.WithoutValues(), func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, a), "Put")
		a.Name = "b"
		return accounts.Put(t.ctx, tx, a)
	})
	t.ok(err, "Update")
	log := changes(t)
	t.must(len(log) == 2 && len(log[1].Values) == 0, "want two changes without values, got %+v", log)
	t.equal([]string{"name"}, log[1].Fields, "the fields")
	v := t.verified()
	t.must(v.Checked == 2 && v.Erased == 2, "want 2 changes without values, got %+v", v)
}

func logPositions(t *trial) {
	for i := range 7 {
		put(t, accounts, numberedAccounts(3)[i%3], &account{Name: fmt.Sprint(i)})
		if i < 6 {
			t.clear()
		}
	}
	all := changes(t)
	for i, c := range all {
		t.must(c.Position == int64(i+1), "change %d has position %d", i+1, c.Position)
	}
	for size := 1; size <= len(all)+1; size += 4 {
		var pages []*storage.Change
		for after := int64(0); ; after = pages[len(pages)-1].Position {
			page, err := t.tenant.Log().Read(t.ctx, after, size)
			t.ok(err, "Read")
			if len(page) == 0 {
				break
			}
			pages = append(pages, page...)
			t.must(len(pages) <= len(all), "the log in pages of %d does not end", size)
		}
		t.equal(all, pages, fmt.Sprintf("the log in pages of %d", size))
	}
	_, err := t.tenant.Log().Read(t.ctx, 0, 0)
	t.is(err, storage.ErrInvalid, "Read without a limit")
	v := t.verified()
	t.equal(int64(len(all)), v.Checked, "the changes checked")
}

func logConcurrent(t *trial) {
	writers, each := 5, t.times(20, 200)
	var seen [2][]*storage.Change
	var left atomic.Int64
	left.Store(int64(writers))
	errs := together(writers+2, func(i int) error {
		if i < 2 {
			return t.follow(&seen[i], &left)
		}
		defer left.Add(-1)
		for n := range each {
			if err := tryPut(t, accounts, &account{Name: fmt.Sprint(i, " ", n)}); err != nil {
				return err
			}
		}
		return nil
	})
	t.allOK(errs, "writing and reading at once")
	all := changes(t)
	t.equal(writers*each, len(all), "the changes")
	t.equal(all, seen[0], "what the first reader saw")
	t.equal(all, seen[1], "what the second reader saw")
	ids := map[uuid.UUID]bool{}
	for i, c := range all {
		t.must(c.Position == int64(i+1) && !ids[c.Record], "position %d stands at %d, or a change comes twice", c.Position, i+1)
		ids[c.Record] = true
	}
	t.verified()
}

// follow reads the log in small pages until no writer is left and nothing follows.
func (t *trial) follow(seen *[]*storage.Change, left *atomic.Int64) error {
	for {
		finished := left.Load() == 0
		page, err := t.tenant.Log().Read(t.ctx, int64(len(*seen)), 7)
		if err != nil || finished && len(page) == 0 {
			return err
		}
		for _, c := range page {
			if c.Position != int64(len(*seen))+1 {
				return fmt.Errorf("position %d follows %d", c.Position, len(*seen))
			}
			*seen = append(*seen, c)
		}
	}
}

// inOrder ends the case unless a history has these operations, its versions
// rise, and the log has its changes in the same order.
func (t *trial) inOrder(id uuid.UUID, want ...string) {
	t.Helper()
	list := history(t, accounts, id)
	t.equal(want, ops(list), "the history")
	for i, c := range list {
		if i > 0 && c.Op != storage.OpPurge && c.Op != storage.OpErase {
			t.must(c.RecordVersion == list[i-1].RecordVersion+1, "version %d follows %d", c.RecordVersion, list[i-1].RecordVersion)
		}
	}
	var logged []*storage.Change
	for _, c := range changes(t) {
		if c.Record == id {
			logged = append(logged, c)
		}
	}
	t.equal(want, ops(logged), "the operations in the log")
	t.equal(history(t, accounts, id), logged, "the changes of the record in the log")
}

func logVersionOrder(t *trial) {
	slow := newClock()
	slow.advance(-time.Hour)
	behind := t.over(t.driver, slow).Tenant(t.tenant.Name())
	a := &account{Name: "a"}
	put(t, accounts, a)
	write := func(tenant *storage.Tenant, fn func(tx *storage.Tx) error) {
		t.ok(tenant.Update(t.ctx, by, fn), "Update")
	}
	for i := range 4 {
		at := a.UpdatedAt
		a.Visits = int64(i + 1)
		write([]*storage.Tenant{behind, t.tenant}[i%2], func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, a) })
		t.must(a.UpdatedAt.After(at), "version %d has UpdatedAt %v, not after %v", a.Version, a.UpdatedAt, at)
	}
	write(behind, func(tx *storage.Tx) error { return accounts.Delete(t.ctx, tx, a) })
	write(behind, func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	write(behind, func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, a) })
	write(behind, func(tx *storage.Tx) error { _, err := accounts.EraseHistory(t.ctx, tx, a.ID); return err })
	t.inOrder(a.ID, storage.OpCreate, storage.OpUpdate, storage.OpUpdate, storage.OpUpdate, storage.OpUpdate,
		storage.OpDelete, storage.OpRestore, storage.OpPurge, storage.OpErase)
	t.verified()
}

// logBulkOrder has one writer make many ids in one moment, and another, whose
// clock shows that very moment or a little less, change the last record.
func logBulkOrder(t *trial) {
	for _, lag := range []time.Duration{0, 10 * time.Microsecond, time.Second} {
		list := make([]*account, t.times(300, 3000))
		for i := range list {
			list[i] = &account{Visits: int64(i)}
		}
		put(t, accounts, list...)
		last := list[len(list)-1]
		slow := &clock{now: last.UpdatedAt.Add(time.Microsecond - lag - time.Millisecond)}
		behind := t.over(t.driver, slow).Tenant(t.tenant.Name())
		last.Name = "changed"
		err := behind.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, last) })
		t.ok(err, "Update")
		t.inOrder(last.ID, storage.OpCreate, storage.OpUpdate)
	}
}

func logErase(t *trial) {
	a, b := fullAccount(), &account{Name: "b"}
	put(t, accounts, a)
	put(t, accounts, b)
	a.Name = "changed"
	put(t, accounts, a)
	t.verified()
	t.write(func(tx *storage.Tx) error {
		n, err := accounts.EraseHistory(t.ctx, tx, a.ID)
		t.must(n == 2, "want 2 changes erased, got %d", n)
		return err
	})
	list := history(t, accounts, a.ID)
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpErase}, ops(list), "the history")
	for _, c := range list {
		t.must(len(c.Values) == 0 && c.Salt == "", "change %d has values", c.Position)
	}
	t.must(len(history(t, accounts, b.ID)[0].Values) > 0, "the history of another record was erased")
	v := t.verified()
	t.must(v.Checked == 4 && v.Erased == 3, "want 3 of 4 changes without values, got %+v", v)
	t.equal("changed", get(t, accounts, a.ID).Name, "the record, which stays")
}

func logRollback(t *trial) {
	err := t.update(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, &account{Name: "a"}), "Put")
		return errStop
	})
	t.is(err, errStop, "Update")
	put(t, accounts, &account{Name: "b"})
	all := changes(t)
	t.must(len(all) == 1 && all[0].Position == 1, "want one change at position 1, got %d", len(all))
}

func logIsClosed(t *trial) {
	put(t, accounts, &account{Name: "a"})
	c := changes(t)[0]
	for name, err := range map[string]error{
		"Put":   t.update(func(tx *storage.Tx) error { return storage.Changes.Put(t.ctx, tx, c) }),
		"Purge": t.update(func(tx *storage.Tx) error { return storage.Changes.Purge(t.ctx, tx, c) }),
	} {
		t.is(err, storage.ErrForbidden, name)
	}
	t.verified()
}

// noted writes the consumed changes as orders, in the consumer's transaction.
func (t *trial) noted(tx *storage.Tx, list []*storage.Change) error {
	for _, c := range list {
		if err := orders.Put(t.ctx, tx, &order{Account: c.Record, Product: fmt.Sprint(c.Position), Pieces: ref(c.Position)}); err != nil {
			return err
		}
	}
	return nil
}

// consume consumes up to limit changes, which must succeed.
func (t *trial) consume(name string, limit int, fn func(*storage.Tx, []*storage.Change) error) int {
	t.Helper()
	n, err := t.tenant.Log().Consume(t.ctx, name, limit, by, fn)
	t.ok(err, "Consume")
	return n
}

func consumeOnce(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	for _, name := range []string{"first", "second", oddTexts[4]} {
		var seen []int64
		for {
			n := t.consume(name, 2, func(_ *storage.Tx, list []*storage.Change) error {
				for _, c := range list {
					seen = append(seen, c.Position)
				}
				return nil
			})
			at, err := t.tenant.Log().Position(t.ctx, name)
			t.must(err == nil && at == int64(len(seen)), "want position %d, got %d, %v", len(seen), at, err)
			if n == 0 || len(seen) > 5 {
				break
			}
		}
		t.equal([]int64{1, 2, 3, 4, 5}, seen, "the positions that "+name+" saw")
	}
	_, err := t.tenant.Log().Consume(t.ctx, "", 1, by, nil)
	t.is(err, storage.ErrInvalid, "a consumer without a name")
	_, err = t.tenant.Log().Consume(t.ctx, "first", 1, storage.Origin{}, nil)
	t.is(err, storage.ErrNoActor, "a consumer without an actor")
}

func consumeFailure(t *trial) {
	put(t, accounts, numberedAccounts(3)...)
	_, err := t.tenant.Log().Consume(t.ctx, "c", 2, by, func(tx *storage.Tx, list []*storage.Change) error {
		return errors.Join(t.noted(tx, list), errStop)
	})
	t.is(err, errStop, "Consume")
	at, err := t.tenant.Log().Position(t.ctx, "c")
	t.must(err == nil && at == 0, "want position 0, got %d, %v", at, err)
	t.equal(0, count(t, orders, storage.Query{}), "what the failed consumer wrote")
	t.equal(2, t.consume("c", 2, t.noted), "the changes consumed next")
	t.equal(2, count(t, orders, storage.Query{}), "what the consumer wrote")
}

func consumeRace(t *trial) {
	n := t.times(40, 400)
	for i := range n {
		put(t, accounts, &account{Name: fmt.Sprint(i)})
	}
	var mu sync.Mutex
	positions := map[int64]int{}
	errs := together(4, func(int) error {
		for range n + 1 {
			var mine []*storage.Change
			got, err := t.tenant.Log().Consume(t.ctx, "shared", 3, by, func(_ *storage.Tx, list []*storage.Change) error { mine = list; return nil })
			if err != nil || got == 0 {
				return err
			}
			mu.Lock()
			for _, c := range mine {
				positions[c.Position]++
			}
			mu.Unlock()
		}
		return errors.New("the consumer does not come to an end")
	})
	t.allOK(errs, "consuming at once")
	t.equal(n, len(positions), "the changes consumed")
	for position, times := range positions {
		t.must(times == 1, "the change at %d was consumed %d times", position, times)
	}
}

// consumeLate consumes while a transaction that began earlier is still open.
func consumeLate(t *trial) {
	put(t, accounts, &account{Name: "early"})
	var seen []uuid.UUID
	keep := func(_ *storage.Tx, list []*storage.Change) error {
		for _, c := range list {
			seen = append(seen, c.Record)
			t.equal(int64(len(seen)), c.Position, "the position")
		}
		return nil
	}
	late, between := &account{Name: "late"}, &account{Name: "between"}
	t.write(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, late), "Put")
		put(t, accounts, between)
		t.equal(2, t.consume("c", 10, keep), "the changes before the late commit")
		return nil
	})
	t.equal(1, t.consume("c", 10, keep), "the changes after the late commit")
	t.equal([]uuid.UUID{between.ID, late.ID}, seen[1:], "the records in the order of the log")
	t.verified()
}
