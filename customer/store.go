package customer

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// pointer is *T where that is a record.
type pointer[T any] interface {
	*T
	storage.Record
}

// store stores new records that are known by a key, and returns those that are
// stored, in step with the given ones, which are left as they are. where finds
// those that may be there already. take gets the one that is to be stored for a
// given one, a copy of it where none is known: it may change it, or refuse.
func store[T any, P pointer[T], K comparable](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], where criteria.Criterion, key func(P) K, given []P, take func(rec, given P) error) ([]P, error) {
	if err := checkNew(kind.Name(), given); err != nil || len(given) == 0 {
		return nil, err
	}
	known := map[K]P{}
	for r, err := range kind.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		known[key(r)] = r
	}
	stored, list := make([]P, len(given)), make([]*T, 0, len(given))
	listed := make(map[P]bool, len(given))
	for n, g := range given {
		k := key(g)
		if known[k] == nil {
			c := *g
			known[k] = &c
		}
		r := known[k]
		if err := take(r, g); err != nil {
			return nil, err
		}
		if !listed[r] {
			list, listed[r] = append(list, r), true
		}
		stored[n] = r
	}
	if err := put(ctx, tx, kind, list...); err != nil {
		return nil, err
	}
	return stored, nil
}

// among matches records whose field is one of the ids that given records have.
func among[P interface{ comparable }](field string, given []P, id func(P) uuid.UUID) criteria.Criterion {
	var none P
	ids := make([]uuid.UUID, 0, len(given))
	for _, r := range given {
		if r != none {
			ids = append(ids, id(r))
		}
	}
	return criteria.In(field, distinct(ids)...)
}

// checkNew refuses records to add that are nil or stored already.
func checkNew[P interface {
	comparable
	storage.Record
}](kind string, given []P) error {
	var none P
	for _, r := range given {
		if r == none || storage.MetaOf(r).Version != 0 {
			return fmt.Errorf("customer: %w: a %s that is nil or stored already cannot be added: give a new one", storage.ErrInvalid, kind)
		}
	}
	return nil
}
