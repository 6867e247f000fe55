// Package clientele embeds customer management in a Go application: customers
// and all that is recorded about them, import of files, data quality, search,
// duplicates, segments, and a guarded, logged store that keeps them. It is a
// library, not a server, and has no user interface. The public pool, roles and
// automation are to come.
//
// # The whole in one page
//
// A driver keeps records: package storage/memory, or one over a database. Open
// wires the packages over it, a tenant is one customer of a host with many, and
// a desk is the database as one principal may use it:
//
//	db, err := clientele.Open(memory.New())
//	desk := db.Tenant("acme").As(clientele.System("shop"))
//	err = desk.Update(ctx, "sign up", func(tx *storage.Tx) error {
//		return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Person, Name: "王丽"})
//	})
//	for c, err := range customer.Kind.Find(ctx, desk.Records(), storage.Query{
//		Where: criteria.Search("name", "王"),
//	}) { ... }
//
// Records are Go structs with a description of their fields, a kind, written
// once. From it come validation, indexes, conditions, permissions, history,
// import and JSON. A host's own kinds (WithKinds) are equal to the library's,
// and each tenant adds fields and kinds at run time (storage.CustomFields,
// storage.Entities).
//
// Conditions are data (package storage/criteria): one language for filters,
// segments, permissions and rules, that marshals to JSON, is checked against
// the kind, and runs in memory and in the database alike.
//
// Every write happens in a transaction, names who does it and what for,
// replaces a known version of a record, and leaves an entry in the change
// log: the history of the record, the outbox of the host, the audit trail. The
// log is sequenced without gaps and chained by hashes.
//
// # Packages
//
//   - customer: the customer, contact points, orders, interactions; below it the
//     packages of leads, deals, tickets, tags, consent, quality, search, the 360°
//     view and more; customer/intake imports files from strangers
//   - dedupe: which records are one, and why; below it the check while
//     customers are written, the queue of pairs to decide, merging that can be undone,
//     cleaning of files
//   - segment: RFM, named segments, value tiers, statistics for models
//   - storage: records, transactions, the change log; criteria, the language
//     of conditions; memory, an adapter; storagetest, what every adapter passes
//
// Each of them can be used without this package.
//
// # What it does not do
//
// It opens no network connection, starts no goroutine that outlives a call,
// registers nothing globally and never reads the clock but through the one
// that Open was given. It does not log the values of records.
package clientele
