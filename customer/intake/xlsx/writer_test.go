package xlsx_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// sheetOf writes one sheet.
func sheetOf(t require.TestingT, rows ...[]any) []byte {
	var b bytes.Buffer
	w, err := xlsx.NewWriter(&b, "客户 & <more>")
	require.NoError(t, err)
	for _, row := range rows {
		require.NoError(t, w.Row(row))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// Another library reads what is written here.
func TestWriter_IsReadByOthers(t *testing.T) {
	t.Parallel()
	raw := sheetOf(t, []any{"姓名", "a<b>&\"c\""}, []any{"=1+1", nil, int64(-5), decimal.RequireFromString("1234.5"), "+8613800138000"}, []any{"a\nb\tc"})
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	rows, err := f.GetRows("客户 & <more>")
	require.NoError(t, err)
	require.Equal(t, [][]string{{"姓名", "a<b>&\"c\""}, {"=1+1", "", "-5", "1234.5", "+8613800138000"}, {"a\nb\tc"}}, rows)
	formula, err := f.GetCellFormula("客户 & <more>", "A2")
	require.NoError(t, err)
	require.Empty(t, formula)
}

func TestWriter_Limits(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, name := range []string{"", "a/b", strings.Repeat("长", 32), "'a", "a\x01", "\xff"} {
		_, err := xlsx.NewWriter(&b, name)
		require.Error(t, err)
	}
	w, err := xlsx.NewWriter(&b, strings.Repeat("长", 31))
	require.NoError(t, err)
	require.ErrorIs(t, w.Row([]any{"x", strings.Repeat("𠮷", 16_384)}), xlsx.ErrSheetFull)
	require.ErrorIs(t, w.Row(make([]any, 16_385)), xlsx.ErrSheetFull)
	require.NoError(t, w.Row([]any{"h", strings.Repeat("𠮷", 16_383)}))
	require.NoError(t, w.Close())
	_, err = xlsx.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), xlsx.Options{})
	require.NoError(t, err)
}

// failing fails behind so many bytes.
type failing struct{ left int }

var errFull = errors.New("the disk is full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// What does not fit into memory waits in a temporary file until Close, which removes
// it, also when the writer below fails. Not parallel: the directory is that of the
// process.
func TestWriter_TemporaryFile(t *testing.T) {
	withoutDetector(t)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	left := func() int {
		list, err := os.ReadDir(dir)
		require.NoError(t, err)
		return len(list)
	}
	for _, out := range []io.Writer{io.Discard, &failing{left: 5000}} {
		w, err := xlsx.NewWriter(out, "x")
		require.NoError(t, err)
		for range 600 {
			require.NoError(t, w.Row([]any{strings.Repeat("x", 30_000)}))
		}
		require.Equal(t, 1, left())
		if err = w.Close(); out == io.Discard {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, errFull)
		}
		require.Zero(t, left())
	}
}

// Characters that XML lacks are written as the format wants them, across the borders
// of what is written at once too.
func TestWriter_Escapes(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	var rows [][]any
	for i := range 3000 {
		rows = append(rows, []any{strings.Repeat("，", i%40) + "\x01_x0041_x0042_\uFDD0\uFDD1\uFFFF_xD800_" + strings.Repeat("\uFDCF\uFDD2\uF000", i%7)})
	}
	r := open(t, sheetOf(t, append([][]any{{"h"}}, rows...)...), xlsx.Options{})
	n := 0
	for row, err := range r.Rows() {
		require.NoError(t, err)
		require.Equal(t, rows[n][0], row.Cells[0])
		n++
	}
	require.Equal(t, len(rows), n)
	var b bytes.Buffer
	w, err := xlsx.NewWriter(&b, "x")
	require.NoError(t, err)
	require.ErrorIs(t, w.Row([]any{strings.Repeat("x", 32_762) + "\x01"}), xlsx.ErrSheetFull)
	require.NoError(t, w.Row([]any{strings.Repeat("x", 32_761) + "\x01"}))
	require.NoError(t, w.Close())
}

// Any text that the storage takes comes back from a sheet.
func TestWriter_Property_RoundTrip(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 })), rapid.StringMatching(`(_x[0-9A-F]{4}_|_|x005F|\r|\n|<|&){0,6}`)).Draw(rt, "text")
		number := decimal.New(rapid.Int64().Draw(rt, "digits"), -rapid.Int32Range(0, 12).Draw(rt, "places"))
		raw := sheetOf(rt, []any{"text", "number", "end"}, []any{text, number, "."})
		r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{})
		require.NoError(rt, err)
		defer func() { require.NoError(rt, r.Close()) }()
		for row, err := range r.Rows() {
			require.NoError(rt, err)
			require.Equal(rt, text, row.Cells[0])
			require.Equal(rt, number.String(), row.Cells[1])
		}
	})
}

// What was exported and is imported again is the same, through CSV and XLSX.
func TestRoundTrip_ExportThenImport(t *testing.T) {
	adapters.Each(t, append(append(customer.Kinds(), intake.Kinds()...), export.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		by := storage.By("user:ann", "test")
		list := []*customer.Customer{
			{Type: customer.Person, Name: "=1+1", Source: "shop", ExternalID: "1", City: "-5", Notes: "'quoted\n\"two\" lines", Since: adapters.Now},
			{Type: customer.Person, Name: "+8613800138000", Source: "shop", ExternalID: "007", Birthday: storage.Date{Year: 1990, Month: 5, Day: 4}, Tags: []string{"a", "b"}},
			{Type: customer.Organization, Name: "𠮷野家", Source: "shop", ExternalID: "1.38E+10", Address: strings.Repeat("长", 20_000)},
		}
		require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, list...) }))
		req := export.Request{Kind: customer.Kind, Fields: []string{"external_id", "type", "name", "city", "address", "notes", "since", "birthday", "tags"},
			Labels: map[string]string{"since": "registered_at", "type": "kind"}}
		for _, kind := range []string{"csv", "xlsx"} {
			var b bytes.Buffer
			var table export.Table
			var err error
			if table, err = xlsx.NewWriter(&b, "customers"); kind == "csv" {
				b.Reset()
				table, err = export.NewCSV(&b, export.GB18030)
			}
			require.NoError(t, err)
			_, err = export.Write(t.Context(), acme, by, req, table)
			require.NoError(t, err)
			var src intake.Source = nil
			if kind == "csv" {
				src, err = intake.NewCSV(&b, intake.TextOptions{Exported: true})
				require.NoError(t, err)
			} else {
				src = open(t, b.Bytes(), xlsx.Options{})
			}
			m, err := intake.Map(src.Header(), intake.CustomerTargets(intake.Format{}), nil)
			require.NoError(t, err)
			copied := acme.Store().Tenant(acme.Name() + kind)
			book := &intake.Book{Tenant: copied, By: by, Source: "shop"}
			report, err := intake.Run(t.Context(), src, m, intake.Options{}, book.Customers)
			require.NoError(t, err)
			require.EqualValues(t, len(list), report.Accepted)
			for _, want := range list {
				got, err := customer.Kind.First(t.Context(), copied, storage.Query{Where: equalNumber(want)})
				require.NoError(t, err)
				got.Meta = want.Meta
				require.Equal(t, want, got, kind)
			}
		}
	})
}
