package merge

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// chunk is how many ids one query names.
const chunk = 500

// Resolve returns, for each id of a customer, the id that the customer has now:
// the same for one that was never merged, also where no customer has it. It costs
// one look-up for each few hundred ids, however often they were merged on.
func Resolve(ctx context.Context, r storage.Reader, ids ...uuid.UUID) ([]uuid.UUID, error) {
	list := slices.Clone(ids)
	found := map[uuid.UUID]uuid.UUID{}
	for some := range slices.Chunk(ids, chunk) {
		for a, err := range Aliases.Find(ctx, r, storage.Query{Where: criteria.In("old", some...)}) {
			if err != nil {
				return nil, err
			}
			found[a.Old] = a.Customer
		}
	}
	for i, id := range list {
		if now, ok := found[id]; ok {
			list[i] = now
		}
	}
	return list, nil
}

// ResolveOne is Resolve for one id.
func ResolveOne(ctx context.Context, r storage.Reader, id uuid.UUID) (uuid.UUID, error) {
	a, err := Aliases.First(ctx, r, storage.Query{Where: criteria.Eq("old", id)})
	if errors.Is(err, storage.ErrNotFound) {
		return id, nil
	}
	if err != nil {
		return uuid.Nil, err
	}
	return a.Customer, nil
}

// FormerIDs returns the ids of all customers that were merged into one, in the
// order in which they lost them.
func FormerIDs(ctx context.Context, r storage.Reader, customer uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	for a, err := range Aliases.Find(ctx, r, storage.Query{Where: criteria.Eq("customer", customer)}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, a.Old)
	}
	return ids, nil
}
