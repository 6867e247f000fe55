package postgres_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A gadget is what most tests of this package write.
type gadget struct {
	storage.Meta
	Name string
	Code string // unique
	Size int64
	Tags []string
}

var gadgets = storage.Define[gadget]("gadget",
	storage.Text("name", func(g *gadget) *string { return &g.Name }).Indexed().Searchable(),
	storage.Text("code", func(g *gadget) *string { return &g.Code }).Unique(),
	storage.Integer("size", func(g *gadget) *int64 { return &g.Size }),
	storage.Texts("tags", func(g *gadget) *[]string { return &g.Tags }).Indexed(),
)

// gadgetsOf returns n gadgets with codes of their own.
func gadgetsOf(n int) []*gadget {
	list := make([]*gadget, n)
	for i := range list {
		list[i] = &gadget{Name: "gadget", Code: uuid.NewString(), Size: int64(i)}
	}
	return list
}

// author is who writes.
var author = storage.By("user:test", "examine")

// connect opens a handle that is closed with the test, with none of its
// connections in use.
func connect(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.Zero(t, db.Stats().InUse, "connections in use at the end")
		require.NoError(t, db.Close())
	})
	return db
}

// driverOf makes a driver.
func driverOf(t testing.TB, db *sql.DB, config postgres.Config) *postgres.DB {
	t.Helper()
	pg, err := postgres.New(db, config)
	require.NoError(t, err)
	return pg
}

// storeOf makes a store with the kinds.
func storeOf(t testing.TB, d storage.Driver, kinds ...storage.Described) *storage.Store {
	t.Helper()
	store, err := storage.New(d, time.Now, kinds...)
	require.NoError(t, err)
	return store
}

// emptyDB returns a handle on an empty database of the test's own.
func emptyDB(t testing.TB) *sql.DB {
	t.Helper()
	return connect(t, pgtest.Database(t))
}

var gadgetry sync.Once

// workshop returns a tenant of its own in the shared database, where gadgets have a table.
func workshop(t testing.TB, config postgres.Config) (*sql.DB, *postgres.DB, *storage.Tenant) {
	t.Helper()
	db := open(t)
	gadgetry.Do(func() {
		require.NoError(t, driverOf(t, db, postgres.Config{}).Migrate(context.Background(), gadgets))
	})
	pg := driverOf(t, db, config)
	return db, pg, storeOf(t, pg, gadgets).Tenant("tenant-" + uuid.NewString())
}

// putGadgets writes gadgets in a transaction that must succeed.
func putGadgets(t testing.TB, tenant *storage.Tenant, list ...*gadget) {
	t.Helper()
	require.NoError(t, tryGadgets(t, tenant, list...))
}

func tryGadgets(t testing.TB, tenant *storage.Tenant, list ...*gadget) error {
	t.Helper()
	return tenant.Update(t.Context(), author, func(tx *storage.Tx) error { return gadgets.Put(t.Context(), tx, list...) })
}

// countGadgets counts gadgets.
func countGadgets(t testing.TB, r storage.Reader) int {
	t.Helper()
	n, err := gadgets.Count(t.Context(), r, storage.Query{Deleted: storage.DeletedToo})
	require.NoError(t, err)
	return int(n)
}

// gadgetByID reads a gadget that must be there.
func gadgetByID(t testing.TB, r storage.Reader, id uuid.UUID) *gadget {
	t.Helper()
	g, err := gadgets.Get(t.Context(), r, id)
	require.NoError(t, err)
	return g
}

// A tape records statements.
type tape struct {
	mu   sync.Mutex
	seen []postgres.Statement
	errs []error
}

func (l *tape) hook(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
	return ctx, func(err error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.seen, l.errs = append(l.seen, s), append(l.errs, err)
	}
}

// names returns the names of the statements so far and forgets them.
func (l *tape) names() []string {
	var names []string
	for _, s := range l.take() {
		names = append(names, s.Name)
	}
	return names
}

func (l *tape) take() []postgres.Statement {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.seen
	l.seen, l.errs = nil, nil
	return seen
}

// ends reports whether a statement begins or ends a transaction.
func ends(s postgres.Statement) bool {
	word, _, _ := strings.Cut(s.SQL, " ")
	return slices.Contains([]string{"BEGIN", "START", "COMMIT", "ROLLBACK", "END", "ABORT", "SAVEPOINT", "RELEASE"}, strings.ToUpper(word))
}

// waits blocks until the server process waits for a lock.
func waits(t testing.TB, db *sql.DB, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		var waiting bool
		err := db.QueryRow("SELECT coalesce((SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1), false)", pid).Scan(&waiting)
		return err == nil && waiting
	}, 20*time.Second, time.Millisecond)
}

func pidOf(t testing.TB, tx *sql.Tx) (pid int) {
	t.Helper()
	require.NoError(t, tx.QueryRow("SELECT pg_backend_pid()").Scan(&pid))
	return pid
}
