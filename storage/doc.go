// Package storage keeps records: it describes them, finds them, changes them in
// transactions and remembers what was changed. It is the portable half; an
// adapter (package memory, or one over a database) implements Driver beneath it.
//
// # Kinds
//
// A kind is a struct that embeds Meta and a description of its fields, written
// once:
//
//	type Vehicle struct {
//		storage.Meta
//		Plate string
//		Owner uuid.UUID
//	}
//
//	var Vehicles = storage.Define[Vehicle]("vehicle",
//		storage.Text("plate", func(v *Vehicle) *string { return &v.Plate }).Unique(),
//		storage.Ref("owner", func(v *Vehicle) *uuid.UUID { return &v.Owner }).To("customer").Indexed(),
//	)
//
// Everything else follows from it: checks of criteria, indexes, unique keys,
// JSON, the change log, permissions on fields. A tenant adds fields to a kind at run time
// (CustomFields) and whole kinds (CustomKinds, Entities).
//
// # Reading and writing
//
//	store, err := storage.New(memory.New(), time.Now, Vehicles)
//	acme := store.Tenant("acme")
//	err = acme.Update(ctx, storage.By("user:ann", "register"), func(tx *storage.Tx) error {
//		return Vehicles.Put(ctx, tx, &Vehicle{Plate: "沪A12345"})
//	})
//	v, err := Vehicles.First(ctx, acme, storage.Query{Where: criteria.Eq("plate", "沪A12345")})
//	v, err = ByPlate.Get(ctx, acme, "沪A12345") // the same, faster: var ByPlate = Vehicles.Key("plate")
//
// Methods that read take a Reader: a tenant handle, where each call sees the
// state of that moment, or a transaction.
//
// # Guarantees
//
//   - A write replaces the version that was read or fails with ErrConflict,
//     at any isolation level of the database. All writes of a transaction
//     happen, or none.
//   - Reads inside a transaction see the writes before them. All reads inside
//     View, and all records of one Find, come from one committed state.
//   - A write without actor and action is refused. Every change of a tracked
//     kind is in the change log, from the same transaction.
//   - Records of another tenant are not found, whatever is asked.
//   - Through a guarded handle nothing is read or written that the guard does
//     not allow, by any method of this package.
//   - What was put is what is got, on every adapter: times in UTC cut to
//     microseconds, decimals equal by value, sets of texts sorted and without
//     repetitions, nil and empty the same. Text is kept byte for byte; what is
//     not valid UTF-8, or holds NUL, is refused.
//   - Records and slices are copied in and out: changing what was put or got
//     changes nothing in the store. (Each and Look lend records; see there.)
//
// # Not guaranteed
//
//   - A write transaction does not read one snapshot: another transaction may
//     commit between two of its reads. What it writes is checked by version. A
//     condition over records that it only reads (a cap, a balance) needs a
//     record of its own that every such transaction writes. One that deletes
//     records which it first names holds them (Kind.Hold).
//   - Ids made here are in the order of time, to the accuracy of the clocks of
//     the machines; the change log has the exact order of each record's versions.
//   - A record that was purged may be created again under its id, with version
//     1: a writer who still holds a version of its former life is not told.
//   - In one call of Put a new record cannot take a unique key that a changed
//     one gives up: put the changed one first.
//   - A Ref field may point to a record that is deleted or purged, unless it is
//     described as Existing.
//
// # Adapters
//
// Package storagetest examines an adapter. Start from Driver and Transaction.
package storage
