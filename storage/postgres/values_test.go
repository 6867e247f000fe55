package postgres_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However records go in, by one, by arrays or by COPY, what is stored is the
// same, whatever stands in their texts.
func TestValues_ThreeWaysIn(t *testing.T) {
	t.Parallel()
	db, pg, acme := workshop(t, postgres.Config{})
	require.NoError(t, acme.Update(t.Context(), author, func(tx *storage.Tx) error {
		return storage.CustomFields.Put(t.Context(), tx, &storage.CustomField{Kind: "gadget", Name: "word", Type: "text"})
	}))
	texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		odd := rapid.SampledFrom([]string{`"`, `\`, ",", "{", "}", "NULL", "\n", "\r", "\t", `\.`, `\N`, "'", "長", "😀", "\x7f", "Ａ"})
		return strings.ReplaceAll(strings.Join(rapid.SliceOfN(rapid.OneOf(odd, rapid.StringN(0, 4, -1)), 0, 5).Draw(t, "parts"), ""), "\x00", "")
	}), 250, 250).Example(1)
	make := func(way string) []*gadget {
		list := gadgetsOf(len(texts))
		for i, text := range texts {
			list[i].Code, list[i].Name, list[i].Tags = fmt.Sprintf("%s-%03d", way, i), text, []string{"tag " + text}
			list[i].Custom.Set("word", text)
		}
		return list
	}
	copied, arrays, single := make("copied"), make("arrays"), make("single")
	putGadgets(t, acme, copied...)
	tx, err := db.Begin()
	require.NoError(t, err)
	putGadgets(t, acme.With(pg.InTx(tx)), arrays...) // which never takes COPY
	require.NoError(t, tx.Commit())
	require.NoError(t, acme.Update(t.Context(), author, func(tx *storage.Tx) error {
		for _, g := range single {
			if err := gadgets.Put(t.Context(), tx, g); err != nil {
				return err
			}
		}
		return nil
	}))
	want := rowsOf(t, acme, "copied")
	require.Len(t, want, len(texts))
	require.Equal(t, want, rowsOf(t, acme, "arrays"))
	require.Equal(t, want, rowsOf(t, acme, "single"))
	for i, g := range copied {
		stored := gadgetByID(t, acme, g.ID)
		require.Equal(t, texts[i], stored.Name)
		require.Equal(t, texts[i], stored.Custom.Text("word"))
		require.Equal(t, []string{"tag " + texts[i]}, stored.Tags)
	}
}

// rowsOf returns what the server has of gadgets of one way, but for what tells
// them apart.
func rowsOf(t testing.TB, acme *storage.Tenant, way string) (list []map[string]any) {
	t.Helper()
	rows, err := open(t).Query("SELECT to_jsonb(g) FROM gadget AS g WHERE tenant = $1 AND starts_with(code, $2) ORDER BY code", acme.Name(), way)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var text []byte
		row := map[string]any{}
		require.NoError(t, rows.Scan(&text))
		require.NoError(t, json.Unmarshal(text, &row))
		for _, name := range []string{"id", "code", "created_at", "updated_at"} {
			delete(row, name)
		}
		list = append(list, row)
	}
	require.NoError(t, rows.Err())
	return list
}
