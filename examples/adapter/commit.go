package main

import "context"

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
	now := d.tenants[tx.tenant]
	next := now.with(tx.writes)
	for kind, w := range tx.writes {
		if err := w.check(now[kind], next[kind]); err != nil {
			return err
		}
	}
	d.tenants[tx.tenant] = next
	return nil
}

// check reports a record that another transaction has changed, removed or
// inserted since this one relied on it, and a unique key that it has taken.
func (w *writes) check(now, next table) error {
	for id, version := range w.seen {
		if err := expect(w.schema, id, version, now.version(id)); err != nil {
			return err
		}
	}
	return checkUnique(w.schema, next, w.records)
}

// Rollback implements storage.Transaction. What was not committed is in the
// transaction alone. It is called after Commit too, and more than once.
func (tx *transaction) Rollback() error {
	tx.writes = nil
	return nil
}
