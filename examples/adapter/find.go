package main

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// find returns the records of a plan in its order. The last key of every order
// is the id, so no two records are equal in it, and "after this record" is one
// place: that makes pages exact.
func (s state) find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	list, err := s.matches(ctx, p)
	if err != nil {
		return nil, err
	}
	if p.After != nil { // it has the values of the order's fields, and may be gone
		list = slices.DeleteFunc(list, func(r storage.Record) bool { return inOrder(p.Order, r, p.After) <= 0 })
	}
	slices.SortFunc(list, func(a, b storage.Record) int { return inOrder(p.Order, a, b) })
	if p.Limit > 0 && len(list) > p.Limit {
		list = list[:p.Limit]
	}
	return list, nil
}

// matches returns the records that a plan is about, in any order. Where is
// never nil, and Compile makes a Go function of it that means exactly what
// package criteria says. An adapter that turns it into a query instead, by a
// switch over the types of criteria.Node, must mean the same on every record;
// what it cannot say in its query language, it can filter so.
func (s state) matches(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	match := criteria.Compile(p.Where, source{s})
	var list []storage.Record
	for _, r := range s[p.Schema.Name] {
		if err := ctx.Err(); err != nil { // a condition may take long
			return nil, err
		}
		if p.Deleted.Admits(storage.MetaOf(r).Live()) && match(r) {
			list = append(list, r)
		}
	}
	return list, ctx.Err()
}

// inOrder compares two records in the order of a plan. Field.Compare knows the
// order of every type: absent before present, text by bytes.
func inOrder(keys []storage.OrderKey, a, b storage.Record) int {
	for _, k := range keys {
		c := k.Field.Compare(a, b)
		if k.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// A source shows other records of the same state to conditions such as "has an
// order of more than 100". Only live ones count there, whatever the plan says
// of deleted records.
type source struct{ state }

// Related implements criteria.Source.
func (s source) Related(kind criteria.Kind, via *criteria.Field, id uuid.UUID, yield func(any) bool) {
	for _, r := range s.state[kind.Name()] {
		if to, ok := via.Ref(r); ok && to == id && storage.MetaOf(r).Live() && !yield(r) {
			return
		}
	}
}

// Parent implements criteria.Source.
func (s source) Parent(kind criteria.Kind, id uuid.UUID) (any, bool) {
	r := s.state[kind.Name()][id]
	return r, r != nil && storage.MetaOf(r).Live()
}
