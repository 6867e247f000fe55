package entry

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// unite moves what belongs to the customers that turned out to be p to it, and
// deletes them. A record that p has one of already, by a unique key, is deleted.
func (e *entering) unite(ctx context.Context, p *person) error {
	if len(p.united) == 0 {
		return nil
	}
	ids := p.ids()
	var claims []*Claim
	if err := each(ctx, e.tx, Claims, criteria.In("customer", ids...), func(c *Claim) { claims = append(claims, c) }); err != nil {
		return err
	}
	if err := Claims.Purge(ctx, e.tx, claims...); err != nil {
		return err
	}
	if e.rule.Unite != nil {
		return e.rule.Unite(ctx, e.tx, p.customer.ID, ids)
	}
	kinds, err := e.tx.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, s := range kinds {
		if err := e.repoint(ctx, s, ids, p); err != nil {
			return err
		}
	}
	gone := make([]*customer.Customer, len(p.united))
	for i, q := range p.united {
		gone[i] = q.customer
	}
	return customer.Kind.Delete(ctx, e.tx, gone...)
}

// uniteAll unites all who turned out to be one.
func (e *entering) uniteAll(ctx context.Context) error {
	roots := e.roots()
	united := false
	for _, p := range roots {
		united = united || len(p.united) > 0
		if err := e.unite(ctx, p); err != nil {
			return err
		}
	}
	if !united || e.rule.Unite == nil {
		return nil
	}
	for _, p := range roots { // the host's function has changed them
		if !p.stored() {
			continue
		}
		var err error
		if p.customer, err = customer.Kind.Get(ctx, e.tx, p.customer.ID); err != nil {
			return err
		}
	}
	return nil
}

// repoint makes the refs of a kind to some customers point to p.
func (e *entering) repoint(ctx context.Context, s *storage.Schema, from []uuid.UUID, p *person) error {
	fields, err := e.tx.Fields(ctx, s)
	if err != nil {
		return err
	}
	of := storage.Any(s)
	for _, f := range fields {
		if f.Target != customer.Kind.Name() {
			continue
		}
		var moved []storage.Record
		for r, err := range of.Find(ctx, e.tx, storage.Query{Where: criteria.In(f.Name, from...)}) {
			if err != nil {
				return err
			}
			if q := e.inMemory(storage.MetaOf(r).ID); q != nil {
				r = q.customer // it is stored later
			} else {
				moved = append(moved, r)
			}
			value := any(p.customer.ID)
			if storage.MetaOf(r).ID == p.customer.ID {
				value = nil // it pointed to what is itself now
			}
			if err := f.Set(r, value); err != nil {
				return err
			}
		}
		if err := put(ctx, e.tx, of, moved); err != nil {
			return err
		}
	}
	return nil
}

// put stores records, and deletes those that are there already by a unique key.
func put(ctx context.Context, tx *storage.Tx, of storage.AnyKind, recs []storage.Record) error {
	err := of.Put(ctx, tx, recs...)
	if !errors.Is(err, storage.ErrDuplicate) {
		return err
	}
	for _, r := range recs {
		if err = of.Put(ctx, tx, r); errors.Is(err, storage.ErrDuplicate) {
			err = of.Delete(ctx, tx, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
