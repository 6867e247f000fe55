package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// storable are texts as the server takes them: UTF-8 without NUL, with what has
// a meaning in arrays and in COPY more often than by chance.
func storable() *rapid.Generator[string] {
	odd := rapid.SampledFrom([]string{`"`, `\`, ",", "{", "}", "NULL", "\n", "\r", "\t", `\.`, `\N`, " ", "'", "é", "長", "😀", "", "\x7f", "$1", "?"})
	plain := rapid.Custom(func(t *rapid.T) string {
		return strings.ReplaceAll(rapid.String().Draw(t, "text"), "\x00", "")
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(odd, plain), 0, 6).Draw(t, "parts"), "")
	})
}

func TestParseTexts_ReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(storable()).Draw(t, "list")
		got, err := parseTexts(string(appendTexts(nil, list)))
		if err != nil || !slices.Equal(list, got) {
			t.Fatalf("%q became %q, %v", list, got, err)
		}
	})
}

// What the server writes is read the same, quotes only where it needs them.
func TestParseTexts_OfTheServer(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	defer db.Close()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(storable(), 0, 30).Draw(t, "list")
		var text string
		if err := db.QueryRow("SELECT $1::text[]", string(appendTexts(nil, list))).Scan(&text); err != nil {
			t.Fatal(err)
		}
		got, err := parseTexts(text)
		if err != nil || !slices.Equal(list, got) {
			t.Fatalf("%q came back as %q: %q, %v", list, text, got, err)
		}
	})
}

func TestParseTexts_Refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", "}", "a", `{"}`, `{"\}`, `{"a"b}`, `{a,}`, `{"a",}`, `[0:0]={a}`, `{"a`} {
		_, err := parseTexts(text)
		require.Error(t, err, text)
	}
}

func FuzzParseTexts(f *testing.F) {
	for _, text := range []string{"{}", `{a,"b c",""}`, `{"\"","\\"}`, `{"`, `{,}`, "{NULL}", `{"a"b}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseTexts(text)
		if err != nil {
			return
		}
		again, err := parseTexts(string(appendTexts(nil, list)))
		if err != nil || !slices.Equal(list, again) {
			t.Fatalf("%q is %q, which becomes %q, %v", text, list, again, err)
		}
	})
}

// A row of COPY reads back as it was, whatever is in it.
func TestAppendCopied_OfTheServer(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	defer db.Close()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(storable(), 1, 30).Draw(t, "list")
		got, err := copiedThrough(context.Background(), db, list)
		if err != nil || !slices.Equal(list, got) {
			t.Fatalf("%q came back as %q, %v", list, got, err)
		}
	})
}

// copiedThrough sends texts by COPY into a table and reads them again.
func copiedThrough(ctx context.Context, db *sql.DB, list []string) (got []string, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("CREATE TEMPORARY TABLE copied (n integer, v text) ON COMMIT DROP"); err != nil {
		return nil, err
	}
	var block []byte
	for i, text := range list {
		block = appendCopied(append(block, fmt.Sprintf("%d\t", i)...), []byte(text))
		block = append(block, '\n')
	}
	err = conn.Raw(func(raw any) error {
		stmt, err := raw.(driver.ConnPrepareContext).PrepareContext(ctx, "COPY copied (n, v) FROM STDIN")
		if err != nil {
			return err
		}
		if _, err := stmt.(copyStream).CopyData(ctx, string(block[:len(block)-1])); err != nil {
			return err
		}
		//lint:ignore SA1019 the end of the stream, as lib/pq wants it
		_, err = stmt.Exec(nil)
		return errors.Join(err, stmt.Close())
	})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query("SELECT v FROM copied ORDER BY n")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		got = append(got, text)
	}
	return got, rows.Err()
}

func TestFit(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.Repeat("a", 63), fit(strings.Repeat("a", 63)))
	long := strings.Repeat("a", 63)
	rapid.Check(t, func(t *rapid.T) {
		a, b := long+rapid.StringN(1, 20, -1).Draw(t, "a"), long+rapid.StringN(1, 20, -1).Draw(t, "b")
		if len(fit(a)) > maxName || a != b && fit(a) == fit(b) {
			t.Fatalf("%q and %q become %q and %q", a, b, fit(a), fit(b))
		}
	})
	for n := range 70 { // cut in the middle of a character
		name := fit(strings.Repeat("a", n) + strings.Repeat("長", 30))
		require.True(t, utf8.ValidString(name), name)
		require.LessOrEqual(t, len(name), maxName)
	}
}

func TestBehind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a": "b", "ab": "ac", "\u007f": "\u0080", "\ud7ff": "\ue000", "中": "丮", "a\U0010ffff": "b", "": "", "\U0010ffff": "", "\U0010ffff\U0010ffff": "",
	} {
		got, ok := behind(text)
		require.Equal(t, want, got, "%q", text)
		require.Equal(t, want != "", ok)
	}
	rapid.Check(t, func(t *rapid.T) {
		prefix, rest, other := storable().Draw(t, "prefix"), storable().Draw(t, "rest"), storable().Draw(t, "other")
		end, ok := behind(prefix)
		if ok && prefix+rest >= end {
			t.Fatalf("%q begins with %q and is not before %q", prefix+rest, prefix, end)
		}
		inside := other >= prefix && (!ok || other < end)
		if ok && inside != strings.HasPrefix(other, prefix) {
			t.Fatalf("%q lies between %q and %q: %v", other, prefix, end, inside)
		}
	})
}

// Terms of different tenants, kinds, fields, facts and values differ.
func TestTerms_AreApart(t *testing.T) {
	t.Parallel()
	seen := map[int64]string{}
	for _, tenant := range []string{"a", "b", "ab", ""} {
		for _, kind := range []string{"k", "bk", ""} {
			for _, field := range []string{"f", "kf", "custom.f"} {
				for _, fact := range []string{isValue, hasPair} {
					for _, value := range []string{"", "x", "xy", "fx"} {
						term := newHasher(tenant, kind).field(field, fact).term(value)
						is := fmt.Sprintf("%q %q %q %q %q", tenant, kind, field, fact, value)
						require.Empty(t, seen[term], is)
						seen[term] = is
					}
				}
			}
		}
	}
}

func TestTerms_Pairs(t *testing.T) {
	t.Parallel()
	h := newHasher("t", "k")
	require.Empty(t, h.pairs(nil, ""))
	require.Empty(t, h.pairs(nil, "北"))
	require.Equal(t, []int64{h.term("北京"), h.term("京市")}, h.pairs(nil, "北京市"))
	require.Equal(t, []int64{h.term("a\xff"[:1] + "b")}, h.pairs(nil, "ab"))
}

// A note is what the search is tried on.
type note struct {
	storage.Meta
	Text string
}

var notes = storage.Define[note]("search_note",
	storage.Text("text", func(n *note) *string { return &n.Text }).Searchable()).Untracked().Fixed()

// schemaKind is a schema as criteria see it.
type schemaKind struct{ *storage.Schema }

func (k schemaKind) Name() string { return k.Schema.Name }

func (k schemaKind) Field(name string) (*criteria.Field, bool) {
	if f := k.Schema.Field(name); f != nil {
		return &f.Field, true
	}
	return nil, false
}

// randomNote is a text of a few hundred different characters, so that searches hit.
func randomNote(r *rand.Rand) string {
	var b strings.Builder
	for range 3 + r.IntN(20) {
		switch r.IntN(12) {
		case 0:
			b.WriteRune(rune('a' + r.IntN(5)))
		case 1:
			b.WriteRune(rune('Ａ' + r.IntN(5))) // full width
		case 2:
			b.WriteString([]string{"ß", "İ", "ｱ", "①", "e\u0301", "é", "Σ", "ς", " ", "\u3000", "'", "\\", "%"}[r.IntN(13)])
		default:
			b.WriteRune(rune(0x4e00 + r.IntN(300)))
		}
	}
	return b.String()
}

// A search for two or more characters goes by the index of terms, and finds
// exactly the records that the compiled criterion matches.
func TestSearch_IndexAndResult(t *testing.T) {
	WithoutDetector(t)
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	d, err := New(db, Config{})
	require.NoError(t, err)
	require.NoError(t, d.Migrate(t.Context(), notes))
	store, err := storage.New(d, time.Now, notes)
	require.NoError(t, err)
	acme := store.Tenant("acme")
	list := fillNotes(t, r(1), acme, 20_000)
	globex := store.Tenant("globex")
	few := fillNotes(t, r(2), globex, 2_000)
	_, err = db.Exec("VACUUM ANALYZE search_note")
	require.NoError(t, err)
	require.Contains(t, explained(t, d, criteria.Search("text", "一丁")), `Bitmap Index Scan on "search_note._terms"`)
	random := r(3)
	searches := 2
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		searches = 500
	}
	hits := 0
	for range searches { // one that begins with a combining mark alone finds nothing, rightly
		hits += compareSearch(t, acme, list, queryIn(random, list))
	}
	require.Positive(t, hits)
	for i := range 20 * searches {
		query := queryIn(random, few)
		if i%10 == 0 {
			query = strings.ToUpper(query) + "x"
		}
		compareSearch(t, globex, few, query)
	}
}

// queryIn returns one to four characters of one of the notes.
func queryIn(random *rand.Rand, list []*note) string {
	for {
		of := []rune(list[random.IntN(len(list))].Text)
		at := random.IntN(len(of))
		if query := string(of[at:min(len(of), at+1+random.IntN(4))]); strings.TrimSpace(criteria.Fold(query)) != "" {
			return query
		}
	}
}

func r(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

func fillNotes(t *testing.T, random *rand.Rand, tenant *storage.Tenant, n int) []*note {
	list := make([]*note, n)
	for i := range list {
		list[i] = &note{Text: randomNote(random)}
	}
	require.NoError(t, tenant.Update(t.Context(), storage.By("test", "fill"), func(tx *storage.Tx) error { return notes.Put(t.Context(), tx, list...) }))
	return list
}

// compareSearch requires that the server finds what the compiled criterion does.
func compareSearch(t *testing.T, acme *storage.Tenant, list []*note, query string) (hits int) {
	node, err := criteria.Check(criteria.Search("text", query), schemaKind{notes.Schema()}, nil, time.Time{})
	if err != nil { // a text that folds to nothing
		_, err := notes.Count(t.Context(), acme, storage.Query{Where: criteria.Search("text", query)})
		require.Error(t, err)
		return 0
	}
	matches := criteria.Compile(node, nil)
	var want, got []uuid.UUID
	for _, n := range list {
		if matches(n) {
			want = append(want, n.ID)
		}
	}
	for n, err := range notes.Find(t.Context(), acme, storage.Query{Where: criteria.Search("text", query)}) {
		require.NoError(t, err)
		got = append(got, n.ID)
	}
	require.Equal(t, want, got, "%q", query)
	return len(got)
}

// explained returns the server's plan of a query for a page.
func explained(t *testing.T, d *DB, where criteria.Criterion) string {
	schema := notes.Schema()
	node, err := criteria.Check(where, schemaKind{schema}, nil, time.Time{})
	require.NoError(t, err)
	plan := &storage.Plan{Schema: schema, Where: node, Order: []storage.OrderKey{{Field: schema.Field(storage.FieldID)}}, Limit: 50}
	text, args, err := (&transaction{db: d, tenant: "acme"}).selectText(plan, nil, plan.Limit)
	require.NoError(t, err)
	rows, err := d.db.Query("EXPLAIN "+text, args...)
	require.NoError(t, err)
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		b.WriteString(line + "\n")
	}
	require.NoError(t, rows.Err())
	return b.String()
}
