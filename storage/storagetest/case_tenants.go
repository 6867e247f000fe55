package storagetest

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// tenantCases try every method with the records of another tenant.
func tenantCases() []Case {
	return []Case{
		{"tenants/reads", "no way of reading returns another tenant's record; it is not found, never forbidden, for even that it exists is not told", foreignReads},
		{"tenants/writes", "no way of writing changes another tenant's record; it is not found", foreignWrites},
		{"tenants/keys", "ids and unique keys of one tenant do not collide with another's", foreignKeys},
		{"tenants/related", "conditions over related records do not reach into another tenant", foreignRelated},
		{"tenants/log", "the change log, its positions and its consumers belong to one tenant", foreignLog},
		{"tenants/lease", "a lease takes no records of another tenant", foreignLease},
		{"tenants/cursor", "a cursor of another tenant is ErrCursor", foreignCursor},
		{"tenants/names", "tenant names are told apart by bytes: case, width, spaces and normal form count", tenantNames},
		{"tenants/bad-names", "an empty name, one that is too long or not text is ErrInvalid at the first use", badTenantNames},
	}
}

// other returns a tenant that holds nothing.
func (t *trial) other() *storage.Tenant { return t.store.Tenant(freshName("other")) }

// absent ends the case unless the error is ErrNotFound.
func (t *trial) absent(err error, what string) {
	t.Helper()
	t.is(err, storage.ErrNotFound, what)
}

func foreignReads(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	other := t.other()
	_, err := accounts.Get(t.ctx, other, a.ID)
	t.absent(err, "Get")
	_, err = accounts.First(t.ctx, other, storage.Query{Where: criteria.Eq("id", a.ID)})
	t.absent(err, "First")
	list, err := accounts.History(t.ctx, other, a.ID)
	t.must(err == nil && len(list) == 0, "History: got %d changes, %v", len(list), err)
	wheres := []criteria.Criterion{nil, criteria.Eq("id", a.ID), criteria.In("id", a.ID), criteria.Eq("code", a.Code),
		criteria.Eq("region", a.Region), criteria.HasAll("tags", "vip"), criteria.Search("name", "meier")}
	for _, where := range wheres {
		q := storage.Query{Where: where, Deleted: storage.DeletedToo, Order: orderBy("visits")}
		for name, n := range t.seenBy(other, q) {
			t.must(n == 0, "%s with %v returned %d records of another tenant", name, where, n)
		}
	}
	t.must(len(t.seenBy(t.tenant, storage.Query{})) == 5, "a way of reading is missing from the table")
}

// seenBy counts what each way of reading returns to a tenant.
func (t *trial) seenBy(tenant *storage.Tenant, q storage.Query) map[string]int {
	t.Helper()
	found, err := collect(t.ctx, accounts, tenant, q)
	t.ok(err, "Find")
	n, err := accounts.Count(t.ctx, tenant, q)
	t.ok(err, "Count")
	page, err := accounts.Page(t.ctx, tenant, q)
	t.ok(err, "Page")
	rows, err := accounts.Aggregate(t.ctx, tenant, q, storage.Figures{By: []string{"name"}, Max: []string{"visits"}})
	t.ok(err, "Aggregate")
	lent := 0
	for _, err := range accounts.Each(t.ctx, tenant, q) {
		t.ok(err, "Each")
		lent++
	}
	return map[string]int{"Find": len(found), "Count": int(n), "Page": len(page.Items), "Aggregate": len(rows), "Each": lent}
}

func foreignWrites(t *trial) {
	a, gone := fullAccount(), &account{Name: "deleted"}
	put(t, accounts, a, gone)
	remove(t, accounts, gone)
	other := t.other()
	for name, write := range accountWrites() {
		copied := *a
		if name == "Restore" {
			copied = *gone
		}
		copied.Name = "stolen"
		err := other.Update(t.ctx, by, func(tx *storage.Tx) error { return write(t.ctx, tx, &copied) })
		t.absent(err, name)
	}
	err := other.Update(t.ctx, by, func(tx *storage.Tx) error {
		n, err := accounts.EraseHistory(t.ctx, tx, a.ID)
		t.must(n == 0, "EraseHistory erased %d changes of another tenant", n)
		return err
	})
	t.ok(err, "EraseHistory")
	t.equal(a, get(t, accounts, a.ID), "the record")
	t.equal([]*account{gone}, find(t, accounts, storage.Query{Deleted: storage.DeletedOnly}), "the deleted record")
	t.must(len(history(t, accounts, a.ID)[0].Values) > 0, "another tenant erased the history")
	for name, n := range t.seenBy(other, storage.Query{Deleted: storage.DeletedToo}) {
		t.must(n == 0, "%s: the refused writes left %d records in the other tenant", name, n)
	}
}

func foreignKeys(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	same := fullAccount()
	same.ID, same.Name = a.ID, "same id, same keys"
	other := t.other()
	err := other.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, same) })
	t.ok(err, "Put of the same id and keys in another tenant")
	t.equal(a, get(t, accounts, a.ID), "the record of the first tenant")
	err = other.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, same) })
	t.ok(err, "Purge in the other tenant")
	t.equal(a, get(t, accounts, a.ID), "the record of the first tenant")
}

func foreignRelated(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	o := &order{Account: a.ID, Pieces: ref(int64(5))}
	other := t.other()
	err := other.Update(t.ctx, by, func(tx *storage.Tx) error { return orders.Put(t.ctx, tx, o) })
	t.ok(err, "Put of an order of another tenant")
	for _, where := range []criteria.Criterion{
		criteria.Related("kit_order", "account", nil),
		criteria.RelatedCount("kit_order", "account", nil, criteria.Greater, 0),
		criteria.RelatedSum("kit_order", "account", "pieces", nil, criteria.Greater, 0),
	} {
		t.equal("", named(find(t, accounts, storage.Query{Where: where})), fmt.Sprint(where))
	}
	found, err := collect(t.ctx, orders, other, storage.Query{Where: criteria.Parent("account", nil)})
	t.must(err == nil && len(found) == 0, "an order found its parent in another tenant: %d, %v", len(found), err)
}

func foreignLog(t *trial) {
	put(t, accounts, numberedAccounts(3)...)
	other := t.other()
	list, err := other.Log().Read(t.ctx, 0, 10)
	t.must(err == nil && len(list) == 0, "Read: got %d changes, %v", len(list), err)
	head, err := other.Log().Checkpoint(t.ctx)
	t.must(err == nil && head.Position == 0, "Checkpoint: got %+v, %v", head, err)
	n, err := t.tenant.Log().Consume(t.ctx, "reader", 2, by, func(*storage.Tx, []*storage.Change) error { return nil })
	t.must(err == nil && n == 2, "Consume: got %d, %v", n, err)
	at, err := other.Log().Position(t.ctx, "reader")
	t.must(err == nil && at == 0, "Position: got %d, %v", at, err)
	n, err = other.Log().Consume(t.ctx, "reader", 2, by, func(*storage.Tx, []*storage.Change) error { return errStop })
	t.must(err == nil && n == 0, "Consume: got %d, %v", n, err)
	err = other.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{}) })
	t.ok(err, "Put")
	list, err = other.Log().Read(t.ctx, 0, 10)
	t.must(err == nil && len(list) == 1 && list[0].Position == 1, "want one change at position 1, got %d, %v", len(list), err)
	var file strings.Builder
	t.ok(other.Export(t.ctx, &file, nil), "Export")
	t.must(!strings.Contains(file.String(), "code-00"), "an export holds records of another tenant")
}

func foreignLease(t *trial) {
	put(t, jobs, &job{Payload: "mine", Due: start})
	taken, err := jobs.Lease(t.ctx, t.other(), by, everyJob(10))
	t.must(err == nil && len(taken) == 0, "Lease: got %d jobs of another tenant, %v", len(taken), err)
}

func foreignCursor(t *trial) {
	put(t, accounts, numberedAccounts(3)...)
	page, err := accounts.Page(t.ctx, t.tenant, storage.Query{Limit: 1})
	t.ok(err, "Page")
	_, err = accounts.Page(t.ctx, t.other(), storage.Query{Limit: 1, After: page.Next})
	t.is(err, storage.ErrCursor, "Page with a cursor of another tenant")
}

func tenantNames(t *trial) {
	base := freshName("Name")
	names := []string{base, strings.ToUpper(base), base + " ", base + "é", base + "e\u0301", base + "/x", base + "x", base + "国", base + "國"}
	for _, name := range names {
		err := t.store.Tenant(name).Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{Name: name, Code: "same"}) })
		t.ok(err, name)
	}
	for _, name := range names {
		found, err := collect(t.ctx, accounts, t.store.Tenant(name), storage.Query{})
		t.ok(err, name)
		t.equal(name, named(found), "the records of the tenant")
	}
}

func badTenantNames(t *trial) {
	for _, name := range []string{"", "\x00", "\xff", strings.Repeat("x", 201), strings.Repeat("長", 67)} {
		tenant := t.store.Tenant(name)
		for what, use := range map[string]func(context.Context) error{
			"View":   func(ctx context.Context) error { return tenant.View(ctx, func(*storage.Tx) error { return nil }) },
			"Update": func(ctx context.Context) error { return tenant.Update(ctx, by, func(*storage.Tx) error { return nil }) },
			"Export": func(ctx context.Context) error { return tenant.Export(ctx, io.Discard, nil) },
			"Read":   func(ctx context.Context) error { _, err := tenant.Log().Read(ctx, 0, 1); return err },
		} {
			t.is(use(t.ctx), storage.ErrInvalid, fmt.Sprintf("%s of tenant %.20q", what, name))
		}
	}
	longest := t.store.Tenant((freshName("longest") + strings.Repeat("x", 200))[:200])
	t.ok(longest.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, &account{}) }), "a name of 200 bytes")
}
