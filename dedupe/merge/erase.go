package merge

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Erase erases the personal data of a customer as privacy.Erase does, with all that
// is left of the customers who were merged into it: their own records, and what was
// deleted before they were merged. An old id stands for the customer that it is now.
// Merges of an erased customer cannot be undone, and its old ids lead nowhere.
//
// The erasures are those of the old ids, in the order in which they were lost, and at
// last that of the customer. Errors are those of privacy.Erase; call it again to go on.
func Erase(ctx context.Context, t *storage.Tenant, by storage.Origin, id uuid.UUID, o privacy.Options, progress storage.Progress) ([]*privacy.Erasure, error) {
	high, err := t.Elevate(ctx, "erasure of the personal data of customer "+id.String())
	if err != nil {
		return nil, err
	}
	now, err := ResolveOne(ctx, high, id)
	if err != nil {
		return nil, err
	}
	ids, err := FormerIDs(ctx, high, now)
	if err != nil {
		return nil, err
	}
	if err := checkHolds(ctx, high, now); err != nil {
		return nil, err
	}
	var list []*privacy.Erasure
	for _, id := range append(ids, now) {
		e, err := privacy.Erase(ctx, t, by, id, o, progress)
		if e != nil {
			list = append(list, e)
		}
		if err != nil {
			return list, fmt.Errorf("merge: erasing %s: %w", id, err)
		}
	}
	return list, nil
}

// checkHolds refuses before anything is erased what the last erasure would refuse.
func checkHolds(ctx context.Context, t *storage.Tenant, id uuid.UUID) error {
	return t.View(ctx, func(tx *storage.Tx) error {
		h, err := privacy.Holds.First(ctx, tx, storage.Query{Where: criteria.All(
			criteria.Eq("customer", id),
			criteria.Any(criteria.Missing("until"), criteria.Gt("until", tx.Now())),
		)})
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return &privacy.HeldError{Customer: id, Hold: h.ID, Until: h.Until}
	})
}
