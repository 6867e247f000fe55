package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Type of tickets says what is done in which order.
type Type struct {
	Key     string
	Phase   string        // PreSale, InSale or AfterSale
	Kind    string        // Repair, Return, ... or a word of the host's
	Steps   []string      // keys, in their order; at least one, each once
	Respond time.Duration // until the first response is due; 0: no such time
	Close   time.Duration // until the ticket should be closed; 0: no such time
	Best    int64         // the highest score; 0: 5
}

// A Desk opens tickets and takes them through their steps. It is a value without
// state, safe for concurrent use.
type Desk struct {
	Types []Type
	// MaySkip approves that the actor of the transaction leaves out a step, or
	// refuses it with an error. Nil: nobody may.
	MaySkip func(ctx context.Context, tx *storage.Tx, t *Ticket, step string) error
}

// ErrTransition: the ticket cannot be taken there from where it is.
var ErrTransition = errors.New("not the next step")

// A TransitionError is an ErrTransition.
type TransitionError struct {
	Ticket      uuid.UUID
	State, Next string // where the ticket is: its state, and the step that comes next
	Op, Step    string // what was asked for
	Reason      string // why not, and what would pass
	Err         error  // what MaySkip returned, or nil
}

func (e *TransitionError) Error() string {
	text := fmt.Sprintf("service: ticket %s, %s, cannot have %q %s: %v: %s", e.Ticket, e.State, e.Step, e.Op, ErrTransition, e.Reason)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Is makes errors.Is(err, ErrTransition) true.
func (e *TransitionError) Is(target error) bool { return target == ErrTransition }

// Unwrap returns the error of MaySkip.
func (e *TransitionError) Unwrap() error { return e.Err }

func (t *Ticket) refuse(op, step, reason string) *TransitionError {
	return &TransitionError{Ticket: t.ID, State: t.State, Next: t.Step, Op: op, Step: step, Reason: reason}
}

// Open stores a new ticket of one of the desk's types. The caller gives it Customer
// and Type, and what else is known; kind, phase, steps and due times come from the
// type, and OpenedAt is now unless it is given. A type that the desk does not have,
// or that is mistaken, is storage.ErrInvalid.
func (d Desk) Open(ctx context.Context, tx *storage.Tx, t *Ticket) error {
	typ, err := d.typeOf(t.Type)
	if err != nil {
		return err
	}
	if t.OpenedAt.IsZero() {
		t.OpenedAt = tx.Now()
	}
	t.Kind, t.Phase, t.State, t.Step = typ.Kind, typ.Phase, StateOpen, typ.Steps[0]
	if t.Plan, err = json.Marshal(typ.Steps); err != nil {
		return err
	}
	if typ.Respond > 0 {
		t.RespondBy = t.OpenedAt.Add(typ.Respond)
	}
	if typ.Close > 0 {
		t.CloseBy = t.OpenedAt.Add(typ.Close)
	}
	if err := Tickets.Put(ctx, tx, t); err != nil {
		return err
	}
	return Steps.Put(ctx, tx, &Step{Ticket: t.ID, Number: t.Version, Op: OpOpened, At: t.OpenedAt, By: tx.Origin().Actor})
}

// typeOf returns a type of the desk, checked.
func (d Desk) typeOf(key string) (Type, error) {
	i := slices.IndexFunc(d.Types, func(t Type) bool { return t.Key == key })
	if i < 0 {
		return Type{}, &storage.FieldError{Kind: ticketKind, Field: "type", Reason: fmt.Sprintf("%q is no type of this desk", key)}
	}
	t := d.Types[i]
	distinct := slices.Compact(slices.Sorted(slices.Values(t.Steps)))
	if len(t.Steps) == 0 || len(distinct) != len(t.Steps) || distinct[0] == "" {
		return t, &storage.FieldError{Kind: ticketKind, Field: "type", Reason: fmt.Sprintf("type %q needs steps, each with a key of its own", key)}
	}
	if t.Phase != PreSale && t.Phase != InSale && t.Phase != AfterSale || t.Kind == "" {
		return t, &storage.FieldError{Kind: ticketKind, Field: "type", Reason: fmt.Sprintf("type %q needs a kind, and %q, %q or %q as its phase", key, PreSale, InSale, AfterSale)}
	}
	return t, nil
}

// best returns the highest score of a type that may be gone by now.
func (d Desk) best(key string) int64 {
	if t, err := d.typeOf(key); err == nil && t.Best > 0 {
		return t.Best
	}
	return 5
}
