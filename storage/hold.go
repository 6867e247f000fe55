package storage

import (
	"context"

	"github.com/google/uuid"
)

// Hold returns the live records with these ids, in this order, for a transaction that
// is going to change or delete them, and first writes other records that name them.
// Until it ends, others who change, delete or name one of them wait, where the adapter
// can make them; where it cannot, the later of two to commit fails with ErrConflict, if
// the record was deleted, or written by both. Update repeats either.
//
// Without it, such transactions wait for each other: each names the record, which
// others may do too, and none can delete what the others name. The database ends all of
// them but one, each after a while, and when there are many, they may go on like that
// until Update gives up.
//
// Records are held in the order of their ids, so two that hold several do not wait for
// each other. One that is not there, is deleted, or is not for the caller to see is
// left out. Inside View it is ErrReadOnly.
func (k *Kind[T]) Hold(ctx context.Context, tx *Tx, ids ...uuid.UUID) ([]*T, error) {
	if err := tx.writable(ctx, k.schema); err != nil {
		return nil, err
	}
	list, err := tx.stored(ctx, k.schema, ids, ForDelete)
	if err != nil {
		return nil, err
	}
	live := make([]Record, 0, len(list))
	for _, r := range list {
		if r != nil && r.meta().Live() {
			live = append(live, r)
		}
	}
	return k.present(ctx, tx, live)
}
