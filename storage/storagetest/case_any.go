package storagetest

import (
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// anyCases read and write through storage.Any, which does not know the Go type.
func anyCases() []Case {
	return []Case{
		{"any/reads", "every way of reading returns what that of the kind itself returns, outside and inside of transactions", anyReads},
		{"any/guarded", "it shows through a guard what the kind shows: hidden records and fields stay hidden, and errors are the same", anyGuarded},
		{"any/writes", "what it writes is what the kind writes, with the same versions, errors and changes in the log", anyWrites},
		{"any/wrong-type", "a record of another Go type is ErrInvalid and nothing of the call is written", anyWrongType},
		{"any/owned", "records that it returns are the caller's own", anyOwned},
		{"any/stops", "a loop over Find may stop early, and an error ends it after a nil record", anyStops},
		{"any/kinds", "Tx.Kinds are the store's kinds and those that the tenant has defined, and their records are read and written alike", anyKinds},
		{"any/fields", "Tx.Fields are the described fields and the tenant's custom ones, archived ones too, as they were defined", anyFields},
	}
}

// queries are some that every way of reading takes.
func queries() []storage.Query {
	return []storage.Query{
		{}, {Where: criteria.Eq("visits", 1), Order: orderBy("-name")}, {Order: orderBy("visits", "name"), Limit: 7},
		{Deleted: storage.DeletedToo}, {Deleted: storage.DeletedOnly}, {Where: criteria.Eq("name", "nobody")},
	}
}

// alike ends the case unless a kind and its form without a type return the same.
func alike[T any](t *trial, k *storage.Kind[T], r storage.Reader, q storage.Query) {
	t.Helper()
	untyped, what := storage.Any(k), fmt.Sprintf("%s, %+v", k.Name(), q)
	want, err := collect(t.ctx, k, r, q)
	var got []*T
	var failed error
	for rec, err := range untyped.Find(t.ctx, r, q) {
		if failed = err; err != nil {
			break
		}
		got = append(got, rec.(any).(*T))
	}
	t.failsAlike(err, failed, "Find of "+what)
	t.equal(want, got, "Find of "+what)
	n, err := k.Count(t.ctx, r, q)
	m, failed := untyped.Count(t.ctx, r, q)
	t.failsAlike(err, failed, "Count of "+what)
	t.equal(n, m, "Count of "+what)
	page, err := k.Page(t.ctx, r, q)
	items, next, failed := untyped.Page(t.ctx, r, q)
	t.failsAlike(err, failed, "Page of "+what)
	t.must(next == page.Next && len(items) == len(page.Items), "Page of %s: %d records and %q, want %d and %q", what, len(items), next, len(page.Items), page.Next)
	for i := range items {
		t.equal(page.Items[i], items[i].(any).(*T), "Page of "+what)
	}
}

// failsAlike ends the case unless two errors are the same, or both none.
func (t *trial) failsAlike(want, got error, what string) {
	t.Helper()
	t.equal(fmt.Sprint(want), fmt.Sprint(got), what+": the error")
}

// alikeByID compares what is read of one record.
func alikeByID[T any](t *trial, k *storage.Kind[T], r storage.Reader, id uuid.UUID) {
	t.Helper()
	want, err := k.Get(t.ctx, r, id)
	got, failed := storage.Any(k).Get(t.ctx, r, id)
	t.failsAlike(err, failed, "Get")
	if err == nil {
		t.equal(want, got.(any).(*T), "Get")
	}
	list, err := k.History(t.ctx, r, id)
	other, failed := storage.Any(k).History(t.ctx, r, id)
	t.failsAlike(err, failed, "History")
	t.equal(list, other, "History")
}

// anyFixture stores accounts, one of them deleted, with a custom field.
func (t *trial) anyFixture() []*account {
	t.define(textField("secret"))
	list := numberedAccounts(20)
	full := fullAccount()
	full.Visits = 1
	full.Custom.Set("secret", "kept")
	list = append(list, full)
	put(t, accounts, list...)
	full.Note = "changed"
	put(t, accounts, full)
	remove(t, accounts, list[4])
	return list
}

func anyReads(t *trial) {
	list := t.anyFixture()
	compare := func(r storage.Reader) {
		for _, q := range queries() {
			alike(t, accounts, r, q)
		}
		for _, id := range []uuid.UUID{list[20].ID, list[4].ID, uuid.New()} {
			alikeByID(t, accounts, r, id)
		}
		f := storage.Figures{By: []string{"visits"}, Sum: []string{"balance"}, Max: []string{"name"}}
		want, err := accounts.Aggregate(t.ctx, r, storage.Query{}, f)
		t.ok(err, "Aggregate")
		got, err := storage.Any(accounts).Aggregate(t.ctx, r, storage.Query{}, f)
		t.ok(err, "Aggregate")
		t.equal(want, got, "Aggregate")
	}
	compare(t.tenant)
	t.view(func(tx *storage.Tx) error { compare(tx); return nil })
	t.write(func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, &account{Name: "written just now", Visits: 1}), "Put")
		compare(tx)
		return nil
	})
	var all []uuid.UUID
	q := storage.Query{Order: orderBy("-visits"), Limit: 6}
	for range 5 {
		items, next, err := storage.Any(accounts).Page(t.ctx, t.tenant, q)
		t.ok(err, "Page")
		for _, r := range items {
			all = append(all, storage.MetaOf(r).ID)
		}
		if q.After = next; next == "" {
			break
		}
	}
	t.equal(idsOf(find(t, accounts, storage.Query{Order: orderBy("-visits")})), all, "the records of all pages")
}

func anyGuarded(t *trial) {
	list := t.anyFixture()
	desk, _ := t.guarded(visible(), map[string]storage.FieldAccess{"name": storage.FieldMasked, "note": storage.FieldHidden, "custom.secret": storage.FieldHidden})
	for _, q := range append(queries(), storage.Query{Where: criteria.Eq("note", "x")}, storage.Query{Order: orderBy("custom.secret")}) {
		alike(t, accounts, desk, q)
	}
	for _, id := range []uuid.UUID{list[20].ID, list[0].ID, uuid.New()} {
		alikeByID(t, accounts, desk, id)
	}
	got, err := storage.Any(accounts).Get(t.ctx, desk, list[20].ID)
	t.ok(err, "Get")
	shown := got.(*account)
	t.must(shown.Name == "M***" && shown.Note == "" && shown.Custom.Len() == 0, "the record shows what is hidden: %+v", shown)
	shown.Region, shown.Note = "changed", "forged"
	t.ok(desk.Update(t.ctx, by, func(tx *storage.Tx) error { return storage.Any(accounts).Put(t.ctx, tx, shown) }), "Put")
	stored := get(t, accounts, shown.ID)
	t.equal([]string{"changed", "changed", "Meier & Söhne", "kept"}, []string{stored.Region, stored.Note, stored.Name, stored.Custom.Text("secret")}, "the stored record")
	blind := t.tenant.Guarded(&guard{})
	alike(t, accounts, blind, storage.Query{})
	alikeByID(t, accounts, blind, list[20].ID)
}

func anyWrites(t *trial) {
	untyped := storage.Any(accounts)
	a, b := &account{Name: "a", Code: "x"}, &account{Name: "b", Code: "y"}
	t.write(func(tx *storage.Tx) error { return untyped.Put(t.ctx, tx, a, b) })
	stale := *a
	a.Name = "changed"
	t.write(func(tx *storage.Tx) error { return untyped.Put(t.ctx, tx, a) })
	t.write(func(tx *storage.Tx) error {
		t.is(untyped.Put(t.ctx, tx, &stale), storage.ErrConflict, "Put of an old version")
		t.duplicate(untyped.Put(t.ctx, tx, &account{Code: "x"}), "code")
		t.is(untyped.Delete(t.ctx, tx, &account{Meta: storage.Meta{ID: uuid.New(), Version: 1}}), storage.ErrNotFound, "Delete of nothing")
		return untyped.Delete(t.ctx, tx, b)
	})
	t.equal([]*account{a}, find(t, accounts, storage.Query{}), "the live records")
	t.must(a.Version == 2 && b.Version == 2 && !b.Live(), "the records have %+v and %+v", a.Meta, b.Meta)
	t.write(func(tx *storage.Tx) error {
		if err := untyped.Restore(t.ctx, tx, b); err != nil {
			return err
		}
		t.is(untyped.Restore(t.ctx, tx, b), storage.ErrInvalid, "Restore of a live record")
		return nil
	})
	t.equal(b, get(t, accounts, b.ID), "the restored record")
	t.write(func(tx *storage.Tx) error { return untyped.Purge(t.ctx, tx, b) })
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
	t.equal([]string{storage.OpCreate, storage.OpDelete, storage.OpRestore, storage.OpPurge}, ops(history(t, accounts, b.ID)), "the history of the second")
	t.write(func(tx *storage.Tx) error {
		n, err := untyped.EraseHistory(t.ctx, tx, a.ID)
		t.equal(2, n, "the changes whose values were erased")
		return err
	})
	for _, c := range history(t, accounts, a.ID) {
		t.must(len(c.Values) == 0, "the history has values: %s", c.Values)
	}
	t.verified()
}

func anyWrongType(t *trial) {
	untyped := storage.Any(accounts)
	t.write(func(tx *storage.Tx) error {
		t.is(untyped.Put(t.ctx, tx, &account{Name: "good"}, &order{}), storage.ErrInvalid, "Put of an order among accounts")
		t.is(untyped.Delete(t.ctx, tx, &storage.Entity{}), storage.ErrInvalid, "Delete of an entity")
		t.is(untyped.Purge(t.ctx, tx, &order{}), storage.ErrInvalid, "Purge of an order")
		t.is(untyped.Put(t.ctx, tx, nil), storage.ErrInvalid, "Put of nil")
		t.is(storage.Any(storage.Changes).Put(t.ctx, tx, &storage.Change{}), storage.ErrForbidden, "Put of a change of the log")
		return untyped.Put(t.ctx, tx)
	})
	t.equal(0, count(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the accounts")
}

func anyOwned(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	spoil := func(r storage.Record, err error) {
		t.ok(err, "reading")
		r.(*account).Tags[0], r.(*account).Name = "spoilt", "spoilt"
	}
	untyped := storage.Any(accounts)
	spoil(untyped.Get(t.ctx, t.tenant, a.ID))
	for r, err := range untyped.Find(t.ctx, t.tenant, storage.Query{}) {
		spoil(r, err)
	}
	items, _, err := untyped.Page(t.ctx, t.tenant, storage.Query{})
	spoil(items[0], err)
	t.write(func(tx *storage.Tx) error {
		own := fullAccount()
		own.Code, own.Region = "own", "own"
		t.ok(untyped.Put(t.ctx, tx, own), "Put")
		spoil(own, nil)
		spoil(untyped.Get(t.ctx, tx, own.ID))
		return accounts.Purge(t.ctx, tx, own)
	})
	t.equal([]*account{a}, find(t, accounts, storage.Query{}), "the stored record")
}

func anyStops(t *trial) {
	put(t, accounts, numberedAccounts(5)...)
	n := 0
	for r, err := range storage.Any(accounts).Find(t.ctx, t.tenant, storage.Query{}) {
		t.must(err == nil && r != nil, "a step of the loop: %v, %v", r, err)
		if n++; n == 2 {
			break
		}
	}
	t.equal(2, n, "the steps before the stop")
	n = 0
	for r, err := range storage.Any(accounts).Find(t.ctx, t.tenant, storage.Query{Where: criteria.Eq("nothing", 1)}) {
		n++
		t.must(r == nil && err != nil, "the only step: %v, %v", r, err)
	}
	t.equal(1, n, "the steps of a loop that fails")
}

func anyKinds(t *trial) {
	names := func(tx *storage.Tx) []string {
		list, err := tx.Kinds(t.ctx)
		t.ok(err, "Kinds")
		var names []string
		for _, s := range list {
			names = append(names, s.Name)
		}
		return names
	}
	own := []string{"kit_account", "kit_counter", "kit_job", "kit_note", "kit_order"}
	t.view(func(tx *storage.Tx) error { t.equal(own, names(tx), "the kinds"); return nil })
	t.defineVehicles()
	a := &account{Name: "a"}
	put(t, accounts, a)
	put(t, vehicles, vehicle("B-1", a.ID, "10"))
	t.write(func(tx *storage.Tx) error {
		t.equal(append(own, "vehicle"), names(tx), "the kinds with that of the tenant")
		list, err := tx.Kinds(t.ctx)
		t.ok(err, "Kinds")
		for _, s := range list {
			for r, err := range storage.Any(s).Find(t.ctx, tx, storage.Query{}) {
				t.ok(err, "Find of "+s.Name)
				t.ok(storage.Any(s).Delete(t.ctx, tx, r), "Delete of "+s.Name)
				t.ok(storage.Any(s).Purge(t.ctx, tx, r), "Purge of "+s.Name)
			}
		}
		return nil
	})
	t.equal(0, count(t, vehicles, storage.Query{Deleted: storage.DeletedToo})+count(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
	_, err := storage.Any(storage.Entities("boat")).Count(t.ctx, t.tenant, storage.Query{})
	t.is(err, storage.ErrUnknownKind, "Count of a kind that is not defined")
	t.ok(t.other().View(t.ctx, func(tx *storage.Tx) error { t.equal(own, names(tx), "the kinds of another tenant"); return nil }), "View")
}

func anyFields(t *trial) {
	vat := uniqueField("vat")
	vat.Personal = true
	old := textField("old")
	t.define(vat, old)
	old.Archived = true
	put(t, storage.CustomFields, old)
	t.view(func(tx *storage.Tx) error {
		list, err := tx.Fields(t.ctx, accounts.Schema())
		t.ok(err, "Fields")
		described := len(accounts.Schema().Fields)
		t.must(len(list) == described+2, "want %d fields, got %d", described+2, len(list))
		for i, f := range accounts.Schema().Fields {
			t.must(list[i] == f, "the field %d is %s, want %s", i, list[i].Name, f.Name)
		}
		last, next := list[described], list[described+1]
		t.must(last.Name == "custom.old" && !last.Personal && next.Name == "custom.vat" && next.Personal, "the custom fields are %+v and %+v", last.Field, next.Field)
		a := customAccount("a", "vat", "DE1")
		t.equal("DE1", next.Value(a).(string), "the value of a custom field")
		t.ok(next.Set(a, nil), "Set")
		t.must(next.Absent(a) && a.Custom.Len() == 0, "the custom field is still there")
		list, err = tx.Fields(t.ctx, notes.Schema())
		t.must(err == nil && len(list) == 5 && list[2].Personal && list[0].Existing && !list[0].Personal, "the fields of notes: %v, %v", list, err)
		return nil
	})
}
