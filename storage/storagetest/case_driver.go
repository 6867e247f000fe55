package storagetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// driverCases call the methods of storage.Transaction themselves, for what the
// store would catch before it reaches them.
func driverCases() []Case {
	return []Case{
		{"driver/get", "Get answers in step with the ids: nil where there is no record, deleted ones included, an id twice as often as asked", driverGet},
		{"driver/insert", "Insert stores Meta as given, all records or none, and names the key that is taken", driverInsert},
		{"driver/update", "Update replaces only the version before, all records or none, and names the record", driverUpdate},
		{"driver/delete", "Delete removes only the version given, all records or none", driverDelete},
		{"driver/end", "Rollback works after Commit, twice, and after the context has ended; a transaction that is not committed leaves nothing", driverEnd},
		{"driver/find", "Find keeps to After, Limit, Deleted and Lock of its plan", driverFind},
		{"driver/stream", "a Streamer yields what Find returns, stops when told to, and allows other reads meanwhile", driverStream},
		{"driver/late-conflict", "of two open transactions that write one record the second fails, at its write or at Commit, as ErrConflict",
			driverLateConflict},
		{"driver/keep", "of a transaction that keeps a record and one that deletes it for good, having read it ForDelete, the second notices the first, at Commit at the latest, as ErrConflict", driverKeep},
		{"driver/context", "every method returns the context's error once it has ended", driverContext},
	}
}

// begin starts a transaction of the driver on the case's tenant, and returns
// the function that ends it.
func (t *trial) begin(mode storage.Mode) (storage.Transaction, func()) {
	t.Helper()
	tx, err := t.driver.Begin(t.ctx, t.tenant.Name(), mode)
	t.ok(err, "Begin")
	return tx, func() { _ = tx.Rollback() }
}

// stamped returns an account as the store would hand it to a driver.
func stamped(name string, version int64) *account {
	return &account{Meta: storage.Meta{ID: uuid.New(), Version: version, CreatedAt: start, UpdatedAt: start}, Name: name, Code: name}
}

// next returns the following version of an account.
func next(a *account, name string) *account {
	b := *a
	b.Version, b.Name = a.Version+1, name
	return &b
}

// erased makes records of accounts.
func erased(list ...*account) []storage.Record {
	recs := make([]storage.Record, len(list))
	for i, a := range list {
		recs[i] = a
	}
	return recs
}

// refused ends the case unless the error is a conflict of that record and
// version. A driver need not know the version that is stored.
func (t *trial) refused(err error, id uuid.UUID, version, current int64) {
	t.Helper()
	var c *storage.ConflictError
	if errors.As(err, &c) && c.Current == 0 {
		current = 0
	}
	t.conflict(err, id, version, current)
}

func driverGet(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a, b)
	remove(t, accounts, b)
	for _, mode := range []storage.Mode{storage.Single, storage.Snapshot, storage.Write} {
		locks := []storage.Lock{storage.NoLock, storage.Keep, storage.ForUpdate, storage.ForDelete}
		if mode != storage.Write {
			locks = locks[:1]
		}
		for _, lock := range locks {
			tx, end := t.begin(mode)
			got, err := tx.Get(t.ctx, accounts.Schema(), []uuid.UUID{b.ID, uuid.New(), a.ID, a.ID}, lock)
			t.ok(err, "Get")
			t.must(len(got) == 4 && got[1] == nil, "want 4 elements of which the second is nil, got %v", got)
			t.equal(b, got[0].(*account), "the first")
			t.equal(a, got[2].(*account), "the third")
			t.equal(a, got[3].(*account), "the fourth")
			none, err := tx.Get(t.ctx, accounts.Schema(), nil, lock)
			t.must(err == nil && len(none) == 0, "Get of no ids: %v, %v", none, err)
			end()
		}
	}
}

func driverInsert(t *trial) {
	a := stamped("a", 5)
	a.DeletedAt = start
	t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a)) })
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedOnly}), "the record as it was given")
	t.behind(func(tx storage.Transaction) error {
		same := stamped("b", 1)
		same.ID = a.ID
		t.duplicate(tx.Insert(t.ctx, accounts.Schema(), erased(stamped("c", 1), same)), "id")
		t.duplicate(tx.Insert(t.ctx, accounts.Schema(), erased(stamped("d", 1), stamped("d", 1))), "code")
		twice := stamped("e", 1)
		t.is(tx.Insert(t.ctx, accounts.Schema(), erased(twice, next(twice, "f"))), storage.ErrDuplicate, "one id twice")
		t.ok(tx.Insert(t.ctx, accounts.Schema(), nil), "Insert of nothing")
		return tx.Insert(t.ctx, accounts.Schema(), erased(stamped("a", 1), stamped("g", 1)))
	})
	t.equal("a g", named(find(t, accounts, storage.Query{Order: orderBy("name")})), "the live records")
}

func driverUpdate(t *trial) {
	a, b := stamped("a", 3), stamped("b", 1)
	t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a, b)) })
	t.behind(func(tx storage.Transaction) error {
		stale := next(a, "x")
		stale.Version = 3
		t.refused(tx.Update(t.ctx, accounts.Schema(), erased(next(b, "y"), stale)), a.ID, 2, 3)
		stale.Version = 5
		t.refused(tx.Update(t.ctx, accounts.Schema(), erased(stale)), a.ID, 4, 3)
		t.is(tx.Update(t.ctx, accounts.Schema(), erased(stamped("none", 2))), storage.ErrConflict, "Update of nothing")
		taken := next(b, "z")
		taken.Code = "a"
		t.duplicate(tx.Update(t.ctx, accounts.Schema(), erased(next(a, "w"), taken)), "code")
		return tx.Update(t.ctx, accounts.Schema(), erased(next(a, "changed")))
	})
	t.equal("b changed", named(find(t, accounts, storage.Query{Order: orderBy("name")})), "the records")
}

func driverDelete(t *trial) {
	a, b := stamped("a", 1), stamped("b", 4)
	t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a, b)) })
	t.behind(func(tx storage.Transaction) error {
		t.refused(tx.Delete(t.ctx, accounts.Schema(), []storage.Stamp{{ID: a.ID, Version: 1}, {ID: b.ID, Version: 3}}), b.ID, 3, 4)
		t.is(tx.Delete(t.ctx, accounts.Schema(), []storage.Stamp{{ID: uuid.New(), Version: 1}}), storage.ErrConflict, "Delete of nothing")
		return tx.Delete(t.ctx, accounts.Schema(), []storage.Stamp{{ID: b.ID, Version: 4}})
	})
	t.equal("a", named(find(t, accounts, storage.Query{Deleted: storage.DeletedToo})), "the records")
}

func driverEnd(t *trial) {
	for _, mode := range []storage.Mode{storage.Single, storage.Snapshot, storage.Write} {
		tx, _ := t.begin(mode)
		if mode == storage.Write {
			t.ok(tx.Insert(t.ctx, accounts.Schema(), erased(stamped("kept", 1))), "Insert")
		}
		t.ok(tx.Commit(t.ctx), "Commit")
		t.ok(tx.Rollback(), "Rollback after Commit")
		t.ok(tx.Rollback(), "another Rollback")
	}
	ctx, cancel := context.WithCancel(t.ctx)
	tx, err := t.driver.Begin(ctx, t.tenant.Name(), storage.Write)
	t.ok(err, "Begin")
	t.ok(tx.Insert(ctx, accounts.Schema(), erased(stamped("lost", 1))), "Insert")
	cancel()
	t.ok(tx.Rollback(), "Rollback after the end of the context")
	t.equal("kept", named(find(t, accounts, storage.Query{})), "the records")
}

func driverFind(t *trial) {
	list := numberedAccounts(6)
	put(t, accounts, list...)
	remove(t, accounts, list[4])
	name, id := accounts.Schema().Field("name"), accounts.Schema().Field(storage.FieldID)
	plan := storage.Plan{Schema: accounts.Schema(), Where: &criteria.And{},
		Order: []storage.OrderKey{{Field: name, Desc: true}, {Field: id, Desc: true}}, After: list[5], Limit: 2}
	for _, lock := range []storage.Lock{storage.NoLock, storage.ForUpdate, storage.SkipLocked} {
		for deleted, want := range map[storage.Deleted]string{storage.LiveOnly: "a03 a02", storage.DeletedToo: "a04 a03", storage.DeletedOnly: "a04"} {
			tx, end := t.begin(storage.Write)
			p := plan
			p.Lock, p.Deleted = lock, deleted
			got, err := tx.Find(t.ctx, &p)
			t.ok(err, "Find")
			t.equal(want, namedRecords(got), fmt.Sprintf("lock %d, deleted %d", lock, deleted))
			end()
		}
	}
}

// namedRecords joins the names of accounts.
func namedRecords(list []storage.Record) string {
	all := make([]*account, len(list))
	for i, r := range list {
		all[i] = r.(*account)
	}
	return named(all)
}

func driverStream(t *trial) {
	put(t, accounts, numberedAccounts(50)...)
	id := accounts.Schema().Field(storage.FieldID)
	p := &storage.Plan{Schema: accounts.Schema(), Where: &criteria.And{}, Order: []storage.OrderKey{{Field: id}}}
	for _, mode := range []storage.Mode{storage.Snapshot, storage.Write} {
		tx, end := t.begin(mode)
		s, ok := tx.(storage.Streamer)
		if !ok {
			end()
			continue
		}
		var all []storage.Record
		t.ok(s.Stream(t.ctx, p, func(r storage.Record) bool {
			inside, err := tx.Get(t.ctx, accounts.Schema(), []uuid.UUID{r.(*account).ID}, storage.NoLock)
			t.must(err == nil && inside[0] != nil, "Get during the stream: %v, %v", inside, err)
			all = append(all, r)
			return true
		}), "Stream")
		found, err := tx.Find(t.ctx, p)
		t.must(err == nil && namedRecords(found) == namedRecords(all), "the stream differs from Find, %v", err)
		n := 0
		t.ok(s.Stream(t.ctx, p, func(storage.Record) bool { n++; return n < 3 }), "Stream that is stopped")
		t.equal(3, n, "the records before the stop")
		end()
	}
}

// driverLateConflict writes a record in a transaction that had read it before
// another one changed it.
func driverLateConflict(t *trial) {
	a := stamped("a", 1)
	t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a)) })
	tx, end := t.begin(storage.Write)
	defer end()
	_, err := tx.Get(t.ctx, accounts.Schema(), []uuid.UUID{a.ID}, storage.NoLock)
	t.ok(err, "Get")
	t.behind(func(other storage.Transaction) error {
		return other.Update(t.ctx, accounts.Schema(), erased(next(a, "first")))
	})
	err = tx.Update(t.ctx, accounts.Schema(), erased(next(a, "second")))
	if err == nil {
		err = tx.Commit(t.ctx)
	}
	t.is(err, storage.ErrConflict, "the second writer")
	t.equal("first", get(t, accounts, a.ID).Name, "the name")
}

// errOther says that one of the two of driverKeep found what the other has done.
var errOther = errors.New("the other one came first")

// driverKeep lets a transaction write an order on an account that it keeps, and
// another one delete the account unless it finds an order: the one that is
// open, and has seen nothing of the other, commits last or makes the other wait.
func driverKeep(t *trial) {
	for range t.times(5, 100) {
		a := stamped("a", 1)
		a.Code = ""
		t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a)) })
		keeping, deleting := t.parted(t.keeper(a.ID), t.deleter(a.ID))
		t.oneKept(a.ID, keeping, deleting)
		b := stamped("b", 1)
		b.Code = ""
		t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(b)) })
		deleting, keeping = t.parted(t.deleter(b.ID), t.keeper(b.ID))
		t.oneKept(b.ID, keeping, deleting)
	}
}

// halves are the reads of a transaction, and its writes.
type halves [2]func(storage.Transaction) error

// keeper writes an order on an account that it keeps.
func (t *trial) keeper(id uuid.UUID) halves {
	return halves{func(tx storage.Transaction) error {
		found, err := tx.Get(t.ctx, accounts.Schema(), []uuid.UUID{id}, storage.Keep)
		if err == nil && found[0] == nil {
			err = errOther
		}
		return err
	}, func(tx storage.Transaction) error {
		o := &order{Meta: storage.Meta{ID: uuid.New(), Version: 1, CreatedAt: start, UpdatedAt: start}, Account: id}
		return tx.Insert(t.ctx, orders.Schema(), []storage.Record{o})
	}}
}

// deleter deletes an account on which there is no order.
func (t *trial) deleter(id uuid.UUID) halves {
	account := orders.Schema().Field("account")
	p := &storage.Plan{Schema: orders.Schema(), Where: &criteria.Comparison{Field: &account.Field, Op: criteria.Equal, Value: id},
		Order: []storage.OrderKey{{Field: orders.Schema().Field(storage.FieldID)}}, Limit: 1}
	return halves{func(tx storage.Transaction) error {
		if _, err := tx.Get(t.ctx, accounts.Schema(), []uuid.UUID{id}, storage.ForDelete); err != nil {
			return err
		}
		found, err := tx.Find(t.ctx, p)
		if len(found) > 0 {
			err = errOther
		}
		return err
	}, func(tx storage.Transaction) error {
		return tx.Delete(t.ctx, accounts.Schema(), []storage.Stamp{{ID: id, Version: 1}})
	}}
}

// parted runs a transaction, and between its halves a whole other one.
func (t *trial) parted(open, whole halves) (error, error) {
	wait := func() error { return nil }
	err := t.halved(open, func() {
		wait = meanwhile(func() error { return t.halved(whole, func() {}) })
	})
	return err, wait()
}

// halved runs a transaction of the driver with something between its halves.
func (t *trial) halved(h halves, between func()) error {
	tx, err := t.driver.Begin(t.ctx, t.tenant.Name(), storage.Write)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := h[0](tx); err != nil {
		return err
	}
	between()
	if err := h[1](tx); err != nil {
		return err
	}
	return tx.Commit(t.ctx)
}

// oneKept ends the case unless exactly one of the two has committed.
func (t *trial) oneKept(id uuid.UUID, keeping, deleting error) {
	t.Helper()
	t.must(t.winners([]error{keeping, deleting}, storage.ErrConflict, errOther) == 1, "one kept the record and ended with %v, one deleted it and ended with %v", keeping, deleting)
	there := count(t, accounts, storage.Query{Where: criteria.Eq(storage.FieldID, id)})
	placed := count(t, orders, storage.Query{Where: criteria.Eq("account", id)})
	t.must(there == placed, "there are %d accounts of that id, and %d orders on it", there, placed)
}

func driverContext(t *trial) {
	a := stamped("a", 1)
	t.behind(func(tx storage.Transaction) error { return tx.Insert(t.ctx, accounts.Schema(), erased(a)) })
	id := accounts.Schema().Field(storage.FieldID)
	p := &storage.Plan{Schema: accounts.Schema(), Where: &criteria.And{}, Order: []storage.OrderKey{{Field: id}}}
	for name, call := range map[string]func(context.Context, storage.Transaction) error{
		"Get": func(ctx context.Context, tx storage.Transaction) error {
			_, err := tx.Get(ctx, p.Schema, []uuid.UUID{a.ID}, storage.ForUpdate)
			return err
		},
		"Find": func(ctx context.Context, tx storage.Transaction) error { _, err := tx.Find(ctx, p); return err },
		"Aggregate": func(ctx context.Context, tx storage.Transaction) error {
			_, err := tx.Aggregate(ctx, p, &storage.Aggregation{})
			return err
		},
		"Insert": func(ctx context.Context, tx storage.Transaction) error {
			return tx.Insert(ctx, p.Schema, erased(stamped("b", 1)))
		},
		"Update": func(ctx context.Context, tx storage.Transaction) error {
			return tx.Update(ctx, p.Schema, erased(next(a, "c")))
		},
		"Delete": func(ctx context.Context, tx storage.Transaction) error {
			return tx.Delete(ctx, p.Schema, []storage.Stamp{{ID: a.ID, Version: 1}})
		},
		"Commit": func(ctx context.Context, tx storage.Transaction) error { return tx.Commit(ctx) },
	} {
		ctx, cancel := context.WithCancel(t.ctx)
		tx, err := t.driver.Begin(ctx, t.tenant.Name(), storage.Write)
		t.ok(err, "Begin")
		cancel()
		t.is(call(ctx, tx), context.Canceled, name)
		t.ok(tx.Rollback(), "Rollback")
		_, err = t.driver.Begin(ctx, t.tenant.Name(), storage.Write)
		t.must(errors.Is(err, context.Canceled), "Begin: %v", err)
	}
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
}
