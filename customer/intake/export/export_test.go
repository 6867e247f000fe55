package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"
)

var ann = storage.By("user:ann", "export").Because("ticket 7")

// onEach runs a test on every adapter with three customers, two of them in Hangzhou.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, append(customer.Kinds(), export.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			return customer.Kind.Put(t.Context(), tx,
				&customer.Customer{Type: customer.Person, Name: "王丽", City: "杭州", Notes: "=cmd|' /C calc'!A0", Tags: []string{"vip", "a"}, Birthday: storage.Date{Year: 1990, Month: 5, Day: 4}},
				&customer.Customer{Type: customer.Person, Name: "李雷", City: "杭州", Notes: "+8613800138000"},
				&customer.Customer{Type: customer.Person, Name: "张三", City: "北京"})
		}))
		test(t, acme)
	})
}

var request = export.Request{
	Kind: customer.Kind, Fields: []string{"name", "city", "notes", "tags", "birthday", "version"}, Labels: map[string]string{"name": "姓名"},
	Query: storage.Query{Where: criteria.Eq("city", "杭州"), Order: []storage.Order{{Field: "name", Desc: true}}},
}

// written exports as CSV and returns the rows, without the byte order mark.
func written(t *testing.T, acme *storage.Tenant, req export.Request) (*export.Record, [][]string) {
	t.Helper()
	var b bytes.Buffer
	table, err := export.NewCSV(&b, export.ExcelUTF8)
	require.NoError(t, err)
	done, err := export.Write(t.Context(), acme, ann, req, table)
	require.NoError(t, err)
	text, marked := strings.CutPrefix(b.String(), "\uFEFF")
	require.True(t, marked)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return done, rows
}

// An export carries user, moment and an id, and is traced by its watermark, its canary
// and each line that holds them.
func TestRBAC16_WatermarkAndCanaryAreTraced(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		marked := request
		marked.Canary = true
		done, rows := written(t, acme, marked)
		require.Contains(t, rows[0][0], done.ID.String())
		require.Contains(t, rows[0][0], "user:ann")
		require.Contains(t, rows[0][0], "2026-01-05 01:00:00Z")
		require.Len(t, rows, 5)
		require.EqualValues(t, 2, done.Count)
		other, _ := written(t, acme, marked)
		require.NotEqual(t, done.Canary, other.Canary)
		var canary []string
		for _, row := range rows {
			if strings.Contains(row[0], done.Canary) {
				canary = row
			}
		}
		for _, text := range []string{rows[0][0], done.ID.String(), strings.Join(canary, ","), "a screenshot of " + strings.ToLower(done.Canary) + "."} {
			traced, err := export.Trace(t.Context(), acme, text)
			require.NoError(t, err, "%q", text)
			require.Equal(t, done.ID, traced.ID)
			require.Equal(t, "user:ann", traced.Actor)
			require.Equal(t, "ticket 7", traced.Reason)
			require.Equal(t, adapters.Now, traced.At)
			require.Equal(t, adapters.Now, traced.FinishedAt)
			require.Equal(t, "customer", traced.Kind)
			filter, err := criteria.Parse(traced.Filter)
			require.NoError(t, err)
			require.Equal(t, request.Query.Where.String(), filter.String())
		}
		for _, text := range []string{"", "王丽", uuid.NewString(), "ABCDEFGHIJKL"} {
			_, err := export.Trace(t.Context(), acme, text)
			require.ErrorIs(t, err, storage.ErrNotFound)
		}
		_, err := export.Trace(t.Context(), acme.Store().Tenant("other"), done.ID.String())
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

func TestWrite_GoldenRows(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		done, rows := written(t, acme, request)
		require.Equal(t, [][]string{
			{done.Watermark(), "", "", "", "", ""},
			{"姓名", "city", "notes", "tags", "birthday", "version"},
			{"王丽", "杭州", "'=cmd|' /C calc'!A0", "a, vip", "1990-05-04", "1"},
			{"李雷", "杭州", "'+8613800138000", "", "", "1"},
		}, rows)
	})
}

// The watermark is for people; a program's first row is the header. Either can be had
// otherwise, and the export is on record in any case.
func TestWrite_Mark(t *testing.T) {
	cases := []struct {
		encoding export.Encoding
		mark     export.Mark
		want     bool
	}{
		{export.ExcelUTF8, export.MarkForPeople, true}, {export.GB18030, export.MarkForPeople, true}, {export.UTF8, export.MarkForPeople, false},
		{export.ExcelUTF8, export.MarkAlways, true}, {export.GB18030, export.MarkAlways, true}, {export.UTF8, export.MarkAlways, true},
		{export.ExcelUTF8, export.MarkNever, false}, {export.GB18030, export.MarkNever, false}, {export.UTF8, export.MarkNever, false},
	}
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for _, c := range cases {
			var b bytes.Buffer
			table, err := export.NewCSV(&b, c.encoding)
			require.NoError(t, err)
			done, err := export.Write(t.Context(), acme, ann, export.Request{Kind: customer.Kind, Fields: []string{"version", "city"}, Mark: c.mark}, table)
			require.NoError(t, err)
			text := strings.TrimPrefix(b.String(), "\uFEFF")
			require.Equal(t, c.encoding == export.ExcelUTF8, text != b.String(), "the byte order mark does not hang on the watermark")
			if c.want {
				var first string
				first, text, _ = strings.Cut(text, "\n")
				require.Contains(t, first, done.ID.String())
			}
			require.True(t, strings.HasPrefix(text, "version,city\n1,"), "%v: %q", c, text)
			traced, err := export.Trace(t.Context(), acme, done.ID.String())
			require.NoError(t, err)
			require.EqualValues(t, 3, traced.Count)
		}
	})
}

func TestWrite_Refusals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		try := func(by storage.Origin, change func(*export.Request)) error {
			req := request
			change(&req)
			var b bytes.Buffer
			table, err := export.NewCSV(&b, export.UTF8)
			require.NoError(t, err)
			_, err = export.Write(t.Context(), acme, by, req, table)
			require.Empty(t, b.String())
			return err
		}
		require.ErrorIs(t, try(ann, func(r *export.Request) { r.Fields = []string{"nmae"} }), storage.ErrInvalid)
		require.ErrorIs(t, try(ann, func(r *export.Request) { r.Fields = nil }), storage.ErrInvalid)
		require.ErrorIs(t, try(ann, func(r *export.Request) { r.Fields, r.Canary = []string{"birthday"}, true }), storage.ErrInvalid)
		require.ErrorIs(t, try(ann, func(r *export.Request) { r.Mark = "sometimes" }), storage.ErrInvalid)
		require.ErrorIs(t, try(storage.Origin{}, func(*export.Request) {}), storage.ErrNoActor)
		n, err := export.Records.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Zero(t, n)
		_, err = export.NewCSV(nil, "EBCDIC")
		require.Error(t, err)
	})
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// An export that fails leaves a record that says who began it.
func TestWrite_CutOff(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		table, err := export.NewCSV(full{}, export.GB18030)
		require.NoError(t, err)
		begun, err := export.Write(t.Context(), acme, ann, request, table)
		require.ErrorIs(t, err, errFull)
		traced, err := export.Trace(t.Context(), acme, begun.ID.String())
		require.NoError(t, err)
		require.True(t, traced.FinishedAt.IsZero())
	})
}

// A guard that hides and masks fields and records.
type guard struct{}

func (guard) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind != "customer" {
		return storage.Access{Where: criteria.All()}, nil
	}
	return storage.Access{Where: criteria.Eq("name", "王丽"), Mask: func(string, any) any { return "***" },
		Fields: map[string]storage.FieldAccess{"notes": storage.FieldMasked, "birthday": storage.FieldHidden}}, nil
}
func (guard) Write(context.Context, storage.Attempt) error { return nil }
func (guard) Elevate(context.Context, string) error        { return nil }

func TestWrite_GuardIsRespected(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		done, rows := written(t, acme.Guarded(guard{}), request)
		require.EqualValues(t, 1, done.Count)
		require.Equal(t, [][]string{{"王丽", "杭州", "***", "a, vip", "", "1"}}, rows[2:])
	})
}

func TestCSV_Encodings(t *testing.T) {
	t.Parallel()
	for _, e := range []export.Encoding{export.UTF8, export.GB18030} {
		var b bytes.Buffer
		table, err := export.NewCSV(&b, e)
		require.NoError(t, err)
		require.NoError(t, table.Header([]string{"姓名"}))
		require.NoError(t, table.Row([]any{"𠮷野家"}))
		require.NoError(t, table.Row([]any{nil}))
		require.NoError(t, table.Row([]any{int64(-5)}))
		require.NoError(t, table.Close())
		text := b.String()
		if e == export.GB18030 {
			text, err = simplifiedchinese.GB18030.NewDecoder().String(text)
			require.NoError(t, err)
		}
		require.Equal(t, "姓名\n𠮷野家\n\"\"\n-5\n", text)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 9, 0, 0, 1000, time.FixedZone("", 8*3600))
	for want, value := range map[string]any{"": nil, "2026-01-05 01:00:00.000001Z": at, "TRUE": true, `{"a":1}`: []byte(`{"a":1}`)} {
		if raw, ok := value.([]byte); ok {
			value = string(raw)
		}
		got, number := export.Text(value)
		require.Equal(t, want, got)
		require.False(t, number)
	}
}

// No text is taken for a formula, and each comes back.
func TestEscape_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`['=+@\t\r\n＝＋－＠-]{0,3}.{0,5}`), rapid.String()).Draw(t, "text")
		escaped := export.Escape(s)
		require.Equal(t, s, export.Unescape(escaped))
		if escaped != "" {
			first := []rune(escaped)[0]
			require.NotContains(t, "=+-@＝＋－＠\t\r\n", string(first))
		}
	})
}
