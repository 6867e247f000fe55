package storage

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
)

// Try calls fn and takes back what was written through the transaction meanwhile if
// fn fails or a watch does, so that the transaction goes on as though fn had not been
// called: the caller's records get back the Meta that they had, and the change log
// says nothing. It returns the error of fn. It may be called inside itself.
//
// What was written is taken back record by record, which the database has to do as
// much for as for the writing; while fn runs, each change and each deletion costs one
// more read. Locks that were taken are kept until the transaction ends. After an error
// of the database itself, or once the context has ended, nothing can be taken back, and
// the transaction fails. Without such a need, let Update fail instead.
func (tx *Tx) Try(ctx context.Context, fn func() error) error {
	switch {
	case tx.done:
		return ErrFinished
	case tx.doomed != nil:
		return tx.doomed
	}
	j := &journal{Transaction: tx.driver}
	changes, undo := len(tx.changes), len(tx.undo)
	tx.driver = j
	err := fn()
	tx.driver = j.Transaction
	if err == nil {
		err = tx.doomed // somebody did not mind what a watch said
	}
	if err == nil {
		return nil
	}
	if failed := j.back(ctx); failed != nil {
		tx.doomed = errors.Join(err, failed)
		return tx.doomed
	}
	for _, u := range slices.Backward(tx.undo[undo:]) {
		u.undo()
	}
	tx.changes, tx.undo = tx.changes[:changes], tx.undo[:undo]
	tx.words, tx.doomed = nil, nil
	return err
}

// A journal is a driver's transaction that remembers how to take back what is
// written through it.
type journal struct {
	Transaction
	steps []journalStep
}

// A journalStep is one write: what it put in place, and what it took away.
type journalStep struct {
	schema *Schema
	came   []Stamp
	gone   []Record
}

// Insert implements Transaction.
func (j *journal) Insert(ctx context.Context, s *Schema, list []Record) error {
	if err := j.Transaction.Insert(ctx, s, list); err != nil {
		return err
	}
	j.steps = append(j.steps, journalStep{schema: s, came: stampsOf(list)})
	return nil
}

// Update implements Transaction.
func (j *journal) Update(ctx context.Context, s *Schema, list []Record) error {
	came := stampsOf(list)
	gone, err := j.stored(ctx, s, came)
	if err != nil {
		return err
	}
	if err := j.Transaction.Update(ctx, s, list); err != nil {
		return err
	}
	j.steps = append(j.steps, journalStep{s, came, gone})
	return nil
}

// Delete implements Transaction.
func (j *journal) Delete(ctx context.Context, s *Schema, list []Stamp) error {
	gone, err := j.stored(ctx, s, list)
	if err != nil {
		return err
	}
	if err := j.Transaction.Delete(ctx, s, list); err != nil {
		return err
	}
	j.steps = append(j.steps, journalStep{schema: s, gone: gone})
	return nil
}

// stored returns the records as they are before a write. If one is not there, or is
// changed before the write, the write fails.
func (j *journal) stored(ctx context.Context, s *Schema, list []Stamp) ([]Record, error) {
	ids := make([]uuid.UUID, len(list))
	for i, stamp := range list {
		ids[i] = stamp.ID
	}
	found, err := j.Get(ctx, s, ids, ForUpdate)
	return slices.DeleteFunc(found, func(r Record) bool { return r == nil }), err
}

func stampsOf(list []Record) []Stamp {
	stamps := make([]Stamp, len(list))
	for i, r := range list {
		stamps[i] = Stamp{idOf(r), r.meta().Version}
	}
	return stamps
}

// back takes everything back, the last write first.
func (j *journal) back(ctx context.Context) error {
	for _, step := range slices.Backward(j.steps) {
		if len(step.came) > 0 {
			if err := j.Transaction.Delete(ctx, step.schema, step.came); err != nil {
				return err
			}
		}
		if len(step.gone) > 0 {
			if err := j.Transaction.Insert(ctx, step.schema, step.gone); err != nil {
				return err
			}
		}
	}
	return nil
}
