// Package live checks customers for duplicates while they are written, inside the
// transaction that writes them.
//
//	checker := &live.Checker{}
//	store, err = store.Watched(checker.Watch())
//	err = acme.Update(ctx, storage.By("user:ann", "add customer"), func(tx *storage.Tx) error {
//		return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Organization, Name: "Ｘ公司BJ分部"})
//	})
//	var e *live.PossibleDuplicateError
//	if errors.As(err, &e) { ... e.Candidates[0].Customer ... }
//
// # How it works
//
// A watch keeps an entry for each customer: its values in the form in which
// they are compared, and up to 24 keys and the values of rules by which others find
// it. What is written is compared with those alone that share a key with it, by
// what a dedupe.Profile knows of the tenant's customers; so the work for one customer grows with those that are alike,
// and not with the customers. A customer that is as likely another as
// Checker.Refuse says, or has a value in common that a Rule names, is refused; one in
// doubt waits in the queue of package review. A form asks with Checker.Candidates
// while somebody types.
//
// Whoever may add the customer all the same says so with Allow; Use sets another mode
// for an import or a merge. Whom the caller may not see is told by where it
// is, in the pool or owned by another, and can be claimed by FileClaim.
//
// # First steps
//
// For a store that has customers already, run Learn and Rebuild once, then Sweep. A
// new one needs nothing; when it has some hundred customers, run Learn and Rebuild.
// Run Sweep now and then if anything is written in the mode Off. Merges and their
// undoing are not looked at.
//
// # Guarantees
//
//   - Entries are in step with what was written through a store with the watch, in
//     the same transaction. Deleted, merged and erased customers have none.
//   - Of two transactions that bring customers at the same time that have a value of
//     a rule or a name in common, one sees the customer of the other.
//   - Who is together (Together) does not depend on the order in which customers came.
//   - What was alike before a change is no reason to refuse the change.
//   - What is told of a customer that the caller may not see is where it is, how
//     probable it is and by which rules.
//
// # Not guaranteed
//
//   - Two that come at the same time and have no more in common than what looks alike
//     may both be stored. A scan of package review finds them.
//   - A key that more than 60 customers share finds nobody. A look-up that comes upon one reads
//     some hundred entries more, however many share it; the database goes over all of
//     them. Learn knows such keys and puts them together with others; run it again when a
//     tenant has ten times the customers.
//   - Groups of more than 200 that hang together are looked at in part.
//   - Imports of whole tenants and writes past the watch need Rebuild.
//   - Entries and what was learnt hold names, numbers and frequent values. A guard
//     should show the kinds match_entry, match_profile and match_state to nobody.
//     What was learnt of a customer that is erased stays until Learn runs
//     again, as far as others have the same value: single values are not kept.
//   - That a refusal names a rule tells the caller that a number is known: somebody who
//     may add customers can find out which numbers are.
package live
