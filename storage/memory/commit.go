package memory

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Commit implements storage.Transaction.
func (w *writer) Commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(w.tables) == 0 {
		return nil
	}
	return w.tenant.commit(w)
}

// Rollback implements storage.Transaction.
func (w *writer) Rollback() error {
	w.tables = nil
	return nil
}

// commit puts the writes of a transaction in place: all, or none. If nobody
// has committed since it began, what it saw then is still so and needs no
// second look.
func (t *tenant) commit(w *writer) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := w.check(); err != nil {
		return err
	}
	w.keepHeld()
	for _, o := range w.tables {
		o.table.apply(o)
	}
	t.commits.Add(1)
	t.last = nil
	return nil
}

// Doubt implements storage.Doubter.
func (w *writer) Doubt() error {
	w.tenant.mu.Lock()
	defer w.tenant.mu.Unlock()
	return w.check()
}

// check reports what others have committed against the transaction since it
// began. The tenant is locked.
func (w *writer) check() error {
	if w.tenant.commits.Load() == w.began {
		return nil
	}
	for _, o := range w.tables {
		if err := o.table.check(o); err != nil {
			return err
		}
	}
	return w.checkHeld()
}

// check reports a record that another transaction has written since, and a
// unique key that it has taken.
func (t *table) check(o *overlay) error {
	for i := range o.rows {
		if err := t.unchanged(&o.rows[i]); err != nil {
			return err
		}
	}
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		for _, e := range o.rows {
			key, ok := keyOf(index.Fields, e.rec)
			if !ok {
				continue
			}
			if r, _ := t.unique[i].get(key); r != nil && o.keeps(r, e.id, index, key) {
				return &storage.DuplicateError{Kind: t.schema.Name, ID: e.id, Key: index.Keys(), Existing: storage.MetaOf(r).ID}
			}
		}
	}
	return nil
}

// unchanged reports a record that is not what the transaction saw, or notes
// the number that it has now.
func (t *table) unchanged(e *entry) error {
	committed, row := t.byID.find(e.hash, e.id)
	switch {
	case committed == e.old:
		e.row = row
		return nil
	case e.old == nil:
		return &storage.DuplicateError{Kind: t.schema.Name, ID: e.id, Key: []string{storage.FieldID}, Existing: e.id}
	default:
		return conflict(t.schema, e.id, e.old, committed)
	}
}

// conflict is the error of a record that was changed since it was seen.
func conflict(s *storage.Schema, id uuid.UUID, seen, committed storage.Record) error {
	e := &storage.ConflictError{Kind: s.Name, ID: id, Version: storage.MetaOf(seen).Version}
	if committed != nil {
		e.Current = storage.MetaOf(committed).Version
	}
	return e
}

// apply puts the writes in place: first all keys are freed, then taken.
func (t *table) apply(o *overlay) {
	fresh := len(o.rows) > few
	for i := range o.rows {
		e := &o.rows[i]
		fresh = fresh && e.old == nil && e.rec != nil
		if e.old != nil {
			t.release(e.old, e.rec, e.row)
		}
	}
	if fresh {
		t.insertAll(o.rows)
		return
	}
	for i := range o.rows {
		t.write(&o.rows[i])
	}
}

// write puts one write in place, whose keys are free.
func (t *table) write(e *entry) {
	switch {
	case e.old != nil && e.rec != nil:
		t.replace(e.hash, e.old, e.rec, e.row)
	case e.old != nil:
		t.remove(e.old, e.row)
	case e.rec != nil:
		e.row = t.insert(e.hash, e.rec)
	}
	if e.rec != nil {
		t.claim(e.old, e.rec, e.row)
	}
}
