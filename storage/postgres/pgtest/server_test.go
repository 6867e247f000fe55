//go:build unix

package pgtest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKillAndRestartKeepWhatWasCommitted(t *testing.T) {
	t.Parallel()
	s := Start(t, "max_connections=20")
	db, socket := open(t, s.DSN()), s.Socket()
	require.Equal(t, "20", text(t, db, "SELECT current_setting('max_connections')"))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		require.Equal(t, "on", text(t, db, "SELECT current_setting('"+setting+"')"), setting)
	}
	_, err := db.Exec("CREATE TABLE kept (id int)")
	require.NoError(t, err)
	for round := range 2 {
		_, err := db.Exec("INSERT INTO kept VALUES ($1)", round)
		require.NoError(t, err)
		tx := uncommitted(t, db)
		before := backends(t, s.cluster.pid)
		s.Kill()
		require.Error(t, tx.Commit())
		require.NoError(t, await("end", before, process.ended))
		require.Error(t, db.Ping())
		s.Restart()
		require.Equal(t, socket, s.Socket())
		fresh := open(t, s.DSN())
		require.Equal(t, []string{"1", "2"}[round], text(t, fresh, "SELECT count(*) FROM kept"))
		db = fresh
	}
}

// uncommitted begins a transaction with a row that must not survive.
func uncommitted(t *testing.T, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(context.Background(), nil)
	require.NoError(t, err)
	_, err = tx.Exec("INSERT INTO kept VALUES (-1)")
	require.NoError(t, err)
	return tx
}

// backends returns the processes of a server, itself among them.
func backends(t *testing.T, server int) []int {
	t.Helper()
	all, err := processes()
	require.NoError(t, err)
	found := []int{server}
	for pid, p := range all {
		if p.parent == server {
			found = append(found, pid)
		}
	}
	require.Greater(t, len(found), 3, "the server and its background processes")
	return found
}

func TestStopShutsDownInOrder(t *testing.T) {
	t.Parallel()
	s := Start(t)
	db := open(t, s.DSN())
	_, err := db.Exec("CREATE TABLE kept (id int)")
	require.NoError(t, err)
	tx := uncommitted(t, db)
	s.Stop()
	require.Error(t, tx.Commit())
	require.Error(t, db.Ping())
	require.NoFileExists(t, s.Socket())
	require.NoFileExists(t, filepath.Join(s.cluster.folder, "data", "postmaster.pid"), "a crash would leave it")
	s.Stop()
	s.Kill()
	s.Restart()
	require.Equal(t, "0", text(t, open(t, s.DSN()), "SELECT count(*) FROM kept"))
}

func TestRestartOfAServerThatIsUp(t *testing.T) {
	t.Parallel()
	s := Start(t, "fsync=off")
	const started = "SELECT pg_postmaster_start_time()::text"
	before := text(t, open(t, s.DSN()), started)
	s.Restart()
	require.NotEqual(t, before, text(t, open(t, s.DSN()), started))
}

func TestServersEndWithTheirTest(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*Server){
		"up": func(*Server) {}, "stopped": (*Server).Stop, "killed": (*Server).Kill,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *Server
			var pid int
			var segment string
			t.Run("inner", func(t *testing.T) {
				s = Start(t, "fsync=off", "port=1", "listen_addresses=*")
				pid, segment = s.cluster.pid, sharedMemory(t, s.cluster)
				if segments, err := os.ReadFile("/proc/sysvipc/shm"); err == nil {
					require.Regexp(t, segment, string(segments))
				}
				require.FileExists(t, s.Socket())
				leave(s)
			})
			require.NoDirExists(t, s.cluster.folder)
			require.False(t, running(pid))
			segments, _ := os.ReadFile("/proc/sysvipc/shm") // Linux alone has it
			require.NotRegexp(t, segment, string(segments))
		})
	}
}

// sharedMemory returns a pattern for a server's memory segment in the system's list.
func sharedMemory(t *testing.T, c *cluster) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.folder, "data", "postmaster.pid"))
	require.NoError(t, err)
	words := strings.Fields(strings.Split(string(text), "\n")[6])
	require.Len(t, words, 2, "key and id")
	return `(?m)^\s*-?\d+\s+` + words[1] + `\s`
}

func TestABadSettingIsTold(t *testing.T) {
	t.Parallel()
	_, err := newCluster("max_connections=many")
	require.ErrorContains(t, err, `invalid value for parameter "max_connections"`)
}

func TestATemplateThatLostFilesIsMadeAgain(t *testing.T) {
	t.Setenv("TMPDIR", shortFolder(t))
	a, err := serverAccount()
	require.NoError(t, err)
	b, err := findBinaries(a)
	if err != nil {
		giveUp(t, err)
	}
	m := template{b, a}
	require.NoError(t, m.make())
	require.NoError(t, os.Remove(filepath.Join(m.path(), "data", "global", "pg_control")))
	usable, err := m.check()
	require.NoError(t, err)
	require.False(t, usable)
	data, err := m.data()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(data, "global", "pg_control"))
	require.NoError(t, m.make(), "the loser of a race keeps the winner's")
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing but the template")
}

func TestATemplateOfAnotherUserIsRefused(t *testing.T) {
	t.Setenv("TMPDIR", shortFolder(t))
	m := template{binaries{version: "15", major: "15"}, account{name: "somebody", uid: uint32(os.Geteuid()) + 1}}
	require.NoError(t, os.Mkdir(m.path(), 0o700))
	_, err := m.data()
	require.ErrorContains(t, err, "is not a folder of the user somebody: remove it")
}

// shortFolder returns a folder for temporary files of any user, whose name is
// short enough for sockets, as that of t.TempDir is not.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "pgt")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o777|os.ModeSticky))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	return folder
}
