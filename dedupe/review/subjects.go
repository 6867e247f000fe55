package review

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// pageSize is how many customers are read at once, with all that belongs to them.
const pageSize = 1000

// Subjects returns the live customers that a criterion matches (nil: all) with
// what is compared, in the order of their ids. A page of 1000 customers is four
// queries, and no more than one page is held. Inside View all of them come from
// one state.
//
// A guarded reader shows what its caller may see, which is less than what a
// matcher should: a masked number is another number.
func Subjects(ctx context.Context, r storage.Reader, where criteria.Criterion) iter.Seq2[*Subject, error] {
	return func(yield func(*Subject, error) bool) {
		q := storage.Query{Where: where, Limit: pageSize}
		for more := true; more; more = q.After != "" {
			page, err := customer.Kind.Page(ctx, r, q)
			if err != nil {
				yield(nil, err)
				return
			}
			list, err := complete(ctx, r, page.Items)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, s := range list {
				if !yield(s, nil) {
					return
				}
			}
			q.After = page.Next
		}
	}
}

// complete reads what belongs to customers.
func complete(ctx context.Context, r storage.Reader, list []*customer.Customer) ([]*Subject, error) {
	subjects, byID := make([]*Subject, len(list)), make(map[uuid.UUID]*Subject, len(list))
	ids := make([]uuid.UUID, len(list))
	for i, c := range list {
		subjects[i], ids[i] = &Subject{Customer: c}, c.ID
		byID[c.ID] = subjects[i]
	}
	if len(list) == 0 {
		return nil, nil
	}
	q := storage.Query{Where: criteria.In("customer", ids...)}
	for p, err := range customer.ContactPoints.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		s := byID[p.Customer]
		s.Contacts = append(s.Contacts, p)
	}
	for i, err := range customer.Identities.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		s := byID[i.Customer]
		s.Identities = append(s.Identities, i)
	}
	for a, err := range customer.Addresses.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		s := byID[a.Customer]
		s.Addresses = append(s.Addresses, a)
	}
	for _, s := range subjects {
		s.sort()
	}
	return subjects, nil
}

// sort puts the primary ones first; what is left is in the order of ids already.
func (s *Subject) sort() {
	slices.SortStableFunc(s.Contacts, func(a, b *customer.ContactPoint) int { return first(a.Primary, b.Primary) })
	slices.SortStableFunc(s.Addresses, func(a, b *customer.Address) int { return first(a.Primary, b.Primary) })
}

func first(a, b bool) int {
	order := map[bool]int{true: 0, false: 1}
	return cmp.Compare(order[a], order[b])
}

// subjectsOf reads the live customers with these ids.
func subjectsOf(ctx context.Context, r storage.Reader, ids []uuid.UUID) (map[uuid.UUID]*Subject, error) {
	found := make(map[uuid.UUID]*Subject, len(ids))
	for some := range slices.Chunk(ids, pageSize) {
		for s, err := range Subjects(ctx, r, criteria.In(storage.FieldID, some...)) {
			if err != nil {
				return nil, err
			}
			found[s.Customer.ID] = s
		}
	}
	return found, nil
}
