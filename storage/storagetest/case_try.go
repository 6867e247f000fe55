package storagetest

import (
	"context"

	"github.com/clientele-go/clientele/storage"
)

// tryCases are parts of a transaction that are taken back (storage.Tx.Try), and those
// who observe it.
func tryCases() []Case {
	return []Case{
		{"transactions/try", "what a part of a transaction wrote is taken back when the part fails: records that came, changed, swapped keys, were deleted and purged", tryTakesBack},
		{"transactions/try-inside", "a part within a part is taken back alone, and with the outer one", tryInside},
		{"transactions/try-watch", "an error of a watch takes the part back, and the transaction goes on", tryWatch},
		{"transactions/try-custom", "a definition that is taken back is not there, and unique custom values are free again", tryCustom},
		{"transactions/observed", "who observes a transaction is told of all its writes, in their order, those of watches behind what caused them", observed},
	}
}

func tryTakesBack(t *trial) {
	list := numberedAccounts(12)
	put(t, accounts, list...)
	want := find(t, accounts, storage.Query{})
	t.write(func(tx *storage.Tx) error {
		early := &account{Name: "early", Code: "early"}
		t.ok(accounts.Put(t.ctx, tx, early), "Put before the part")
		was := *early
		fresh := &account{Name: "new", Code: "fresh"}
		err := tx.Try(t.ctx, func() error {
			t.ok(accounts.Put(t.ctx, tx, fresh), "Put of a new one")
			list[0].Code, list[1].Code, early.Name = list[1].Code, list[0].Code, "late"
			t.ok(accounts.Put(t.ctx, tx, list[0], list[1], early), "Put that swaps keys")
			list[0].Code = "gone"
			t.ok(accounts.Put(t.ctx, tx, list[0]), "Put once more")
			t.ok(accounts.Delete(t.ctx, tx, list[2]), "Delete")
			t.ok(accounts.Purge(t.ctx, tx, list[3], fresh), "Purge")
			return errStop
		})
		t.is(err, errStop, "Try")
		t.equal(was.Meta, early.Meta, "the Meta of a record that the part changed")
		t.equal(int64(1), list[2].Version, "the version of a record that the part deleted")
		got, err := accounts.Get(t.ctx, tx, early.ID)
		t.ok(err, "Get")
		t.equal(&was, got, "what was written before the part")
		t.ok(tx.Try(t.ctx, func() error { return accounts.Put(t.ctx, tx, &account{Name: "kept", Code: "kept"}) }), "Try")
		return accounts.Purge(t.ctx, tx, got)
	})
	got := find(t, accounts, storage.Query{Deleted: storage.DeletedToo})
	t.equal(len(want)+1, len(got), "the number of records")
	t.equal(want, got[:len(want)], "the records that the part touched")
	t.is(tryPut(t, accounts, &account{Code: "code-00"}), storage.ErrDuplicate, "a key that was given up and taken back")
	put(t, accounts, &account{Code: "fresh"}, &account{Code: "gone"}, &account{Code: "early"})
	t.equal(12+3+3, len(changes(t)), "the changes in the log")
}

func tryInside(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	t.write(func(tx *storage.Tx) error {
		t.is(tx.Try(t.ctx, func() error {
			a.Name = "b"
			t.ok(accounts.Put(t.ctx, tx, a), "Put")
			t.is(tx.Try(t.ctx, func() error {
				a.Name = "c"
				t.ok(accounts.Put(t.ctx, tx, a), "Put")
				return errStop
			}), errStop, "the inner Try")
			t.equal(int64(2), a.Version, "the version behind the inner part")
			a.Name = "d"
			t.ok(tx.Try(t.ctx, func() error { return accounts.Put(t.ctx, tx, a) }), "the second inner Try")
			return errStop
		}), errStop, "the outer Try")
		t.equal(int64(1), a.Version, "the version behind the outer part")
		a.Name = "e"
		return accounts.Put(t.ctx, tx, a)
	})
	t.equal([]*account{a}, find(t, accounts, storage.Query{}), "the account")
	t.equal([]string{storage.OpCreate, storage.OpUpdate}, ops(changes(t)), "the change log")
}

func tryWatch(t *trial) {
	tenant := t.watched(storage.Watch{Name: "no bad ones", Kinds: []string{"kit_account"}, After: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		a := writes[0].After.(*account)
		t.ok(orders.Put(ctx, tx, &order{Account: a.ID}), "Put by the watch")
		if a.Name == "bad" {
			return errStop
		}
		return nil
	}})
	t.change(tenant, func(tx *storage.Tx) error {
		t.is(tx.Try(t.ctx, func() error { return accounts.Put(t.ctx, tx, &account{Name: "bad"}) }), errStop, "Try")
		t.is(tx.Try(t.ctx, func() error {
			_ = accounts.Put(t.ctx, tx, &account{Name: "bad"})
			return nil // does not mind
		}), errStop, "Try of who does not mind")
		return accounts.Put(t.ctx, tx, &account{Name: "good"})
	})
	t.equal(1, count(t, accounts, storage.Query{}), "the accounts")
	t.equal(1, count(t, orders, storage.Query{}), "what the watch wrote")
}

func tryCustom(t *trial) {
	t.define(&storage.CustomField{Kind: "kit_account", Name: "card", Type: "text", Unique: true})
	t.write(func(tx *storage.Tx) error {
		t.is(tx.Try(t.ctx, func() error {
			t.ok(storage.CustomFields.Put(t.ctx, tx, &storage.CustomField{Kind: "kit_account", Name: "shoe", Type: "integer"}), "Put of a definition")
			a := &account{}
			a.Custom.Set("card", "1")
			a.Custom.Set("shoe", int64(42))
			t.ok(accounts.Put(t.ctx, tx, a), "Put")
			return errStop
		}), errStop, "Try")
		a := &account{}
		a.Custom.Set("shoe", int64(42))
		t.is(accounts.Put(t.ctx, tx, a), storage.ErrInvalid, "Put with a field that is not defined")
		a = &account{}
		a.Custom.Set("card", "1")
		return accounts.Put(t.ctx, tx, a)
	})
	t.equal(1, count(t, accounts, storage.Query{}), "the accounts")
}

func observed(t *trial) {
	tenant := t.watched(storage.Watch{Name: "orders", Kinds: []string{"kit_account"}, After: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		if writes[0].After == nil {
			return orders.Put(ctx, tx, &order{})
		}
		return orders.Put(ctx, tx, &order{Account: storage.MetaOf(writes[0].After).ID})
	}})
	var seen []string
	t.change(tenant, func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, &account{Name: "unseen"}), "Put")
		seen = nil
		tx.Observe(func(writes []storage.Attempt) {
			for _, w := range writes {
				seen = append(seen, w.Op+" "+w.Kind)
			}
		})
		list := []*account{{Name: "a"}, {Name: "b"}}
		t.ok(accounts.Put(t.ctx, tx, list...), "Put")
		t.ok(accounts.Put(t.ctx, tx, list...), "Put that changes nothing")
		t.ok(jobs.Put(t.ctx, tx, &job{}), "Put of a kind that is not in the log")
		return accounts.Purge(t.ctx, tx, list[0])
	})
	t.equal([]string{"create kit_account", "create kit_account", "create kit_order", "create kit_job", "purge kit_account", "create kit_order"}, seen, "what the observer was told")
}
