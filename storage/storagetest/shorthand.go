package storagetest

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// put stores records in one transaction that must succeed.
func put[T any](t *trial, k *storage.Kind[T], recs ...*T) {
	t.Helper()
	t.write(func(tx *storage.Tx) error { return k.Put(t.ctx, tx, recs...) })
}

// tryPut stores records in one transaction and returns its error.
func tryPut[T any](t *trial, k *storage.Kind[T], recs ...*T) error {
	return t.update(func(tx *storage.Tx) error { return k.Put(t.ctx, tx, recs...) })
}

// remove soft-deletes records in one transaction that must succeed.
func remove[T any](t *trial, k *storage.Kind[T], recs ...*T) {
	t.Helper()
	t.write(func(tx *storage.Tx) error { return k.Delete(t.ctx, tx, recs...) })
}

// get reads a record that must be there.
func get[T any](t *trial, k *storage.Kind[T], id uuid.UUID) *T {
	t.Helper()
	rec, err := k.Get(t.ctx, t.tenant, id)
	t.ok(err, "Get")
	return rec
}

// find reads the records of a query through the case's tenant.
func find[T any](t *trial, k *storage.Kind[T], q storage.Query) []*T {
	t.Helper()
	list, err := collect(t.ctx, k, t.tenant, q)
	t.ok(err, "Find")
	return list
}

// collect reads the records of a query.
func collect[T any](ctx context.Context, k *storage.Kind[T], r storage.Reader, q storage.Query) ([]*T, error) {
	var list []*T
	for rec, err := range k.Find(ctx, r, q) {
		if err != nil {
			return list, err
		}
		list = append(list, rec)
	}
	return list, nil
}

// count counts the records of a query through the case's tenant.
func count[T any](t *trial, k *storage.Kind[T], q storage.Query) int {
	t.Helper()
	n, err := k.Count(t.ctx, t.tenant, q)
	t.ok(err, "Count")
	return int(n)
}

// idsOf returns the ids of records.
func idsOf[T any](list []*T) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = metaOf(r).ID
	}
	return ids
}

// metaOf returns the Meta of a record of any kind.
func metaOf[T any](r *T) *storage.Meta { return storage.MetaOf(any(r).(storage.Record)) }

// changes reads the whole change log of the case's tenant.
func changes(t *trial) []*storage.Change {
	t.Helper()
	var list []*storage.Change
	for c, err := range t.tenant.Log().All(t.ctx, 0) {
		t.ok(err, "Log.All")
		list = append(list, c)
	}
	return list
}

// history reads the changes of one record.
func history[T any](t *trial, k *storage.Kind[T], id uuid.UUID) []*storage.Change {
	t.Helper()
	list, err := k.History(t.ctx, t.tenant, id)
	t.ok(err, "History")
	return list
}

// ops returns what was done, in order.
func ops(list []*storage.Change) []string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Op
	}
	return names
}

// orderBy returns an order over fields; a minus before the name turns it round.
func orderBy(fields ...string) []storage.Order {
	order := make([]storage.Order, len(fields))
	for i, f := range fields {
		order[i] = storage.Order{Field: f}
		if f[0] == '-' {
			order[i] = storage.Order{Field: f[1:], Desc: true}
		}
	}
	return order
}

// ref returns the address of a value.
func ref[V any](v V) *V { return &v }
