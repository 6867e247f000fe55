package customer

import (
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Upsert stores a record of another system under its number there, once however
// often it is delivered: an order of a shop, a customer of the books. It finds the
// record of the kind with that source and external id, or makes one that has
// them, gives it to apply to be filled, and puts it. A record that apply leaves as
// it is is not written; one that it changes keeps the old values in its history.
//
//	o, err := customer.Upsert(ctx, tx, customer.Orders, "tmall", "1001", func(o *customer.Order) error {
//		o.Customer, o.PlacedAt, o.Total = c.ID, placed, total
//		return nil
//	})
//
// The kind has text fields "source" and "external_id" and a unique key over both;
// another one is storage.ErrInvalid. Customers are found by their ExternalIDs
// too; an id of several of them is a *SeveralError, and nothing is written. The
// source and the external id of a record are not apply's to change. An error of
// apply ends it.
//
// A record that was deleted is made anew. When two transactions bring one number
// for the first time, one of them is repeated; in a transaction of the host it
// gets storage.ErrConflict.
func Upsert[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], source, id string, apply func(*T) error) (*T, error) {
	list, err := UpsertAll(ctx, tx, kind, source, []string{id}, func(_ string, r *T) error { return apply(r) })
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// UpsertAll is Upsert for many records of one source, with one look-up and one
// Put. It returns them in step with the ids; of an id that comes twice, apply
// gets the same record twice.
func UpsertAll[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], source string, ids []string, apply func(id string, r *T) error) ([]*T, error) {
	pair, err := pairOf(kind.Schema())
	if err != nil {
		return nil, err
	}
	if source == "" || slices.Contains(ids, "") {
		return nil, fmt.Errorf("customer: %w: a %s of another system without a source or an id there: give both", storage.ErrInvalid, kind.Name())
	}
	known, err := byPair(ctx, tx, kind, pair, source, ids)
	if err != nil {
		return nil, err
	}
	list, all := make([]*T, 0, len(ids)), make([]*T, len(ids))
	seen := make(map[*T]bool, len(ids))
	for i, id := range ids {
		if known[id] == nil {
			known[id] = new(T)
			pair.set(known[id], source, id)
		}
		r := known[id]
		if all[i] = r; !seen[r] {
			list, seen[r] = append(list, r), true
		}
		source, id := pair.get(r)
		if err := apply(ids[i], r); err != nil {
			return nil, err
		}
		pair.set(r, source, id)
	}
	return all, put(ctx, tx, kind, list...)
}

// A pair is the two fields by which another system knows a record.
type pair struct{ source, id *storage.Field }

// pairOf finds the fields of a kind that has them, and a unique key over both.
func pairOf(s *storage.Schema) (pair, error) {
	p := pair{s.Field("source"), s.Field("external_id")}
	unique := slices.ContainsFunc(s.Indexes, func(i storage.Index) bool {
		return i.Unique && slices.Equal(i.Fields, []*storage.Field{p.source, p.id})
	})
	if !unique || p.source.Type != criteria.Text || p.id.Type != criteria.Text {
		return p, fmt.Errorf("customer: %w: %s has no unique key over the text fields source and external_id: describe one with Unique", storage.ErrInvalid, s.Name)
	}
	return p, nil
}

func (p pair) get(r any) (source, id string) {
	source, _ = p.source.Text(r)
	id, _ = p.id.Text(r)
	return source, id
}

func (p pair) set(r any, source, id string) {
	*p.source.Address(r.(storage.Record)).(*string) = source
	*p.id.Address(r.(storage.Record)).(*string) = id
}

// byPair returns the live records with some ids of a source, by id.
func byPair[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], p pair, source string, ids []string) (map[string]*T, error) {
	if any(kind) == any(Kind) {
		customers, err := customersByID(ctx, tx, source, ids)
		known, _ := any(customers).(map[string]*T)
		return known, err
	}
	known := map[string]*T{}
	q := storage.Query{Where: criteria.All(criteria.Eq("source", source), criteria.In("external_id", ids...))}
	for r, err := range kind.Find(ctx, tx, q) {
		if err != nil {
			return nil, err
		}
		_, id := p.get(r)
		known[id] = r
	}
	return known, nil
}
