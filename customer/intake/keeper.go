package intake

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A keeping is the storing of one step, which may take several attempts.
type keeping struct {
	*keeper
	step
	careful  bool               // the batch is stored so that it can be divided
	raced    map[uuid.UUID]bool // records by which others came first
	rejected []Rejection
}

// keep stores a step: its records, and how far the job has come. A batch is stored as
// one; only if a record of it is refused, it is done again in parts.
func (k *keeper) keep(ctx context.Context, s step) ([]Rejection, error) {
	in := &keeping{keeper: k, step: s, careful: k.Tenant.Joined(), raced: map[uuid.UUID]bool{}}
	err := k.Tenant.Update(ctx, k.By, func(tx *storage.Tx) error { return in.attempt(ctx, tx) })
	if !in.careful && len(s.batch) > 0 && refused(err) {
		in.careful = true
		err = k.Tenant.Update(ctx, k.By, func(tx *storage.Tx) error { return in.attempt(ctx, tx) })
	}
	if err == nil {
		k.position = s.row
	}
	return in.rejected, err
}

// attempt stores the step in one transaction.
func (in *keeping) attempt(ctx context.Context, tx *storage.Tx) error {
	job, err := in.job(ctx, tx)
	if err != nil {
		return err
	}
	w := newWriter(tx, job)
	if in.careful {
		in.rejected, err = in.divided(ctx, w, in.batch, in.late)
	} else if in.rejected, err = in.store(ctx, w, in.batch); err != nil {
		err = in.late(ctx, w, err)
	}
	if err != nil {
		return err
	}
	rows, err := byRow(in.rejected, in.batch)
	if err != nil {
		return err
	}
	if err := w.note(ctx); err != nil {
		return err
	}
	bad := int64(len(rows))
	job.Read, job.Blank = in.counts.Read+int64(len(in.batch)), in.counts.Blank
	job.Rejected, job.Accepted = in.counts.Rejected+bad, in.counts.Accepted+int64(len(in.batch))-bad
	job.State, job.Position = JobRunning, in.row
	return Jobs.Put(ctx, tx, job)
}

// late turns a duplicate of a record that another transaction has just stored, behind
// the look of this one, into a conflict, upon which Update repeats the step. One that
// is met again is a duplicate.
func (in *keeping) late(ctx context.Context, w *Writer, err error) error {
	var dup *storage.DuplicateError
	if !errors.As(err, &dup) || dup.Existing == uuid.Nil || in.raced[dup.Existing] || w.made(dup.Existing) {
		return err
	}
	kinds, failed := kindsOf(ctx, w.tx)
	if failed != nil || kinds[dup.Kind] == nil {
		return err
	}
	if found, failed := recordsByID(ctx, w.tx, kinds[dup.Kind], []uuid.UUID{dup.Existing}); failed != nil || len(found) == 0 {
		return err // one of the same call, or none that may be seen
	}
	in.raced[dup.Existing] = true
	return &storage.ConflictError{Kind: dup.Kind, ID: dup.Existing}
}

// store is Importer.Store, which is not called without records.
func (im *Importer) store(ctx context.Context, w *Writer, batch []Record) ([]Rejection, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	return im.Store(ctx, w, batch)
}

// divided stores a batch. If a record is refused, it stores the halves one after the
// other, down to the row, which is rejected. late may say what an error means.
func (im *Importer) divided(ctx context.Context, w *Writer, batch []Record, late ...func(context.Context, *Writer, error) error) (rejected []Rejection, err error) {
	err = w.try(ctx, func() (err error) {
		rejected, err = im.store(ctx, w, batch)
		return err
	})
	for _, say := range late {
		if err != nil {
			err = say(ctx, w, err)
		}
	}
	switch {
	case err == nil:
		return rejected, nil
	case !refused(err) || len(batch) == 0:
		return nil, err
	case len(batch) == 1:
		return []Rejection{batch[0].refuse(err)}, nil
	}
	half := len(batch) / 2
	if rejected, err = im.divided(ctx, w, batch[:half:half], late...); err != nil {
		return nil, err
	}
	rest, err := im.divided(ctx, w, batch[half:], late...)
	return append(rejected, rest...), err
}
