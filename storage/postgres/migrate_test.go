package postgres_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
)

var update = flag.Bool("update", false, "write the golden files anew")

// current requires that a database lacks nothing.
func current(t testing.TB, pg *postgres.DB, kinds ...storage.Described) {
	t.Helper()
	pending, err := pg.Pending(t.Context(), kinds...)
	require.NoError(t, err)
	require.Empty(t, pending)
}

func TestMigrate_TwiceIsNothing(t *testing.T) {
	t.Parallel()
	var seen tape
	pg := driverOf(t, emptyDB(t), postgres.Config{Hook: seen.hook})
	pending, err := pg.Pending(t.Context(), storagetest.Kinds()...)
	require.NoError(t, err)
	require.Equal(t, len(pg.Migrations(storagetest.Kinds()...)), len(pending)+1, "public is there already, all else is to be made")
	for i, step := range pending {
		require.Equal(t, i+1, step.Number)
	}
	require.NoError(t, pg.Migrate(t.Context(), storagetest.Kinds()...))
	current(t, pg, storagetest.Kinds()...)
	seen.take()
	require.NoError(t, pg.Migrate(t.Context(), storagetest.Kinds()...))
	for _, s := range seen.take() {
		for _, word := range []string{"CREATE", "ALTER", "DROP", "UPDATE "} {
			require.False(t, strings.HasPrefix(s.SQL, word), s.SQL)
		}
	}
}

// Whoever comes first does the work, and the others wait for it.
func TestMigrate_ManyAtOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	const n = 8
	start := make(chan struct{})
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		pg := driverOf(t, connect(t, dsn), postgres.Config{Schema: "crm"})
		all.Go(func() {
			<-start
			errs[i] = pg.Migrate(t.Context(), storagetest.Kinds()...)
		})
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	current(t, driverOf(t, connect(t, dsn), postgres.Config{Schema: "crm"}), storagetest.Kinds()...)
}

const migrateVariable = "CLIENTELE_MIGRATE_CHILD"

// TestMigrateChild is what the processes of the next test do.
func TestMigrateChild(t *testing.T) {
	dsn := os.Getenv(migrateVariable)
	if dsn == "" {
		t.Skip("it is run by TestMigrate_ManyProcesses")
	}
	pg := driverOf(t, connect(t, dsn), postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), storagetest.Kinds()...))
	current(t, pg, storagetest.Kinds()...)
}

func TestMigrate_ManyProcesses(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	self, err := os.Executable()
	require.NoError(t, err)
	errs, outputs := make([]error, 3), make([][]byte, 3)
	var all sync.WaitGroup
	for i := range errs {
		child := exec.CommandContext(t.Context(), self, "-test.run=^TestMigrateChild$", "-test.count=1", "-test.v")
		child.Env = append(os.Environ(), migrateVariable+"="+dsn)
		all.Go(func() { outputs[i], errs[i] = child.CombinedOutput() })
	}
	all.Wait()
	for i, err := range errs {
		require.NoError(t, err, string(outputs[i]))
		require.Contains(t, string(outputs[i]), "--- PASS: TestMigrateChild")
	}
	current(t, driverOf(t, connect(t, dsn), postgres.Config{}), storagetest.Kinds()...)
}

// exercise writes, changes, finds and searches gadgets.
func exercise(t testing.TB, pg *postgres.DB) *storage.Tenant {
	t.Helper()
	acme := storeOf(t, pg, gadgets).Tenant("acme")
	list := gadgetsOf(300) // by COPY where it can
	list[7].Name, list[7].Tags = "Grüße aus 北京市", []string{"vip"}
	putGadgets(t, acme, list...)
	list[8].Size, list[8].Code = 8000, "new"
	putGadgets(t, acme, list[8])
	require.ErrorIs(t, tryGadgets(t, acme, &gadget{Code: "new"}), storage.ErrDuplicate)
	require.Equal(t, 300, countGadgets(t, acme))
	found, err := gadgets.First(t.Context(), acme, storage.Query{Where: criteria.All(criteria.Search("name", "北京"), criteria.HasAll("tags", "vip"))})
	require.NoError(t, err)
	require.Equal(t, list[7].ID, found.ID)
	require.Equal(t, int64(8000), gadgetByID(t, acme, list[8].ID).Size)
	alike := criteria.All(criteria.Eq("code", "new"), criteria.RelatedCount("gadget", "id", criteria.Eq("size", 8000), criteria.Equal, 1))
	rows, err := gadgets.Aggregate(t.Context(), acme, storage.Query{Where: alike}, storage.Figures{})
	require.NoError(t, err)
	require.EqualValues(t, 1, rows[0].Count)
	return acme
}

func TestMigrate_NamesOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, config := range []postgres.Config{
		{Schema: "with spaces and \"quotes\""},
		{Schema: `it's \ 100% $1 ? odd`, Prefix: `p"'%\ `},
		{Schema: "客户管理", Prefix: "客户_"},
		{Prefix: "123456789012"},
		{Schema: strings.Repeat("s", 63), Prefix: "A.b"},
	} {
		t.Run(config.Schema+"/"+config.Prefix, func(t *testing.T) {
			t.Parallel()
			db := emptyDB(t)
			pg := driverOf(t, db, config)
			require.NoError(t, pg.Migrate(t.Context(), gadgets))
			current(t, pg, gadgets)
			exercise(t, pg)
			_, err := db.Exec(pg.RowSecurity(gadgets))
			require.NoError(t, err)
			current(t, pg, gadgets)
		})
	}
}

func TestNew_RefusesNames(t *testing.T) {
	t.Parallel()
	db := connect(t, "host=/nowhere")
	for _, config := range []postgres.Config{
		{Prefix: "1234567890123"}, {Prefix: "客户管理客户管理"}, {Schema: strings.Repeat("s", 64)},
		{Schema: "\xff"}, {Prefix: "\xff"}, {Schema: "a\x00b"},
	} {
		_, err := postgres.New(db, config)
		require.ErrorIs(t, err, storage.ErrInvalid, "%q", config)
	}
	_, err := postgres.New(nil, postgres.Config{})
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestMigrate_TwoInstallationsInOneDatabase(t *testing.T) {
	t.Parallel()
	for name, configs := range map[string][2]postgres.Config{
		"two schemas":                {{Schema: "one"}, {Schema: "two"}},
		"two prefixes in one schema": {{Prefix: "a_"}, {Prefix: "b_"}},
		"with and without a prefix":  {{}, {Prefix: "b_"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := emptyDB(t)
			var tenants [2]*storage.Tenant
			for i, config := range configs {
				pg := driverOf(t, db, config)
				require.NoError(t, pg.Migrate(t.Context(), gadgets))
				tenants[i] = exercise(t, pg)
			}
			putGadgets(t, tenants[0], gadgetsOf(1)...)
			require.Equal(t, []int{301, 300}, []int{countGadgets(t, tenants[0]), countGadgets(t, tenants[1])})
			for _, config := range configs {
				current(t, driverOf(t, db, config), gadgets)
			}
		})
	}
}

// Tables and indexes share their names: a kind may be called like another one
// and its field, and like a table of the adapter.
func TestMigrate_KindsThatAreNamedLikeIndexes(t *testing.T) {
	t.Parallel()
	type thing struct {
		storage.Meta
		A, B string
	}
	define := func(kind, a, b string) *storage.Kind[thing] {
		return storage.Define[thing](kind,
			storage.Text(a, func(t *thing) *string { return &t.A }).Indexed(),
			storage.Text(b, func(t *thing) *string { return &t.B }).Indexed())
	}
	kinds := []*storage.Kind[thing]{
		define("deal", "stage", "stage_name"), define("deal_stage", "name", "id_"), define("deal_stage_name", "x", "y"),
		define("layout", "x", "y"), define("deal_terms", "x", "y"), define("deal__terms", "x", "y"), define("deal_pkey2", "x", "y"),
	}
	described := make([]storage.Described, len(kinds))
	for i, k := range kinds {
		described[i] = k
	}
	pg := driverOf(t, emptyDB(t), postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), described...))
	current(t, pg, described...)
	acme := storeOf(t, pg, described...).Tenant("acme")
	for _, k := range kinds {
		require.NoError(t, acme.Update(t.Context(), author, func(tx *storage.Tx) error { return k.Put(t.Context(), tx, &thing{A: "a", B: "b"}) }))
		n, err := k.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	}
}

// newRole makes a role that goes at the end of the test, so it is to be made
// before the database in which it owns something.
func newRole(t testing.TB) string {
	t.Helper()
	server, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	role := "clientele_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	_, err = server.Exec("CREATE ROLE " + role)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := server.Exec("DROP ROLE " + role)
		require.NoError(t, err)
		require.NoError(t, server.Close())
	})
	return role
}

// asRole returns a DSN whose connections act as a role.
func asRole(t testing.TB, dsn, role string) string {
	t.Helper()
	if !strings.Contains(dsn, "://") {
		return dsn + " options='-c role=" + role + "'"
	}
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	query := u.Query()
	query.Set("options", "-c role="+role)
	u.RawQuery = query.Encode()
	return u.String()
}

func TestMigrate_RoleThatMayNotMakeSchemas(t *testing.T) {
	t.Parallel()
	role := newRole(t)
	dsn := pgtest.Database(t)
	owner := connect(t, dsn)
	db := connect(t, asRole(t, dsn, role))
	missing := driverOf(t, db, postgres.Config{Schema: "other"})
	err := missing.Migrate(t.Context(), gadgets)
	require.ErrorContains(t, err, "grant the role the right")
	_, err = owner.Exec("CREATE SCHEMA crm AUTHORIZATION " + role)
	require.NoError(t, err)
	pg := driverOf(t, db, postgres.Config{Schema: "crm"})
	pending, err := pg.Pending(t.Context(), gadgets)
	require.NoError(t, err)
	require.NotContains(t, pending[0].SQL, "CREATE SCHEMA", "which that role may not say, although it is there")
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	exercise(t, pg)
}

// A grown is a kind of which a later release of a host has more fields.
type grown struct {
	storage.Meta
	Name   string
	Tags   []string
	Note   string
	Size   int64
	Age    *int64
	Price  decimal.Decimal
	Active bool
	Boss   uuid.UUID
	Extra  []string
}

func nameOf(g *grown) *string   { return &g.Name }
func tagsOf(g *grown) *[]string { return &g.Tags }

// The releases of the kind.
func grownFirst() *storage.Kind[grown] {
	return storage.Define[grown]("grown", storage.Text("name", nameOf), storage.Texts("tags", tagsOf))
}

func grownLater() *storage.Kind[grown] {
	return storage.Define[grown]("grown",
		storage.Text("name", nameOf).Searchable().Indexed(), storage.Texts("tags", tagsOf).Indexed(),
		storage.Text("note", func(g *grown) *string { return &g.Note }).Indexed(),
		storage.Integer("size", func(g *grown) *int64 { return &g.Size }).Indexed(),
		storage.OptionalInteger("age", func(g *grown) **int64 { return &g.Age }),
		storage.Decimal("price", func(g *grown) *decimal.Decimal { return &g.Price }),
		storage.Bool("active", func(g *grown) *bool { return &g.Active }),
		storage.Ref("boss", func(g *grown) *uuid.UUID { return &g.Boss }).To("grown"),
		storage.Texts("extra", func(g *grown) *[]string { return &g.Extra }).Indexed(),
	)
}

func putGrown(t testing.TB, tenant *storage.Tenant, k *storage.Kind[grown], list ...*grown) {
	t.Helper()
	require.NoError(t, tenant.Update(t.Context(), author, func(tx *storage.Tx) error { return k.Put(t.Context(), tx, list...) }))
}

func foundGrown(t testing.TB, tenant *storage.Tenant, k *storage.Kind[grown], where criteria.Criterion) map[uuid.UUID]*grown {
	t.Helper()
	found := map[uuid.UUID]*grown{}
	for g, err := range k.Find(t.Context(), tenant, storage.Query{Where: where, Deleted: storage.DeletedToo}) {
		require.NoError(t, err)
		found[g.ID] = g
	}
	return found
}

func TestMigrate_AKindThatHasGrown(t *testing.T) {
	t.Parallel()
	pg := driverOf(t, emptyDB(t), postgres.Config{})
	first, later := grownFirst(), grownLater()
	require.NoError(t, pg.Migrate(t.Context(), first))
	old := &grown{Name: "old", Tags: []string{"a"}}
	putGrown(t, storeOf(t, pg, first).Tenant("acme"), first, old)
	pending, err := pg.Pending(t.Context(), later)
	require.NoError(t, err)
	var outside int
	for _, step := range pending {
		require.True(t, strings.HasPrefix(step.SQL, "ALTER TABLE") || strings.Contains(step.SQL, " CONCURRENTLY "), step.SQL)
		require.Equal(t, strings.Contains(step.SQL, " CONCURRENTLY "), step.Outside, step.SQL)
		if step.Outside {
			outside++
		}
	}
	require.Equal(t, 3, outside, "indexes over name, note, size; the terms have theirs")
	require.Len(t, pending, 3+7)
	require.NoError(t, pg.Migrate(t.Context(), later))
	current(t, pg, later)
	acme := storeOf(t, pg, later).Tenant("acme")
	read, err := later.Get(t.Context(), acme, old.ID)
	require.NoError(t, err)
	require.True(t, read.Price.IsZero())
	read.Price, old.Price = decimal.Zero, decimal.Zero
	require.Equal(t, old, read, "absent and 0, and all else as it was")
	for name, where := range map[string]criteria.Criterion{
		"absent text": criteria.Missing("note"), "zero integer": criteria.Eq("size", 0), "absent integer": criteria.Missing("age"),
		"zero decimal": criteria.Eq("price", 0), "false": criteria.Eq("active", false), "absent ref": criteria.Missing("boss"), "empty set": criteria.Missing("extra"),
	} {
		require.Len(t, foundGrown(t, acme, later, where), 1, name)
	}
	read.Note, read.Size, read.Extra, read.Boss = "n", 3, []string{"x"}, old.ID
	putGrown(t, acme, later, read)
	require.Len(t, foundGrown(t, acme, later, criteria.All(criteria.HasAll("extra", "x"), criteria.Eq("note", "n"))), 1)
	current(t, pg, first)
}

// An index on a table in use is made while others write to it.
func TestMigrate_IndexBesideWriters(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	first, later := grownFirst(), grownLater()
	require.NoError(t, pg.Migrate(t.Context(), first))
	acme := storeOf(t, pg, first).Tenant("acme")
	putGrown(t, acme, first, &grown{Name: "before"})
	for _, step := range stepsOf(t, pg, later) { // the columns, which need the table for a moment
		if !step.Outside {
			_, err := db.Exec(step.SQL)
			require.NoError(t, err)
		}
	}
	tx, err := db.Begin() // a writer that takes its time: the index has to wait for it
	require.NoError(t, err)
	defer tx.Rollback()
	putGrown(t, acme.With(pg.InTx(tx)), first, &grown{Name: "meanwhile"})
	done := make(chan error, 1)
	go func() { done <- pg.Migrate(context.Background(), later) }()
	pid := 0
	require.Eventually(t, func() bool {
		return db.QueryRow("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND state = 'active'").Scan(&pid) == nil
	}, 20*time.Second, time.Millisecond)
	waits(t, db, pid)
	putGrown(t, acme, first, &grown{Name: "beside"}, &grown{Name: "beside too"})
	require.NoError(t, tx.Commit())
	require.NoError(t, <-done)
	current(t, pg, later)
	require.Len(t, foundGrown(t, storeOf(t, pg, later).Tenant("acme"), later, criteria.Prefix("name", "be")), 3)
}

func stepsOf(t testing.TB, pg *postgres.DB, kinds ...storage.Described) []postgres.Migration {
	t.Helper()
	pending, err := pg.Pending(t.Context(), kinds...)
	require.NoError(t, err)
	return pending
}

// A step that ended halfway leaves an index that is never used.
func TestMigrate_InvalidIndexIsMadeAnew(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	oid := func() (n int) {
		require.NoError(t, db.QueryRow(`SELECT '"gadget.name"'::regclass::oid`).Scan(&n))
		return n
	}
	was := oid()
	_, err := db.Exec("UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = $1", was)
	require.NoError(t, err)
	pending := stepsOf(t, pg, gadgets)
	require.Len(t, pending, 2)
	require.Contains(t, pending[0].SQL, "DROP INDEX")
	require.True(t, pending[1].Outside)
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	current(t, pg, gadgets)
	require.NotEqual(t, was, oid())
}

func TestMigrate_ColumnsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for alter, want := range map[string]string{
		"ALTER COLUMN size TYPE text":        "column size of table gadget is text NOT NULL, not bigint NOT NULL",
		"ALTER COLUMN code TYPE varchar(40)": "column code of table gadget is character varying(40), not text",
		"ALTER COLUMN size DROP NOT NULL":    "column size of table gadget is bigint, not bigint NOT NULL",
		"ALTER COLUMN name SET NOT NULL":     "column name of table gadget is text NOT NULL, not text",
	} {
		t.Run(alter, func(t *testing.T) {
			t.Parallel()
			db := emptyDB(t)
			pg := driverOf(t, db, postgres.Config{})
			require.NoError(t, pg.Migrate(t.Context(), gadgets))
			_, err := db.Exec("ALTER TABLE gadget ALTER COLUMN size DROP DEFAULT, " + alter)
			require.NoError(t, err)
			_, err = pg.Pending(t.Context(), gadgets)
			require.ErrorIs(t, err, storage.ErrInvalid)
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, pg.Migrate(t.Context(), gadgets), "rename the field, or change the column by hand")
		})
	}
}

// Of a field that has become searchable, and of a set that has become indexed,
// old records are found, those of all tenants, and nothing else of them changes.
func TestMigrate_OldRecordsAreFound(t *testing.T) {
	t.Parallel()
	t.Run("more than one batch", func(t *testing.T) {
		t.Parallel()
		oldRecordsAreFound(t, grownFirst(), grownLater(), 5003)
	})
	t.Run("without terms before", func(t *testing.T) {
		t.Parallel()
		oldRecordsAreFound(t, grownFirst().Fixed(), grownLater().Fixed(), 10)
	})
}

func oldRecordsAreFound(t *testing.T, first, later *storage.Kind[grown], n int) {
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), first))
	before, after := storeOf(t, pg, first), storeOf(t, pg, later)
	stored := map[string]map[uuid.UUID]*grown{}
	for _, tenant := range []string{"acme", "globex's", "客户"} {
		list := make([]*grown, 3)
		if tenant == "acme" {
			list = make([]*grown, n)
		}
		for i := range list {
			list[i] = &grown{Name: fmt.Sprintf("ＡＣＭＥ 上海市 %d", i), Tags: []string{"vip", tenant}}
		}
		putGrown(t, before.Tenant(tenant), first, list...)
		require.NoError(t, before.Tenant(tenant).Update(t.Context(), author, func(tx *storage.Tx) error { return first.Delete(t.Context(), tx, list[1]) }))
		stored[tenant] = foundGrown(t, before.Tenant(tenant), first, nil)
	}
	for _, step := range stepsOf(t, pg, later) { // as a host may that has a tool of its own
		_, err := db.Exec(step.SQL)
		require.NoError(t, err)
	}
	require.Empty(t, foundGrown(t, after.Tenant("acme"), later, criteria.Search("name", "acme")), "their terms are not there yet")
	require.NoError(t, pg.Migrate(t.Context(), later))
	for tenant, want := range stored {
		for _, where := range []criteria.Criterion{
			criteria.Search("name", "上海"), criteria.Search("name", "acme 上"), criteria.HasAll("tags", "vip", tenant), criteria.HasAny("tags", tenant, "x"),
		} {
			got := foundGrown(t, after.Tenant(tenant), later, where)
			require.Len(t, got, len(want), "%s: %v", tenant, where)
			for id, g := range got {
				require.Equal(t, want[id].Meta, g.Meta, "version and times stay")
			}
		}
		changes, err := after.Tenant(tenant).Log().Sequence(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, len(want)+1, changes, "nothing new in the change log")
	}
}

// Records of kinds defined at run time are found after their terms were made
// anew, for each tenant and kind.
func TestMigrate_RulesThatHaveChanged(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	store := storeOf(t, pg, gadgets)
	for _, tenant := range []string{"acme", "globex"} {
		for _, kind := range []string{"visit", "machine"} {
			defineAndFill(t, store.Tenant(tenant), kind)
		}
		putGadgets(t, store.Tenant(tenant), &gadget{Name: "Straße", Tags: []string{"vip"}})
	}
	var rule string
	require.NoError(t, db.QueryRow("SELECT value FROM _layout WHERE name = 'terms gadget'").Scan(&rule))
	require.Contains(t, rule, "unicode-"+cases.UnicodeVersion)
	for _, table := range []string{"entity", "gadget"} {
		was := indexed(t, db, table)
		require.NotEmpty(t, was)
		_, err := db.Exec("UPDATE " + table + " SET _terms = '{1}', _folded = '{}'")
		require.NoError(t, err)
		require.NoError(t, pg.Migrate(t.Context(), gadgets))
		require.NotEqual(t, was, indexed(t, db, table), "by the same rules nothing is made anew")
		_, err = db.Exec("UPDATE _layout SET value = replace(value, 'unicode-', 'unicode-0.') WHERE name = 'terms " + table + "'")
		require.NoError(t, err)
		require.NoError(t, pg.Migrate(t.Context(), gadgets))
		require.Equal(t, was, indexed(t, db, table))
	}
	found, err := storage.Entities("visit").Count(t.Context(), store.Tenant("globex"), storage.Query{Where: criteria.Eq("custom.place", "北京")})
	require.NoError(t, err)
	require.EqualValues(t, 1, found)
}

func defineAndFill(t testing.TB, tenant *storage.Tenant, kind string) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, tenant.Update(ctx, author, func(tx *storage.Tx) error {
		if err := storage.CustomKinds.Put(ctx, tx, &storage.CustomKind{Name: kind}); err != nil {
			return err
		}
		return storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: kind, Name: "place", Type: "text"})
	}))
	require.NoError(t, tenant.Update(ctx, author, func(tx *storage.Tx) error {
		var e, f storage.Entity
		e.Custom.Set("place", "北京")
		f.Custom.Set("place", "Ｔｏｋｙｏ")
		return storage.Entities(kind).Put(ctx, tx, &e, &f)
	}))
}

// indexed returns what searches find the records of a table by.
func indexed(t testing.TB, db *sql.DB, table string) (all string) {
	t.Helper()
	text := "SELECT string_agg(concat_ws(' ', id, version, _terms, coalesce(_folded, '{}')), E'\n' ORDER BY tenant, id) FROM " + table
	require.NoError(t, db.QueryRow(text).Scan(&all))
	return all
}

// A host prints the steps into a tool of its own, which runs them one by one.
func TestMigrations_RunByHand(t *testing.T) {
	t.Parallel()
	config := postgres.Config{Schema: "by hand", Prefix: "x_"}
	db := emptyDB(t)
	var seen tape
	config.Hook = seen.hook
	pg := driverOf(t, db, config)
	tx, err := db.Begin()
	require.NoError(t, err)
	for i, step := range pg.Migrations(gadgets, grownFirst()) {
		require.Equal(t, i+1, step.Number)
		require.False(t, step.Outside, "an empty table needs no care")
		_, err := tx.Exec(step.SQL)
		require.NoError(t, err, step.Name)
	}
	require.NoError(t, tx.Commit())
	current(t, pg, gadgets, grownFirst())
	for _, step := range pg.Migrations(gadgets, grownFirst()) {
		_, err := db.Exec(step.SQL)
		require.NoError(t, err, "each can be repeated")
	}
	exercise(t, pg)
	for _, step := range stepsOf(t, pg, gadgets, grownLater()) {
		if step.Outside {
			_, err = db.Exec(step.SQL)
		} else {
			err = inTransaction(db, step.SQL)
		}
		require.NoError(t, err, step.Name)
	}
	current(t, pg, gadgets, grownLater())
	seen.take()
	require.NoError(t, pg.Migrate(t.Context(), gadgets, grownLater()))
	for _, s := range seen.take() {
		require.NotContains(t, s.SQL, "CREATE INDEX", "nothing is left to do")
	}
}

func inTransaction(db *sql.DB, text string) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(text); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// testdata/schema.sql is the whole schema, so that a change of it shows.
func TestMigrations_Golden(t *testing.T) {
	t.Parallel()
	pg := driverOf(t, connect(t, "host=/nowhere"), postgres.Config{})
	var b strings.Builder
	for _, step := range pg.Migrations(storagetest.Kinds()...) {
		fmt.Fprintf(&b, "-- %d %s\n%s;\n\n", step.Number, step.Name, step.SQL)
	}
	path := filepath.Join("testdata", "schema.sql")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	golden, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(golden), b.String(), "run the tests with -update after a change that is meant")
}

func TestMigrate_NeedsTwoConnections(t *testing.T) {
	t.Parallel()
	db := connect(t, "host=/nowhere")
	db.SetMaxOpenConns(1)
	err := driverOf(t, db, postgres.Config{}).Migrate(t.Context())
	require.ErrorIs(t, err, storage.ErrInvalid)
	require.ErrorContains(t, err, "SetMaxOpenConns")
}

func TestMigrate_TwoConnectionsAreEnough(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	db.SetMaxOpenConns(2)
	pg := driverOf(t, db, postgres.Config{})
	first, later := grownFirst(), grownLater()
	require.NoError(t, pg.Migrate(t.Context(), first))
	putGrown(t, storeOf(t, pg, first).Tenant("acme"), first, &grown{Name: "上海"})
	require.NoError(t, pg.Migrate(t.Context(), later))
	require.Len(t, foundGrown(t, storeOf(t, pg, later).Tenant("acme"), later, criteria.Search("name", "上海")), 1)
}

// Another process has the lease, and the context ends.
func TestMigrate_ContextEndsBeforeTheLease(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	require.NoError(t, driverOf(t, db, postgres.Config{}).Migrate(t.Context()))
	tx, err := db.Begin()
	require.NoError(t, err)
	defer tx.Rollback()
	_, err = tx.Exec("SELECT FROM _layout WHERE name = 'lease' FOR UPDATE")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tries := 0
	pg := driverOf(t, db, postgres.Config{Hook: func(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
		return ctx, func(error) {
			if s.Name == "migrate lease" {
				if tries++; tries == 2 {
					cancel()
				}
			}
		}
	}})
	err = pg.Migrate(ctx, gadgets)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 2, tries)
	require.NoError(t, tx.Rollback())
	require.NoError(t, driverOf(t, db, postgres.Config{}).Migrate(t.Context(), gadgets))
}
