package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A touched is what a batch did to one record, all its writes as one.
type touched struct {
	step          int64 // of the first
	before, after storage.Record
}

// note writes down what the batch did, for Undo.
func (w *Writer) note(ctx context.Context) error {
	kinds, err := kindsOf(ctx, w.tx)
	if err != nil {
		return err
	}
	byKind := map[string][]*touched{}
	at := map[uuid.UUID]*touched{}
	for _, s := range w.seen {
		schema := kinds[s.Kind]
		if schema == nil || !schema.Tracked() && !w.put[s.Kind] {
			continue
		}
		id := idOf(s.Attempt)
		t := at[id]
		if t == nil {
			t = &touched{step: s.step, before: s.Before}
			at[id], byKind[s.Kind] = t, append(byKind[s.Kind], t)
		}
		t.after = s.After
	}
	var list []*Write
	for kind, some := range byKind {
		notes, err := w.noteKind(ctx, kinds[kind], some)
		if err != nil {
			return err
		}
		list = append(list, notes...)
	}
	return Writes.Put(ctx, w.tx, list...)
}

func idOf(a storage.Attempt) uuid.UUID {
	if a.Before != nil {
		return storage.MetaOf(a.Before).ID
	}
	return storage.MetaOf(a.After).ID
}

// noteKind returns what is to be written down of the records of one kind.
func (w *Writer) noteKind(ctx context.Context, s *storage.Schema, list []*touched) ([]*Write, error) {
	fields, err := w.tx.Fields(ctx, s)
	if err != nil {
		return nil, err
	}
	var changed []uuid.UUID
	for _, t := range list {
		if t.before != nil {
			changed = append(changed, storage.MetaOf(t.before).ID)
		}
	}
	known, err := writesOf(ctx, w.tx, w.job.ID, s.Name, changed)
	if err != nil {
		return nil, err
	}
	notes := make([]*Write, 0, len(list))
	for _, t := range list {
		last := t.after
		if last == nil {
			last = t.before
		}
		if last == nil {
			continue // it came and went
		}
		id := storage.MetaOf(last).ID
		note := known[id]
		if note == nil {
			note = &Write{Job: w.job.ID, Kind: s.Name, Record: id, Created: t.before == nil, Step: t.step, Customer: customerOf(s, last)}
		}
		if err := note.take(fields, t.before, t.after); err != nil {
			return nil, err
		}
		notes = append(notes, note)
	}
	return notes, nil
}

// writesOf returns what a job did to records of a kind, by record.
func writesOf(ctx context.Context, tx *storage.Tx, job uuid.UUID, kind string, records []uuid.UUID) (map[uuid.UUID]*Write, error) {
	known := map[uuid.UUID]*Write{}
	if len(records) == 0 {
		return known, nil
	}
	where := criteria.All(criteria.Eq("job", job), criteria.Eq("kind", kind), criteria.In("record", records...))
	for note, err := range Writes.Find(ctx, tx, storage.Query{Where: where}) {
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
	if before != nil && w.RecordVersion != 0 && w.RecordVersion != storage.MetaOf(before).Version {
		w.Foreign = true
	}
	w.RecordVersion, w.Gone = 0, ""
	switch {
	case after == nil:
		w.Gone = WritePurged
	case !storage.MetaOf(after).Live():
		w.Gone = WriteDeleted
	}
	if after != nil {
		w.RecordVersion = storage.MetaOf(after).Version
	}
	if w.Created {
		w.Content = contentOf(fields, after)
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

// contentOf is a digest of all values of a record; empty without one.
func contentOf(fields []*storage.Field, r storage.Record) string {
	if r == nil {
		return ""
	}
	var text []byte
	for _, f := range fields {
		if f.Absent(r) {
			continue
		}
		text = append(append(text, f.Name...), 0)
		text = append(f.AppendJSON(text, r), 0)
	}
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// fieldJSON returns the value of a field, null when it is absent.
func fieldJSON(f *storage.Field, r storage.Record) json.RawMessage {
	if r == nil || f.Absent(r) {
		return json.RawMessage("null")
	}
	return f.AppendJSON(nil, r)
}
