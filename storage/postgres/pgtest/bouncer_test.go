package pgtest

import (
	"context"
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

func TestBouncerSharesConnectionsByTransaction(t *testing.T) {
	t.Parallel()
	direct := Database(t)
	through := open(t, Bouncer(t, direct))
	require.Equal(t, text(t, open(t, direct), "SELECT current_database()"), text(t, through, "SELECT current_database()"))

	// Two clients are connected at once and in turn served by one connection of
	// the server, as it would not be if each had its own for as long as it stays.
	var served []int
	for range 2 {
		conn, err := through.Conn(context.Background())
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		var pid int
		require.NoError(t, conn.QueryRowContext(context.Background(), "SELECT pg_backend_pid()").Scan(&pid))
		served = append(served, pid)
	}
	require.Equal(t, served[0], served[1])
}

func TestBouncerINIQuotes(t *testing.T) {
	t.Parallel()
	ini := bouncerINI("/tmp/x", pq.Config{Host: "h", Port: 1, User: "o'neil", Password: "a b"})
	require.Contains(t, ini, "\n* = host='h' port=1 user='o''neil' password='a b'\n")
}

func TestBouncerThroughARestart(t *testing.T) {
	t.Parallel()
	s := Start(t, "fsync=off")
	db := open(t, Bouncer(t, s.DSN()))
	s.Kill()
	s.Restart()
	require.Eventually(t, func() bool { return db.Ping() == nil }, patience, patience/10000)
}
