package tree

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Node is a customer in a tree.
type Node struct {
	*customer.Customer
	Level int // how far below the root that was asked for: its children have 1
}

// Roots returns the criterion of customers that stand at the top of a tree: with
// others below and nobody above. Customers on their own are not among them.
func Roots() criteria.Criterion {
	return criteria.All(haveChildren, criteria.Not(criteria.Parent("parent", nil)))
}

// Descendants yields the customers below one, level by level, down to depth levels;
// with 0, all of them. Each level costs a query for each thousand customers above
// it; the ids of one level are held in memory. All come from one committed state.
// An error ends the sequence: ErrCycle for records that stand below themselves.
func Descendants(ctx context.Context, r storage.Reader, root uuid.UUID, depth int) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		err := storage.Inside(ctx, r, func(tx *storage.Tx) error { return descend(ctx, tx, root, depth, yield) })
		if err != nil && !errors.Is(err, errStop) {
			yield(Node{}, err)
		}
	}
}

// deepest is the level at which a tree that is read must be a circle.
const deepest = 1000

// errStop ends a sequence whose consumer has had enough.
var errStop = errors.New("stopped by the consumer")

func descend(ctx context.Context, tx *storage.Tx, root uuid.UUID, depth int, yield func(Node, error) bool) error {
	level := []uuid.UUID{root}
	for at := 1; len(level) > 0 && (depth <= 0 || at <= depth); at++ {
		var next []uuid.UUID
		for some := range slices.Chunk(level, chunk) {
			for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In("parent", some...)}) {
				if err != nil {
					return err
				}
				if c.ID == root || at > deepest {
					return &PlaceError{Customer: c.ID, Parent: c.Parent, Err: ErrCycle}
				}
				if !yield(Node{c, at}, nil) {
					return errStop
				}
				next = append(next, c.ID)
			}
		}
		level = next
	}
	return nil
}

// Ancestors returns the customers above one, the nearest first and the root last,
// a query for each. A customer that is not there is storage.ErrNotFound; records
// that stand below themselves are ErrCycle.
func Ancestors(ctx context.Context, r storage.Reader, id uuid.UUID) (list []*customer.Customer, err error) {
	err = storage.Inside(ctx, r, func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(ctx, tx, id)
		if err == nil {
			list, err = climb(ctx, tx, c)
		}
		return err
	})
	return list, err
}

// climb ends at a root, or below a customer that is deleted or hidden.
func climb(ctx context.Context, tx *storage.Tx, from *customer.Customer) (list []*customer.Customer, err error) {
	for at := from; at.Parent != uuid.Nil; list = append(list, at) {
		if at.Parent == from.ID || len(list) > deepest {
			return nil, &PlaceError{Customer: from.ID, Parent: from.Parent, Err: ErrCycle}
		}
		at, err = customer.Kind.Get(ctx, tx, at.Parent)
		if errors.Is(err, storage.ErrNotFound) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}
