package xlsx_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// Numbers and texts that look the same are told apart, where it matters: a number
// is written out, or rejected when it lost its digits; a text stays.
func TestReader_NumbersAndTextsThatLookLikeThem(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"13800138000": "13800138000", "13800138000.0": "13800138000", "1.3800138E10": "13800138000", "1.3800138E+10": "13800138000",
		" 13800138000 ": "13800138000", "138001380000e-1": "13800138000", "007": "7", "0.30000000000000004": "0.3",
		"1.23456789012345678E-7": "0.000000123456789012346", "1E-7": "0.0000001", "-5.250": "-5.25", "999999999999999": "999999999999999",
		"1.1010519491231E+17": "", "110105194912310021": "", "1E15": "", "1000000000000000": "", "NaN": "", "Inf": "", "1_000": "", "abc": "",
	} {
		raw := sheetXML(`<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>` +
			`<row><c><v>` + stored + `</v></c><c t="str"><v>x</v></c></row>` +
			`<row><c t="str"><v>` + stored + `</v></c><c t="str"><v>x</v></c></row>` +
			`<row><c t="inlineStr"><is><t>` + stored + `</t></is></c></row>`)
		good, bad := rows(t, open(t, raw, xlsx.Options{}))
		if want == "" {
			require.Error(t, bad[2].Err, stored)
		} else {
			require.Equal(t, []string{want, "x"}, good[2], stored)
		}
		require.Equal(t, []string{stored, "x"}, good[3], "text in a formula")
		require.Equal(t, stored, good[4][0], "text")
	}
}

// The same through the other library, whose texts are shared.
func TestReader_LongNumbers(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "id", "phone")
		set(t, f, 2, "110105194912310021", "1.38E+10")
		set(t, f, 3, 110105194912310021, 13800138000)
		set(t, f, 4, 1.1010519491231e17, 1.38e10)
	})
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Equal(t, map[int64][]string{2: {"110105194912310021", "1.38E+10"}}, good)
	for _, n := range []int64{3, 4} {
		require.ErrorIs(t, bad[n], intake.ErrSpreadsheetNumber)
		require.Equal(t, "id", bad[n].Column)
	}
}

// Cells in a date format that hold something else stay what they are.
func TestReader_DateFormats(t *testing.T) {
	t.Parallel()
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "a", "b")
		for i, v := range []any{"2026年1月5日", true, 46027.395833333336, -1, 0.00001, 2958466, "", 46027} {
			styled(t, f, fmt.Sprintf("A%d", i+2), "yyyy/m/d;@", v)
			require.NoError(t, f.SetCellValue("Sheet1", fmt.Sprintf("B%d", i+2), "x"))
		}
		builtin, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Sheet1", "A9", "A9", builtin))
	})
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	for i, want := range []string{"2026年1月5日", "TRUE", "2026-01-05 09:30:00", "", "00:00:01", "", "", "2026-01-05"} {
		n := int64(i + 2)
		if i == 3 || i == 5 {
			require.ErrorContains(t, bad[n].Err, "date that no spreadsheet shows")
			continue
		}
		require.Equal(t, []string{want, "x"}, good[n])
	}
	require.Equal(t, "-1", bad[5].Value)
}

// A formula without a value rejects its row wherever it stands, and one whose value
// is the empty text does not.
func TestReader_FormulasWithoutValue(t *testing.T) {
	t.Parallel()
	raw := sheetXML(`<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c><c r="C1" t="str"><v>c</v></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2</f></c><c r="C2"><v>3</v></c></row>
<row r="3"><c r="A3"><v>1</v></c><c r="B3" t="str"><f>""</f><v></v></c><c r="C3"><v>3</v></c></row>
<row r="5"><c r="C5"><f>1</f></c></row>
<row r="6"><c r="C6" t="s"><v>9</v></c></row>
<row r="7"><c r="B7" t="e"><v>#N/A</v></c><c r="C7" t="str"><v>#N/A</v></c></row>
<row r="8"><c r="C8" t="str"><v>#N/A</v></c></row>`)
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Equal(t, map[int64][]string{3: {"1", "", "3"}, 8: {"", "", "#N/A"}}, good)
	for n, column := range map[int64]string{2: "b", 5: "c", 6: "c", 7: "b"} {
		require.Equal(t, column, bad[n].Column)
	}
	require.ErrorContains(t, bad[2].Err, "without a calculated value")
	require.ErrorContains(t, bad[6].Err, "does not hold")
}

// What is remembered of faulty cells is bounded: a sheet of them is refused with
// the reason of each.
func TestReader_TooManyFaults(t *testing.T) {
	t.Parallel()
	withoutDetector(t)
	faulty := func(n int) []byte {
		return sheetXML(`<row r="1"><c r="A1" t="str"><v>a</v></c></row>` + strings.Repeat(`<row><c><v>1.1010519491231E+17</v></c></row>`, n))
	}
	raw := faulty(1 << 16)
	_, bad := rows(t, open(t, raw, xlsx.Options{Limits: intake.Limits{Row: 1 << 20}}))
	require.Len(t, bad, 1<<16)
	raw = faulty(1<<16 + 1)
	_, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), xlsx.Options{})
	require.ErrorIs(t, err, intake.ErrSpreadsheetNumber)
	require.ErrorContains(t, err, "faulty")
}

// Empty rows, rows without numbers and rows far below keep their numbers.
func TestReader_SparseRows(t *testing.T) {
	t.Parallel()
	raw := sheetXML(`<row r="3"><c r="B3" t="str"><v>a</v></c><c r="D3" t="str"><v>b</v></c></row><row/><row r="6"/>` +
		`<row><c r="D7"><v>7</v></c></row><row r="50000"><c r="B50000" s="99"><v>8</v></c><c r="C50000" s="1"/></row>`)
	good, bad := rows(t, open(t, raw, xlsx.Options{}))
	require.Empty(t, bad)
	require.Equal(t, map[int64][]string{7: {"", "7"}, 50000: {"8", ""}}, good)
}
