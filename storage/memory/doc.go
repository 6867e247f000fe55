// Package memory keeps records in the memory of the process: for tests, for
// examples, and for programs whose data fit and may be lost.
//
// It passes the whole conformance kit (package storagetest), as every adapter
// must, so what works on it works on the others. It is safe for
// concurrent use, rolls back, finds records by index, and gives every reader a
// snapshot that later writes do not touch.
//
// # How it works
//
// Committed records are never changed, only replaced. Each kind of a tenant
// gives its records numbers and has a hash table by id, one for each unique key,
// and ordered B-trees of numbers for the ids and the indexes; a change of a
// record leaves alone the trees whose fields it does not touch. A snapshot is a
// copy-on-write copy of the trees, taken in constant time and shared by readers until
// the next commit. A writing
// transaction gathers its writes aside and puts them in place on Commit, if
// the versions that it replaces are still the committed ones and its unique
// keys are still free; otherwise it fails with a conflict, and Store runs it
// again. Writers never wait for each other while they work, and a transaction
// inside another one does not lock up.
//
// Look and Key of package storage go through the hash tables without a
// transaction and allocate nothing. Beside every entry of a tree stand 32 bits
// made of the record's sets of texts, so a condition on tags passes over most
// records without a look at them, with an index or without.
//
// criteria.Search goes by the pairs of neighbouring characters of a text. Their tree
// is made when somebody first searches in a field, which takes about as long as
// sorting these pairs, and is kept up from then on.
//
// # What it does not do
//
// Nothing is written to disk: use Tenant.Export. A write transaction reads the
// newest committed state with each call, as Postgres does at READ COMMITTED;
// only View gives one state for several reads.
package memory
