package tag

import (
	"context"
	"iter"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Match says which tags customers must have. All three must hold; an empty one
// asks for nothing.
type Match struct {
	All  []string // every one of these
	Any  []string // at least one of these
	None []string // none of these
}

// Where returns the criterion on customers of a match: what Find uses, to be
// combined with others. A tag that has expired counts as one that the customer
// does not have. A tag that nobody has defined is ErrUnknownTag.
//
// The criterion holds the tags as they are now: it is not for keeping, as a
// renamed tag would not be found by it.
func Where(ctx context.Context, r storage.Reader, m Match) (criteria.Criterion, error) {
	names := distinct(slices.Concat(m.All, m.Any, m.None))
	cat, err := loadCatalogue(ctx, r, nil, names)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if cat.byName[n] == nil {
			return nil, unknown(ctx, r, n)
		}
	}
	return criteria.All(cat.all(m.All), cat.any(m.Any), cat.none(m.None)), nil
}

// Find returns the customers that match, as customer.Kind.Find does for the same
// query; the query's own Where must hold too.
func Find(ctx context.Context, r storage.Reader, m Match, q storage.Query) iter.Seq2[*customer.Customer, error] {
	return func(yield func(*customer.Customer, error) bool) {
		where, err := Where(ctx, r, m)
		if err != nil {
			yield(nil, err)
			return
		}
		q.Where = criteria.All(where, q.Where)
		for c, err := range customer.Kind.Find(ctx, r, q) {
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func (c *catalogue) all(names []string) criteria.Criterion {
	if len(names) == 0 {
		return nil
	}
	return criteria.All(criteria.HasAll("tags", names...), criteria.Not(c.expired(names...)))
}

func (c *catalogue) any(names []string) criteria.Criterion {
	if len(names) == 0 {
		return nil
	}
	live := make([]criteria.Criterion, len(names))
	for i, n := range names {
		live[i] = c.all([]string{n})
	}
	return criteria.All(criteria.HasAny("tags", names...), criteria.Any(live...)) // the first of them for the index
}

func (c *catalogue) none(names []string) criteria.Criterion {
	list := make([]criteria.Criterion, len(names))
	for i, n := range names {
		list[i] = criteria.Not(c.all([]string{n}))
	}
	return criteria.All(list...)
}

// expired matches customers one of whose tags of these names has expired and still
// stands in the record.
func (c *catalogue) expired(names ...string) criteria.Criterion {
	ids := make([]uuid.UUID, len(names))
	for i, n := range names {
		ids[i] = c.byName[n].ID
	}
	return criteria.Related(assignmentKind, "customer", criteria.All(criteria.In("current", ids...), criteria.Le("due", criteria.Now())))
}
