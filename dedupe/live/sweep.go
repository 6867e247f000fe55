package live

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Report says what a sweep did. Counts are of committed transactions.
type Report struct {
	Looked   int `json:"looked"`   // customers that were changed since somebody looked
	Compared int `json:"compared"` // pairs that were weighed
	Asked    int `json:"asked"`    // pairs that wait in the queue of package review now and did not before
}

// Sweep looks for what customers are alike that were written in the mode Off, or
// whose entries Rebuild has made, and nobody else: it puts the likely pairs into the
// queue of package review and makes clusters. Run it now and then; where all is
// written in another mode, there is nothing to do.
//
// It works in transactions of 200 customers and can be ended and begun again at any
// time. progress is told after each of them; it may be nil. The handle is elevated where it is
// guarded.
func (c *Checker) Sweep(ctx context.Context, t *storage.Tenant, by storage.Origin, progress func(Report)) (Report, error) {
	var r Report
	t, err := t.Elevate(ctx, "look for duplicates")
	if err != nil {
		return r, err
	}
	for {
		next := r
		err := t.Update(ctx, by, func(tx *storage.Tx) (err error) {
			next, err = c.sweepSome(ctx, tx, r)
			return err
		})
		if err != nil || next.Looked == r.Looked {
			return r, err
		}
		if r = next; progress != nil {
			progress(r)
		}
	}
}

// swept is how many customers one transaction of Sweep looks at.
const swept = 200

// sweepSome looks at the next customers.
func (c *Checker) sweepSome(ctx context.Context, tx *storage.Tx, r Report) (Report, error) {
	page, err := entries.Page(ctx, tx, storage.Query{Where: criteria.Eq("due", due), Limit: swept})
	if err != nil || len(page.Items) == 0 {
		return r, err
	}
	ids := make([]uuid.UUID, len(page.Items))
	for i, e := range page.Items {
		ids[i] = e.Customer
	}
	s := &settling{Checker: c, ctx: ctx, tx: tx, mode: Flag, again: true}
	if s.judges, err = c.judges(ctx, tx); err != nil {
		return r, err
	}
	if err := s.settle(ids); err != nil {
		return r, err
	}
	return Report{r.Looked + len(ids), r.Compared + s.compared, r.Asked + s.asked}, nil
}
