// Package postgres keeps records in PostgreSQL: a storage.Driver over
// database/sql.
//
//	pool, err := sql.Open("postgres", dsn)
//	pg, err := postgres.New(pool, postgres.Config{Schema: "crm"})
//	err = pg.Migrate(ctx, kinds...)
//	store, err := storage.New(pg, time.Now, kinds...)
//
// Each kind has a table, and each of its fields a column, so that SQL of the
// host's own can report on them. Every statement names the tenant, which leads
// every key and ordered index; Migrate makes the tables and only adds to them.
// The library's records and the host's own rows are written in one transaction
// through InTx. docs/postgres.md has a page for operators: poolers, row-level
// security, many machines.
//
// # What it guarantees
//
//   - All that package storagetest demands, on tables split by a hash of the
//     tenant too.
//   - No statement of the library ends a transaction of the host, unless the
//     server could not have done it for anyone: a deadlock, a failed
//     serialization, a timeout, a lost connection, tables that Migrate has not made.
//   - An error says what happened to the transaction; see Error.
//
// # What it does not
//
//   - It does not see what other programs write to the tables: such writes have no
//     version, no place in the change log, and no terms to be found by.
//   - Months and days of a time in a zone follow the server's table of zones, not Go's.
//   - The adapter was tested with lib/pq 1.12.3 on PostgreSQL 15 and 18. Other
//     drivers of database/sql go without COPY, and none was tried.
package postgres
