package pgtest

import (
	"path/filepath"
	"strconv"
	"testing"
)

// A Server is one that a test started for itself. Its methods fail the test
// rather than return errors, and so are for the test's own goroutine; DSN and
// Socket are safe for concurrent use.
type Server struct {
	t       testing.TB
	cluster *cluster
}

// Start starts a server of the test's own and waits until it accepts
// connections; it ends with the test. It is as durable as PostgreSQL is by
// default (fsync, full_page_writes and synchronous_commit are on). Settings are
// those of postgresql.conf, like "max_connections=50" or "fsync=off"; of
// listen_addresses, port and unix_socket_directories the package's own values
// stand. When the test fails, it logs the last lines of the server's log.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	c, err := newCluster(settings...)
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log ends:\n%s", c.logTail())
		}
		if err := c.end(); err != nil {
			t.Error(err)
		}
	})
	return &Server{t, c}
}

// DSN returns a DSN of the server's database postgres. It stays the same over
// Restart.
func (s *Server) DSN() string { return s.cluster.dsn("postgres") }

// Socket returns the path of the server's Unix socket, for proxies that stand
// between a client and the server. It stays the same over Restart.
func (s *Server) Socket() string {
	return filepath.Join(s.cluster.folder, ".s.PGSQL."+strconv.Itoa(port))
}

// Kill ends the server by SIGKILL to all its processes, none of which gets to
// act on the death of another, and returns when they are gone. It is a crash of
// the server, not of the machine: what was handed to the operating system is
// not lost, so it cannot tell whether fsync works. A server that is down stays
// down.
func (s *Server) Kill() {
	s.t.Helper()
	if err := s.cluster.down(crash); err != nil {
		s.t.Fatal(err)
	}
}

// Stop shuts the server down in PostgreSQL's fast mode: running transactions
// are rolled back, clients are disconnected, and everything is written. It
// returns when the server is gone. A server that is down stays down.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.cluster.down(interrupt); err != nil {
		s.t.Fatal(err)
	}
}

// Restart starts the server on the same data, socket and settings, and waits
// until it accepts connections, that is until it has recovered from a crash. A
// server that is up is stopped first.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	if err := s.cluster.start(); err != nil {
		s.t.Fatal(err)
	}
}
