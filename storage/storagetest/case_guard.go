package storagetest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// guardCases read and write through a guarded handle.
func guardCases() []Case {
	return []Case{
		{"guards/reads", "every way of reading returns what the guard's condition matches: pages are full and counts are right", guardReads},
		{"guards/not-found", "a record that a guard hides is not found, for reads, writes and its history", guardHides},
		{"guards/related", "conditions over related records count only those that may be seen", guardRelated},
		{"guards/zero", "the zero Access denies everything, and a guard that fails fails the read", guardZero},
		{"guards/masked", "masked and hidden fields are masked and absent in every way of reading", guardMasks},
		{"guards/figures", "a condition, order, group or figure over a field that may not be read is ErrForbidden, inside Related too", guardFigures},
		{"guards/write-back", "a record that was read masked can be written back: what its writer cannot see or change keeps its stored value", guardWriteBack},
		{"guards/refused", "a refused write writes nothing, of the whole call, and the transaction goes on", guardRefuses},
		{"guards/attempt", "the guard sees before, after, operation, actor and fields of each write", guardAttempt},
		{"guards/duplicate", "a duplicate of a record that may not be seen does not tell its id", guardDuplicate},
		{"guards/history", "the history leaves out the values of fields that may not be read", guardHistory},
		{"guards/lease", "a lease takes only records that may be seen", guardLease},
		{"guards/elevate", "an elevated handle sees everything, its reason is asked for and stands in the log, and a guard may refuse it", guardElevates},
		{"guards/closed", "the log, exports, imports and erasure need an unguarded handle", guardCloses},
	}
}

// visible is the condition of most guards here.
func visible() criteria.Criterion { return criteria.Eq("visits", 1) }

func guardReads(t *trial) {
	put(t, accounts, numberedAccounts(30)...)
	desk, _ := t.guarded(visible(), nil)
	want := find(t, accounts, storage.Query{Where: visible()})
	t.must(len(want) == 10, "want 10 visible records, got %d", len(want))
	for name, n := range t.seenBy(desk, storage.Query{}) {
		t.must(n == 10, "%s shows %d records, want 10", name, n)
	}
	for _, by := range [][]storage.Order{nil, orderBy("-name"), orderBy("visits")} {
		page, err := accounts.Page(t.ctx, desk, storage.Query{Order: by, Limit: 4})
		t.must(err == nil && len(page.Items) == 4, "want a full page, got %d, %v", len(page.Items), err)
		t.equal(10, len(t.pagesInside(desk, storage.Query{Order: by, Limit: 4})), "the records of all pages")
	}
	rows, err := accounts.Aggregate(t.ctx, desk, storage.Query{}, storage.Figures{Sum: []string{"visits"}})
	t.must(err == nil && rows[0].Decimal(0).Equal(number("10")), "want 10 visits, got %+v, %v", rows, err)
	t.ok(desk.View(t.ctx, func(tx *storage.Tx) error {
		n, err := accounts.Count(t.ctx, tx, storage.Query{Where: criteria.Gt("name", "a15")})
		t.must(n == 5, "want 5 inside View, got %d", n)
		return err
	}), "View")
}

func guardHides(t *trial) {
	seen, hidden, gone := &account{Name: "seen", Visits: 1}, &account{Name: "hidden", Visits: 2}, &account{Name: "gone", Visits: 2}
	put(t, accounts, seen, hidden, gone)
	remove(t, accounts, gone)
	desk, _ := t.guarded(visible(), nil)
	_, err := accounts.Get(t.ctx, desk, hidden.ID)
	t.absent(err, "Get")
	_, err = accounts.History(t.ctx, desk, hidden.ID)
	t.absent(err, "History")
	for name, write := range accountWrites() {
		copied := *hidden
		if name == "Restore" {
			copied = *gone
		}
		copied.Name = "stolen"
		t.absent(desk.Update(t.ctx, by, func(tx *storage.Tx) error { return write(t.ctx, tx, &copied) }), name)
	}
	t.equal(hidden, get(t, accounts, hidden.ID), "the hidden record")
	_, err = accounts.Get(t.ctx, desk, seen.ID)
	t.ok(err, "Get of a visible record")
	_, err = accounts.History(t.ctx, desk, uuid.New())
	t.absent(err, "History of nothing")
}

func guardRelated(t *trial) {
	a, b := &account{Name: "a", Visits: 1}, &account{Name: "b", Visits: 2}
	put(t, accounts, a, b)
	put(t, orders, &order{Account: a.ID, Product: "open", Pieces: ref(int64(1))},
		&order{Account: a.ID, Product: "closed", Pieces: ref(int64(10))}, &order{Account: b.ID, Product: "open"})
	desk, g := t.guarded(visible(), nil)
	g.access["kit_order"] = storage.Access{Where: criteria.Eq("product", "open")}
	for _, where := range []criteria.Criterion{
		criteria.RelatedCount("kit_order", "account", nil, criteria.Equal, 1),
		criteria.RelatedSum("kit_order", "account", "pieces", nil, criteria.Equal, 1),
		criteria.Not(criteria.Related("kit_order", "account", criteria.Eq("product", "closed"))),
	} {
		found, err := collect(t.ctx, accounts, desk, storage.Query{Where: where})
		t.must(err == nil && named(found) == "a", "%v: want a, got %q, %v", where, named(found), err)
	}
	found, err := collect(t.ctx, orders, desk, storage.Query{Where: criteria.Parent("account", nil)})
	t.must(err == nil && len(found) == 1, "want the one visible order of a visible account, got %d, %v", len(found), err)
}

// errGuard is the failure of a guard itself.
var errGuard = errors.New("the guard cannot tell")

func guardZero(t *trial) {
	a := &account{Name: "a", Visits: 1}
	put(t, accounts, a)
	desk := t.tenant.Guarded(&guard{})
	for name, n := range t.seenBy(desk, storage.Query{Deleted: storage.DeletedToo}) {
		t.must(n == 0, "%s shows %d records", name, n)
	}
	_, err := accounts.Get(t.ctx, desk, a.ID)
	t.absent(err, "Get")
	t.absent(desk.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Delete(t.ctx, tx, a) }), "Delete")
	failing := t.tenant.Guarded(failingGuard{})
	_, err = accounts.Get(t.ctx, failing, a.ID)
	t.is(err, errGuard, "Get")
	_, err = collect(t.ctx, accounts, failing, storage.Query{})
	t.is(err, errGuard, "Find")
	_, err = accounts.Count(t.ctx, failing, storage.Query{})
	t.is(err, errGuard, "Count")
}

func guardMasks(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	desk, _ := t.guarded(criteria.All(), map[string]storage.FieldAccess{
		"name": storage.FieldMasked, "credit": storage.FieldMasked, "note": storage.FieldHidden, "tags": storage.FieldHidden,
		"age": storage.FieldHidden, "visits": storage.FieldHidden, "code": storage.FieldReadOnly,
	})
	want := *get(t, accounts, a.ID)
	want.Name, want.Credit, want.Note, want.Tags, want.Age, want.Visits = "M***", nil, "", nil, nil, 0
	got, err := accounts.Get(t.ctx, desk, a.ID)
	t.ok(err, "Get")
	t.equal(&want, got, "Get")
	found, err := collect(t.ctx, accounts, desk, storage.Query{})
	t.ok(err, "Find")
	t.equal([]*account{&want}, found, "Find")
	page, err := accounts.Page(t.ctx, desk, storage.Query{})
	t.ok(err, "Page")
	t.equal([]*account{&want}, page.Items, "Page")
	for lent, err := range accounts.Each(t.ctx, desk, storage.Query{}) {
		t.ok(err, "Each")
		t.equal(&want, lent, "Each")
	}
	t.equal(fullAccount().Name, get(t, accounts, a.ID).Name, "the stored name, which the mask does not touch")
}

func guardFigures(t *trial) {
	t.define(textField("secret"))
	put(t, accounts, &account{Name: "a", Visits: 1})
	desk, g := t.guarded(criteria.Missing("note"), map[string]storage.FieldAccess{"note": storage.FieldHidden, "name": storage.FieldMasked,
		"custom.secret": storage.FieldHidden, "code": storage.FieldReadOnly})
	g.access["kit_order"] = storage.Access{Where: criteria.All(),
		Fields: map[string]storage.FieldAccess{"pieces": storage.FieldHidden, "account": storage.FieldHidden}}
	for _, field := range []string{"note", "name", "custom.secret"} {
		for what, q := range map[string]storage.Query{
			"a condition": {Where: criteria.Eq(field, "a")}, "a condition of absence": {Where: criteria.Not(criteria.Missing(field))},
			"an order":                  {Order: orderBy(field)},
			"a condition on the parent": {Where: criteria.Parent("boss", criteria.Eq(field, "a"))},
		} {
			_, err := collect(t.ctx, accounts, desk, q)
			t.is(err, storage.ErrForbidden, what+" over "+field)
		}
		for _, f := range []storage.Figures{{By: []string{field}}, {Min: []string{field}}, {Max: []string{field}}} {
			_, err := accounts.Aggregate(t.ctx, desk, storage.Query{}, f)
			t.is(err, storage.ErrForbidden, fmt.Sprintf("the figures %+v", f))
		}
	}
	for _, where := range []criteria.Criterion{criteria.Related("kit_order", "account", nil),
		criteria.RelatedSum("kit_order", "account", "pieces", nil, criteria.Greater, 1)} {
		_, err := collect(t.ctx, accounts, desk, storage.Query{Where: where})
		t.is(err, storage.ErrForbidden, fmt.Sprint(where))
	}
	_, err := collect(t.ctx, accounts, desk, storage.Query{Where: criteria.Missing("code"), Order: orderBy("code")})
	t.ok(err, "a condition over a field that is only read")
}

func guardWriteBack(t *trial) {
	t.define(textField("secret"))
	a := fullAccount()
	a.Custom.Set("secret", "kept")
	put(t, accounts, a)
	desk, _ := t.guarded(criteria.All(), map[string]storage.FieldAccess{
		"name": storage.FieldMasked, "note": storage.FieldHidden, "tags": storage.FieldHidden, "age": storage.FieldHidden,
		"extra": storage.FieldHidden, "code": storage.FieldReadOnly, "custom.secret": storage.FieldHidden,
	})
	mine, err := accounts.Get(t.ctx, desk, a.ID)
	t.ok(err, "Get")
	t.must(mine.Custom.Len() == 0, "the hidden custom field is shown")
	err = desk.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, mine) })
	t.must(err == nil && mine.Version == 1, "a record written back as it was read has version %d, %v", mine.Version, err)
	mine.Region, mine.Code, mine.Name, mine.Note, mine.Tags = "changed", "changed", "changed", "changed", []string{"changed"}
	err = desk.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, mine) })
	t.ok(err, "Put")
	want := *a
	want.Meta, want.Region = mine.Meta, "changed"
	want.Custom = a.Custom
	t.equal(&want, get(t, accounts, a.ID), "the stored record")
	list := history(t, accounts, a.ID)
	t.equal([]string{"region"}, list[1].Fields, "the fields that changed")
}

func guardRefuses(t *trial) {
	a, b := &account{Name: "a", Visits: 1}, &account{Name: "b", Visits: 1}
	put(t, accounts, a, b)
	for op, write := range map[string]func(tx *storage.Tx) error{
		storage.OpCreate: func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, b, &account{Name: "new"}) },
		storage.OpUpdate: func(tx *storage.Tx) error {
			changed := *a
			changed.Name = "x"
			return accounts.Put(t.ctx, tx, &account{}, &changed)
		},
		storage.OpDelete: func(tx *storage.Tx) error { c, d := *a, *b; return accounts.Delete(t.ctx, tx, &c, &d) },
		storage.OpPurge:  func(tx *storage.Tx) error { c := *a; return accounts.Purge(t.ctx, tx, &c) },
	} {
		desk, g := t.guarded(visible(), nil)
		g.refuse = forbid(op)
		err := desk.Update(t.ctx, by, func(tx *storage.Tx) error {
			err := write(tx)
			t.is(err, storage.ErrForbidden, op)
			t.is(err, errStop, "the guard's own error")
			t.seesInside(tx, storage.Query{Order: orderBy("name")}, "a b")
			return nil
		})
		t.ok(err, "Update that goes on")
		t.equal([]*account{a, b}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
	}
	t.equal(2, len(changes(t)), "the changes")
}

func guardAttempt(t *trial) {
	desk, g := t.guarded(criteria.All(), nil)
	a := &account{Name: "a"}
	err := desk.Update(t.ctx, storage.By("user:ann", "claim"), func(tx *storage.Tx) error {
		t.ok(accounts.Put(t.ctx, tx, a), "Put")
		a.Name = "b"
		t.ok(accounts.Put(t.ctx, tx, a), "Put")
		t.ok(accounts.Delete(t.ctx, tx, a), "Delete")
		return accounts.Purge(t.ctx, tx, a)
	})
	t.ok(err, "Update")
	t.must(len(g.attempts) == 4, "want 4 attempts, got %d", len(g.attempts))
	for i, op := range []string{storage.OpCreate, storage.OpUpdate, storage.OpDelete, storage.OpPurge} {
		got := g.attempts[i]
		t.equal([]string{op, "kit_account", "user:ann", "claim"}, []string{got.Op, got.Kind, got.Actor, got.Action}, "the attempt")
		t.must((got.Before == nil) == (op == storage.OpCreate) && (got.After == nil) == (op == storage.OpPurge),
			"%s has before %v and after %v", op, got.Before, got.After)
	}
	t.equal([]string{"name"}, g.attempts[1].Fields, "the fields that change")
	t.equal("a", g.attempts[1].Before.(*account).Name, "the name before")
	t.equal("b", g.attempts[1].After.(*account).Name, "the name after")
}

func guardDuplicate(t *trial) {
	t.define(uniqueField("vat"))
	hidden := customAccount("hidden", "vat", "1")
	hidden.Code = "x"
	put(t, accounts, hidden)
	desk, _ := t.guarded(visible(), nil)
	for _, fresh := range []*account{{Code: "x", Visits: 1}, customAccount("b", "vat", "1"), {Meta: storage.Meta{ID: hidden.ID}}} {
		err := desk.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, fresh) })
		t.is(err, storage.ErrDuplicate, "Put")
		var d *storage.DuplicateError
		t.must(errors.As(err, &d) && d.Existing == uuid.Nil, "the error tells of the hidden record: %v", err)
	}
}

func guardHistory(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	a.Name, a.Note, a.Visits = "b", "c", 5
	put(t, accounts, a)
	desk, _ := t.guarded(criteria.All(), map[string]storage.FieldAccess{"name": storage.FieldMasked, "note": storage.FieldHidden,
		"visits": storage.FieldReadOnly})
	list, err := accounts.History(t.ctx, desk, a.ID)
	t.must(err == nil && len(list) == 2, "want two changes, got %d, %v", len(list), err)
	t.equal(`{"visits":[42,5]}`, string(list[1].Values), "the values that may be read")
	for _, field := range []string{"name", "note"} {
		_, _, ok := list[0].Value(field)
		t.must(!ok && !strings.Contains(string(list[0].Values), "Meier"), "the history tells the value of %s", field)
	}
	t.verified()
}

func guardLease(t *trial) {
	put(t, jobs, &job{Payload: "mine", Due: start}, &job{Payload: "hers", Due: start})
	g := &guard{access: map[string]storage.Access{"kit_job": {Where: criteria.Eq("payload", "mine")}}}
	taken, err := jobs.Lease(t.ctx, t.tenant.Guarded(g), by, everyJob(5))
	t.must(err == nil && payloads(taken) == "mine", "want mine, got %q, %v", payloads(taken), err)
	g.refuse = forbid(storage.OpUpdate)
	t.clock.advance(2 * time.Minute)
	_, err = jobs.Lease(t.ctx, t.tenant.Guarded(g), by, everyJob(5))
	t.is(err, storage.ErrForbidden, "a lease that may not be written")
	t.equal(2, len(t.lease(everyJob(5))), "the jobs that nobody holds")
}

func guardElevates(t *trial) {
	a := &account{Name: "a", Visits: 2}
	put(t, accounts, a)
	desk, g := t.guarded(visible(), map[string]storage.FieldAccess{"name": storage.FieldHidden})
	high, err := desk.Elevate(t.ctx, "check for duplicates")
	t.ok(err, "Elevate")
	t.equal([]string{"check for duplicates"}, g.reasons, "the reasons that the guard was asked about")
	got, err := accounts.Get(t.ctx, high, a.ID)
	t.ok(err, "Get")
	t.equal(a, got, "the record")
	a.Name = "b"
	t.ok(high.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, a) }), "Update")
	t.equal("check for duplicates", history(t, accounts, a.ID)[1].Reason, "the reason in the log")
	_, err = desk.Elevate(t.ctx, "")
	t.is(err, storage.ErrInvalid, "an elevation without a reason")
	g.closed = true
	_, err = desk.Elevate(t.ctx, "again")
	t.is(err, storage.ErrForbidden, "an elevation that the guard refuses")
	_, err = accounts.Get(t.ctx, desk, a.ID)
	t.absent(err, "Get through the guarded handle, which stays guarded")
}

func guardCloses(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	desk, _ := t.guarded(criteria.All(), nil)
	_, err := desk.Log().Read(t.ctx, 0, 1)
	t.is(err, storage.ErrForbidden, "Log.Read")
	_, err = desk.Log().Verify(t.ctx)
	t.is(err, storage.ErrForbidden, "Log.Verify")
	_, err = desk.Log().Consume(t.ctx, "c", 1, by, nil)
	t.is(err, storage.ErrForbidden, "Log.Consume")
	t.is(desk.Export(t.ctx, io.Discard, nil), storage.ErrForbidden, "Export")
	_, err = t.other().Guarded(&guard{}).Import(t.ctx, strings.NewReader(""), nil)
	t.is(err, storage.ErrForbidden, "Import")
	err = desk.Update(t.ctx, by, func(tx *storage.Tx) error { _, err := accounts.EraseHistory(t.ctx, tx, a.ID); return err })
	t.is(err, storage.ErrForbidden, "EraseHistory")
}
