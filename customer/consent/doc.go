// Package consent keeps what customers allowed and forbade: through which
// channel they may be contacted and for what purpose, since when, in answer to
// which text, and on what evidence.
//
//	policy := consent.Policy{{Channel: "call", Purpose: "service", Allowed: true}}
//	_, err := consent.Add(ctx, tx, &consent.Record{
//		Customer: c.ID, Channel: "mail", Purpose: "marketing",
//		State: consent.Granted, Source: "checkout", TextVersion: "2026-01",
//	})
//	d, err := policy.CanContact(ctx, tx, c.ID, "mail", "marketing", tx.Now())
//	if !d.Allowed {
//		// d.Reason: "withdrawn", "no_consent", ...
//	}
//
// # What counts
//
// A Record is one statement of a customer. Records are never changed, so that
// they show what was allowed at every moment. A statement is about one channel
// and one purpose, or with Any about all of them. This decides whether a channel
// may be used for a purpose:
//
//   - A later statement takes the place of an earlier one about the same, and of
//     earlier ones about a part of it: who withdraws everything has withdrawn
//     each single consent, and may grant single ones again afterwards.
//   - Of the statements that are left, the one about this very channel and purpose
//     counts; without it the one about the channel and all purposes and the one
//     about the purpose and all channels, where both must allow it; without
//     them the one about everything.
//   - Without any statement the Policy of the host decides.
//
// Of statements of the same moment a withdrawn one counts as the latest, then
// a denied, a granted and a pending one. The order in which they are added does
// not matter, so a statement that arrives late finds its place.
//
// # Lists
//
// States holds the statements that are left, so that lists and conditions can use
// them; Policy.Contactable is that condition. Add keeps States in step in its
// own transaction.
//
// # Guarantees
//
//   - CanContact and Contactable agree.
//   - However many transactions add statements of one customer at the same time,
//     States is what their Records say: each takes the customer's turn, and the one
//     that comes second is repeated (storage.Tenant.Update) or gets
//     storage.ErrConflict (in a transaction of the host).
//   - In a store with Watch, nobody changes what a record says.
//
// # Not guaranteed
//
// A guard that hides some of this package's records from a person makes the
// answers those that the rest would give; and who adds statements must see all
// kinds of the package of that customer, or gets storage.ErrConflict. Records that are written with Put instead of Add, or given to another customer,
// as a merge does, leave States behind until Rebuild. Nothing here sends,
// and nothing stops a host that does not ask.
package consent
