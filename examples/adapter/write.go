package main

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// writes are what a transaction has done to one kind, for Commit to carry out.
type writes struct {
	schema  *storage.Schema
	records table              // nil: removed for good
	seen    table              // the committed records that it relied on; nil: the id was free
	kept    map[uuid.UUID]bool // the records that are not to be removed
}

// to returns the writes to a kind, which are none at first.
func (tx *transaction) to(s *storage.Schema) *writes {
	w := tx.writes[s.Name]
	if w == nil {
		w = &writes{schema: s, records: table{}, seen: table{}, kept: map[uuid.UUID]bool{}}
		tx.writes[s.Name] = w
	}
	return w
}

// see notes the committed record when the transaction first relies on it, which
// is at the latest when it writes it.
func (w *writes) see(id uuid.UUID, r storage.Record) {
	if _, known := w.seen[id]; !known {
		w.seen[id] = r
	}
}

// Insert implements storage.Transaction. A record is kept as it is given: Store
// has made it the driver's own and set its Meta.
func (tx *transaction) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	steps := make([]step, len(list))
	for i, r := range list {
		steps[i] = step{storage.MetaOf(r).ID, none, r}
	}
	return tx.write(ctx, s, steps)
}

// Update implements storage.Transaction. A record given has the version that it
// is to be stored with; the stored one must be the version before.
func (tx *transaction) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	steps := make([]step, len(list))
	for i, r := range list {
		steps[i] = step{storage.MetaOf(r).ID, storage.MetaOf(r).Version - 1, r}
	}
	return tx.write(ctx, s, steps)
}

// Delete implements storage.Transaction. It removes records for good: a soft
// deletion comes as an Update that sets Meta.DeletedAt.
func (tx *transaction) Delete(ctx context.Context, s *storage.Schema, list []storage.Stamp) error {
	steps := make([]step, len(list))
	for i, stamp := range list {
		steps[i] = step{stamp.ID, stamp.Version, nil}
	}
	return tx.write(ctx, s, steps)
}

// A step replaces one version of a record by another record, or by none (nil).
type step struct {
	id   uuid.UUID
	from int64
	to   storage.Record
}

// write takes steps, all or none: when it fails it has changed nothing, and the
// transaction goes on. So it tries them on a copy first.
func (tx *transaction) write(ctx context.Context, s *storage.Schema, steps []step) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if tx.mode != storage.Write { // Store lets nothing of the kind come here
		return storage.ErrReadOnly
	}
	committed, w := tx.driver.committed(tx.tenant)[s.Name], tx.to(s)
	draft, written := committed.with(w.records), table{}
	for _, st := range steps {
		if err := expect(s, st.id, st.from, draft.version(st.id)); err != nil {
			return err
		}
		draft.set(st.id, st.to)
		written[st.id] = st.to
	}
	if err := checkUnique(s, draft, written); err != nil {
		return err
	}
	for id, r := range written {
		w.see(id, committed[id])
		w.records[id] = r
	}
	return nil
}

// expect reports a record whose version is not the one that was expected. Store
// and hosts decide by the typed errors of package storage, so an adapter turns
// those of its database into them. An id is taken even if its record is soft
// deleted.
func expect(s *storage.Schema, id uuid.UUID, version, current int64) error {
	switch version {
	case current:
		return nil
	case none:
		return &storage.DuplicateError{Kind: s.Name, ID: id, Key: []string{storage.FieldID}, Existing: id}
	default:
		return &storage.ConflictError{Kind: s.Name, ID: id, Version: version, Current: max(current, 0)}
	}
}
