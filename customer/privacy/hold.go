package privacy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// ErrHeld: a hold forbids to erase the customer's data.
var ErrHeld = errors.New("held")

// A Hold forbids to erase the data of a customer, such as for a law suit or for
// as long as a law wants it kept. Place it with PlaceHold; deleting its record
// releases the customer.
type Hold struct {
	storage.Meta
	Customer uuid.UUID
	Reason   string    // such as the number of the case
	Until    time.Time // it holds before that moment; zero: until it is deleted
	By       string    // who placed it: the actor of the transaction
}

// Holds is the kind of holds. They go with the customer when it is erased.
var Holds = storage.Define[Hold]("privacy_hold",
	storage.Ref("customer", func(h *Hold) *uuid.UUID { return &h.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Text("reason", func(h *Hold) *string { return &h.Reason }).Required().Personal(),
	storage.Time("until", func(h *Hold) *time.Time { return &h.Until }),
	storage.Text("by", func(h *Hold) *string { return &h.By }),
)

// PlaceHold stores new holds. Of a hold and an erasure that begins at the same
// moment one comes first: the erasure is refused, or the hold finds no
// customer and is storage.ErrInvalid.
func PlaceHold(ctx context.Context, tx *storage.Tx, holds ...*Hold) error {
	for _, h := range holds {
		h.By = tx.Origin().Actor
		if _, err := turns.Take(ctx, tx, h.Customer); err != nil {
			return err
		}
	}
	return Holds.Put(ctx, tx, holds...)
}

// A HeldError is ErrHeld: it names the hold.
type HeldError struct {
	Customer uuid.UUID
	Hold     uuid.UUID
	Until    time.Time // zero: without end
}

func (e *HeldError) Error() string {
	until := "it is released"
	if !e.Until.IsZero() {
		until = e.Until.Format(time.RFC3339)
	}
	return fmt.Sprintf("privacy: customer %s: %v by hold %s: its data cannot be erased until %s", e.Customer, ErrHeld, e.Hold, until)
}

// Unwrap returns the sentinel.
func (e *HeldError) Unwrap() error { return ErrHeld }

// checkHolds refuses an erasure that a hold forbids.
func checkHolds(ctx context.Context, tx *storage.Tx, id uuid.UUID) error {
	h, err := Holds.First(ctx, tx, storage.Query{Where: criteria.All(
		criteria.Eq("customer", id),
		criteria.Any(criteria.Missing("until"), criteria.Gt("until", tx.Now())),
	)})
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return &HeldError{id, h.ID, h.Until}
}

// turns are taken by every transaction that places a hold on a customer or begins to
// erase it, so that neither misses the other.
var turns = customer.DefineTurns("privacy_turn")
