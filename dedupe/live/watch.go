package live

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Watch returns the watch that keeps entries in step with customers and what
// belongs to them and, by the mode, refuses or flags what may be there already, for
// storage.Store.Watched. kinds are further ones that have a field "customer" and that
// columns of the host's look at.
//
// A write of many records is looked at as a whole, with a number of queries that does
// not grow with them but in steps of 500. What makes a customer a
// duplicate is refused where it is put: a customer with its name, or the phone
// number that comes behind it. The error ends the transaction. What was alike before a
// change is no reason to refuse it, nor is what is restored.
func (c *Checker) Watch(kinds ...storage.Described) storage.Watch {
	names := []string{customer.Kind.Name(), customer.ContactPoints.Name(), customer.Identities.Name(), customer.Addresses.Name(), review.Pairs.Name()}
	further := map[string]*storage.Schema{}
	for _, k := range kinds {
		names = append(names, k.Schema().Name)
		further[k.Schema().Name] = k.Schema()
	}
	after := func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		return c.follow(ctx, tx, writes, further[writes[0].Kind])
	}
	return storage.Watch{Name: "dedupe/live", Kinds: names, After: after}
}

// follow settles the customers of writes.
func (c *Checker) follow(ctx context.Context, tx *storage.Tx, writes []storage.Attempt, further *storage.Schema) error {
	s := &settling{Checker: c, ctx: ctx, tx: tx, mode: c.mode(ctx), checked: map[uuid.UUID]bool{}}
	var ids []uuid.UUID
	decided := writes[0].Kind == review.Pairs.Name()
	for _, w := range writes {
		some := c.touched(w, further)
		ids = append(ids, some...)
		for _, id := range some {
			s.checked[id] = s.checked[id] || w.Op != storage.OpRestore
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.SortFunc(ids, compareIDs)
	ids = slices.Compact(ids)
	var err error
	if s.judges, err = c.judges(ctx, tx); err != nil {
		return err
	}
	if decided {
		return s.recluster(ids)
	}
	return s.settle(ids)
}

// touched are the customers whose entries a write may change.
func (c *Checker) touched(w storage.Attempt, further *storage.Schema) (ids []uuid.UUID) {
	switch {
	case w.Kind == review.Pairs.Name():
		return decidedPair(w)
	case w.Kind == customer.Kind.Name():
		r := w.After
		if r == nil {
			r = w.Before
		}
		if w.Op != storage.OpUpdate || slices.ContainsFunc(w.Fields, c.compares) {
			ids = append(ids, storage.MetaOf(r).ID)
		}
		return ids
	}
	for _, r := range []storage.Record{w.Before, w.After} {
		if id := customerOf(r, further); id != uuid.Nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// decidedPair are the two of a pair of which somebody says, or said, that they are
// two.
func decidedPair(w storage.Attempt) (ids []uuid.UUID) {
	for _, r := range []storage.Record{w.Before, w.After} {
		if p, ok := r.(*review.Pair); ok && p != nil && p.State == review.Distinct {
			ids = append(ids, p.A, p.B)
		}
	}
	return ids
}

// customerOf returns the customer that a record names in its field "customer".
func customerOf(r storage.Record, further *storage.Schema) uuid.UUID {
	switch r := r.(type) {
	case nil:
		return uuid.Nil
	case *customer.ContactPoint:
		return r.Customer
	case *customer.Identity:
		return r.Customer
	case *customer.Address:
		return r.Customer
	}
	if further == nil || further.Field("customer") == nil {
		return uuid.Nil
	}
	id, _ := further.Field("customer").Ref(r)
	return id
}

// passing are fields of a customer that change often and that the standard columns
// and rules do not look at.
var passing = []string{"owner", "stage", "stage_since", "parent", "tags", "notes", "since", "followed_up", "verified_at", "language", "channel"}

// compares reports whether a field may matter.
func (c *Checker) compares(field string) bool {
	standard := c.Rules == nil && (c.Reviewer == nil || c.Reviewer.Persons == nil && c.Reviewer.Organizations == nil)
	return !standard || !slices.Contains(passing, field)
}
