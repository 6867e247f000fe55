package main

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A transaction is a storage.Transaction, used by one goroutine. One that reads
// (Single, Snapshot) has one state for all that it does. One that writes sees,
// with each call, what is committed by then, and over it its own writes, which
// nobody else sees before Commit.
type transaction struct {
	driver *driver
	tenant string
	mode   storage.Mode
	fixed  state              // of one that reads
	writes map[string]*writes // of one that writes, by the name of the kind
}

// view returns the state that a call reads.
func (tx *transaction) view() state {
	if tx.mode != storage.Write {
		return tx.fixed
	}
	return tx.driver.committed(tx.tenant).with(tx.writes)
}

// Get implements storage.Transaction: one element for each id, in their order,
// nil where there is no record. Soft-deleted records are records.
func (tx *transaction) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	table := tx.view()[s.Name]
	list := make([]storage.Record, len(ids))
	for i, id := range ids {
		list[i] = table[id]
	}
	if lock != storage.NoLock {
		tx.lock(s, list, lock)
	}
	return list, nil
}

// Find implements storage.Transaction.
func (tx *transaction) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	list, err := tx.view().find(ctx, p)
	if err == nil && p.Lock != storage.NoLock {
		tx.lock(p.Schema, list, p.Lock)
	}
	return list, err
}

// Stream implements storage.Streamer, which is optional: without it Store calls
// Find for a page at a time, and in a transaction that writes each page would
// show another state. The records of one loop are to come from one state, so
// this finds them all at once.
func (tx *transaction) Stream(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	list, err := tx.Find(ctx, p)
	for _, r := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !yield(r) {
			return nil
		}
	}
	return err
}

// Aggregate implements storage.Transaction.
func (tx *transaction) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	list, err := tx.view().matches(ctx, p)
	if err != nil {
		return nil, err
	}
	return aggregate(list, a), nil
}

// lock keeps others from changing records before the transaction ends, or from
// deleting them (Keep). A database with row locks takes them, and passes over
// rows that others hold when the plan says SkipLocked. This driver holds nobody
// up: it notes what the caller sees, and Commit fails if that is no longer so.
func (tx *transaction) lock(s *storage.Schema, list []storage.Record, lock storage.Lock) {
	for _, r := range list {
		if r == nil || tx.mode != storage.Write || lock == storage.Keep && gone(r) {
			continue
		}
		w, id := tx.to(s), storage.MetaOf(r).ID
		if lock == storage.Keep {
			w.kept[id] = true
		} else {
			w.see(id, r)
		}
	}
}
