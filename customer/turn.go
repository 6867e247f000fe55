package customer

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Turn is a record that every transaction writes which does a certain thing to a
// customer, so that no two do it at the same time without seeing each other.
type Turn struct {
	storage.Meta
	Customer uuid.UUID
	Turns    int64 // how many there were
}

// Turns is a kind of such records. A package that decides about customers by what it
// reads of their other records takes the turns of the customers first: of two
// transactions that do so at once, neither of which sees what the other adds, one fails
// with storage.ErrConflict, and storage.Tenant.Update repeats it.
type Turns struct{ *storage.Kind[Turn] }

// DefineTurns describes a kind of turns. It is not in the change log.
func DefineTurns(name string) Turns {
	return Turns{storage.Define[Turn](name,
		storage.Ref("customer", func(t *Turn) *uuid.UUID { return &t.Customer }).To(kindName).Existing().Required().Unique(),
		storage.Integer("turns", func(t *Turn) *int64 { return &t.Turns }),
	).Untracked().Fixed()}
}

// turnChunk is how many turns or gates are read with one statement.
const turnChunk = 1000

// Take takes the turns of customers, in the order of their ids, so that no two
// transactions wait for each other in a circle. It returns how many turns each has had
// with this one. A customer who does not exist is storage.ErrInvalid; of another
// transaction that takes one of the turns meanwhile, or erases one of the customers,
// the later one to commit fails with storage.ErrConflict.
func (k Turns) Take(ctx context.Context, tx *storage.Tx, customers ...uuid.UUID) (map[uuid.UUID]int64, error) {
	ids := slices.Clone(customers)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	taken := make(map[uuid.UUID]int64, len(ids))
	for some := range slices.Chunk(ids, turnChunk) {
		list, err := k.next(ctx, tx, some)
		if err != nil {
			return nil, err
		}
		if err := k.Put(ctx, tx, list...); err != nil {
			return nil, k.late(err)
		}
		for _, t := range list {
			taken[t.Customer] = t.Turns
		}
	}
	return taken, nil
}

// next returns the next turns of some customers.
func (k Turns) next(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) ([]*Turn, error) {
	known := make(map[uuid.UUID]*Turn, len(ids))
	for t, err := range k.Find(ctx, tx, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return nil, err
		}
		known[t.Customer] = t
	}
	list := make([]*Turn, len(ids))
	for i, id := range ids {
		if list[i] = known[id]; list[i] == nil {
			list[i] = &Turn{Customer: id}
		}
		list[i].Turns++
	}
	return list, nil
}

// late says of an error of writing turns that another transaction came first.
func (k Turns) late(err error) error {
	var first *storage.DuplicateError
	var lost *storage.RecordError
	switch {
	case errors.As(err, &first): // it took the first turn of a customer
		return &storage.ConflictError{Kind: k.Name(), ID: first.Existing}
	case errors.Is(err, storage.ErrNotFound) && errors.As(err, &lost): // it erased the customer
		return &storage.ConflictError{Kind: k.Name(), ID: lost.ID}
	}
	return err
}
