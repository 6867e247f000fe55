package intake

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Writer stores the records of one batch in the batch's transaction, which is
// written down for Undo. It is used within one call of Importer.Store.
type Writer struct {
	tx   *storage.Tx
	job  *Job // nil: nothing is written down
	seen []seen
	put  map[string]bool // kinds that are not in the change log, and were put here
}

// A seen is one write of the batch's transaction.
type seen struct {
	step int64
	storage.Attempt
}

// newWriter returns a writer that sees what the transaction of a job does.
func newWriter(tx *storage.Tx, job *Job) *Writer {
	w := &Writer{tx: tx, job: job, put: map[string]bool{}}
	tx.Observe(func(writes []storage.Attempt) {
		if kind := writes[0].Kind; kind == Jobs.Name() || kind == Writes.Name() {
			return
		}
		job.Steps++
		for _, a := range writes {
			w.seen = append(w.seen, seen{job.Steps, a})
		}
	})
	return w
}

// Tx returns the transaction of the batch. What is written through it directly is
// stored with the batch and undone with it, but for kinds that are not in the change
// log.
func (w *Writer) Tx() *storage.Tx { return w.tx }

// Put stores records of a kind as Kind.Put does, whose errors it returns. To
// take back an import, Undo goes through the calls of Put in reverse order: put
// a record before those that point to it.
func (w *Writer) Put(ctx context.Context, kind storage.Described, recs ...storage.Record) error {
	if w.put != nil && !kind.Schema().Tracked() {
		w.put[kind.Schema().Name] = true
	}
	return storage.Any(kind).Put(ctx, w.tx, recs...)
}

// putAll is Writer.Put of records whose type is known.
func putAll[T any](ctx context.Context, w *Writer, kind *storage.Kind[T], list []*T) error {
	recs := make([]storage.Record, len(list))
	for i, r := range list {
		recs[i] = any(r).(storage.Record) // what a Kind is made of
	}
	return w.Put(ctx, kind, recs...)
}

// try calls fn, whose writes are taken back if it fails.
func (w *Writer) try(ctx context.Context, fn func() error) error {
	before := len(w.seen)
	err := w.tx.Try(ctx, fn)
	if err != nil {
		w.seen = w.seen[:before]
	}
	return err
}

// made reports whether the transaction created a record.
func (w *Writer) made(id uuid.UUID) bool {
	for _, s := range w.seen {
		if s.Before == nil && storage.MetaOf(s.After).ID == id {
			return true
		}
	}
	return false
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

// kindsOf returns the kinds of a tenant by name.
func kindsOf(ctx context.Context, tx *storage.Tx) (map[string]*storage.Schema, error) {
	list, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	kinds := make(map[string]*storage.Schema, len(list))
	for _, s := range list {
		kinds[s.Name] = s
	}
	return kinds, nil
}
