// Package merge makes one customer of several, and several of one again.
//
//	var done *merge.Result
//	err := acme.Update(ctx, storage.By("user:ann", "merge").Because("same phone"), func(tx *storage.Tx) (err error) {
//		done, err = merge.Merge(ctx, tx, merge.Request{Survivor: a, Others: []uuid.UUID{b, c}})
//		return err
//	})
//	id, err := merge.ResolveOne(ctx, acme, b) // a, for ever
//	...
//	_, err = merge.Unmerge(ctx, tx, done.Merge, merge.UnmergeOptions{})
//
// # Fields
//
// Each field of the customer, custom ones too, gets the value that a Rule chooses; Rules
// has one for every field, and Preview shows beforehand what each chooses, why, and
// where values are in conflict. What the systems called the others is kept as external
// ids of the survivor.
//
// # Records
//
// Everything that names one of the others in a field described as To("customer") comes
// to name the survivor: records of all packages, of the host's own kinds and of those that
// tenants define. What would take a unique key that another record has is:
//
//   - changed, where its kind allows for it: a second primary contact point or address is
//     not primary any more, a second current assignment of a tag ends as tag.Merged;
//   - or else a double, and deleted. What named it names the one that is kept. A statement
//     of consent is never deleted: it stays with the old id.
//
// A record that relates customers and is there for nothing else (all of its several
// refs are required and name customers) is deleted when both are one. Tags that are archived,
// or of an exclusive group of which the survivor has another, end. Where one customer
// stands below another, the survivor takes the upper place.
//
// These stay with the old id: records that were deleted before, records of the turns by
// which packages keep transactions apart, and what follows from other records and is
// made anew (consent.States, keys of package search).
//
// The records of the others are deleted as they are, so their ids stay taken, and
// each gets an Alias. Aliases lead to the last survivor in one step.
//
// # Watches
//
// Records move like any others, so that watches of the store keep what depends on them
// in step, and automation sees the changes. A move is no contact with the customer; orders
// count together, and may move the survivor on in its life cycle.
//
// # Undoing
//
// A merge writes a Record, and a journal of what it did to each record, from which Unmerge
// puts everything back; it does not need the change log. What comes after the merge follows
// the rules of Unmerge. Exceptions:
//
//   - A stage to which lifecycle.Policy has no way back stays, and is reported; so does one
//     where there was none before, for no policy lets a customer back to that.
//   - consent.States, keys of package search and derivations of package lineage that watches
//     keep are the same in content; some have new ids.
//
// # Guarantees
//
//   - All of a merge happens, or nothing, also in a transaction of the host.
//   - Of merges that touch the same customer at once one comes first, and the other follows:
//     whichever comes first, one customer is left.
//   - A record that another transaction adds to one of the others at the same time, by a
//     ref that is Existing, moves too, or is refused with storage.ErrInvalid.
//   - Statements grow with batches of 500 records, not with records: 103 for a customer
//     with one interaction, 293 with 10,000, and 117 and 366 to take that back (with the
//     watches of all packages). The 10,000 took 2.4 seconds over PostgreSQL and as long to
//     go back, and half a second in memory (two busy cores).
//
// # Not guaranteed
//
//   - A record that was deleted before and is restored later stays with the old id: run
//     Sweep daily. So does one whose ref is not Existing and that another transaction
//     adds in the very moment of the merge.
//   - Texts that hold ids, such as the subjects of package lineage, and refs that do not name
//     their kind keep the old ids: Resolve them.
//   - privacy.Erase knows nothing of merges: use Erase of this package.
package merge
