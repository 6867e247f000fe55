package deal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// The statuses of a quote.
const (
	QuoteDraft      = "draft" // may be changed
	QuoteSent       = "sent"
	QuoteAccepted   = "accepted"
	QuoteDeclined   = "declined"
	QuoteSuperseded = "superseded" // another took its place
)

// A Quote is an offer made in a deal, as the host worked it out: this package
// keeps it, it does not configure or price anything.
type Quote struct {
	storage.Meta
	Deal       uuid.UUID
	Customer   uuid.UUID // that of the deal
	Number     string    // unique
	Status     string
	LineData   json.RawMessage // the lines; see Lines and SetLines
	Decimals   int64           // of the total of a line: 2 for CNY, 0 for JPY; at most 6
	Total      customer.Money  // the sum of the totals of the lines
	ValidUntil time.Time       // it can be accepted before this moment; zero: for ever
	Supersedes uuid.UUID       // the quote whose place it took
	SentAt     time.Time
	DecidedAt  time.Time // when it was accepted or declined
	Notes      string
}

const quoteKind = "quote"

// Quotes is the kind of quotes.
var Quotes = storage.Define[Quote](quoteKind,
	storage.Ref("deal", func(q *Quote) *uuid.UUID { return &q.Deal }).To(dealKind).Existing().Required().Indexed(),
	storage.Ref("customer", func(q *Quote) *uuid.UUID { return &q.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Text("number", func(q *Quote) *string { return &q.Number }).Required().Unique(),
	storage.Text("status", func(q *Quote) *string { return &q.Status }).Required(),
	storage.JSON("lines", func(q *Quote) *json.RawMessage { return &q.LineData }).Required(),
	storage.Integer("decimals", func(q *Quote) *int64 { return &q.Decimals }),
	storage.Decimal("total", func(q *Quote) *decimal.Decimal { return &q.Total.Amount }),
	storage.Text("currency", func(q *Quote) *string { return &q.Total.Currency }).Required(),
	storage.Time("valid_until", func(q *Quote) *time.Time { return &q.ValidUntil }),
	storage.Ref("supersedes", func(q *Quote) *uuid.UUID { return &q.Supersedes }).To(quoteKind).Existing().Unique(),
	storage.Time("sent_at", func(q *Quote) *time.Time { return &q.SentAt }),
	storage.Time("decided_at", func(q *Quote) *time.Time { return &q.DecidedAt }),
	storage.Text("notes", func(q *Quote) *string { return &q.Notes }),
).Valid((*Quote).check)

// maxLines is how many lines a quote may have.
const maxLines = 1000

// Lines returns the lines of the quote.
func (q *Quote) Lines() ([]Line, error) {
	var lines []Line
	if len(q.LineData) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(q.LineData, &lines); err != nil {
		return nil, invalid(quoteKind, "lines", err.Error())
	}
	return lines, nil
}

// SetLines gives the quote its lines and the sum of their totals. A line whose
// total is not its Sum is a *TotalError that is ErrTotal; nothing changes then.
func (q *Quote) SetLines(lines ...Line) error {
	sum, err := total(lines, q.Decimals)
	if err != nil {
		return err
	}
	data, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	q.LineData, q.Total.Amount = data, sum
	return nil
}

// Expired reports whether the quote can be accepted no more because its time is over.
func (q *Quote) Expired(now time.Time) bool {
	return !q.ValidUntil.IsZero() && !now.Before(q.ValidUntil)
}

func (q *Quote) check() error {
	if _, known := quoteMoves[q.Status]; !known {
		return invalid(quoteKind, "status", fmt.Sprintf("%q: use %q and then Send, Accept, Decline, Supersede", q.Status, QuoteDraft))
	}
	if q.Decimals < 0 || q.Decimals > 6 {
		return invalid(quoteKind, "decimals", fmt.Sprintf("%d is not between 0 and 6", q.Decimals))
	}
	lines, err := q.Lines()
	if err != nil {
		return err
	}
	if len(lines) == 0 || len(lines) > maxLines {
		return invalid(quoteKind, "lines", fmt.Sprintf("%d of them: a quote has 1 to %d", len(lines), maxLines))
	}
	sum, err := total(lines, q.Decimals)
	if err != nil {
		return err
	}
	if !sum.Equal(q.Total.Amount) {
		return &TotalError{Total: q.Total.Amount, Sum: sum}
	}
	return q.Total.Check()
}
