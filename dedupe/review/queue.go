package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Entry is a pair that waits, with its customers as the caller may see them.
type Entry struct {
	*Pair
	First, Second *customer.Customer // those of A and B
}

// A Page is a part of the queue.
type Page struct {
	Entries []Entry
	Next    storage.Cursor // where the next page begins; empty on the last one
}

// Queue returns pairs that wait, the most useful first (see Gain), then the latest
// found. Only pairs are shown both of whose customers are live and for the caller to
// see, and pages are full. The query may have a condition on pairs, such as OwnedBy,
// a limit and a cursor; an order is storage.ErrInvalid.
func Queue(ctx context.Context, r storage.Reader, q storage.Query) (Page, error) {
	if len(q.Order) > 0 {
		return Page{}, fmt.Errorf("review: %w: the queue has an order of its own: leave Order empty", storage.ErrInvalid)
	}
	where := []criteria.Criterion{criteria.Eq("state", Open), Visible()}
	if q.Where != nil {
		where = append(where, q.Where)
	}
	q.Where, q.Order = criteria.All(where...), []storage.Order{{Field: "priority", Desc: true}}
	page, err := Pairs.Page(ctx, r, q)
	if err != nil || len(page.Items) == 0 {
		return Page{}, err
	}
	entries, err := entries(ctx, r, page.Items)
	return Page{entries, page.Next}, err
}

// entries reads the customers of pairs. A pair one of whose customers has gone since
// the pairs were read is left out.
func entries(ctx context.Context, r storage.Reader, pairs []*Pair) ([]Entry, error) {
	var ids []uuid.UUID
	for _, p := range pairs {
		ids = append(ids, p.A, p.B)
	}
	known, err := customersByID(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, p := range pairs {
		if e := (Entry{p, known[p.A], known[p.B]}); e.First != nil && e.Second != nil {
			list = append(list, e)
		}
	}
	return list, nil
}

// customersByID reads the customers with ids that the caller may see.
func customersByID(ctx context.Context, r storage.Reader, ids []uuid.UUID) (map[uuid.UUID]*customer.Customer, error) {
	known := make(map[uuid.UUID]*customer.Customer, len(ids))
	for c, err := range customer.Kind.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, distinctIDs(ids)...)}) {
		if err != nil {
			return nil, err
		}
		known[c.ID] = c
	}
	return known, nil
}

func distinctIDs(ids []uuid.UUID) []uuid.UUID { return slices.Compact(sortedIDs(ids)) }

// Visible matches pairs both of whose customers are live and, through a guarded
// handle, for the caller to see.
func Visible() criteria.Criterion {
	return criteria.All(criteria.Parent("a", nil), criteria.Parent("b", nil))
}

// OwnedBy matches pairs one of whose customers an owner looks after.
func OwnedBy(owner uuid.UUID) criteria.Criterion {
	mine := criteria.Eq("owner", owner)
	return criteria.Any(criteria.Parent("a", mine), criteria.Parent("b", mine))
}
