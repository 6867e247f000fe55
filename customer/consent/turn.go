package consent

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A turn is the record that every transaction writes which adds statements of a
// customer: of two at the same time, neither of which sees the statement of the
// other, only one commits before the other has read it.
type turn struct {
	storage.Meta
	Customer uuid.UUID
	Turns    int64 // how many there were
}

var turns = storage.Define[turn]("consent_turn",
	storage.Ref("customer", func(t *turn) *uuid.UUID { return &t.Customer }).To(customer.Kind.Name()).Existing().Required().Unique(),
	storage.Integer("turns", func(t *turn) *int64 { return &t.Turns }),
).Untracked().Fixed()

// takeTurns makes the transaction fail with storage.ErrConflict if another one
// that took the turn of one of the customers commits before it.
func takeTurns(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) error {
	known := make(map[uuid.UUID]*turn, len(ids))
	for t, err := range turns.Find(ctx, tx, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return err
		}
		known[t.Customer] = t
	}
	list := make([]*turn, len(ids))
	for i, id := range ids {
		if list[i] = known[id]; list[i] == nil {
			list[i] = &turn{Customer: id}
		}
		list[i].Turns++
	}
	err := turns.Put(ctx, tx, list...)
	var first *storage.DuplicateError
	var lost *storage.RecordError
	switch {
	case errors.As(err, &first): // another transaction took the first turn of a customer
		return &storage.ConflictError{Kind: turns.Name(), ID: first.Existing}
	case errors.Is(err, storage.ErrNotFound) && errors.As(err, &lost): // an erasure took it away
		return &storage.ConflictError{Kind: turns.Name(), ID: lost.ID}
	}
	return err
}
