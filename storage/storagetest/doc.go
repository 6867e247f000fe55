// Package storagetest examines drivers of package storage: the conformance kit
// that every adapter passes, this module's own and other people's. A driver
// that passes can stand in for any other, so a host may test over memory and
// run over a database server.
//
// In a test of the adapter:
//
//	func TestConformance(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storage.Driver { return mydriver.New(...) })
//	}
//
// Outside of tests, such as in a tool that examines an installation, Check
// does the same and returns what failed as errors.
//
// # What is examined
//
// The cases are grouped by theme: records, values, deletion, pages, queries,
// aggregates, tenants, contexts, transactions, concurrency, snapshots, refs that
// must exist, derived fields, watches, kinds without their Go type, the change log,
// leases, custom fields, custom kinds, guards, exports, and the driver's own methods. Nearly all go through storage.Store, as a host does; what
// they demand is what the documentation of package storage promises. Three are of
// another nature: random criteria over random records against a naive
// evaluator, random sequences of writes against a model, and concurrent
// histories whose linearizability is checked.
//
// # What is assumed of the driver
//
// Nothing but the contract of storage.Driver. Each case has tenants of its own
// with names that are never used again, so one database may serve all cases and
// several runs at once. The clock of the stores is a fake, and no case waits
// for time to pass. An adapter that keeps tables makes them for Kinds and
// storage.OwnKinds.
//
// Some cases write in one transaction while another is open on the same
// goroutine. A driver over a pool of connections therefore needs at least two
// for each case that runs at once (go test -parallel).
//
// Drivers that join a transaction of the host (storage.Traits.Joined) are
// refused: the kit commits, rolls back and runs transactions side by side.
//
// # What is not examined
//
// Speed, durability, the use of indexes, and what happens when the database is
// out of reach.
package storagetest
