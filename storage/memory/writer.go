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
	began  uint64     // how many commits of the tenant came before
	tables []*overlay // one for each kind that was written
	held   []held     // what it keeps
}

func (w *writer) state() state {
	return state{view: w.tenant.snapshot(), writes: w.tables}
}

// overlay returns the writes to a kind, which are none at first.
func (w *writer) overlay(s *storage.Schema) *overlay {
	if o := overlayOf(w.tables, s); o != nil {
		return o
	}
	o := &overlay{schema: s, table: w.tenant.table(s)}
	w.tables = append(w.tables, o)
	return o
}

// current returns the record that the transaction sees under an id, or nil.
func (w *writer) current(s *storage.Schema, id uuid.UUID) storage.Record {
	if e := overlayOf(w.tables, s).entry(id); e != nil {
		return e.rec
	}
	return w.tenant.get(s, id)
}

// Get implements storage.Transaction.
func (w *writer) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := make([]storage.Record, len(ids))
	for i, id := range ids {
		list[i] = w.current(s, id)
		if (lock == storage.Keep || lock == storage.ForDelete) && list[i] != nil && dead(list[i]) == 0 {
			w.held = append(w.held, held{s.Name, id})
		}
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

// Batches implements storage.Batcher, as Stream does.
func (w *writer) Batches(ctx context.Context, p *storage.Plan, yield func([]storage.Record) bool) error {
	found, err := w.Find(ctx, p)
	if len(found) > 0 {
		yield(found)
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
	o := w.overlay(s)
	o.grow(len(list))
	if len(list) > few {
		w.touch(o, list)
	}
	before := len(o.rows)
	for i, r := range list {
		if err := w.insert(o, r); err != nil {
			o.takeBack(before, list[:i])
			return err
		}
	}
	return nil
}

// touch reads the slots of the tables where records belong. In one short loop
// the processor fetches them from memory side by side.
func (w *writer) touch(o *overlay, list []storage.Record) {
	w.tenant.mu.RLock()
	defer w.tenant.mu.RUnlock()
	for _, r := range list {
		o.seen += o.table.byID.touch(o.table.byID.hash(storage.MetaOf(r).ID))
	}
	for i, index := range o.schema.Indexes {
		if !index.Unique {
			continue
		}
		for _, r := range list {
			key, _ := keyOf(index.Fields, r)
			o.seen += o.table.unique[i].touch(o.table.unique[i].hash(key))
		}
	}
}

// insert adds one record, unless its id or one of its unique keys is taken.
func (w *writer) insert(o *overlay, r storage.Record) error {
	id := storage.MetaOf(r).ID
	made, seen := w.seen(o, id)
	if seen != nil {
		return &storage.DuplicateError{Kind: o.schema.Name, ID: id, Key: []string{storage.FieldID}, Existing: id}
	}
	for i, index := range o.schema.Indexes {
		if !index.Unique {
			continue
		}
		key, ok := keyOf(index.Fields, r)
		if !ok {
			continue
		}
		if other := w.holding(o, i, key, nil); other != uuid.Nil {
			return &storage.DuplicateError{Kind: o.schema.Name, ID: id, Key: index.Keys(), Existing: other}
		}
	}
	made.rec = r
	o.set(made)
	return nil
}

// seen returns the record that the transaction sees under an id, or nil, and
// an entry for a write to it.
func (w *writer) seen(o *overlay, id uuid.UUID) (entry, storage.Record) {
	e := entry{id: id, hash: o.table.byID.hash(id)}
	if own := o.find(e.hash, id); own != nil {
		return *own, own.rec
	}
	w.tenant.mu.RLock()
	defer w.tenant.mu.RUnlock()
	e.old, e.row = o.table.byID.find(e.hash, id)
	return e, e.old
}

// Update implements storage.Transaction.
func (w *writer) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := w.overlay(s)
	made, old := make([]entry, len(list)), make([]storage.Record, len(list))
	for i, r := range list {
		var err error
		m := storage.MetaOf(r)
		if made[i], old[i], err = w.expect(o, m.ID, m.Version-1); err != nil {
			return err
		}
		made[i].rec = r
	}
	if err := w.checkUnique(o, list, old); err != nil {
		return err
	}
	o.grow(len(list))
	for i := range made {
		o.set(made[i])
	}
	return nil
}

// Delete implements storage.Transaction.
func (w *writer) Delete(ctx context.Context, s *storage.Schema, list []storage.Stamp) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := w.overlay(s)
	made := make([]entry, len(list))
	for i, stamp := range list {
		var err error
		if made[i], _, err = w.expect(o, stamp.ID, stamp.Version); err != nil {
			return err
		}
		made[i].rec = nil
	}
	o.grow(len(list))
	for i := range made {
		o.set(made[i])
	}
	return nil
}

// expect returns the record that is to be replaced, which must have that
// version, and an entry for the write.
func (w *writer) expect(o *overlay, id uuid.UUID, version int64) (entry, storage.Record, error) {
	e, r := w.seen(o, id)
	if r == nil {
		return e, nil, &storage.ConflictError{Kind: o.schema.Name, ID: id, Version: version}
	}
	if v := storage.MetaOf(r).Version; v != version {
		return e, nil, &storage.ConflictError{Kind: o.schema.Name, ID: id, Version: version, Current: v}
	}
	return e, r, nil
}

// checkUnique reports a record of the list whose unique key a live record has
// that the list does not replace, or another of the list. old are the records
// that the list replaces.
func (w *writer) checkUnique(o *overlay, list, old []storage.Record) error {
	for i, index := range o.schema.Indexes {
		if !index.Unique {
			continue
		}
		if err := w.checkKeys(o, i, list, old); err != nil {
			return err
		}
	}
	return nil
}

// checkKeys is checkUnique for one index.
func (w *writer) checkKeys(o *overlay, i int, list, old []storage.Record) error {
	index := o.schema.Indexes[i]
	if !keysMove(index.Fields, list, old) {
		return nil
	}
	replaced := make(map[uuid.UUID]bool, len(list))
	for _, r := range list {
		replaced[storage.MetaOf(r).ID] = true
	}
	taken := make(map[string]uuid.UUID, len(list))
	for _, r := range list {
		key, ok := keyOf(index.Fields, r)
		if !ok {
			continue
		}
		other, twice := taken[key]
		if !twice {
			other = w.holding(o, i, key, replaced)
		}
		if id := storage.MetaOf(r).ID; other != uuid.Nil {
			return &storage.DuplicateError{Kind: o.schema.Name, ID: id, Key: index.Keys(), Existing: other}
		}
		taken[key] = storage.MetaOf(r).ID
	}
	return nil
}

// keysMove reports whether a record of the list has another unique key than
// the one that it replaces.
func keysMove(fields []*storage.Field, list, old []storage.Record) bool {
	for i, r := range list {
		key, ok := keyOf(fields, r)
		was, had := keyOf(fields, old[i])
		if ok && (!had || was != key) {
			return true
		}
	}
	return false
}

// holding returns the live record that has a unique key in the eyes of the
// transaction, leaving out those that are about to be replaced.
func (w *writer) holding(o *overlay, index int, key string, replaced map[uuid.UUID]bool) uuid.UUID {
	unique := o.table.unique[index]
	hash := unique.hash(key)
	if id := o.holder(index, hash, key); id != uuid.Nil && !replaced[id] {
		return id
	}
	w.tenant.mu.RLock()
	r, _ := unique.find(hash, key)
	w.tenant.mu.RUnlock()
	if r == nil || replaced[storage.MetaOf(r).ID] || o.has(r) {
		return uuid.Nil
	}
	return storage.MetaOf(r).ID
}
