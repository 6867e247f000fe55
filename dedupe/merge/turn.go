package merge

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A turn is the record that every transaction writes which merges a customer or
// takes a merge of it back: of two at the same time one is repeated, and sees
// what the other has done.
type turn struct {
	storage.Meta
	Customer uuid.UUID
	Turns    int64 // how many there were
}

var turns = storage.Define[turn]("merge_turn",
	storage.Ref("customer", func(t *turn) *uuid.UUID { return &t.Customer }).To(customer.Kind.Name()).Existing().Required().Unique(),
	storage.Integer("turns", func(t *turn) *int64 { return &t.Turns }),
).Untracked().Fixed()

// takeTurns takes the turns of customers, whose ids are sorted so that two who
// take the same do not wait for each other in a circle. It returns how many turns
// the first had; the transaction fails with storage.ErrConflict if another one
// that took one of them commits first.
func takeTurns(ctx context.Context, tx *storage.Tx, first uuid.UUID, sorted []uuid.UUID) (number int64, err error) {
	known := make(map[uuid.UUID]*turn, len(sorted))
	for t, err := range turns.Find(ctx, tx, storage.Query{Where: criteria.In("customer", sorted...)}) {
		if err != nil {
			return 0, err
		}
		known[t.Customer] = t
	}
	list := make([]*turn, len(sorted))
	for i, id := range sorted {
		if list[i] = known[id]; list[i] == nil {
			list[i] = &turn{Customer: id}
		}
		list[i].Turns++
		if id == first {
			number = list[i].Turns
		}
	}
	err = turns.Put(ctx, tx, list...)
	var lost *storage.RecordError
	if errors.Is(err, storage.ErrNotFound) && errors.As(err, &lost) { // an erasure took it away
		return 0, &storage.ConflictError{Kind: turns.Name(), ID: lost.ID}
	}
	return number, raced(err)
}
