package postgres_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// secured makes a database with the kit's tables and policies, and returns a
// handle of its owner and one of a role that they bind.
func secured(t testing.TB) (owner, db *sql.DB) {
	t.Helper()
	role := newRole(t)
	dsn := pgtest.Database(t)
	owner = connect(t, dsn)
	kinds := append(storagetest.Kinds(), gadgets)
	pg := driverOf(t, owner, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), kinds...))
	for range 2 { // it can be repeated
		_, err := owner.Exec(pg.RowSecurity(kinds...))
		require.NoError(t, err)
	}
	_, err := owner.Exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role)
	require.NoError(t, err)
	db = connect(t, asRole(t, dsn, role))
	db.SetMaxIdleConns(16)
	db.SetMaxOpenConns(60)
	return owner, db
}

// A role that the policies bind can do all that the store does.
func TestRowSecurity_Conformance(t *testing.T) {
	t.Parallel()
	_, db := secured(t)
	options := storagetest.Options{Only: []string{"records", "queries", "tenants", "custom", "log", "leases"}}
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		options = storagetest.Options{}
	}
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		return driverOf(t, db, postgres.Config{RowSecurity: true})
	}, options)
}

// SQL of the host's own that forgets the tenant sees nothing of anybody, and
// one that names another tenant than the one bound neither reads nor writes.
func TestRowSecurity_SecondWall(t *testing.T) {
	t.Parallel()
	owner, db := secured(t)
	pg := driverOf(t, db, postgres.Config{RowSecurity: true})
	store := storeOf(t, pg, gadgets)
	putGadgets(t, store.Tenant("acme"), gadgetsOf(3)...)
	putGadgets(t, store.Tenant("globex"), gadgetsOf(2)...)
	require.Equal(t, 5, seenBy(t, owner, "gadget"))

	for _, table := range []string{"gadget", "change", "vocabulary"} {
		require.Zero(t, seenBy(t, db, table), table)
	}
	_, err := db.Exec("INSERT INTO gadget (tenant, id, version, created_at, updated_at) VALUES ('acme', $1, 1, now(), now())", uuid.New())
	require.ErrorContains(t, err, "row-level security")

	tx, err := db.Begin()
	require.NoError(t, err)
	defer tx.Rollback()
	acme := store.Tenant("acme").With(pg.InTx(tx))
	require.Equal(t, 3, countGadgets(t, acme))
	var n int
	require.NoError(t, tx.QueryRow("SELECT count(*) FROM gadget").Scan(&n))
	require.Equal(t, 3, n, "bound by the library, the host's own SQL sees one tenant")
	require.NoError(t, tx.QueryRow("SELECT count(*) FROM gadget WHERE tenant = 'globex'").Scan(&n))
	require.Zero(t, n)
	result, err := tx.Exec("UPDATE gadget SET size = 1 WHERE tenant = 'globex'")
	require.NoError(t, err)
	touched, err := result.RowsAffected()
	require.NoError(t, err)
	require.Zero(t, touched)
	require.NoError(t, tx.Rollback())
	require.Zero(t, seenBy(t, db, "gadget"), "the connection is bound no longer")
}

// Without Config.RowSecurity the policies bind all the same: nothing is seen.
func TestRowSecurity_FailsClosed(t *testing.T) {
	t.Parallel()
	_, db := secured(t)
	bound := storeOf(t, driverOf(t, db, postgres.Config{RowSecurity: true}), gadgets).Tenant("acme")
	putGadgets(t, bound, gadgetsOf(1)...)
	unbound := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant("acme")
	require.Zero(t, countGadgets(t, unbound))
	require.Error(t, tryGadgets(t, unbound, gadgetsOf(1)...))
	require.Equal(t, 1, countGadgets(t, bound))
}

func seenBy(t testing.TB, db *sql.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow("SELECT count(*) FROM "+table).Scan(&n))
	return n
}
