// Package review turns pairs of customers that may be one into decisions: what is
// sure is merged, what is doubtful waits for a person, the rest is left alone.
//
//	v := &review.Reviewer{Merge: merge}
//	report, err := v.Scan(ctx, acme, storage.By("system:duplicates", "scan"), review.Options{})
//	page, err := review.Queue(ctx, desk, storage.Query{Limit: 20}) // most useful first
//	bridges, err := review.Bridges(ctx, desk, page.Entries...)     // where their groups hold together worst
//	err = desk.Update(ctx, storage.By("user:ann", "review"), func(tx *storage.Tx) error {
//		return v.Decide(ctx, tx, page.Entries[0].ID, review.Distinct, "father and son")
//	})
//
// # How a scan goes
//
// Scan reads all customers, persons and organisations apart, since the one is never
// the other, and has them matched. Thresholds.Sort, which does no more than look at
// data, parts what was found: groups to merge, pairs to ask about, pairs to ignore.
// Each group is merged in a transaction of its own; pairs are written in batches.
// Whoever is asked first is what Gain says.
//
// # What is remembered
//
// A pair that was found is a record (Pairs) and stays one. That two customers are
// not one (Distinct) holds for as long as their key fields stay what they were:
// names, phone numbers, mail addresses, identifiers and what a host compares and calls
// its Own, in the form in which they
// are compared, so that a number written in another way is not a change. Pair keeps
// a fingerprint of them. When a key field of either changes, the decision is stale
// from the next scan on: the pair is asked about again if it is still alike. Until
// then, and for good where nothing changes, no scan merges the two or asks again,
// and no group that is merged holds both.
//
// # Guarantees
//
//   - Scanning twice queues nothing twice; a second scan of the same customers
//     changes nothing. Scans at the same time do no harm.
//   - A group is merged as its customers are in the transaction that does it: one
//     that was changed since it was read is left for the next scan.
//   - Of two who decide about a pair at once, one does; the other gets ErrDecided, or
//     storage.ErrConflict in a transaction that the host began.
//   - A scan never merges by itself whom somebody has once said to be two, however
//     much they change: it asks. The same holds after a merge that was undone.
//
// # Not guaranteed
//
//   - Memory grows with the customers: the values that are compared, and what the
//     matcher makes of them. See Reviewer.Scan.
//   - A probability is the matcher's opinion. Look at a sample of what is merged
//     before trusting a threshold.
//
// # Merging and permissions
//
// A merge function moves what refers to a customer, and so the refs of pairs: a pair
// may then name one customer twice, which closes it, or have its two the other way
// round, which means the same. A merge changes key fields: decisions about the
// survivor are stale behind it. Note with Reviewer.KeepApart what became known when a
// merge was undone; otherwise somebody is asked again.
//
// Queue shows a pair to those who see both customers. Who reads Pairs directly
// sees what the guard shows of the kind: a guard should demand Visible of it. Who
// decides writes the kinds duplicate_pair and duplicate_doubt, and what the merge
// function writes.
package review
