package quality

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Predicate is a condition in Go, for what neither criteria nor a comparison
// of fields can say: a check digit, a pattern. It is true of records that it
// names in a condition (see Holds). It must depend on the record alone, which it
// must not change or keep, and be safe for concurrent use.
type Predicate func(r storage.Record) bool

// An Inspector holds records against the rules of their tenant. It is safe for
// concurrent use as long as its fields are not changed, one serves all tenants,
// and the zero Inspector works. It must not be copied once it was used.
type Inspector struct {
	// Roles returns the roles of an actor as it stands in storage.Origin, for
	// rules that block those of some roles; nil: nobody has any. It must not use
	// the store, and be safe for concurrent use.
	Roles func(actor string) []string
	// Predicates are the predicates that conditions may name.
	Predicates map[string]Predicate
	// Kinds are the names of the kinds whose writes are held against rules; none:
	// all that are tracked in the change log. Issues, policies and review tasks
	// are not held against rules on writing. Scans know all kinds.
	Kinds []string

	parsed parseCache
}

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described {
	return []storage.Described{Rules, Issues, Policies, ReviewTasks}
}

// Check reports whether a rule, stored or not, fits its kind: that the fields
// are there, constants and suggestions have their type, and predicates are
// known. What does not fit is a *RuleError. With the watch in place, a rule that
// does not fit is refused when it is put.
func (i *Inspector) Check(ctx context.Context, tx *storage.Tx, r *Rule) error {
	_, err := i.world(ctx, tx).compile(r)
	return err
}

// rulesOf returns the active rules of a kind in the order of their codes, held
// against it. Those that do not fit it are left out and returned as faults.
func (i *Inspector) rulesOf(ctx context.Context, tx *storage.Tx, kind string) (list []*checkable, faults []*RuleError, err error) {
	stored, err := activeRules(ctx, tx, kind)
	if err != nil {
		return nil, nil, err
	}
	w := i.world(ctx, tx)
	for _, r := range stored {
		c, err := w.compile(r)
		var misfit *RuleError
		switch {
		case err == nil:
			list = append(list, c)
		case errors.As(err, &misfit):
			faults = append(faults, misfit)
		default:
			return nil, nil, err
		}
	}
	return list, faults, nil
}

// activeRules returns the active rules of a kind in the order of their codes.
func activeRules(ctx context.Context, tx *storage.Tx, kind string) ([]*Rule, error) {
	where := criteria.All(criteria.Eq("kind", kind), criteria.Eq("active", true))
	return gather(ctx, tx, Rules, storage.Query{Where: where, Order: []storage.Order{{Field: "code"}}})
}

// gather returns the records that a query finds. It reads them by pages, which a
// database answers with one statement where there are few. The query should be
// ordered by what it asks for, so that a page is not looked for in the order of
// ids.
func gather[T any](ctx context.Context, r storage.Reader, kind *storage.Kind[T], q storage.Query) ([]*T, error) {
	var list []*T
	for q.Limit = 1000; ; {
		page, err := kind.Page(ctx, r, q)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
		if q.After = page.Next; page.Next == "" {
			return list, nil
		}
	}
}

// byIDs returns the live records of a kind with these ids.
func byIDs(ctx context.Context, r storage.Reader, s *storage.Schema, ids []uuid.UUID) ([]storage.Record, error) {
	return storage.Collect(storage.Any(s).Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, ids...)}))
}
