package postgres_test

import (
	"database/sql"
	"errors"
	"os"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Queries of one form, whatever their constants and the lengths of their lists,
// are one statement, which is prepared once a connection.
func TestStatements_OneFormIsPreparedOnce(t *testing.T) {
	t.Parallel()
	workshop(t, postgres.Config{})
	db := connect(t, pgtest.Shared(t))
	db.SetMaxOpenConns(1) // so that the view is that of the connection that was used
	acme := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant("tenant-" + uuid.NewString())
	texts := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = uuid.NewString()
		}
		return list
	}
	for name, query := range map[string]func(n int) storage.Query{
		"equal":   func(n int) storage.Query { return storage.Query{Where: criteria.Eq("size", n)} },
		"in":      func(n int) storage.Query { return storage.Query{Where: criteria.In("name", texts(1+n)...)} },
		"has any": func(n int) storage.Query { return storage.Query{Where: criteria.HasAny("tags", texts(1+n)...)} },
		"has all": func(n int) storage.Query { return storage.Query{Where: criteria.HasAll("tags", texts(1+n)...)} },
		"search": func(n int) storage.Query {
			return storage.Query{Where: criteria.Search("name", uuid.NewString()[:2+n])}
		},
		"prefix": func(n int) storage.Query {
			return storage.Query{Where: criteria.Prefix("name", uuid.NewString()[:1+n])}
		},
		"contains": func(n int) storage.Query { return storage.Query{Where: criteria.Contains("name", uuid.NewString())} },
		"related": func(n int) storage.Query {
			return storage.Query{Where: criteria.RelatedCount("gadget", "id", criteria.Gt("size", n), criteria.Equal, int64(n+1))}
		},
	} {
		before := preparedOn(t, db)
		for n := range 10 {
			_, err := gadgets.Count(t.Context(), acme, query(n))
			require.NoError(t, err)
		}
		require.Equal(t, before+1, preparedOn(t, db), name)
	}
	before := preparedOn(t, db)
	for range 10 {
		_, err := gadgets.Get(t.Context(), acme, uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
	}
	require.Equal(t, before+1, preparedOn(t, db), "get")
	_, err := gadgets.Count(t.Context(), acme, storage.Query{Where: criteria.Le("size", 1)})
	require.NoError(t, err)
	require.Equal(t, before+1, preparedOn(t, db), "what comes once is not prepared")
}

func preparedOn(t testing.TB, db *sql.DB) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow("SELECT count(*) FROM pg_prepared_statements").Scan(&n))
	return n
}

// Writes too: the statements of a transaction are those of the pool.
func TestStatements_OfTransactions(t *testing.T) {
	t.Parallel()
	workshop(t, postgres.Config{})
	db := connect(t, pgtest.Shared(t))
	db.SetMaxOpenConns(2) // one to prepare on while the other is in a transaction
	db.SetMaxIdleConns(2)
	acme := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant("tenant-" + uuid.NewString())
	most := 0
	for round := range 20 {
		g := gadgetsOf(1)[0]
		putGadgets(t, acme, g)
		g.Size = int64(round + 1000)
		putGadgets(t, acme, g)
		n := preparedOnBoth(t, db)
		if round >= 5 {
			require.Equal(t, most, n, "nothing is added in the steady state")
		}
		most = n
	}
	require.Positive(t, most)
}

// preparedOnBoth counts the statements on two connections.
func preparedOnBoth(t testing.TB, db *sql.DB) (n int) {
	t.Helper()
	for range 2 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		var here int
		require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_prepared_statements").Scan(&here))
		n += here
	}
	return n
}

// An older release of the host goes on while a newer one has migrated.
func TestStatements_SurviveAMigration(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	first, later := grownFirst(), grownLater()
	require.NoError(t, pg.Migrate(t.Context(), first))
	old := storeOf(t, pg, first).Tenant("acme")
	g := &grown{Name: "a"}
	putGrown(t, old, first, g)
	work := func(n int) {
		for range n {
			g.Name += "a"
			putGrown(t, old, first, g)
			read, err := first.Get(t.Context(), old, g.ID)
			require.NoError(t, err)
			require.Equal(t, g.Name, read.Name)
			require.Len(t, foundGrown(t, old, first, criteria.Eq("name", g.Name)), 1)
		}
	}
	work(5)
	require.NoError(t, driverOf(t, db, postgres.Config{}).Migrate(t.Context(), later))
	work(5)
}

func TestStatements_UnpreparedPreparesNothing(t *testing.T) {
	t.Parallel()
	workshop(t, postgres.Config{})
	db := connect(t, pgtest.Shared(t))
	db.SetMaxOpenConns(1)
	acme := storeOf(t, driverOf(t, db, postgres.Config{Unprepared: true}), gadgets).Tenant("tenant-" + uuid.NewString())
	for range 3 {
		putGadgets(t, acme, gadgetsOf(1)...)
		countGadgets(t, acme)
	}
	require.Zero(t, preparedOn(t, db))
}

func TestUnprepared_Conformance(t *testing.T) {
	t.Parallel()
	db := open(t)
	options := storagetest.Options{Only: []string{"records", "transactions"}} // TestPgBouncer_Conformance runs more, with CLIENTELE_SOAK all
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		return driverOf(t, db, postgres.Config{Unprepared: true})
	}, options)
}

// bounced returns a handle through a PgBouncer in transaction mode to a
// database with the tables of the kit.
func bounced(t testing.TB) *sql.DB {
	t.Helper()
	dsn := pgtest.Database(t)
	db := connect(t, pgtest.Bouncer(t, dsn))
	db.SetMaxOpenConns(60)
	db.SetMaxIdleConns(16)
	require.NoError(t, driverOf(t, db, postgres.Config{Unprepared: true}).Migrate(t.Context(), storagetest.Kinds()...))
	return db
}

func TestPgBouncer_Conformance(t *testing.T) {
	t.Parallel()
	db := bounced(t)
	options := storagetest.Options{Only: []string{"records", "transactions", "snapshots", "pages", "leases", "log"}}
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		options.Only = nil
	}
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		return driverOf(t, db, postgres.Config{Unprepared: true})
	}, options)
}

// Without Config.Unprepared a PgBouncer that keeps no statements does not do,
// and the error says what to set: two clients take turns on one connection of
// the server, where each finds the other's statements.
func TestPgBouncer_NeedsUnprepared(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	through := pgtest.Bouncer(t, dsn)
	require.NoError(t, driverOf(t, connect(t, dsn), postgres.Config{}).Migrate(t.Context(), gadgets))
	var last error
	for range 2 {
		db := connect(t, through)
		db.SetMaxOpenConns(1)
		acme := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant("acme")
		for range 3 {
			_, last = gadgets.Get(t.Context(), acme, uuid.New())
			if !errors.Is(last, storage.ErrNotFound) {
				break
			}
		}
	}
	if errors.Is(last, storage.ErrNotFound) {
		t.Skip("this PgBouncer keeps prepared statements (max_prepared_statements)")
	}
	require.ErrorContains(t, last, "set Config.Unprepared")
	plain(t, last)
}
