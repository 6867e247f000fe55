package postgres

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// TestUnanalyzedTableIsReadByItsKey looks at the plans of the statements that
// find rows by their ids in a large table of which the server has no statistics
// yet, as in the midst of a first import: each goes to the primary key, for few
// ids and for a whole batch of them.
func TestUnanalyzedTableIsReadByItsKey(t *testing.T) {
	WithoutDetector(t)
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	pg, err := New(db, Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), specimens))
	e := &explainer{t: t, db: pg, schema: specimens.Schema(), table: pg.table(specimens.Schema()), rows: 100_000}
	for _, text := range []string{
		"ALTER TABLE " + e.table.name + " SET (autovacuum_enabled = false)",
		"INSERT INTO " + e.table.name + " (tenant, id, version, created_at, updated_at, code)" +
			" SELECT 'acme', lpad(to_hex(i), 32, '0')::uuid, 1, '2026-01-05', '2026-01-05', 'c' || i FROM generate_series(1, 100000) AS i",
	} {
		_, err := db.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	for _, n := range []int{2, 50, batchRows} {
		list := make([]storage.Record, n)
		for i := range list {
			list[i] = e.record(i)
		}
		owner := func(args ...any) []any { return append(e.table.ownerArgs(explainTenant), args...) }
		ids := idArray(idsOf(list))
		for name, text := range map[string]string{
			"get": e.table.getTexts[true][storage.NoLock], "lock": e.table.getTexts[true][storage.ForUpdate], "keep": e.table.getTexts[true][storage.Keep],
			"ids": e.table.idsText, "delete": e.table.deleteText, "unpark": e.table.unparkText,
		} {
			e.byKey(fmt.Sprint(name, " ", n), text, owner(ids))
		}
		e.byKey(fmt.Sprint("park ", n), e.table.parkText, owner(ids, parameter(explainStart)))
		e.byKey(fmt.Sprint("update ", n), e.table.updateMany, owner(arrays(e.table.data, explainTenant, list)...))
	}
}

// byKey explains a statement with its parameters, without running it.
func (e *explainer) byKey(name, text string, args []any) {
	var answer []byte
	require.NoError(e.t, e.db.db.QueryRowContext(e.t.Context(), "EXPLAIN (FORMAT JSON) "+text, args...).Scan(&answer), name)
	var top []struct{ Plan planNode }
	require.NoError(e.t, json.Unmarshal(answer, &top))
	require.Equal(e.t, []string{"specimen_pkey"}, top[0].Plan.reads(e.table.plain), "%s\n%s", name, outline(top[0].Plan, "  "))
}

// reads returns what a plan reads a table by: the names of indexes, or the way.
func (n planNode) reads(table string) []string {
	var list []string
	if strings.Contains(n.Type, "Scan") && (n.Relation == table || n.Index != "") && n.Type != "Bitmap Heap Scan" {
		by := n.Index
		if by == "" {
			by = n.Type
		}
		list = append(list, by)
	}
	for _, below := range n.Plans {
		list = append(list, below.reads(table)...)
	}
	return list
}
