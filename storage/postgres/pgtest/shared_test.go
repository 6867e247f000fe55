package pgtest

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
)

// open opens a database and closes it at the end of the test, when its server
// may be gone.
func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// text returns the one value of a query.
func text(t *testing.T, db *sql.DB, query string) (value string) {
	t.Helper()
	require.NoError(t, db.QueryRow(query).Scan(&value))
	return value
}

func TestSharedIsOneServer(t *testing.T) {
	t.Parallel()
	first, second := Shared(t), Shared(t)
	require.Equal(t, first, second)
	const started = "SELECT pg_postmaster_start_time()::text"
	other := open(t, Database(t))
	require.Equal(t, text(t, open(t, first), started), text(t, other, started))
}

func TestSharedHasTheDocumentedSettings(t *testing.T) {
	t.Setenv("CLIENTELE_POSTGRES_DSN", "")
	db := open(t, Shared(t))
	for setting, want := range map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300", "shared_buffers": "128MB",
		"listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC", "is_superuser": "on",
	} {
		require.Equal(t, want, text(t, db, "SELECT current_setting('"+setting+"')"), setting)
	}
	require.Equal(t, "C", text(t, db, "SELECT datcollate FROM pg_database WHERE datname = current_database()"))
}

func TestDatabasesAreApartAndDropped(t *testing.T) {
	t.Parallel()
	server := open(t, Shared(t))
	var names []string
	t.Run("apart", func(t *testing.T) {
		for range 2 {
			db := open(t, Database(t))
			require.Equal(t, "0", text(t, db, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
			_, err := db.Exec("CREATE TABLE public.things (id int PRIMARY KEY)")
			require.NoError(t, err)
			names = append(names, text(t, db, "SELECT current_database()"))
		}
		require.NotEqual(t, names[0], names[1])
	})
	for _, name := range names {
		require.Equal(t, "0", text(t, server, "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'"))
	}
}

func TestSharedIsTheServerThatIsNamed(t *testing.T) {
	s := Start(t, "fsync=off")
	t.Setenv("CLIENTELE_POSTGRES_DSN", s.DSN())
	require.Equal(t, s.DSN(), Shared(t))
	const socket = "SELECT current_setting('unix_socket_directories')"
	require.Equal(t, text(t, open(t, s.DSN()), socket), text(t, open(t, Database(t)), socket))
}

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"host=/tmp dbname=a":                      "host=/tmp dbname=a dbname=b",
		"postgres://u:p%40@h:1/a?sslmode=disable": "postgres://u:p%40@h:1/b?sslmode=disable",
		"postgresql://u@h?dbname=a":               "postgresql://u@h/b",
	} {
		got, err := withDatabase(dsn, "b")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := withDatabase("postgres://u@%zz/a", "b")
	require.ErrorContains(t, err, "no URL")
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"plain": "plain", "": "''", `a b`: `'a b'`, `it's\`: `'it\'s\\'`} {
		require.Equal(t, want, quote(value))
	}
}
