package intake

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Writer stores the records of one batch in the batch's transaction, and
// writes down for Undo what they were before. It is used within one call of
// Importer.Store.
type Writer struct {
	tx  *storage.Tx
	job *Job // nil: nothing is written down
}

// Tx returns the transaction of the batch, to read through. What is written
// through it directly is stored with the batch and is not known to Undo.
func (w *Writer) Tx() *storage.Tx { return w.tx }

// Put stores records of a kind as Kind.Put does, whose errors it returns. To
// take back an import, Undo goes through the calls of Put in reverse order: put
// a record before those that point to it.
func (w *Writer) Put(ctx context.Context, kind storage.Described, recs ...storage.Record) error {
	of := storage.Any(kind)
	if w.job == nil || len(recs) == 0 {
		return of.Put(ctx, w.tx, recs...)
	}
	var ids []uuid.UUID
	for _, r := range recs {
		if m := storage.MetaOf(r); m.Version > 0 {
			ids = append(ids, m.ID)
		}
	}
	before, err := recordsByID(ctx, w.tx, kind, ids)
	if err != nil {
		return err
	}
	if err := of.Put(ctx, w.tx, recs...); err != nil {
		return err
	}
	after, err := recordsByID(ctx, w.tx, kind, ids)
	if err != nil {
		return err
	}
	return w.note(ctx, kind.Schema(), recs, before, after)
}

// putAll is Writer.Put of records whose type is known.
func putAll[T any](ctx context.Context, w *Writer, kind *storage.Kind[T], list []*T) error {
	recs := make([]storage.Record, len(list))
	for i, r := range list {
		recs[i] = any(r).(storage.Record) // what a Kind is made of
	}
	return w.Put(ctx, kind, recs...)
}

// recordsByID returns the live records with these ids.
func recordsByID(ctx context.Context, tx *storage.Tx, kind storage.Described, ids []uuid.UUID) (map[uuid.UUID]storage.Record, error) {
	found := make(map[uuid.UUID]storage.Record, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	for r, err := range storage.Any(kind).Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		found[storage.MetaOf(r).ID] = r
	}
	return found, nil
}

// note writes down what was done to the records.
func (w *Writer) note(ctx context.Context, s *storage.Schema, recs []storage.Record, before, after map[uuid.UUID]storage.Record) error {
	fields, err := w.tx.Fields(ctx, s)
	if err != nil {
		return err
	}
	known, err := w.noted(ctx, s.Name, before)
	if err != nil {
		return err
	}
	w.job.Steps++
	var list []*Write
	for _, r := range recs {
		id := storage.MetaOf(r).ID
		old, now := before[id], after[id]
		if old != nil && now != nil && storage.MetaOf(old).Version == storage.MetaOf(now).Version {
			continue // nothing changed
		}
		note := known[id]
		if note == nil {
			note = &Write{Job: w.job.ID, Kind: s.Name, Record: id, Created: old == nil, Step: w.job.Steps, Customer: customerOf(s, r)}
		}
		if err := note.take(fields, old, now); err != nil {
			return err
		}
		note.RecordVersion = storage.MetaOf(r).Version
		list = append(list, note)
	}
	return Writes.Put(ctx, w.tx, list...)
}

// noted returns what the job did before to records that it now changes.
func (w *Writer) noted(ctx context.Context, kind string, recs map[uuid.UUID]storage.Record) (map[uuid.UUID]*Write, error) {
	if len(recs) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, 0, len(recs))
	for id := range recs {
		ids = append(ids, id)
	}
	known := map[uuid.UUID]*Write{}
	where := criteria.All(criteria.Eq("job", w.job.ID), criteria.Eq("kind", kind), criteria.In("record", ids...))
	for note, err := range Writes.Find(ctx, w.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		known[note.Record] = note
	}
	return known, nil
}

// customerOf returns the customer whose data the record is: itself, or the one
// that its first ref to customers names.
func customerOf(s *storage.Schema, r storage.Record) uuid.UUID {
	if s.Name == customer.Kind.Name() {
		return storage.MetaOf(r).ID
	}
	for _, f := range s.Fields {
		if f.Target == customer.Kind.Name() && !f.Absent(r) {
			return f.Value(r).(uuid.UUID) // the type of refs
		}
	}
	return uuid.Nil
}

// take adds a change of the record to what was noted of it before.
func (w *Write) take(fields []*storage.Field, before, after storage.Record) error {
	if before == nil {
		return nil
	}
	if w.RecordVersion != 0 && w.RecordVersion != storage.MetaOf(before).Version {
		w.Foreign = true
	}
	if w.Created {
		return nil
	}
	values := map[string][2]json.RawMessage{}
	if len(w.Values) > 0 {
		if err := json.Unmarshal(w.Values, &values); err != nil {
			return err
		}
	}
	for _, f := range fields {
		old, now := fieldJSON(f, before), fieldJSON(f, after)
		if bytes.Equal(old, now) {
			continue
		}
		if earlier, ok := values[f.Name]; ok && bytes.Equal(earlier[1], old) {
			old = earlier[0] // nobody else wrote between the two
		}
		values[f.Name] = [2]json.RawMessage{old, now}
	}
	var err error
	w.Values, err = json.Marshal(values)
	return err
}

// fieldJSON returns the value of a field, null when it is absent.
func fieldJSON(f *storage.Field, r storage.Record) json.RawMessage {
	if r == nil || f.Absent(r) {
		return json.RawMessage("null")
	}
	return f.AppendJSON(nil, r)
}
