package storage

import (
	"context"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A caller is whom a transaction was begun for, while it does work that the
// caller's guard does not bind.
type caller struct {
	tenant   *Tenant
	accesses map[string]*Access
}

// Elevate calls fn with the transaction unbound by its guard, for work inside the
// library that must see more than its caller may: Tenant.Elevate for a
// transaction that runs already. The guard is asked first and may refuse; the reason
// stands in every change that is written. What fn hands on, the caller gets to see;
// Shown tells what of it the caller may see anyway. Without a guard it only calls fn.
func (tx *Tx) Elevate(ctx context.Context, reason string, fn func(*Tx) error) error {
	if tx.done {
		return ErrFinished
	}
	if tx.tenant.guard == nil {
		return fn(tx)
	}
	high, err := tx.tenant.Elevate(ctx, reason)
	if err != nil {
		return err
	}
	reason, was := joined(tx.origin.Reason, reason), tx.origin.Reason
	tx.origin.Reason = reason
	defer func() { tx.origin.Reason = was }()
	return tx.as(high, func() error { return fn(tx) })
}

// as calls fn with another handle in place of that of the transaction.
func (tx *Tx) as(tenant *Tenant, fn func() error) error {
	was, accesses, outer := tx.tenant, tx.accesses, tx.caller
	if tx.caller == nil {
		tx.caller = &caller{was, accesses}
	}
	tx.tenant, tx.accesses = tenant, nil
	defer func() { tx.tenant, tx.accesses, tx.caller = was, accesses, outer }()
	return fn()
}

// Shown returns which of these records the caller may see, deleted ones included:
// within Elevate and within a Watch, whom the guard does not bind, those that the
// guard shows to whoever the transaction was begun for. Without a guard it is all
// that are there.
func (tx *Tx) Shown(ctx context.Context, k Described, ids ...uuid.UUID) (map[uuid.UUID]bool, error) {
	if tx.done {
		return nil, ErrFinished
	}
	shown := make(map[uuid.UUID]bool, len(ids))
	look := func() error {
		q := Query{Where: criteria.In(FieldID, ids...), Deleted: DeletedToo}
		for r, err := range Any(k).Find(ctx, tx, q) {
			if err != nil {
				return err
			}
			shown[MetaOf(r).ID] = true
		}
		return nil
	}
	if tx.caller == nil {
		return shown, look()
	}
	return shown, tx.as(tx.caller.tenant, look)
}
