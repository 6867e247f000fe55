// Package profile shows a customer as a whole: its record in three blocks with
// everything that refers to it, and one timeline of all departments.
//
//	p, err := profile.Get360(ctx, desk, id, profile.Options{})
//	fmt.Println(p.Customer.Name, p.Transactions.Orders, p.Interactions.Count)
//	page, err := profile.Standard().Timeline(ctx, desk, id, profile.Query{Limit: 20})
//
// Both read through the handle that they are given and show what its guard
// allows: kinds that the caller may not read are left out, and so are records and
// fields that it may not see. A customer that the caller may not see is
// storage.ErrNotFound. Through a tenant handle all reads of a call see one
// committed state.
//
// # Three blocks and sections
//
// Get360 returns the customer with its contact points, addresses and so on; the
// figures of its orders; those of its interactions; and a section for every
// other kind of the store whose records refer to customers, be it a package's,
// the host's or one that the tenant has defined at run time.
//
// # Timeline
//
// A Source says which records of a kind are moments in the life of a customer.
// Standard returns those of this library's packages; a host adds its own:
//
//	sources := append(profile.Standard(), profile.From(Contracts, "signed_at",
//		func(c *Contract) string { return "signed " + c.Number }))
//
// Sources are merged, newest first. A page reads at most two times its limit from
// each source, however long the history is.
//
// Pages show every record that was there throughout exactly once, however many are
// added or deleted between them, unless its own time changes. What is added behind
// the first page was read, and is newer than its last item, is not shown on later
// pages.
//
// # Not guaranteed
//
// A guard that hides the field by which records refer to the customer, or the time
// of a source, hides them all. Figures add up what the caller may see; those of two
// callers may differ. Amounts of different currencies are never added.
package profile
