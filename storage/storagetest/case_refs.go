package storagetest

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// refCases are fields that must name a record that exists (storage.Def.Existing).
func refCases() []Case {
	return []Case{
		{"refs/missing", "a value that names a record which is missing, deleted, purged or another tenant's is ErrInvalid; nothing of the call is written, and the transaction goes on", missingTarget},
		{"refs/same-call", "records of one call may name each other, and themselves", targetInSameCall},
		{"refs/own-writes", "what a transaction has put can be named by its next write, and what it purged cannot", targetInTransaction},
		{"refs/unchanged", "a value that does not change is not looked up again, though the record named is deleted since", unchangedTarget},
		{"refs/purge", "a record that a live or a deleted one still names cannot be purged, and the error names both", purgeOfNamed},
		{"refs/purge-together", "records that name only each other are purged in one call, and a named one behind those that named it", purgeTogether},
		{"refs/hidden", "whether a record exists is not a matter of what the guard shows", hiddenTarget},
		{"refs/many", "a call with hundreds of records checks each of the records that they name", manyTargets},
		{"refs/between", "a write and a purge that were decided on what another transaction has overturned are refused", refsBetween},
		{"refs/beside", "of a purge and an open transaction that names the record exactly one is committed, whichever came first", refsBeside},
		{"refs/race", "of a purge and a write that names the record, at the same time, exactly one is committed", refsRace},
		{"refs/retired", "who deletes a record softly and then looks who names it finds all of them, and nobody comes behind", retired},
		{"refs/hold", "Hold returns the live records asked for, in their order; of transactions that hold a record, name it and then delete it, the first does, and the others find it gone", heldTargets},
		{"refs/changed-beside", "a record may be changed while a transaction that names it is open, and both are committed", changedBeside},
	}
}

// unnameable ends the case unless an error is the refusal of a value of that field.
func (t *trial) unnameable(err error, field string) {
	t.Helper()
	t.is(err, storage.ErrInvalid, "a value that names no live record")
	var f *storage.FieldError
	t.must(errors.As(err, &f) && f.Kind == "kit_note" && f.Field == field, "want a *storage.FieldError of kit_note.%s, got %v", field, err)
}

func missingTarget(t *trial) {
	there, deleted, purged, foreign := &account{Name: "there"}, &account{Name: "deleted"}, &account{Name: "purged"}, &account{Name: "foreign"}
	put(t, accounts, there, deleted, purged)
	remove(t, accounts, deleted)
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, purged) })
	other := t.store.Tenant(freshName("other"))
	t.ok(other.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, foreign) }), "Update")
	kept := &note{Account: there.ID, Text: "kept"}
	put(t, notes, kept)
	t.write(func(tx *storage.Tx) error {
		for name, id := range map[string]uuid.UUID{"missing": uuid.New(), "deleted": deleted.ID, "purged": purged.ID, "foreign": foreign.ID} {
			t.unnameable(notes.Put(t.ctx, tx, &note{Account: there.ID}, &note{Account: id, Text: name}), "account")
			changed := *kept
			changed.Account = id
			t.unnameable(notes.Put(t.ctx, tx, &changed), "account")
		}
		t.unnameable(notes.Put(t.ctx, tx, &note{Above: there.ID}), "above")
		return notes.Put(t.ctx, tx, &note{Account: there.ID, Text: "last"}, &note{Text: "names nothing"})
	})
	t.must(get(t, notes, kept.ID).Account == there.ID, "the note that was to change names another account")
	t.equal(3, count(t, notes, storage.Query{Deleted: storage.DeletedToo}), "the notes")
	t.equal(2, count(t, notes, storage.Query{Where: criteria.Eq("account", there.ID)}), "the notes on the account")
}

func targetInSameCall(t *trial) {
	first, second, self := &note{Text: "first"}, &note{Text: "second"}, &note{Text: "self"}
	for _, n := range []*note{first, second, self} {
		n.ID = uuid.New()
	}
	first.Above, second.Above, self.Above = second.ID, first.ID, self.ID
	put(t, notes, first, second, self)
	later := &note{Text: "later"}
	later.ID = uuid.New()
	first.Above, later.Above = later.ID, first.ID
	put(t, notes, first, later)
	t.equal(later.ID, get(t, notes, first.ID).Above, "the note above the first")
	t.unnameable(tryPut(t, notes, &note{Above: uuid.New()}, &note{Above: first.ID}), "above")
}

func targetInTransaction(t *trial) {
	a := &account{Name: "a"}
	t.write(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, a), "Put")
		t.ok(notes.Put(t.ctx, tx, &note{Account: a.ID}), "Put of a note on the account")
		passing := &account{Name: "passing"}
		t.ok(accounts.Put(t.ctx, tx, passing), "Put")
		t.ok(accounts.Purge(t.ctx, tx, passing), "Purge")
		t.unnameable(notes.Put(t.ctx, tx, &note{Account: passing.ID}), "account")
		return nil
	})
	t.equal(1, count(t, notes, storage.Query{Where: criteria.Parent("account", criteria.Eq("name", "a"))}), "the notes")
}

func unchangedTarget(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	n, other := &note{Account: a.ID, Text: "one"}, &note{Text: "other"}
	put(t, notes, n, other)
	remove(t, accounts, a)
	n.Text = "two"
	put(t, notes, n)
	remove(t, notes, n)
	t.write(func(tx *storage.Tx) error { return notes.Restore(t.ctx, tx, n) })
	other.Account = a.ID
	t.unnameable(tryPut(t, notes, other), "account")
	n.Account = uuid.Nil
	put(t, notes, n)
	n.Account = a.ID
	t.unnameable(tryPut(t, notes, n), "account")
}

// purge purges an account in one transaction and returns its error.
func (t *trial) purge(a *account) error {
	return t.update(func(tx *storage.Tx) error { mine := *a; return accounts.Purge(t.ctx, tx, &mine) })
}

// stillNamed ends the case unless an error is the refusal to purge a record.
func (t *trial) stillNamed(err error, id uuid.UUID) {
	t.Helper()
	t.is(err, storage.ErrInvalid, "Purge of a record that is named")
	var r *storage.RecordError
	t.must(errors.As(err, &r) && r.ID == id, "want a *storage.RecordError of %v, got %v", id, err)
}

func purgeOfNamed(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a, b)
	n := &note{Account: a.ID}
	put(t, notes, n)
	t.stillNamed(t.purge(a), a.ID)
	remove(t, accounts, a)
	t.stillNamed(t.purge(a), a.ID)
	remove(t, notes, n)
	t.write(func(tx *storage.Tx) error {
		mine, other := *a, *b
		t.stillNamed(accounts.Purge(t.ctx, tx, &mine, &other), a.ID)
		return accounts.Put(t.ctx, tx, &account{Name: "c"})
	})
	t.equal("b c", named(find(t, accounts, storage.Query{Order: orderBy("name")})), "the live accounts")
	t.write(func(tx *storage.Tx) error { return notes.Purge(t.ctx, tx, n) })
	t.ok(t.purge(a), "Purge of a record that nobody names any more")
}

func purgeTogether(t *trial) {
	a, first, second := &account{Name: "a"}, &note{Text: "first"}, &note{Text: "second"}
	put(t, accounts, a)
	first.ID, second.ID = uuid.New(), uuid.New()
	first.Above, second.Above, first.Account = second.ID, first.ID, a.ID
	put(t, notes, first, second)
	t.write(func(tx *storage.Tx) error {
		one, both := *first, []*note{first, second}
		t.stillNamed(notes.Purge(t.ctx, tx, &one), first.ID)
		t.stillNamed(accounts.Purge(t.ctx, tx, a), a.ID)
		t.ok(notes.Purge(t.ctx, tx, both...), "Purge of both")
		return accounts.Purge(t.ctx, tx, a)
	})
	t.equal(0, count(t, notes, storage.Query{Deleted: storage.DeletedToo}), "the notes")
	t.equal(0, count(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the accounts")
}

func hiddenTarget(t *trial) {
	hidden := &account{Name: "hidden", Visits: 2}
	put(t, accounts, hidden)
	desk, g := t.guarded(visible(), nil)
	g.access["kit_note"] = everything()
	err := desk.Update(t.ctx, by, func(tx *storage.Tx) error {
		t.unnameable(notes.Put(t.ctx, tx, &note{Account: uuid.New()}), "account")
		return notes.Put(t.ctx, tx, &note{Account: hidden.ID})
	})
	t.ok(err, "Put of a note on a record that is hidden")
	g.access["kit_account"], g.access["kit_note"] = everything(), storage.Access{}
	err = desk.Update(t.ctx, by, func(tx *storage.Tx) error { mine := *hidden; return accounts.Purge(t.ctx, tx, &mine) })
	t.stillNamed(err, hidden.ID)
}

func manyTargets(t *trial) {
	list := numberedAccounts(t.times(300, 3000))
	put(t, accounts, list...)
	all := make([]*note, len(list))
	for i, a := range list {
		all[i] = &note{Meta: storage.Meta{ID: uuid.New()}, Account: a.ID, Text: a.Name}
		all[i].Above = all[(i*7)/8].ID
	}
	put(t, notes, all...)
	t.equal(len(list), count(t, notes, storage.Query{Where: criteria.Parent("account", nil)}), "the notes on accounts")
	last := all[len(all)-1]
	for i, n := range all {
		n.Above, n.Account = last.ID, list[len(list)-1-i].ID
	}
	last.Account = uuid.New()
	t.unnameable(tryPut(t, notes, all...), "account")
	t.equal(0, count(t, notes, storage.Query{Where: criteria.Gt("version", 1)}), "the notes that were changed")
	err := t.update(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, list[:50]...) })
	t.is(err, storage.ErrInvalid, "Purge of many that are named")
	t.equal(len(list), count(t, accounts, storage.Query{}), "the accounts")
}

// refsBetween writes in a transaction that has read, after another has committed
// what stands against it.
func refsBetween(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a, b)
	calls := 0
	err := t.update(func(tx *storage.Tx) error {
		_, err := collect(t.ctx, notes, tx, storage.Query{Where: criteria.Eq("account", a.ID)})
		t.ok(err, "Find of the notes on the account")
		if calls++; calls == 1 {
			put(t, notes, &note{Account: a.ID})
		}
		mine := *a
		return accounts.Purge(t.ctx, tx, &mine)
	})
	t.stillNamed(err, a.ID)
	calls = 0
	err = t.update(func(tx *storage.Tx) error {
		if calls++; calls == 1 {
			_, err := accounts.Get(t.ctx, tx, b.ID)
			t.ok(err, "Get of the account")
			t.ok(t.purge(b), "Purge")
		}
		return notes.Put(t.ctx, tx, &note{Account: b.ID})
	})
	t.unnameable(err, "account")
	t.nothingDangles()
}

// nothingDangles ends the case when a note names an account that is not there.
func (t *trial) nothingDangles() {
	t.Helper()
	for _, n := range find(t, notes, storage.Query{Deleted: storage.DeletedToo}) {
		if n.Account == uuid.Nil {
			continue
		}
		found := find(t, accounts, storage.Query{Where: criteria.Eq(storage.FieldID, n.Account), Deleted: storage.DeletedToo})
		t.must(len(found) == 1, "the note %v names the account %v, which is not there", n.ID, n.Account)
	}
}

// oneOf ends the case unless exactly one of a write that names a record and a
// purge of it was committed.
func (t *trial) oneOf(naming, purging error) {
	t.Helper()
	if (naming == nil) == (purging == nil) {
		t.Fatalf("want one of the two to be committed: the write ended with %v, the purge with %v", naming, purging)
	}
	t.is(errors.Join(naming, purging), storage.ErrInvalid, "the other one")
	t.nothingDangles()
}

// refsBeside runs the one while the other has done its work and not committed.
func refsBeside(t *trial) {
	for range t.times(5, 100) {
		a, n := &account{Name: "a"}, &note{}
		put(t, accounts, a)
		n.Account = a.ID
		purging, naming := beside(t, func(tx *storage.Tx) error { mine := *a; return accounts.Purge(t.ctx, tx, &mine) },
			func() error { return tryPut(t, notes, n) })
		t.oneOf(naming, purging)
		a, n = &account{Name: "a"}, &note{}
		put(t, accounts, a)
		n.Account = a.ID
		naming, purging = beside(t, func(tx *storage.Tx) error { return notes.Put(t.ctx, tx, n) }, func() error { return t.purge(a) })
		t.oneOf(naming, purging)
	}
}

// beside runs a transaction, and another one before it commits for the first
// time; it returns both errors.
func beside(t *trial, work func(tx *storage.Tx) error, other func() error) (error, error) {
	var wait func() error
	err := t.update(func(tx *storage.Tx) error {
		err := work(tx)
		if wait == nil {
			wait = meanwhile(other)
		}
		return err
	})
	return err, wait()
}

func refsRace(t *trial) {
	for round := range t.times(40, 1000) {
		list := numberedAccounts(2)
		for _, a := range list {
			a.Code = ""
		}
		put(t, accounts, list...)
		errs := together(3, func(i int) error {
			for range (round * (i + 3)) % 7 {
				runtime.Gosched()
			}
			if i == 0 {
				return t.update(func(tx *storage.Tx) error { a, b := *list[0], *list[1]; return accounts.Purge(t.ctx, tx, &a, &b) })
			}
			return t.update(func(tx *storage.Tx) error {
				return notes.Put(t.ctx, tx, &note{Account: list[i-1].ID, Text: fmt.Sprint("round ", round)})
			})
		})
		t.must((errs[0] == nil) == (errs[1] != nil && errs[2] != nil), "round %d: the purge ended with %v, the writes with %v and %v", round, errs[0], errs[1], errs[2])
		t.winners(errs, storage.ErrInvalid)
	}
	t.nothingDangles()
}

func retired(t *trial) {
	for round := range t.times(40, 1000) {
		old, heir := &account{Name: "old"}, &account{Name: "heir"}
		put(t, accounts, old, heir)
		errs := together(3, func(i int) error {
			for range (round * (i + 3)) % 7 {
				runtime.Gosched()
			}
			if i > 0 {
				return t.update(func(tx *storage.Tx) error {
					return notes.Put(t.ctx, tx, &note{Account: old.ID, Text: fmt.Sprint("round ", round)})
				})
			}
			return t.update(func(tx *storage.Tx) error {
				gone := *old
				if err := accounts.Delete(t.ctx, tx, &gone); err != nil {
					return err
				}
				list, err := storage.Collect(notes.Find(t.ctx, tx, storage.Query{Where: criteria.Eq("account", old.ID)}))
				for _, n := range list {
					n.Account = heir.ID
				}
				return errors.Join(err, notes.Put(t.ctx, tx, list...))
			})
		})
		t.ok(errs[0], "the deletion")
		t.winners(errs, storage.ErrInvalid)
		left := find(t, notes, storage.Query{Where: criteria.Eq("account", old.ID)})
		t.must(len(left) == 0, "round %d: %d records name one that was deleted before they came", round, len(left))
	}
}

func changedBeside(t *trial) {
	for range t.times(5, 100) {
		a := &account{Name: "before"}
		put(t, accounts, a)
		id := a.ID
		naming, changing := beside(t, func(tx *storage.Tx) error { return notes.Put(t.ctx, tx, &note{Account: id}) },
			func() error { a.Name = "after"; return tryPut(t, accounts, a) })
		t.ok(errors.Join(naming, changing), "both transactions")
		t.equal("after", get(t, accounts, id).Name, "the name")
	}
}

// heldTargets lets several transactions write a note on an account and then delete the
// account: none must fail, and one must have done it.
func heldTargets(t *trial) {
	a, b, gone := &account{Name: "a"}, &account{Name: "b"}, &account{Name: "gone"}
	put(t, accounts, a, b, gone)
	remove(t, accounts, gone)
	guarded, _ := t.guarded(criteria.Ne("name", "b"), nil)
	t.write(func(tx *storage.Tx) error {
		list, err := accounts.Hold(t.ctx, tx, b.ID, uuid.New(), gone.ID, a.ID)
		t.equal([]*account{b, a}, list, "the records held")
		return err
	})
	t.ok(guarded.Update(t.ctx, by, func(tx *storage.Tx) error {
		list, err := accounts.Hold(t.ctx, tx, b.ID, a.ID)
		t.equal([]*account{a}, list, "the records held through a guard")
		return err
	}), "Hold through a guard")
	t.view(func(tx *storage.Tx) error {
		_, err := accounts.Hold(t.ctx, tx, a.ID)
		t.is(err, storage.ErrReadOnly, "Hold inside View")
		return nil
	})
	for range t.times(3, 20) {
		c := &account{Name: "c"}
		put(t, accounts, c)
		t.allOK(together(6, func(int) error { return t.holdAndRemove(c.ID) }), "deleting a record that is named before")
		t.equal(1, count(t, notes, storage.Query{Where: criteria.Eq("account", c.ID)}), "the notes of those who deleted the account")
		t.equal(0, count(t, accounts, storage.Query{Where: criteria.Eq(storage.FieldID, c.ID)}), "the accounts left")
	}
}

// holdAndRemove deletes an account that is there, after it has written a note on it.
func (t *trial) holdAndRemove(id uuid.UUID) error {
	return t.update(func(tx *storage.Tx) error {
		list, err := accounts.Hold(t.ctx, tx, id)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := notes.Put(t.ctx, tx, &note{Account: id}); err != nil {
			return err
		}
		runtime.Gosched()
		return accounts.Delete(t.ctx, tx, list...)
	})
}
