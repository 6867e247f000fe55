package xlsx_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// workbook makes a file with another library.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return b.Bytes()
}

// set puts a row of cells on the first sheet.
func set(t testing.TB, f *excelize.File, row int, values ...any) {
	t.Helper()
	require.NoError(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row), &values))
}

func open(t testing.TB, raw []byte, opt xlsx.Options) *xlsx.Reader {
	t.Helper()
	r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), opt)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// rows reads a sheet to its end: good rows and rejections by number.
func rows(t testing.TB, r *xlsx.Reader) (map[int64][]string, map[int64]intake.Rejection) {
	t.Helper()
	good, bad := map[int64][]string{}, map[int64]intake.Rejection{}
	for row, err := range r.Rows() {
		var fault intake.Rejection
		switch {
		case errors.As(err, &fault):
			bad[fault.Row] = fault
		default:
			require.NoError(t, err)
			good[row.Number] = append([]string(nil), row.Cells...)
		}
	}
	return good, bad
}

func styled(t testing.TB, f *excelize.File, cell, format string, value any) {
	t.Helper()
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	require.NoError(t, err)
	require.NoError(t, f.SetCellValue("Sheet1", cell, value))
	require.NoError(t, f.SetCellStyle("Sheet1", cell, cell, style))
}

func TestReader_Cells(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "name", "value")
		for i, v := range []any{13800138000, "1.38E+10", 0.1 + 0.2, -5.25, true, "=SUM(1)", "line\nbreak", 1e-7, "𠮷野家", strings.Repeat("长", 20_000)} {
			set(t, f, i+2, fmt.Sprint("row", i+2), v)
		}
		styled(t, f, "B12", "yyyy-mm-dd", 46027)
		styled(t, f, "B13", `yyyy"年"m"月"d"日" h:mm`, 46027.395833333336)
		styled(t, f, "B14", "h:mm", 0.375)
		styled(t, f, "B15", "[h]:mm", 1.5)
		styled(t, f, "B16", `#,##0.00" 元/day"`, 1234.5)
		set(t, f, 17, "row17", 46027)
		styled(t, f, "B18", "yyyy-mm-dd", 60)
		for i := 12; i <= 18; i++ {
			require.NoError(t, f.SetCellValue("Sheet1", fmt.Sprintf("A%d", i), "x"))
		}
	})
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Empty(t, bad)
	want := []string{"13800138000", "1.38E+10", "0.3", "-5.25", "TRUE", "=SUM(1)", "line\nbreak", "0.0000001", "𠮷野家", strings.Repeat("长", 20_000),
		"2026-01-05", "2026-01-05 09:30:00", "09:00:00", "1.5", "1234.5", "46027", "1900-02-29"}
	for i, text := range want {
		require.Equal(t, text, good[int64(i+2)][1], "row %d", i+2)
	}
}

// A phone that is a number in the file is exact however it is spelled there, and one
// that is shortened text is reported.
func TestReader_PhonesAsNumbers(t *testing.T) {
	t.Parallel()
	raw := sheetXML(`<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>phone</t></is></c></row>
<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2"><v>1.3800138E10</v></c></row>
<row r="3"><c r="A3" t="str"><v>b</v></c><c r="B3" t="n"><v>13800138000</v></c></row>
<row r="4"><c r="A4" t="str"><v>c</v></c><c r="B4" t="str"><v>1.38E+10</v></c></row>
<row r="5"><c r="A5" t="str"><v>d</v></c><c r="B5"><v>1.1010519491231E+17</v></c></row>`)
	r := open(t, raw, xlsx.Options{})
	m, err := intake.Map(r.Header(), intake.CustomerTargets(intake.Format{}), nil)
	require.NoError(t, err)
	var phones []string
	report, err := intake.Run(t.Context(), r, m, intake.Options{MaxRejectedShare: 1}, func(_ context.Context, batch []intake.Record) ([]intake.Rejection, error) {
		for _, rec := range batch {
			phones = append(phones, rec.Text("phone"))
		}
		return nil, nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{"13800138000", "13800138000"}, phones)
	require.EqualValues(t, 2, report.Rejected)
	for _, fault := range report.Rejections {
		require.Equal(t, "phone", fault.Column)
		require.ErrorIs(t, fault, intake.ErrSpreadsheetNumber)
		require.Contains(t, fault.Reason, "format the column as text")
	}
}

func TestReader_FormulasAndErrors(t *testing.T) {
	t.Parallel()
	raw := sheetXML(`<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
<row r="2"><c r="A2"><f>1+2</f><v>3</v></c><c r="B2" t="str"><f>"x"</f><v>x</v></c></row>
<row r="3"><c r="A3"><f>1+2</f></c></row>
<row r="4"><c r="B4" t="e"><f>#REF!</f><v>#REF!</v></c></row>
<row r="6"><c t="str"><v>no place</v></c><c t="str"><v>stated</v></c><c><v>9</v></c></row>
<row r="7"><c t="s"><v>3</v></c></row>
<row><c t="d"><v>2026-01-05T00:00:00</v></c></row>`)
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Equal(t, []string{"3", "x"}, good[2])
	require.Equal(t, []string{"2026-01-05T00:00:00", ""}, good[8])
	at, err := intake.Format{}.Time(good[8][0])
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), at)
	require.Contains(t, bad[3].Err.Error(), "formula without a calculated value")
	require.Equal(t, "#REF!", bad[4].Value)
	require.Equal(t, "b", bad[4].Column)
	require.Contains(t, bad[4].Err.Error(), "error of the spreadsheet")
	require.Equal(t, "C", bad[6].Column)
	require.Contains(t, bad[6].Err.Error(), "column without a name")
	require.Contains(t, bad[7].Err.Error(), "does not hold")
}

func TestReader_Date1904(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		yes := true
		require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		set(t, f, 1, "name", "day")
		set(t, f, 2, "x")
		styled(t, f, "B2", "yyyy-mm-dd", 46027-1462)
	})
	good, _ := rows(t, open(t, raw, xlsx.Options{}))
	require.Equal(t, "2026-01-05", good[2][1])
}

func TestReader_Headers(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		require.NoError(t, f.SetCellValue("Sheet1", "A1", "客户名单 2026"))
		require.NoError(t, f.MergeCell("Sheet1", "A1", "D1"))
		set(t, f, 3, "姓名", "联系方式", nil, nil, "城市")
		require.NoError(t, f.MergeCell("Sheet1", "B3", "C3"))
		set(t, f, 4, nil, "手机", "邮箱")
		set(t, f, 6, "王丽", "13800138000", "a@b.cn", nil, "杭州")
		_, err := f.NewSheet("订单")
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow("订单", "A1", &[]any{"单号"}))
		require.NoError(t, f.SetSheetRow("订单", "A2", &[]any{"O1"}))
	})
	r := open(t, raw, xlsx.Options{HeaderRows: 2})
	require.Equal(t, []string{"姓名", "手机", "邮箱", "城市"}, r.Header())
	require.Equal(t, []string{"Sheet1", "订单"}, r.Sheets())
	good, _ := rows(t, r)
	require.Equal(t, map[int64][]string{6: {"王丽", "13800138000", "a@b.cn", "杭州"}}, good)

	for _, opt := range []xlsx.Options{{Sheet: "订单"}, {Index: 1}} {
		r := open(t, raw, opt)
		require.Equal(t, []string{"单号"}, r.Header())
		good, _ := rows(t, r)
		require.Equal(t, map[int64][]string{2: {"O1"}}, good)
	}
	require.Equal(t, []string{"手机", "邮箱"}, open(t, raw, xlsx.Options{Header: 4}).Header())
	for opt, want := range map[xlsx.Options]error{{Sheet: "x"}: xlsx.ErrNotWorkbook, {Index: 7}: xlsx.ErrNotWorkbook, {Header: 99}: intake.ErrHeader, {Header: 2}: intake.ErrHeader} {
		_, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), opt)
		require.ErrorIs(t, err, want)
	}
}

func TestReader_Refused(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		for i := 1; i < 2000; i++ {
			set(t, f, i, "name", i, strings.Repeat("x", i%50))
		}
	})
	try := func(raw []byte, opt xlsx.Options) error {
		r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), opt)
		if err != nil {
			return err
		}
		defer func() { require.NoError(t, r.Close()) }()
		for _, err := range r.Rows() {
			var fault intake.Rejection
			if err != nil && !errors.As(err, &fault) {
				return err
			}
		}
		return nil
	}
	require.ErrorIs(t, try([]byte("name,phone\n"), xlsx.Options{}), xlsx.ErrNotWorkbook)
	require.ErrorIs(t, try(nil, xlsx.Options{}), xlsx.ErrNotWorkbook)
	require.ErrorContains(t, try([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."), xlsx.Options{}), "password")
	require.ErrorIs(t, try(raw[:len(raw)/2], xlsx.Options{}), intake.ErrTruncated)
	require.ErrorIs(t, try(raw, xlsx.Options{Unpacked: 1000}), intake.ErrTooLong, "a bomb is not unpacked")
	require.ErrorIs(t, try(raw, xlsx.Options{Shared: 100}), intake.ErrTooLong)
	require.ErrorIs(t, try(raw, xlsx.Options{Limits: intake.Limits{Row: 60}}), intake.ErrTooLong)
	require.ErrorIs(t, try(raw, xlsx.Options{Limits: intake.Limits{Columns: 2}}), intake.ErrTooLong)
	require.ErrorIs(t, try(sheetXML(`<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>a</v></c></row>`), xlsx.Options{}), intake.ErrHeader)
	require.ErrorIs(t, try(sheetXML(`<row r="2"><c r="A2" t="str"><v>a</v></c></row><row r="1"/>`), xlsx.Options{}), intake.ErrTruncated)
	require.ErrorIs(t, try(sheetXML(`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), xlsx.Options{}), intake.ErrTruncated)
	require.ErrorIs(t, try(sheetXML(``), xlsx.Options{}), intake.ErrHeader)
	require.NoError(t, try(raw, xlsx.Options{}))
}

func TestReader_Closed(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) { set(t, f, 1, "a", "b"); set(t, f, 2, "c", "d") })
	r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	for _, err := range r.Rows() {
		require.Error(t, err)
	}
}

// Shared texts that do not fit into memory come from a temporary file.
func TestReader_SharedTextsInFile(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	const n = 12_000
	text := func(i int) string { return fmt.Sprintf("%06d%s", i, strings.Repeat("客", 70)) }
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "a", "b")
		for i := 2; i <= n; i++ {
			set(t, f, i, text(i), text(n-i))
		}
	})
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Empty(t, bad)
	require.Len(t, good, n-1)
	for i := 2; i <= n; i++ {
		require.Equal(t, []string{text(i), text(n - i)}, good[int64(i)])
	}
}

func TestDED14_DatesOfASpreadsheet(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "客户编号", "日期", "金额")
		cells := []any{"2026-01-05", "2026/1/5", "05-Jan-26", 1767571200, 46027}
		for i := range 100 {
			set(t, f, i+2, i, cells[i%5], "1.00")
		}
		set(t, f, 12, 10, "2026-02-30", "1.00")
		set(t, f, 52, 50, "soon", "1.00")
		set(t, f, 92, 90, "03/04/2026", "1.00")
		styled(t, f, "B7", "yyyy/m/d", 46027)
	})
	r := open(t, raw, xlsx.Options{})
	m, err := intake.Map(r.Header(), intake.OrderTargets(intake.Format{Serial: true, Unix: true}), nil)
	require.NoError(t, err)
	report, err := intake.Run(t.Context(), r, m, intake.Options{}, func(_ context.Context, batch []intake.Record) ([]intake.Rejection, error) {
		for _, rec := range batch {
			placed, _ := intake.Get[time.Time](rec, "placed_at")
			require.Equal(t, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), placed, "row %d", rec.Row)
		}
		return nil, nil
	})
	require.NoError(t, err)
	require.EqualValues(t, 97, report.Accepted)
	require.EqualValues(t, 3, report.Rejected)
	for i, want := range []struct {
		row   int64
		value string
	}{{12, "2026-02-30"}, {52, "soon"}, {92, "03/04/2026"}} {
		require.Equal(t, want.row, report.Rejections[i].Row)
		require.Equal(t, "日期", report.Rejections[i].Column)
		require.Equal(t, want.value, report.Rejections[i].Value)
		require.NotEmpty(t, report.Rejections[i].Reason)
	}
}
