package tag

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Held is a tag of a customer: what it means and how the customer came to it.
type Held struct {
	*Definition
	Assignment *Assignment
}

// notExpired matches assignments that have not expired, whether Expire has run or
// not.
func notExpired() criteria.Criterion {
	return criteria.Not(criteria.Le("due", criteria.Now()))
}

// Of returns the tags that a customer has, by name. A customer that is not
// there has none.
func Of(ctx context.Context, r storage.Reader, customer uuid.UUID) ([]Held, error) {
	all, err := OfAll(ctx, r, customer)
	return all[customer], err
}

// OfAll is Of for many customers at once, in two or three queries. Customers without
// tags are not in the map.
func OfAll(ctx context.Context, r storage.Reader, customers ...uuid.UUID) (map[uuid.UUID][]Held, error) {
	where := criteria.All(criteria.In("customer", customers...), criteria.Not(criteria.Missing("current")), notExpired())
	return heldBy(ctx, r, storage.Query{Where: where, Order: byTag}, func(a, b Held) int { return strings.Compare(a.Name, b.Name) })
}

// History returns all tags that a customer has or had, the oldest first:
// Assignment.End says how each ended. A tag that expired and that Expire has not
// come to yet stands there without an end.
func History(ctx context.Context, r storage.Reader, customer uuid.UUID) ([]Held, error) {
	all, err := heldBy(ctx, r, storage.Query{Where: criteria.Eq("customer", customer), Order: byTag}, func(a, b Held) int {
		return cmp.Or(a.Assignment.At.Compare(b.Assignment.At), strings.Compare(a.Name, b.Name))
	})
	return all[customer], err
}

// heldBy reads assignments and their definitions, deleted ones included. In a
// tenant handle the two are read at two moments; a definition that is gone by
// then leaves its assignment out.
func heldBy(ctx context.Context, r storage.Reader, q storage.Query, order func(a, b Held) int) (map[uuid.UUID][]Held, error) {
	found, err := storage.Collect(Assignments.Find(ctx, r, q))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]uuid.UUID, len(found))
	for i, a := range found {
		ids[i] = a.Tag
	}
	defs := map[uuid.UUID]*Definition{}
	for d, err := range Definitions.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, distinct(ids)...), Deleted: storage.DeletedToo}) {
		if err != nil {
			return nil, err
		}
		defs[d.ID] = d
	}
	held := map[uuid.UUID][]Held{}
	for _, a := range found {
		if d := defs[a.Tag]; d != nil {
			held[a.Customer] = append(held[a.Customer], Held{d, a})
		}
	}
	for _, list := range held {
		slices.SortStableFunc(list, order)
	}
	return held, nil
}

// A Use says how many customers have a tag.
type Use struct {
	*Definition
	Customers int64
}

// Uses returns all definitions, archived ones and such as nobody has included,
// the most used first.
func Uses(ctx context.Context, r storage.Reader) ([]Use, error) {
	where := criteria.All(criteria.Not(criteria.Missing("current")), notExpired())
	rows, err := Assignments.Aggregate(ctx, r, storage.Query{Where: where}, storage.Figures{By: []string{"current"}})
	if err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]int64, len(rows))
	for _, row := range rows {
		if id, ok := row.By[0].(uuid.UUID); ok {
			counts[id] = row.Count
		}
	}
	var uses []Use
	for d, err := range Definitions.Find(ctx, r, storage.Query{}) {
		if err != nil {
			return nil, err
		}
		uses = append(uses, Use{d, counts[d.ID]})
	}
	slices.SortFunc(uses, func(a, b Use) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), strings.Compare(a.Name, b.Name))
	})
	return uses, nil
}
