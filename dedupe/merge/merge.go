package merge

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Result tells what a merge did.
type Result struct {
	Merge    uuid.UUID        `json:"merge"` // the Record, for Unmerge
	Survivor uuid.UUID        `json:"survivor"`
	Others   []uuid.UUID      `json:"others"` // as they were when the merge began
	Plan     *Plan            `json:"plan"`
	Counts   map[string]Count `json:"counts"` // by kind; kinds without a record of the others are left out
}

// Merge makes one customer of several, in this transaction; see the package comment.
// The transaction must see everything: elevate a guarded handle. Its writes are not
// refused as duplicates of others; see customer.Combining.
//
// It returns *MergedError where all are one customer already, *TypeError for a person
// and an organisation, storage.ErrNotFound for a customer that is not there and
// storage.ErrInvalid for rules that do not fit. What a watch of the store refuses is
// refused here too, such as a stage that the policy of package lifecycle does not allow
// (lifecycle.ErrTransition) or values that a rule of quality blocks. Two merges
// that touch the same customer at once are a storage.ErrConflict for one of them,
// which Update repeats.
//
// It works in batches of 500 records and holds one at a time, beside the ids of doubles.
func Merge(ctx context.Context, tx *storage.Tx, q Request) (*Result, error) {
	ctx = customer.Combining(ctx)
	number, err := q.takeTurns(ctx, tx)
	if err != nil {
		return nil, err
	}
	w, err := begin(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	if err := w.plan(); err != nil {
		return nil, err
	}
	rec, err := w.open(number)
	if err != nil {
		return nil, err
	}
	for _, do := range []func() error{func() error { return w.keepIssues(w.merged...) }, w.closeOthers, w.moveUp, w.moveRecords, w.writeSurvivor, w.settleConsent, w.finish} {
		if err := do(); err != nil {
			return nil, err
		}
	}
	if rec.Counts, err = json.Marshal(w.counts); err != nil {
		return nil, err
	}
	if err := Records.Put(ctx, tx, rec); err != nil {
		return nil, err
	}
	return &Result{Merge: rec.ID, Survivor: w.Plan.Survivor, Others: w.Plan.Others, Plan: w.Plan, Counts: w.counts}, nil
}

// Func returns Merge by some rules, which can be undone for a time (0: for ever), in the
// form in which packages review and clean take it. More than a request may name are
// merged by several, each of which is undone by itself, the last one first.
func Func(rules Rules, retention time.Duration) func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
	return func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
		for some := range slices.Chunk(others, most) {
			if _, err := Merge(ctx, tx, Request{Survivor: survivor, Others: some, Rules: rules, Retention: retention}); err != nil {
				return err
			}
		}
		return nil
	}
}

// takeTurns sees to it that nobody else merges these customers at the same time. What
// is read behind it is what others have left.
func (q Request) takeTurns(ctx context.Context, tx *storage.Tx) (number int64, err error) {
	ids, err := q.resolve(ctx, tx)
	if err != nil {
		return 0, err
	}
	_, refused := customersOf(ctx, tx, ids)
	if refused == nil {
		_, refused = customer.Kind.Hold(ctx, tx, ids...)
	}
	if refused == nil {
		var taken map[uuid.UUID]int64
		taken, refused = turns.Take(ctx, tx, ids...)
		number = taken[ids[0]]
	}
	again, err := q.resolve(ctx, tx)
	if err == nil && !slices.Equal(ids, again) { // another merge came first
		return 0, &storage.ConflictError{Kind: customerKind, ID: ids[0]}
	}
	return number, errors.Join(refused, err)
}

// open writes the record of the merge.
func (w *work) open(number int64) (*Record, error) {
	o := w.tx.Origin()
	rec := &Record{
		Customer: w.Plan.Survivor, Survivor: w.Plan.Survivor, Number: number, State: Done,
		At: w.tx.Now(), By: o.Actor, Action: o.Action, Reason: o.Reason,
	}
	for _, id := range w.Plan.Others {
		rec.Others = append(rec.Others, id.String())
	}
	if w.request.Retention > 0 {
		rec.Until = w.tx.Now().Add(w.request.Retention)
	}
	var err error
	if rec.Rules, err = json.Marshal(w.rules); err != nil {
		return nil, err
	}
	if rec.Plan, err = json.Marshal(w.Plan); err != nil {
		return nil, err
	}
	err = Records.Put(w.ctx, w.tx, rec)
	w.journal.merge = rec.ID
	return rec, err
}

// moveRecords makes everything that names one of the others name the survivor.
func (w *work) moveRecords() error {
	if err := w.repoint(customerKind, w.to); err != nil {
		return err
	}
	for kind, c := range w.counts {
		if c == (Count{}) {
			delete(w.counts, kind)
		}
	}
	return w.retire(w.refused, w.Plan.Survivor)
}

// closeOthers deletes the others, whose records stay as they were, and lets their ids
// lead to the survivor. Those of earlier merges were moved like other records.
func (w *work) closeOthers() error {
	aliases := make([]*Alias, len(w.Plan.Others))
	for i, id := range w.Plan.Others {
		aliases[i] = &Alias{Old: id, Customer: w.Plan.Survivor, Merge: w.journal.merge}
	}
	if err := customer.Kind.Delete(w.ctx, w.tx, w.list[1:]...); err != nil {
		return err
	}
	return Aliases.Put(w.ctx, w.tx, aliases...)
}

// finish notes what the merge has brought about beside what it did: how the
// survivor differs from what it was, stage changes, and issues of quality.
func (w *work) finish() error {
	if err := w.noteStages(); err != nil {
		return err
	}
	if err := w.noteIssues(); err != nil {
		return err
	}
	now, err := customer.Kind.Get(w.ctx, w.tx, w.Plan.Survivor)
	if err != nil {
		return err
	}
	set := diff(w.survey.fields[customerKind], w.list[0], now)
	return w.journal.write(w.ctx, w.tx, customerKind, step{ID: now.ID, How: survivor, Set: set})
}
