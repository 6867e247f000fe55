// Package lifecycle moves customers through stages: which there are, which may
// follow which, what to do in each, and which moves orders bring about.
//
// A Policy says it as data. A host has one policy, or one for each tenant, and
// makes its store with the policy's watches:
//
//	policy := lifecycle.Standard()
//	watches, err := policy.Watches()
//	store, err = store.Watched(watches...)
//	...
//	err = acme.Update(ctx, storage.By("user:ann", "qualify"), func(tx *storage.Tx) error {
//		return lifecycle.Move(ctx, tx, policy, lifecycle.Lost, id)
//	})
//
// # What is guaranteed
//
// In a store with the watches: no write changes the Stage of a stored customer but
// as the policy allows; each change writes one StageChange in its transaction; a
// purchase moves its customer in the transaction that stores it, once,
// whatever else is stored at the same time. Transactions that store orders of one
// customer who may still move take turns; storage.Tenant.Update repeats the later
// one, and in a transaction that the host began it gets storage.ErrConflict.
//
// # What is not
//
// Orders move customers forward only: deleting or refunding one brings nobody
// back; undoing the import that stored them does. New customers may have any stage of the policy and leave no StageChange;
// their CreatedAt tells. A host that changes its policy changes no customers: those
// in a stage that is no more may move to any other. Without the watches, Move alone
// checks and records.
package lifecycle

import (
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{StageChanges, turns} }

// turns are taken by every transaction that stores orders of a customer who may still
// move, for it counts them.
var turns = customer.DefineTurns("lifecycle_turn")
