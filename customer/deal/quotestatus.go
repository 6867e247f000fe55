package deal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What is refused to quotes.
var (
	// ErrQuoteStatus: the status of the quote does not allow it.
	ErrQuoteStatus = errors.New("not possible in the status of the quote")
	// ErrExpired: the quote is valid no more.
	ErrExpired = errors.New("the quote has expired")
)

// A QuoteError is an ErrQuoteStatus or ErrExpired.
type QuoteError struct {
	Quote  uuid.UUID
	Status string // that it has
	Reason string
	Err    error
}

func (e *QuoteError) Error() string {
	return fmt.Sprintf("deal: quote %s, %s: %v: %s", e.Quote, e.Status, e.Err, e.Reason)
}

// Unwrap returns the sentinel.
func (e *QuoteError) Unwrap() error { return e.Err }

// quoteMoves says which status may follow which.
var quoteMoves = map[string][]string{
	QuoteDraft:      {QuoteSent, QuoteSuperseded},
	QuoteSent:       {QuoteAccepted, QuoteDeclined, QuoteSuperseded},
	QuoteDeclined:   {QuoteSuperseded},
	QuoteAccepted:   nil,
	QuoteSuperseded: nil,
}

// decideQuote reports why a quote may not get a status.
func decideQuote(q *Quote, to string, now time.Time) error {
	allowed := quoteMoves[q.Status]
	if !slices.Contains(allowed, to) {
		reason := "it stays so"
		if len(allowed) > 0 {
			reason = "it may become " + strings.Join(allowed, ", ")
		}
		return &QuoteError{Quote: q.ID, Status: q.Status, Err: ErrQuoteStatus, Reason: reason}
	}
	if to == QuoteAccepted && q.Expired(now) {
		return &QuoteError{Quote: q.ID, Status: q.Status, Err: ErrExpired, Reason: "valid until " + q.ValidUntil.Format(time.RFC3339) + ": supersede it with a new one"}
	}
	return nil
}

// Draft stores a new quote as a draft, with the customer of its deal. A deal that
// is not there is storage.ErrNotFound, a taken number storage.ErrDuplicate, a
// total that is not the sum ErrTotal. A draft may be changed with Quotes.Put.
func Draft(ctx context.Context, tx *storage.Tx, q *Quote) error {
	d, err := Deals.Get(ctx, tx, q.Deal)
	if err != nil {
		return err
	}
	q.Customer, q.Status = d.Customer, QuoteDraft
	return Quotes.Put(ctx, tx, q)
}

// Send marks a draft as sent. From then on it is what was offered.
func Send(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*Quote, error) {
	return setStatus(ctx, tx, id, QuoteSent)
}

// Accept marks a quote that was sent as accepted by the customer; after
// ValidUntil it is ErrExpired. The deal is not moved.
func Accept(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*Quote, error) {
	return setStatus(ctx, tx, id, QuoteAccepted)
}

// Decline marks a quote that was sent as declined by the customer.
func Decline(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*Quote, error) {
	return setStatus(ctx, tx, id, QuoteDeclined)
}

// Supersede drafts a quote in place of another one of the same deal, which is
// kept and never changes again. An accepted quote cannot be superseded, and a
// quote only once: that is ErrQuoteStatus.
func Supersede(ctx context.Context, tx *storage.Tx, old uuid.UUID, next *Quote) error {
	q, err := setStatus(ctx, tx, old, QuoteSuperseded)
	if err != nil {
		return err
	}
	next.Deal, next.Supersedes = q.Deal, q.ID
	return Draft(ctx, tx, next)
}

// setStatus changes the status of a quote; it is storage.ErrNotFound,
// ErrQuoteStatus or ErrExpired.
func setStatus(ctx context.Context, tx *storage.Tx, id uuid.UUID, to string) (*Quote, error) {
	q, err := Quotes.Get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if err := decideQuote(q, to, tx.Now()); err != nil {
		return nil, err
	}
	q.Status = to
	switch to {
	case QuoteSent:
		q.SentAt = tx.Now()
	case QuoteAccepted, QuoteDeclined:
		q.DecidedAt = tx.Now()
	}
	return q, Quotes.Put(ctx, tx, q)
}
