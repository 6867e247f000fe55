package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// A sheet whose XML breaks off, or whose cells are out of order, is refused and
// named by its row: excelize alone would end the sheet there or move the cells.
func TestReader_DamagedSheets(t *testing.T) {
	t.Parallel()
	head := `<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`
	for name, data := range map[string]string{
		"element not closed":       `<row r="3"><c r="A3"><v>1</c></row><row r="4"><c r="A4"><v>2</v></c></row>`,
		"control character":        "<row r=\"3\"><c r=\"A3\" t=\"str\"><v>a\x0bb</v></c></row>",
		"bytes that are not UTF-8": "<row r=\"3\"><c r=\"A3\" t=\"str\"><v>\xff</v></c></row>",
		"unknown entity":           `<row r="3"><c r="A3" t="str"><v>&nbsp;</v></c></row>`,
		"row before its place":     `<row r="1"><c r="A1"><v>1</v></c></row>`,
		"cell before its place":    `<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>2</v></c></row>`,
		"row number":               `<row r="x"/>`,
		"row beyond the sheet":     `<row r="1048577"/>`,
		"column beyond":            `<row r="3"><c r="XFE3"><v>1</v></c></row>`,
		"place":                    `<row r="3"><c r="3A"><v>1</v></c></row>`,
		"text before the first":    `<row r="3"><c r="A3" t="s"><v>-1</v></c></row>`,
		"depth":                    strings.Repeat(`<row r="3"><c r="A3"><is>`, 99),
	} {
		raw := sheetXML(head + data)
		_, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{})
		require.ErrorIs(t, err, intake.ErrTruncated, name)
		var damage *intake.FileError
		require.ErrorAs(t, err, &damage, name)
		require.EqualValues(t, 3, damage.Row, name)
	}
}

// What comes behind the rows does not matter, as form controls, whose places are
// called rows too.
func TestReader_BehindTheRows(t *testing.T) {
	t.Parallel()
	raw := sheetXML(`<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row></sheetData><controls><from><xdr:row>5</xdr:row></from><row><c><v>2</v></c></row></controls><sheetData>`)
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Empty(t, bad)
	require.Equal(t, map[int64][]string{2: {"1"}}, good)
}

// A byte that changed on the way is seen in every part.
func TestReader_DamagedBytes(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		for i := 1; i < 500; i++ {
			set(t, f, i, fmt.Sprint("name", i), i*7919)
		}
	})
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	for _, f := range z.File {
		at, err := f.DataOffset()
		require.NoError(t, err)
		if !strings.HasPrefix(f.Name, "xl/") || strings.Contains(f.Name, "theme/") {
			continue
		}
		broken := bytes.Clone(raw)
		broken[at+int64(f.CompressedSize64)/2] ^= 0x55
		_, err = xlsx.Open(bytes.NewReader(broken), int64(len(broken)), xlsx.Options{})
		require.ErrorIs(t, err, intake.ErrTruncated, f.Name)
	}
}

// A part that states to be smaller than it is is not unpacked beyond that.
func TestReader_LyingSize(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) { set(t, f, 1, "a", strings.Repeat("b", 10_000)) })
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		header := f.FileHeader
		if strings.HasPrefix(f.Name, "xl/shared") {
			header.UncompressedSize64 = 100
			header.Flags &^= 8 // sizes stand before the data
		}
		part, err := w.CreateRaw(&header)
		require.NoError(t, err)
		packed, err := f.OpenRaw()
		require.NoError(t, err)
		_, err = io.Copy(part, packed)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	_, err = xlsx.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), xlsx.Options{})
	require.ErrorIs(t, err, intake.ErrTruncated)
}

// big is a workbook that excelize unpacks to temporary files: two sheets and texts
// of more than 1 MiB each.
func big(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("other")
		require.NoError(t, err)
		for i := 1; i <= 12_000; i++ {
			set(t, f, i, fmt.Sprint("h", i), strings.Repeat("客", 40)+fmt.Sprint(i))
		}
		require.NoError(t, f.SetSheetRow("other", "A1", &[]any{"x", "y"}))
	})
}

func TestReader_TemporaryFiles(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	raw, dir := big(t), t.TempDir()
	left := func() []os.DirEntry {
		list, err := os.ReadDir(dir)
		require.NoError(t, err)
		return list
	}
	r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{TempDir: dir})
	require.NoError(t, err)
	n := 0
	for row, err := range r.Rows() {
		require.NoError(t, err)
		if n++; n == 5000 {
			require.Equal(t, "h5001", row.Cells[0])
			break
		}
	}
	own := left()
	require.Len(t, own, 1, "one directory, and everything in it")
	info, err := own[0].Info()
	require.NoError(t, err)
	require.EqualValues(t, 0o700, info.Mode().Perm(), "which nobody else may read")
	parts, err := os.ReadDir(dir + "/" + own[0].Name())
	require.NoError(t, err)
	require.Len(t, parts, 3, "the sheet, the texts in XML and without: not the archive, not the other sheet")
	require.NoError(t, r.Close())
	require.Empty(t, left())
	require.NoError(t, r.Close())

	for _, opt := range []xlsx.Options{{Header: 99_999}, {Limits: intake.Limits{Columns: 1}}, {Unpacked: 1000}, {Limits: intake.Limits{Row: 20}}, {Sheet: "none"}} {
		opt.TempDir = dir
		_, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), opt)
		require.Error(t, err)
		require.Empty(t, left(), "a file that is refused leaves nothing: %v", err)
	}
	_, err = xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{TempDir: dir + "/none"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Only the sheet that is read counts: a damaged or giant one beside it does not.
func TestReader_OtherSheetsAreLeftAlone(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	raw := big(t)
	r := open(t, raw, xlsx.Options{Sheet: "OTHER", Unpacked: 2000})
	require.Equal(t, []string{"x", "y"}, r.Header())
	require.EqualValues(t, len(raw), r.Bytes())
	_, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{Unpacked: 2000})
	require.ErrorIs(t, err, intake.ErrTooLong)
}

// A chart with a tab of its own is no sheet to read, and does not count.
func TestReader_Charts(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "a", "b")
		set(t, f, 2, 1, 2)
		require.NoError(t, f.AddChartSheet("chart", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "Sheet1!$A$1", Values: "Sheet1!$A$2:$B$2"}}}))
		_, err := f.NewSheet("last")
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("last", "A1", &[]any{"c", "d"}))
	})
	r := open(t, raw, xlsx.Options{Index: 1})
	require.Equal(t, []string{"Sheet1", "last"}, r.Sheets())
	require.Equal(t, []string{"c", "d"}, r.Header())
}
