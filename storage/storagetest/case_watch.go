package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// watchCases are stores whose writes are watched (storage.Store.Watched).
func watchCases() []Case {
	return []Case{
		{"watches/told", "a watch is told of all writes of a call at once, before and after they are done, and sees them then", watchIsTold},
		{"watches/operations", "it is told of each operation with the record before and after it, of a lease too, and not of a Put that changes nothing", watchOperations},
		{"watches/refuses", "an error of Before is the writer's; nothing of the call is written, and the transaction goes on", watchRefuses},
		{"watches/fails", "an error of After makes the transaction fail, even if the writer does not mind", watchFails},
		{"watches/writes", "what a watch writes belongs to the same transaction, and stands in the log under the same origin", watchWrites},
		{"watches/rolled-back", "a transaction that fails takes the writes of its watches along", watchRolledBack},
		{"watches/unguarded", "a watch sees all through a guarded handle, and the writer is as bound afterwards as before", watchUnguarded},
		{"watches/own-writes", "a watch is not told of its own writes; the others are", watchOwnWrites},
		{"watches/kinds", "a watch is told of the kinds that it names; without names, of those in the change log", watchKinds},
		{"watches/repeated", "a transaction that lost a race tells its watches again, and nothing of the first time is left", watchRepeated},
	}
}

// watched returns a handle of the case's tenant whose writes are watched.
func (t *trial) watched(list ...storage.Watch) *storage.Tenant {
	t.Helper()
	store, err := t.store.Watched(list...)
	t.ok(err, "Watched")
	return store.Tenant(t.tenant.Name())
}

// A notebook writes down what a watch is told.
type notebook struct{ lines []string }

// watch makes a watch that writes down what it is told, under its name.
func (b *notebook) watch(name string, kinds ...string) storage.Watch {
	tell := func(when string) func(context.Context, *storage.Tx, []storage.Attempt) error {
		return func(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
			line := name + " " + when
			for _, w := range writes {
				line += " " + w.Op + " " + w.Kind
			}
			b.lines = append(b.lines, line)
			return nil
		}
	}
	return storage.Watch{Name: name, Kinds: kinds, Before: tell("before"), After: tell("after")}
}

// heard ends the case unless these lines were written down since the last time.
func (b *notebook) heard(t *trial, want ...string) {
	t.Helper()
	t.equal(want, b.lines, "what the watches were told")
	b.lines = nil
}

// change runs a transaction that must succeed.
func (t *trial) change(tenant *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	t.ok(tenant.Update(t.ctx, by, fn), "Update")
}

func watchIsTold(t *trial) {
	list := numberedAccounts(3)
	put(t, accounts, list[0])
	stored := func(want int64) func(context.Context, *storage.Tx, []storage.Attempt) error {
		return func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
			t.must(len(writes) == 3, "told of %d writes, want 3", len(writes))
			n, err := accounts.Count(ctx, tx, storage.Query{})
			t.equal(want, n, "the records in the eyes of the watch")
			for i, w := range writes {
				t.equal([]string{by.Actor, by.Action, "kit_account"}, []string{w.Actor, w.Action, w.Kind}, "the write")
				t.equal(fmt.Sprintf("a%02d", i), w.After.(*account).Name, "the name of a record")
			}
			return err
		}
	}
	book := &notebook{}
	desk := t.watched(book.watch("all"), storage.Watch{Name: "count", Before: stored(1), After: stored(3)})
	list[0].Note = "changed"
	t.change(desk, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, list...) })
	told := " update kit_account create kit_account create kit_account"
	book.heard(t, "all before"+told, "all after"+told)
	put(t, accounts, &account{Name: "through a store without watches"})
	book.heard(t)
}

func watchOperations(t *trial) {
	var told []storage.Attempt
	book := &notebook{}
	w := book.watch("w")
	w.Before = nil
	write := w.After
	w.After = func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		told = append(told, writes...)
		return write(ctx, tx, writes)
	}
	w.Kinds = []string{"kit_account", "kit_job"}
	desk := t.watched(w)
	a := &account{Name: "a"}
	for _, step := range []func(context.Context, *storage.Tx, ...*account) error{accounts.Put, accounts.Put, accounts.Delete, accounts.Restore, accounts.Purge} {
		t.change(desk, func(tx *storage.Tx) error { return step(t.ctx, tx, a) })
	}
	book.heard(t, "w after create kit_account", "w after delete kit_account", "w after restore kit_account", "w after purge kit_account")
	for i, w := range told {
		t.must((w.Before == nil) == (i == 0) && (w.After == nil) == (i == 3), "%s has before %v and after %v", w.Op, w.Before, w.After)
	}
	t.must(slices.Contains(told[0].Fields, "name"), "the fields of the new record are %v", told[0].Fields)
	t.change(desk, func(tx *storage.Tx) error { return jobs.Put(t.ctx, tx, &job{Payload: "x", Due: start}) })
	_, err := jobs.Lease(t.ctx, desk, by, storage.Claim{Due: "due", Until: "until", Limit: 1, For: time.Minute})
	t.ok(err, "Lease")
	t.change(desk, func(tx *storage.Tx) error {
		if err := accounts.Put(t.ctx, tx); err != nil {
			return err
		}
		return orders.Put(t.ctx, tx, &order{})
	})
	book.heard(t, "w after create kit_job", "w after update kit_job")
}

func watchRefuses(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	refuse := func(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
		for _, w := range writes {
			if w.After == nil || w.After.(*account).Note == "bad" || !w.After.(*account).Live() {
				return errStop
			}
		}
		return nil
	}
	book := &notebook{}
	desk := t.watched(storage.Watch{Name: "refuse", Kinds: []string{"kit_account"}, Before: refuse}, book.watch("next"))
	t.change(desk, func(tx *storage.Tx) error {
		fresh, changed, was := &account{Note: "good"}, *a, a.Meta
		changed.Note = "bad"
		t.is(accounts.Put(t.ctx, tx, fresh, &changed), errStop, "Put")
		t.must(fresh.Version == 0 && changed.Meta == was, "the records of the refused call got versions %d and %d", fresh.Version, changed.Version)
		t.is(accounts.Delete(t.ctx, tx, a), errStop, "Delete")
		t.is(accounts.Purge(t.ctx, tx, a), errStop, "Purge")
		t.seesInside(tx, storage.Query{Order: orderBy("name")}, "a")
		return accounts.Put(t.ctx, tx, &account{Name: "b", Note: "good"})
	})
	book.heard(t, "next before create kit_account", "next after create kit_account")
	t.equal("a b", named(find(t, accounts, storage.Query{Order: orderBy("name")})), "the records")
	t.equal([]string{storage.OpCreate, storage.OpCreate}, ops(changes(t)), "the log")
}

func watchFails(t *trial) {
	desk := t.watched(storage.Watch{Name: "fail", After: func(context.Context, *storage.Tx, []storage.Attempt) error { return errStop }})
	a := &account{Name: "a"}
	calls := 0
	err := desk.Update(t.ctx, by, func(tx *storage.Tx) error {
		calls++
		t.is(accounts.Put(t.ctx, tx, a), errStop, "Put")
		return nil
	})
	t.is(err, errStop, "Update")
	t.must(calls == 1 && a.Version == 0, "after %d calls the record has version %d", calls, a.Version)
	t.equal(0, count(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
	t.equal(0, len(changes(t)), "the changes")
}

// tallying is a watch that keeps the number of accounts in a note.
func tallying(text string) storage.Watch {
	return storage.Watch{Name: text, Kinds: []string{"kit_account"}, After: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		n, err := notes.First(ctx, tx, storage.Query{Where: criteria.Prefix("text", text)})
		if errors.Is(err, storage.ErrNotFound) {
			n, err = &note{}, nil
		}
		if err != nil {
			return err
		}
		total, err := accounts.Count(ctx, tx, storage.Query{})
		if err != nil {
			return err
		}
		n.Text = fmt.Sprint(text, " ", total)
		return notes.Put(ctx, tx, n)
	}}
}

// texts returns the texts of all notes, sorted.
func (t *trial) texts() []string {
	t.Helper()
	var list []string
	for _, n := range find(t, notes, storage.Query{}) {
		list = append(list, n.Text)
	}
	slices.Sort(list)
	return list
}

func watchWrites(t *trial) {
	desk := t.watched(tallying("total"))
	t.change(desk, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, numberedAccounts(3)...) })
	origin := storage.By("user:ann", "sign up").Because("ticket 7")
	t.ok(desk.Update(t.ctx, origin, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{Name: "x"}) }), "Update")
	t.equal([]string{"total 4"}, t.texts(), "the note")
	list := changes(t)
	t.equal([]string{"kit_account", "kit_account", "kit_account", "kit_note", "kit_account", "kit_note"}, kindsOf(list), "the kinds in the log")
	one, other := list[4], list[5]
	t.must(one.Tx == other.Tx && other.Tx != list[3].Tx, "the writes of the transaction and its watch stand under %v and %v", one.Tx, other.Tx)
	t.equal([]string{"user:ann", "sign up", "ticket 7"}, []string{other.Actor, other.Action, other.Reason}, "the origin of the watch's write")
	t.verified()
}

func kindsOf(list []*storage.Change) []string {
	kinds := make([]string, len(list))
	for i, c := range list {
		kinds[i] = c.Kind
	}
	return kinds
}

func watchRolledBack(t *trial) {
	desk := t.watched(tallying("total"))
	err := desk.Update(t.ctx, by, func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, &account{Name: "a"}), "Put")
		n, err := notes.Count(t.ctx, tx, storage.Query{Where: criteria.Eq("text", "total 1")})
		t.must(err == nil && n == 1, "the note of the watch is not seen: %d, %v", n, err)
		return errStop
	})
	t.is(err, errStop, "Update")
	t.equal(0, len(t.texts()), "the notes")
	t.equal(0, len(changes(t)), "the changes")
}

func watchUnguarded(t *trial) {
	put(t, accounts, &account{Name: "seen", Visits: 1}, &account{Name: "hidden", Visits: 2})
	desk := t.watched(tallying("total"), storage.Watch{Name: "fussy", After: func(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
		if w, ok := writes[0].After.(*account); ok && w.Note == "bad" {
			return errStop
		}
		return nil
	}})
	g := &guard{access: map[string]storage.Access{"kit_account": {Where: visible()}}}
	bound := func(tx *storage.Tx, want string) {
		t.seesInside(tx, storage.Query{Order: orderBy("name")}, want)
		_, err := notes.First(t.ctx, tx, storage.Query{})
		t.is(err, storage.ErrNotFound, "First of a kind that the guard hides")
	}
	err := desk.Guarded(g).Update(t.ctx, by, func(tx *storage.Tx) error {
		bound(tx, "seen")
		t.ok(accounts.Put(t.ctx, tx, &account{Name: "new", Visits: 1}), "Put")
		bound(tx, "new seen")
		t.is(accounts.Put(t.ctx, tx, &account{Name: "bad", Note: "bad", Visits: 1}), errStop, "Put")
		bound(tx, "bad new seen")
		return nil
	})
	t.is(err, errStop, "Update")
	t.ok(desk.Guarded(g).Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{Visits: 1}) }), "Update")
	t.equal([]string{"total 3"}, t.texts(), "what the watch counted")
	t.equal([]string{"kit_account", "kit_account", "kit_account"}, attempted(g), "the writes that the guard was asked about")
}

func attempted(g *guard) []string {
	var kinds []string
	for _, a := range g.attempts {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

func watchOwnWrites(t *trial) {
	book := &notebook{}
	once := book.watch("writer")
	once.After = func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		book.lines = append(book.lines, fmt.Sprint("writer after ", len(writes)))
		return accounts.Put(ctx, tx, &account{Name: "by the watch"})
	}
	desk := t.watched(once, book.watch("other"))
	t.change(desk, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{Name: "a"}) })
	book.heard(t, "writer before create kit_account", "other before create kit_account", "writer after 1",
		"other before create kit_account", "other after create kit_account", "other after create kit_account")
	t.change(desk, func(tx *storage.Tx) error { return orders.Put(t.ctx, tx, &order{}) })
	t.equal([]string{"writer before create kit_order", "writer after 1"}, []string{book.lines[0], book.lines[2]}, "the next transaction")
	t.equal(3, count(t, accounts, storage.Query{}), "the accounts")
}

func watchKinds(t *trial) {
	book := &notebook{}
	desk := t.watched(book.watch("all"), book.watch("some", "kit_job", "kit_order"))
	t.change(desk, func(tx *storage.Tx) error {
		return errors.Join(jobs.Put(t.ctx, tx, &job{Payload: "x"}), orders.Put(t.ctx, tx, &order{}), accounts.Put(t.ctx, tx, &account{}),
			storage.CustomKinds.Put(t.ctx, tx, &storage.CustomKind{Name: "vehicle"}))
	})
	t.change(desk, func(tx *storage.Tx) error { return vehicles.Put(t.ctx, tx, &storage.Entity{}) })
	book.heard(t,
		"some before create kit_job", "some after create kit_job",
		"all before create kit_order", "some before create kit_order", "all after create kit_order", "some after create kit_order",
		"all before create kit_account", "all after create kit_account",
		"all before create custom_kind", "all after create custom_kind",
		"all before create vehicle", "all after create vehicle",
	)
}

func watchRepeated(t *trial) {
	a := &account{Name: "a", Visits: 1}
	put(t, accounts, a)
	calls := 0
	w := tallying("total")
	after := w.After
	w.After = func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		calls++
		return after(ctx, tx, writes)
	}
	attempts := 0
	t.change(t.watched(w), func(tx *storage.Tx) error {
		mine, err := accounts.Get(t.ctx, tx, a.ID)
		t.ok(err, "Get")
		if attempts++; attempts == 1 {
			t.ok(t.bump(a.ID, 1), "the other writer")
		}
		mine.Name = "b"
		return errors.Join(accounts.Put(t.ctx, tx, &account{Name: "new"}), accounts.Put(t.ctx, tx, mine))
	})
	t.must(attempts == 2 && calls >= 3, "the transaction was tried %d times, and the watch told %d times", attempts, calls)
	t.equal([]string{"total 2"}, t.texts(), "the note")
}
