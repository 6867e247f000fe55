package main

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Commit implements storage.Transaction. While it worked, the transaction held
// nobody up. Now, under one lock so that no other commit comes between, it
// looks whether what it relied on still holds, and if so its writes appear all
// at once. After an error the transaction is over and nothing of it has
// happened: Store runs it again from the start where that helps.
func (tx *transaction) Commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(tx.writes) == 0 {
		return nil
	}
	d := tx.driver
	d.mu.Lock()
	defer d.mu.Unlock()
	next, err := tx.check()
	if err != nil {
		return err
	}
	for kind, w := range tx.writes {
		w.mark(next[kind])
	}
	d.tenants[tx.tenant] = next
	return nil
}

// Doubt implements storage.Doubter: it says what Commit would.
func (tx *transaction) Doubt() error {
	tx.driver.mu.Lock()
	defer tx.driver.mu.Unlock()
	_, err := tx.check()
	return err
}

// check returns the state behind the transaction, or what others have done against
// it since it began. The driver is locked.
func (tx *transaction) check() (state, error) {
	now := tx.driver.tenants[tx.tenant]
	next := now.with(tx.writes)
	for kind, w := range tx.writes {
		if err := w.check(now[kind], next[kind]); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// check reports a record that another transaction has changed, removed or
// inserted since this one relied on it, one that this one keeps and another has
// removed or the other way round, and a unique key that another has taken.
func (w *writes) check(now, next table) error {
	for id := range w.seen {
		if err := expect(w.schema, id, w.seen.version(id), now.version(id)); err != nil {
			return err
		}
		if w.removes(id) && now[id] != w.seen[id] { // kept by another, see mark
			return &storage.ConflictError{Kind: w.schema.Name, ID: id, Version: now.version(id), Current: now.version(id)}
		}
	}
	for id := range w.kept {
		if _, own := w.records[id]; !own && gone(now[id]) {
			return &storage.ConflictError{Kind: w.schema.Name, ID: id}
		}
	}
	return checkUnique(w.schema, next, w.records)
}

// removes reports whether a record that is live is deleted, softly or for good.
func (w *writes) removes(id uuid.UUID) bool {
	r, written := w.records[id]
	return written && gone(r) && !gone(w.seen[id])
}

func gone(r storage.Record) bool { return r == nil || !storage.MetaOf(r).Live() }

// mark puts a copy in the place of each record that the transaction keeps: it
// has the same version, so that others may change it, but one who read it to
// delete it sees that it is not the one that was there.
func (w *writes) mark(next table) {
	for id := range w.kept {
		if r := next[id]; r != nil {
			next[id] = w.schema.Clone(r)
		}
	}
}

// Rollback implements storage.Transaction. What was not committed is in the
// transaction alone. It is called after Commit too, and more than once.
func (tx *transaction) Rollback() error {
	tx.writes = nil
	return nil
}
