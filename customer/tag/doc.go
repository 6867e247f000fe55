// Package tag gives customers tags that somebody vouches for: each has who gave
// it, when, from which source and on what evidence, and may run out.
//
//	err := acme.Update(ctx, storage.By("user:ann", "tag"), func(tx *storage.Tx) error {
//		_, err := tag.Add(ctx, tx, []uuid.UUID{c.ID}, []string{"刚需"}, tag.Given{Source: tag.Chat})
//		return err
//	})
//
// A tenant defines its tags (Definitions), puts them into groups (Groups) of
// which a customer may have only one tag where the group is exclusive, and gives
// them a time to live. What a customer has are Assignments.
//
// # The mirror
//
// customer.Customer.Tags holds the names of a customer's tags again, because a
// set of texts is what criteria search fastest. Add, Remove, Set, Expire, Rename and
// Merge write both in one transaction. Code that writes Customer.Tags itself, such as
// an import, is followed by the watch that Watch returns: hosts should give it to
// storage.Store.Watched. Where the store was used without it, Reconcile brings
// the assignments in line.
//
// # Permissions
//
// Everything here reads and writes through the transaction it is given, as the
// person it belongs to: who may not change a customer's tags gets
// storage.ErrForbidden. A role that may change tags must see all
// assignments of the customers it sees. Rename, Merge, Expire and Reconcile are
// about all customers and belong in a transaction without a guard (see
// storage.Tenant.Elevate): they leave out what they cannot see.
//
// # Guarantees
//
//   - The names in Customer.Tags are those of the customer's current assignments,
//     after every transaction of this package and of a store with its watch.
//   - A customer has a tag once, and one tag at most of an exclusive group,
//     however many transactions add tags at the same time: each writes the
//     customer, so that one of two is repeated.
//   - Of, Uses, Where and Find leave out a tag from the moment at which it
//     expires, whether Expire has run or not.
//
// # Not guaranteed
//
//   - Customer.Tags itself, and criteria written on it by hand, show an expired
//     tag until Expire has run. Run it often.
//   - A group that becomes exclusive takes nothing away: a customer
//     with several of its tags keeps them until the next one of the group comes.
//   - Over an adapter that does not make a writer wait for a locked record, as
//     package memory, an Add that commits at the very moment of a Rename or
//     Merge of the same tag can leave the old name with that customer.
package tag

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New. They need those of
// package customer.
func Kinds() []storage.Described {
	return []storage.Described{Groups, Definitions, Assignments}
}
