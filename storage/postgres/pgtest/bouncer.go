package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
)

// bouncerPort is the number in the name of every bouncer's socket.
const bouncerPort = 6432

// Bouncer starts a PgBouncer in transaction mode before the server of a DSN and
// returns the DSN through it; it ends with the test. In this mode every
// transaction may get another connection of the server, so nothing that is
// bound to a connection lasts: prepared statements (before PgBouncer 1.21),
// SET, LISTEN, advisory locks, temporary tables. At most 20 connections of the
// server are open for a database.
//
// Of the DSN the host, port, user, password and database are kept, and other
// parameters dropped. A missing PgBouncer is treated like a missing PostgreSQL:
// the test is skipped, or fails with CI set.
func Bouncer(t testing.TB, dsn string) string {
	t.Helper()
	config, err := pq.NewConfig(dsn)
	if err != nil {
		t.Fatalf("pgtest: the DSN of the server to bounce to: %v", err)
	}
	s, err := newBouncer()
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
	through := socketDSN(s.folder, bouncerPort, config.User, config.Database)
	if err := s.bounce(bouncerINI(s.folder, config), through); err != nil {
		t.Fatal(err)
	}
	return through
}

// newBouncer prepares a PgBouncer, which is not started yet.
func newBouncer() (*supervisor, error) {
	path, err := findBouncer()
	if err != nil {
		return nil, err
	}
	a, err := serverAccount()
	if err != nil {
		return nil, err
	}
	return supervise(a, "KILL", func(folder string) []string { return []string{path, "pgbouncer.ini"} })
}

// findBouncer looks on the PATH, and where Debian has it, which is not on every user's PATH.
func findBouncer() (string, error) {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("pgtest: PgBouncer is %w: install it (Debian: apt-get install pgbouncer)", errMissing)
}

// bouncerINI is the configuration. With auth_type=any all clients become the
// user of the server's DSN. The parameter that is ignored is one that lib/pq sends.
func bouncerINI(folder string, to pq.Config) string {
	server := fmt.Sprintf("* = host=%s port=%d user=%s", iniQuote(to.Host), to.Port, iniQuote(to.User))
	if to.Password != "" {
		server += " password=" + iniQuote(to.Password)
	}
	return strings.Join([]string{
		"[databases]", server,
		"[pgbouncer]",
		"pool_mode = transaction",
		"auth_type = any",
		"unix_socket_dir = " + folder,
		"listen_port = " + strconv.Itoa(bouncerPort),
		"server_tls_sslmode = prefer",
		"ignore_startup_parameters = extra_float_digits",
		"max_client_conn = 1000",
		"default_pool_size = 20", "",
	}, "\n")
}

// iniQuote writes a value for a connection string of PgBouncer, which doubles quotes.
func iniQuote(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// bounce starts PgBouncer and waits until the server answers through it.
func (s *supervisor) bounce(ini, through string) error {
	// The folder is open to PgBouncer's account alone, which must read the file.
	if err := os.WriteFile(filepath.Join(s.folder, "pgbouncer.ini"), []byte(ini), 0o644); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	pid, err := s.order("start")
	if err != nil {
		return err
	}
	socket := filepath.Join(s.folder, ".s.PGSQL."+strconv.Itoa(bouncerPort))
	for end := time.Now().Add(patience); !answers(socket); time.Sleep(2 * time.Millisecond) {
		if !running(pid) || time.Now().After(end) {
			return fmt.Errorf("pgtest: PgBouncer did not start:\n%s", s.logTail())
		}
	}
	if err := execute(through, "SELECT 1"); err != nil {
		return fmt.Errorf("pgtest: the server does not answer through PgBouncer: %w\n%s", err, s.logTail())
	}
	return nil
}

// answers tells whether somebody accepts connections at a socket.
func answers(socket string) bool {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
