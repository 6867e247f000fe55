package memory

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A writer is a transaction that writes: it keeps its writes to itself until
// Commit.
type writer struct {
	reader
	tables map[string]*overlay // by the name of the kind
}

// An overlay is a transaction's writes to one kind.
type overlay struct {
	schema *storage.Schema
	rows   map[uuid.UUID]entry
	unique []map[string]uuid.UUID // keys of live records, in step with schema.Indexes
}

// An entry is what a transaction makes of one record.
type entry struct {
	rec  storage.Record // nil: removed for good
	base int64          // the committed version when it was first written; 0: there was none
}

func (o *overlay) has(r storage.Record) bool {
	_, ok := o.rows[storage.MetaOf(r).ID]
	return ok
}

// each calls visit with the records that are not removed until it returns
// false, and reports whether it went to the end.
func (o *overlay) each(visit func(storage.Record) bool) bool {
	for _, e := range o.rows {
		if e.rec != nil && !visit(e.rec) {
			return false
		}
	}
	return true
}

func (w *writer) overlay(s *storage.Schema) *overlay {
	o := w.tables[s.Name]
	if o == nil {
		o = &overlay{schema: s, rows: map[uuid.UUID]entry{}, unique: make([]map[string]uuid.UUID, len(s.Indexes))}
		for i := range o.unique {
			o.unique[i] = map[string]uuid.UUID{}
		}
		w.tables[s.Name] = o
	}
	return o
}

func (w *writer) state() state {
	return state{view: w.tenant.snapshot(), writes: w.tables}
}

// current returns the record that the transaction sees under an id, or nil.
func (w *writer) current(s *storage.Schema, id uuid.UUID) storage.Record {
	if o := w.tables[s.Name]; o != nil {
		if e, ok := o.rows[id]; ok {
			return e.rec
		}
	}
	return w.tenant.get(s, id)
}

// Get implements storage.Transaction.
func (w *writer) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, _ bool) ([]storage.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := make([]storage.Record, len(ids))
	for i, id := range ids {
		list[i] = w.current(s, id)
	}
	return list, nil
}

// Find implements storage.Transaction.
func (w *writer) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	return find(ctx, w.state(), p)
}

// Stream implements storage.Streamer. What the transaction writes while the
// stream runs does not show in it.
func (w *writer) Stream(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	found, err := w.Find(ctx, p)
	for _, r := range found {
		if !yield(r) {
			break
		}
	}
	return err
}

// Aggregate implements storage.Transaction.
func (w *writer) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	return aggregate(ctx, w.state(), p, a)
}

// Insert implements storage.Transaction.
func (w *writer) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ids := make(map[uuid.UUID]bool, len(list))
	for _, r := range list {
		id := storage.MetaOf(r).ID
		if ids[id] || w.current(s, id) != nil {
			return &storage.DuplicateError{Kind: s.Name, ID: id, Key: []string{storage.FieldID}, Existing: id}
		}
		ids[id] = true
	}
	if err := w.checkUnique(s, list); err != nil {
		return err
	}
	w.put(s, list)
	return nil
}

// Update implements storage.Transaction.
func (w *writer) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, r := range list {
		m := storage.MetaOf(r)
		if err := w.expect(s, m.ID, m.Version-1); err != nil {
			return err
		}
	}
	if err := w.checkUnique(s, list); err != nil {
		return err
	}
	w.put(s, list)
	return nil
}

// Delete implements storage.Transaction.
func (w *writer) Delete(ctx context.Context, s *storage.Schema, list []storage.Stamp) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, stamp := range list {
		if err := w.expect(s, stamp.ID, stamp.Version); err != nil {
			return err
		}
	}
	o := w.overlay(s)
	for _, stamp := range list {
		w.set(o, stamp.ID, nil)
	}
	return nil
}

// expect reports a record that has not the version that is to be replaced.
func (w *writer) expect(s *storage.Schema, id uuid.UUID, version int64) error {
	r := w.current(s, id)
	if r == nil {
		return &storage.ConflictError{Kind: s.Name, ID: id, Version: version}
	}
	if v := storage.MetaOf(r).Version; v != version {
		return &storage.ConflictError{Kind: s.Name, ID: id, Version: version, Current: v}
	}
	return nil
}

func (w *writer) put(s *storage.Schema, list []storage.Record) {
	o := w.overlay(s)
	for _, r := range list { // first free the keys, so that records may swap them
		o.release(storage.MetaOf(r).ID)
	}
	for _, r := range list {
		w.set(o, storage.MetaOf(r).ID, r)
	}
}

// set makes a record, or its removal, the transaction's last word on an id.
func (w *writer) set(o *overlay, id uuid.UUID, r storage.Record) {
	e, written := o.rows[id]
	if written {
		o.release(id)
	} else if old := w.tenant.get(o.schema, id); old != nil {
		e.base = storage.MetaOf(old).Version
	}
	e.rec = r
	o.rows[id] = e
	if r != nil {
		o.claim(r)
	}
}

func (o *overlay) release(id uuid.UUID) {
	e := o.rows[id]
	if e.rec == nil {
		return
	}
	for i, index := range o.schema.Indexes {
		if !index.Unique {
			continue
		}
		if key, ok := keyOf(index.Fields, e.rec); ok && o.unique[i][key] == id {
			delete(o.unique[i], key)
		}
	}
}

func (o *overlay) claim(r storage.Record) {
	for i, index := range o.schema.Indexes {
		if !index.Unique {
			continue
		}
		if key, ok := keyOf(index.Fields, r); ok {
			o.unique[i][key] = storage.MetaOf(r).ID
		}
	}
}

// checkUnique reports a record of the list whose unique key a live record has
// that the list does not replace, or another of the list.
func (w *writer) checkUnique(s *storage.Schema, list []storage.Record) error {
	replaced := make(map[uuid.UUID]bool, len(list))
	for _, r := range list {
		replaced[storage.MetaOf(r).ID] = true
	}
	for i, index := range s.Indexes {
		if !index.Unique {
			continue
		}
		taken := make(map[string]uuid.UUID, len(list))
		for _, r := range list {
			key, ok := keyOf(index.Fields, r)
			if !ok {
				continue
			}
			id := storage.MetaOf(r).ID
			other, twice := taken[key]
			if !twice {
				other = w.holding(s, i, key, replaced)
			}
			if other != uuid.Nil {
				return &storage.DuplicateError{Kind: s.Name, ID: id, Key: index.Keys(), Existing: other}
			}
			taken[key] = id
		}
	}
	return nil
}

// holding returns the live record that has a unique key in the eyes of the
// transaction, leaving out those that are about to be replaced.
func (w *writer) holding(s *storage.Schema, index int, key string, replaced map[uuid.UUID]bool) uuid.UUID {
	o := w.tables[s.Name]
	if o != nil {
		if id, ok := o.unique[index][key]; ok && !replaced[id] {
			return id
		}
	}
	r := w.tenant.holder(s, index, key)
	if r == nil || replaced[storage.MetaOf(r).ID] || o != nil && o.has(r) {
		return uuid.Nil
	}
	return storage.MetaOf(r).ID
}

// Commit implements storage.Transaction.
func (w *writer) Commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(w.tables) == 0 {
		return nil
	}
	w.tenant.mu.Lock()
	defer w.tenant.mu.Unlock()
	for _, o := range w.tables {
		if err := w.tenant.table(o.schema).check(o); err != nil {
			return err
		}
	}
	for _, o := range w.tables {
		w.tenant.table(o.schema).apply(o)
	}
	w.tenant.last = nil
	return nil
}

// check reports a record that another transaction has written since, and a
// unique key that it has taken.
func (t *table) check(o *overlay) error {
	for id, e := range o.rows {
		if err := t.unchanged(id, e); err != nil {
			return err
		}
	}
	for i, keys := range o.unique {
		for key, id := range keys {
			r := t.unique[i][key]
			if r != nil && storage.MetaOf(r).ID != id && !o.has(r) {
				return &storage.DuplicateError{Kind: t.schema.Name, ID: id, Key: t.schema.Indexes[i].Keys(), Existing: storage.MetaOf(r).ID}
			}
		}
	}
	return nil
}

func (t *table) unchanged(id uuid.UUID, e entry) error {
	committed := int64(0)
	if r := t.byID[id]; r != nil {
		committed = storage.MetaOf(r).Version
	}
	switch {
	case committed == e.base:
		return nil
	case e.base == 0:
		return &storage.DuplicateError{Kind: t.schema.Name, ID: id, Key: []string{storage.FieldID}, Existing: id}
	default:
		return &storage.ConflictError{Kind: t.schema.Name, ID: id, Version: e.base, Current: committed}
	}
}

// apply puts the writes in place: first all keys are freed, then taken.
func (t *table) apply(o *overlay) {
	for id := range o.rows {
		if old := t.byID[id]; old != nil {
			t.release(old)
		}
	}
	for id, e := range o.rows {
		if old := t.byID[id]; old != nil || e.rec != nil {
			t.replace(old, e.rec)
		}
		if e.rec != nil {
			t.claim(e.rec)
		}
	}
}

// Rollback implements storage.Transaction.
func (w *writer) Rollback() error {
	w.tables = nil
	return nil
}
