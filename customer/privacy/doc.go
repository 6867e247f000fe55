// Package privacy answers the requests that a law on personal data gives people
// a right to: a copy of everything that is held about them, and its erasure.
// It works from the descriptions of kinds, so that it knows a host's own
// kinds and those that tenants define at run time as well as the library's.
//
//	err := privacy.Export(ctx, acme, c.ID, file)
//	...
//	by := storage.By("user:ann", "erase").Because("request 2026-17")
//	done, err := privacy.Erase(ctx, acme, by, c.ID, privacy.Options{}, nil)
//
// # Whose a record is
//
// A kind belongs to customers by its fields that refer to the kind "customer": by
// the one named customer, or where there is none of that name by any of them.
// A record is a customer's if such a field names the customer; and also if it
// belongs to nobody else and refers to a record that is the customer's, such as
// a line to an order, and so on. A ref without a target counts where the field
// is required and leads an index.
//
// A record that belongs to another customer and names this one in a further field,
// as a deal of a company names a contact, only mentions the customer. Customers
// that name the customer, such as subsidiaries, mention it too.
//
// # Export
//
// Export writes all records that are the customer's, deleted ones too, with their
// history; of records that mention the customer, the fields that are Personal.
//
// # Erasure
//
// What is the customer's is purged, or anonymised where the policy of its kind
// says so: fields that are Personal are emptied (a required one says "erased"),
// and the record goes to an anonymous customer, made for it, so that sums over
// orders stay what they were. These differ from the policy of their kind:
//
//   - A record that is soft deleted is purged with all that hangs on it, whatever
//     the policy, also one that mentions the customer.
//   - A record that another customer's record still names (storage.Def.Existing) is
//     anonymised, and stays soft deleted if it is.
//   - Of a record that mentions the customer the Personal fields are emptied, as they
//     may tell of either, and the ref; a required ref names the anonymous customer.
//     Customers that mention it lose the ref and nothing else.
//
// The values of every record that was touched go from the change log, which still
// verifies; so do those of the customer's records that were purged before.
// What is left is an Erasure: when, by whom, why, how many, and the id.
//
// # One request, several transactions
//
// Customers may have hundreds of thousands of records, so Erase works in
// transactions of bounded size. The first soft-deletes the customer, so that
// no new record can name it (by a field that is Existing), and writes the Erasure;
// the others erase, and the last of them purges the customer. Erase that was
// interrupted is called again and goes on. In a transaction of the host (see
// storage.Store.With) all of it is part of that one.
//
// It takes one to two milliseconds for each record on PostgreSQL: 5,000 interactions
// took 6.5 seconds, and 2.5 in memory (two busy cores).
//
// # Not guaranteed
//
//   - Personal data in fields that are not Personal stays in records that are
//     anonymised, and so does what people wrote about the customer in the records of
//     others. Options.Also names records that no field connects with the customer.
//   - Files, exports, backups and what was sent to other systems are the host's.
//     So are texts in Origin.Reason of past changes, and of records of exports.
//   - Filters of exports (package export) hold digests of 24 bits instead of personal
//     values. Such a digest stays, and who has a name to try can tell that it may
//     have been looked for.
//   - Records of kinds without a field that is Existing may be added while the
//     erasure runs; those of before its last transaction are found.
//   - Over PostgreSQL, deleted values stay in dead rows and in the log of the
//     database until it reuses the space.
package privacy
