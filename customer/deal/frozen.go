package deal

import (
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
)

// frozenQuotes refuses changes of quotes that are drafts no more: of their content,
// and their deletion. That a customer or deal is merged or made anonymous may
// still change the refs to it, and an erasure may purge quotes.
var frozenQuotes = storage.Watch{
	Name:  "deal.frozen_quotes",
	Kinds: []string{quoteKind},
	Before: func(_ context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		for _, w := range writes {
			if err := checkFrozen(w, tx.Now()); err != nil {
				return err
			}
		}
		return nil
	},
}

// The fields of a quote that may change once it was sent: always, and together
// with its status.
var (
	thawed     = []string{"customer", "deal"}
	withStatus = []string{"customer", "deal", "status", "sent_at", "decided_at"}
)

// checkFrozen reports a write that a quote's status does not allow.
func checkFrozen(w storage.Attempt, now time.Time) error {
	was, stored := w.Before.(*Quote)
	switch {
	case !stored:
		return nil
	case w.Op == storage.OpDelete && was.Status != QuoteDraft:
		return frozen(was, "only a draft can be deleted")
	case w.Op == storage.OpUpdate:
		return checkUpdate(was, w.After.(*Quote), w.Fields, now)
	}
	return nil
}

func checkUpdate(was, next *Quote, fields []string, now time.Time) error {
	free := thawed
	if next.Status != was.Status {
		if err := decideQuote(was, next.Status, now); err != nil {
			return err
		}
		free = withStatus
	}
	for _, field := range fields {
		if was.Status != QuoteDraft && !slices.Contains(free, field) {
			return frozen(was, "its "+field+" cannot be changed: supersede it with a new one")
		}
	}
	return nil
}

func frozen(q *Quote, reason string) error {
	return &QuoteError{Quote: q.ID, Status: q.Status, Err: ErrQuoteStatus, Reason: reason}
}
