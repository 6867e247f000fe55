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
	return w.tenant.commit(w.tables, w.began)
}

// Rollback implements storage.Transaction.
func (w *writer) Rollback() error {
	w.tables = nil
	return nil
}

// commit puts the writes of a transaction in place: all, or none. If nobody
// has committed since it began, what it saw then is still so and needs no
// second look.
func (t *tenant) commit(tables []*overlay, began uint64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.commits.Load() != began {
		for _, o := range tables {
			if err := t.table(o.schema).check(o); err != nil {
				return err
			}
		}
	}
	for _, o := range tables {
		t.table(o.schema).apply(o)
	}
	t.commits.Add(1)
	t.last = nil
	return nil
}

// check reports a record that another transaction has written since, and a
// unique key that it has taken.
func (t *table) check(o *overlay) error {
	for _, e := range o.rows {
		if err := t.unchanged(e); err != nil {
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
			if r := t.unique[i].get(key); r != nil && !o.has(r) {
				return &storage.DuplicateError{Kind: t.schema.Name, ID: e.id, Key: index.Keys(), Existing: storage.MetaOf(r).ID}
			}
		}
	}
	return nil
}

func (t *table) unchanged(e entry) error {
	committed := t.byID.get(e.id)
	switch {
	case committed == e.old:
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
	for _, e := range o.rows {
		t.release(e.old, e.rec)
	}
	for _, e := range o.rows {
		if e.old != nil || e.rec != nil {
			t.replace(e.old, e.rec)
		}
		if e.rec != nil {
			t.claim(e.rec)
		}
	}
}
