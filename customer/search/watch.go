package search

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Watch returns the watch that keeps the keys in step with customers and contact
// points, for storage.Store.Watched. It is told of whole calls of Put and
// the like, and writes the keys of all their records together.
func (f Finder) Watch() storage.Watch {
	return storage.Watch{
		Name:  "search",
		Kinds: []string{customer.Kind.Name(), customer.ContactPoints.Name()},
		After: f.follow,
	}
}

// A keyed is a record whose keys are to be those that are wanted.
type keyed struct {
	record uuid.UUID
	owners []uuid.UUID // whose keys these are, and were: a contact point may go to another customer
	wanted []*key
}

// follow makes the keys of the records that were written.
func (f Finder) follow(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	var list []keyed
	for _, w := range writes {
		if k, ok := f.due(w); ok {
			list = append(list, k)
		}
	}
	for some := range slices.Chunk(list, settled) {
		known, err := storedOf(ctx, tx, some)
		if err != nil {
			return err
		}
		if _, err := settle(ctx, tx, some, known); err != nil {
			return err
		}
	}
	return nil
}

// due returns what is to be done about the keys of a record that was written, if
// anything.
func (f Finder) due(w storage.Attempt) (keyed, bool) {
	if w.Op == storage.OpUpdate && !slices.ContainsFunc(w.Fields, keyField) {
		return keyed{}, false
	}
	var k keyed
	if w.After != nil {
		k = f.keyed(w.After)
	}
	if w.Before != nil {
		k.record = storage.MetaOf(w.Before).ID
		k.owners = append(k.owners, ownerOf(w.Before))
	}
	return k, w.Before != nil || len(k.wanted) > 0
}

// keyField reports whether keys are made of a field.
func keyField(name string) bool {
	return name == "name" || name == "type" || name == "match" || name == "customer"
}

func (f Finder) keyed(r storage.Record) keyed {
	k := keyed{record: storage.MetaOf(r).ID, owners: []uuid.UUID{ownerOf(r)}}
	switch r := r.(type) {
	case *customer.Customer:
		k.wanted = f.keysOfCustomer(r)
	case *customer.ContactPoint:
		k.wanted = keysOfContact(r)
	}
	return k
}

// ownerOf returns the customer whom the keys of a record lead to.
func ownerOf(r storage.Record) uuid.UUID {
	if p, ok := r.(*customer.ContactPoint); ok {
		return p.Customer
	}
	return storage.MetaOf(r).ID
}

// settled is how many records are looked at in one query.
const settled = 1000

// settle writes the keys of records that are not as wanted, and returns the
// records that it did so for. All keys of such a record are made anew, so that of
// two transactions that do it at the same time one is repeated. What is stored
// must have been read before what is wanted, or with the records locked.
func settle(ctx context.Context, tx *storage.Tx, list []keyed, stored map[uuid.UUID][]*key) (changed []uuid.UUID, err error) {
	var gone, come []*key
	for _, k := range list {
		if !slices.EqualFunc(stored[k.record], k.wanted, same) {
			changed = append(changed, k.record)
			gone, come = append(gone, stored[k.record]...), append(come, k.wanted...)
		}
	}
	if err := keys.Purge(ctx, tx, gone...); err != nil {
		return nil, raced(err, storage.ErrNotFound)
	}
	return changed, raced(keys.Put(ctx, tx, come...), storage.ErrDuplicate)
}

// errRaced says that keys or records were not as they were read any more, upon
// which the transaction is repeated.
var errRaced = fmt.Errorf("search: %w: the keys of one record are made by two at the same time: try again", storage.ErrConflict)

// raced turns the errors of such a write into errRaced.
func raced(err error, signs ...error) error {
	for _, sign := range signs {
		if errors.Is(err, sign) {
			return errRaced
		}
	}
	return err
}

func same(a, b *key) bool {
	return a.Customer == b.Customer && a.Slot == b.Slot && a.Of == b.Of && a.Key == b.Key
}

// storedOf returns the keys of records.
func storedOf(ctx context.Context, r storage.Reader, list []keyed) (map[uuid.UUID][]*key, error) {
	var owners, records []uuid.UUID
	for _, k := range list {
		owners, records = append(owners, k.owners...), append(records, k.record)
	}
	return stored(ctx, r, criteria.All(criteria.In("customer", owners...), criteria.In("record", records...)))
}

// stored returns keys by record, in their order.
func stored(ctx context.Context, r storage.Reader, where criteria.Criterion) (map[uuid.UUID][]*key, error) {
	byRecord := map[uuid.UUID][]*key{}
	for k, err := range keys.Find(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		byRecord[k.Record] = append(byRecord[k.Record], k)
	}
	for _, list := range byRecord {
		slices.SortFunc(list, func(a, b *key) int { return int(a.Slot - b.Slot) })
	}
	return byRecord, nil
}
