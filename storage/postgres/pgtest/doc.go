// Package pgtest gives tests a real PostgreSQL, with nothing to set up but the
// binaries: a server that all tests of a process share, databases on it, and
// servers that a test may crash. It is for tests, ours and those of hosts.
//
//	func TestOrders(t *testing.T) {
//		db, err := sql.Open("postgres", pgtest.Database(t))
//		...
//	}
//
// # Which PostgreSQL
//
// With CLIENTELE_POSTGRES_DSN set, Shared and Database use that server, whose
// user must be allowed to create databases. Otherwise the package runs servers
// of its own, from the first of these folders that holds both postgres and
// initdb:
//
//   - $CLIENTELE_POSTGRES_BIN; when it is set, no other folder is tried,
//   - the one to which postgres on the PATH leads, through symbolic links,
//   - the newest of /usr/lib/postgresql/*/bin.
//
// Where there is none, the test is skipped with a text that says what to
// install; with the variable CI set to anything, it fails instead, so that a
// broken machine does not pass for a green one. PostgreSQL 14 to 18 are
// supported. Servers do not run as root: tests of root run them as the user
// postgres, or else nobody, who must be able to read the binaries.
//
// # What is guaranteed
//
// A server and its folder do not outlive the test process, however that ends:
// a small shell holds the server, reads from a pipe whose other end only the
// test process has, and cleans up when the pipe closes. (Not so when that shell
// is killed with it, as by the kill of a whole control group.) No goroutine of
// this package outlives a call.
//
// Servers listen on a Unix socket in a short folder of their own below
// os.TempDir, never on a network port, trust every user of that folder, and
// use UTF-8, the locale C and the time zone UTC. A DSN of theirs reads
// "host=/tmp/... port=5432 user=postgres dbname=... sslmode=disable", which
// lib/pq and psql both take.
//
// The files of a new server are made once for each machine, user and build of
// PostgreSQL, kept in a folder of os.TempDir, and copied for each server.
package pgtest
