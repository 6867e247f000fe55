// Package tree puts customers below each other: the branches of a group, the
// stores of a dealer and the consumers of a store.
//
// The tree is the field Parent of customers. A level is the distance from the
// top: in a network of dealers the dealers are roots, stores stand on level 1 and
// consumers on level 2. What a customer is called in it is a matter of its tags
// or of a custom field.
//
//	err := acme.Update(ctx, storage.By("user:ann", "reorganise"), func(tx *storage.Tx) error {
//		return tree.SetParent(ctx, tx, dealer, store1, store2)
//	})
//	for node, err := range tree.Descendants(ctx, acme, dealer, 2) { ... }
//	sums, err := tree.RollUp(ctx, acme, dealer, tree.Figuring{})
//
// # What is guaranteed
//
// In a store made with Watch no write, through whatever handle, puts a customer
// below itself or deeper than MaxDepth: it is refused as ErrCycle or ErrDepth.
// SetParent checks so in every store. Transactions that move existing customers at
// the same time take turns, by a record that each of them writes: of two that
// would make a circle together one is repeated by storage.Tenant.Update and then
// refused. In a transaction that the host began, it gets storage.ErrConflict.
//
// # What is not
//
// New customers take no turns, for nothing stands below them yet: one that is put
// while the customer above it is moved down may come to stand a level deeper than
// MaxDepth. Reading does not mind. In a store without Watch, what writes Parent
// past SetParent is not checked; a circle in the records is then found when it is
// read, as ErrCycle.
//
// What a guard hides from a reader is not in the tree that it sees, nor what
// hangs on it alone. The check of Watch sees all; that of SetParent in a store
// without it sees what the guard shows, and the caller needs the right to write the
// kind customer_tree.
package tree

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{turns} }
