package privacy_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

func TestCUS60_ExportAndErasure(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, s, other := t.Context(), settle(t, acme), settle(t, acme)

		var copied bytes.Buffer
		require.NoError(t, privacy.Export(ctx, acme, s.ID, &copied))
		require.True(t, json.Valid(copied.Bytes()), "%s", copied.String())
		for _, text := range s.secret {
			require.Contains(t, copied.String(), text, "the export holds everything")
		}
		require.NotContains(t, copied.String(), other.token)
		for _, text := range s.secret {
			require.NotEmpty(t, everywhere(t, acme, text), "the search finds %q", text)
		}

		done := erased(t, acme, s.ID, privacy.Options{})
		for _, text := range append(s.secret, s.token) {
			require.Empty(t, everywhere(t, acme, text), "nothing holds %q", text)
		}
		for _, text := range other.secret {
			require.NotEmpty(t, everywhere(t, acme, text), "nobody else lost %q", text)
		}

		o, err := customer.Orders.Get(ctx, acme, s.order.ID)
		require.NoError(t, err)
		require.Equal(t, "199.5 CNY", o.Total.String())
		require.Equal(t, done.StandIn, o.Customer)
		require.Equal(t, "till 4", o.Custom.Text("till"), "what is not personal stays")
		lines, err := customer.OrderLines.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 2, lines)
		anonymous, err := customer.Kind.Get(ctx, acme, done.StandIn)
		require.NoError(t, err)
		require.Equal(t, "erased-"+done.ID.String(), anonymous.Name)
		_, err = customer.Kind.First(ctx, acme, storage.Query{Deleted: storage.DeletedToo, Where: criteria.Eq("id", s.ID)})
		require.ErrorIs(t, err, storage.ErrNotFound)

		entry, err := privacy.ErasureOf(ctx, acme, s.ID)
		require.NoError(t, err)
		require.Equal(t, "user:dpo request 2026-17 done", fmt.Sprint(entry.By, " ", entry.Reason, " ", entry.State))
		require.Equal(t, adapters.Now, entry.FinishedAt)
		counts := entry.Counted()
		require.EqualValues(t, 2, counts["contact_point"].Purged)
		require.EqualValues(t, 1, counts["order"].Anonymised)
		require.EqualValues(t, 1, counts["visit_track"].Purged)
		require.EqualValues(t, 1, counts["vehicle"].Purged)

		verdict, err := acme.Log().Verify(ctx)
		require.NoError(t, err)
		require.True(t, verdict.OK(), "%+v", verdict)
		require.Positive(t, verdict.Erased)
	})
}

// everywhere returns where a text is: in what Tenant.Export writes and, on
// PostgreSQL, in any row of any table.
func everywhere(t *testing.T, acme *storage.Tenant, text string) (places []string) {
	t.Helper()
	var all bytes.Buffer
	require.NoError(t, acme.Export(t.Context(), &all, nil))
	if strings.Contains(all.String(), text) {
		places = append(places, "export")
	}
	if !strings.HasSuffix(t.Name(), "/postgres") {
		return places
	}
	db, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	defer db.Close()
	tables := 0
	rows, err := db.QueryContext(t.Context(), `SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	require.NoError(t, err)
	var names [][2]string
	for rows.Next() {
		var name [2]string
		require.NoError(t, rows.Scan(&name[0], &name[1]))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	for _, name := range names {
		tables++
		var n int
		table := fmt.Sprintf(`"%s"."%s"`, name[0], name[1])
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table+` AS x WHERE strpos(row_to_json(x)::text, $1) > 0`, text).Scan(&n))
		if n > 0 {
			places = append(places, table)
		}
	}
	require.Greater(t, tables, 30, "all tables are searched")
	return places
}

// Filters of exports, which name nobody by a field, hold nothing that tells who was
// looked for, nor does the log of them.
func TestCUS60_FiltersOfExports(t *testing.T) {
	adapters.Each(t, append(kinds(), export.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		ctx, s := t.Context(), settle(t, acme)
		for _, where := range []criteria.Criterion{
			criteria.Eq("name", s.Name),
			criteria.Any(criteria.In("company", s.Company), criteria.Not(criteria.Contains("notes", s.token))),
			criteria.Related("contact_point", "customer", criteria.Prefix("value", "wang."+s.token)),
			criteria.Related("vehicle", "custom.customer", criteria.Eq("custom.plate", "沪A "+s.token)),
		} {
			table, err := export.NewCSV(io.Discard, export.UTF8)
			require.NoError(t, err)
			done, err := export.Write(ctx, acme, ann, export.Request{Kind: customer.Kind, Fields: []string{"name"}, Query: storage.Query{Where: where}}, table)
			require.NoError(t, err)
			require.EqualValues(t, 1, done.Count, "the export is filtered by the value itself: %s", where)
		}
		erased(t, acme, s.ID, privacy.Options{})
		for _, text := range append(s.secret, s.token) {
			require.Empty(t, everywhere(t, acme, text), "nothing holds %q", text)
		}
		require.Len(t, find(t, acme, export.Records, storage.Query{}), 4)
	})
}
