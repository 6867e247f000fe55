// Package clean makes usable data of a file, in three steps, before its rows become
// customers; and joins customers who are stored already by their phone numbers.
//
//	report, err := clean.Clean(ctx, file, clean.Options{},
//		clean.Unique{},                                   // 1. filter what is there twice
//		clean.ByPhone{Columns: []string{"手机"}},         // 2. link by phone number
//		clean.Draw{Key: []string{"编号"}, Seed: "2026"}, // 3. draw a tenth to be checked by people
//	)
//	fmt.Print(report.Text(clean.Chinese))
//
// The steps are values and may be left out, repeated, put in another order and
// mixed with those of a host: whatever implements Step. A Cleaner is an
// intake.Source of the rows that are kept, so that an import reads straight
// through it.
//
// # The check by people
//
// OpenReview stores the rows that Draw drew as a list on which several people can
// work. Each judges rows right or wrong (Judge); CloseReview accepts the data only
// once every row is judged and no more of them are wrong than the limit allows,
// and otherwise says with numbers what is missing:
//
//	review, err := clean.OpenReview(ctx, tx, clean.NewReview{Name: "customers.csv", Report: report, Limit: limit}, fileAgain)
//	review, err = clean.Judge(ctx, tx, review.ID, clean.Judgement{Row: 17, Wrong: true, Note: "no such street"})
//	review, err = clean.CloseReview(ctx, tx, review.ID)
//
// # Customers who are stored
//
// LinkByPhone finds customers who share a phone number, such as those of a shop and
// those of its web shop, and has each group merged.
//
// # Guarantees
//
//   - Read = Kept + Removed + Rejected, and each step's In is the Out of the one
//     before. No row goes without a word: reports name each by its number.
//   - The same file gives the same report.
//   - Rows are not kept in memory, only hashes and numbers of them: the three steps
//     hold 7 MB for 80,000 rows and 67 MB for 800,000, and take 0.7 and 6 seconds on
//     one core.
//   - A number that many share, such as that of a switchboard, links nobody, and
//     is reported.
//
// # Not guaranteed
//
//   - Memory does grow with the rows, by some 90 bytes each.
//   - Two rows are taken for equal by hashes of 128 bits of SHA-256, not by looking
//     at them again.
//   - A sample tells something of the whole, not everything: in 8,000 rows without
//     a fault there may be faulty ones among those that were not drawn.
package clean
