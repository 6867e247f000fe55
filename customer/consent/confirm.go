package consent

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Confirm is the second half of a double opt-in: it turns a pending statement
// into a grant, made now, with evidence such as the id of the click on a link. The
// grant holds for what the pending statement is about and has its source, text
// version and legal basis; it does not end.
//
// It returns ErrNotPending where the statement does not count any more, because
// it was confirmed or something later was stated, or has run out; and
// storage.ErrNotFound where it is not there. The id of the statement is no
// secret: whoever sends links signs them.
func Confirm(ctx context.Context, tx *storage.Tx, pending uuid.UUID, evidence string) (*Record, error) {
	r, err := Records.Get(ctx, tx, pending)
	if err != nil {
		return nil, err
	}
	n, err := States.Count(ctx, tx, storage.Query{Where: criteria.Eq("record", pending)})
	if err != nil {
		return nil, err
	}
	if r.State != Pending || n == 0 || (!r.Until.IsZero() && !tx.Now().Before(r.Until)) {
		return nil, &storage.RecordError{Kind: recordKind, ID: pending, Err: ErrNotPending, Reason: "it was confirmed, superseded or has run out: ask the customer again"}
	}
	granted, err := Add(ctx, tx, &Record{
		Customer: r.Customer, Channel: r.Channel, Purpose: r.Purpose, State: Granted, At: tx.Now(),
		Source: r.Source, TextVersion: r.TextVersion, LegalBasis: r.LegalBasis, Evidence: evidence,
	})
	if err != nil {
		return nil, err
	}
	return granted[0], nil
}

// Rebuild makes States of some customers what their Records say, for use behind
// what writes records without Add, such as a merge of customers.
func Rebuild(ctx context.Context, tx *storage.Tx, customers ...uuid.UUID) error {
	for ids := range slices.Chunk(distinct(customers), chunk) {
		if err := rebuild(ctx, tx, ids); err != nil {
			return err
		}
	}
	return nil
}

func rebuild(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) error {
	if _, err := turns.Take(ctx, tx, ids...); err != nil {
		return err
	}
	q := storage.Query{Where: criteria.In("customer", ids...)}
	old, err := storage.Collect(States.Find(ctx, tx, q))
	if err != nil {
		return err
	}
	if err := States.Purge(ctx, tx, old...); err != nil {
		return err
	}
	records, err := storage.Collect(Records.Find(ctx, tx, q))
	if err != nil {
		return err
	}
	return writeBoards(ctx, tx, map[uuid.UUID]board{}, records)
}
