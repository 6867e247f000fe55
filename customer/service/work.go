package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Outcome is what came of a step.
type Outcome struct {
	Note   string
	Values json.RawMessage // what was filled in, as JSON
	Score  *int64          // that the customer gave: 1 to Type.Best
}

// Complete records that the step which comes next is done, and closes the ticket
// with the last one. Another step than the next, and a ticket that is closed, is
// ErrTransition: Skip what lies before it, if that is allowed. A score outside the
// range is storage.ErrInvalid, a ticket that is not there storage.ErrNotFound.
func (d Desk) Complete(ctx context.Context, tx *storage.Tx, id uuid.UUID, step string, o Outcome) error {
	t, err := Tickets.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if best := d.best(t.Type); o.Score != nil && (*o.Score < 1 || *o.Score > best) {
		return &storage.FieldError{Kind: ticketKind, Field: "score", Reason: fmt.Sprintf("%d: use 1 to %d", *o.Score, best)}
	}
	if err := t.pass(OpCompleted, step, tx.Now()); err != nil {
		return err
	}
	if t.FirstResponseAt.IsZero() {
		t.FirstResponseAt = tx.Now()
	}
	if o.Score != nil {
		t.Score = o.Score
	}
	return save(ctx, tx, t, &Step{Op: OpCompleted, Step: step, Note: o.Note, Values: o.Values, Score: o.Score})
}

// Skip leaves out the step that comes next, for a reason. Unless MaySkip of the
// desk approves, it is ErrTransition, and errors.Is finds what MaySkip returned.
// Skipping the last step closes the ticket.
func (d Desk) Skip(ctx context.Context, tx *storage.Tx, id uuid.UUID, step, why string) error {
	t, err := Tickets.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	refused := t.refuse(OpSkipped, step, "whoever may skip steps must do it")
	if d.MaySkip == nil {
		return refused
	}
	if refused.Err = d.MaySkip(ctx, tx, t, step); refused.Err != nil {
		return refused
	}
	if err := t.pass(OpSkipped, step, tx.Now()); err != nil {
		return err
	}
	return save(ctx, tx, t, &Step{Op: OpSkipped, Step: step, Note: why})
}

// Respond records the first answer to the customer. On a ticket that has one, or is
// closed, it is ErrTransition.
func (d Desk) Respond(ctx context.Context, tx *storage.Tx, id uuid.UUID, note string) error {
	t, err := Tickets.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.State != StateOpen || !t.FirstResponseAt.IsZero() {
		return t.refuse(OpResponded, t.Step, "it was answered before")
	}
	t.FirstResponseAt = tx.Now()
	return save(ctx, tx, t, &Step{Op: OpResponded, Note: note})
}

// Reopen opens a closed ticket again at one of its steps, for a reason. Its score
// goes; when it is closed again, the time that it was open adds to Handled. An open
// ticket and a step that it does not have are ErrTransition.
func (d Desk) Reopen(ctx context.Context, tx *storage.Tx, id uuid.UUID, step, why string) error {
	t, err := Tickets.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.State != StateClosed {
		return t.refuse(OpReopened, step, "it is not closed")
	}
	if !slices.Contains(t.plan(), step) {
		return t.refuse(OpReopened, step, fmt.Sprintf("begin with one of %q", t.plan()))
	}
	t.State, t.Step, t.Score = StateOpen, step, nil
	t.ReopenedAt, t.ClosedAt = tx.Now(), time.Time{}
	return save(ctx, tx, t, &Step{Op: OpReopened, Step: step, Note: why})
}

// pass takes the ticket past a step.
func (t *Ticket) pass(op, step string, now time.Time) error {
	if t.State != StateOpen {
		return t.refuse(op, step, "reopen it first")
	}
	steps := t.plan()
	at := slices.Index(steps, step)
	if at < 0 || step != t.Step {
		return t.refuse(op, step, fmt.Sprintf("%q comes next", t.Step))
	}
	if at+1 < len(steps) {
		t.Step = steps[at+1]
		return nil
	}
	t.State, t.Step, t.ClosedAt = StateClosed, "", now
	since := t.OpenedAt
	if !t.ReopenedAt.IsZero() {
		since = t.ReopenedAt
	}
	t.Handled += max(0, int64(now.Sub(since)/time.Second))
	return nil
}

// save stores a ticket and the entry of its history that goes with it.
func save(ctx context.Context, tx *storage.Tx, t *Ticket, s *Step) error {
	if err := Tickets.Put(ctx, tx, t); err != nil {
		return err
	}
	s.Ticket, s.Number, s.At, s.By = t.ID, t.Version, tx.Now(), tx.Origin().Actor
	return Steps.Put(ctx, tx, s)
}

// History returns what was done with a ticket, the oldest first.
func History(ctx context.Context, r storage.Reader, ticket uuid.UUID) (list []*Step, err error) {
	q := storage.Query{Where: criteria.Eq("ticket", ticket), Order: []storage.Order{{Field: "number"}}}
	for s, err := range Steps.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}
