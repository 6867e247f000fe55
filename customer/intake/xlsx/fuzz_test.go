package xlsx_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/stretchr/testify/require"
)

var small = xlsx.Options{Unpacked: 1 << 20, Shared: 1 << 20, Limits: intake.Limits{Row: 1 << 16, Field: 1000, Columns: 50}}

// drain reads a sheet: nothing panics, rows come in order, and what ends the
// reading says what to do.
func drain(t *testing.T, raw []byte) {
	dir := t.TempDir()
	defer func() {
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}()
	opt := small
	opt.TempDir = dir
	r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), opt)
	var damage *intake.FileError
	if err != nil {
		require.ErrorAs(t, err, &damage)
		return
	}
	defer func() { require.NoError(t, r.Close()) }()
	last := int64(0)
	for row, err := range r.Rows() {
		var fault intake.Rejection
		switch {
		case errors.As(err, &fault):
			require.Equal(t, row.Number, fault.Row)
			require.NotEmpty(t, fault.Err.Error())
		case err != nil:
			require.ErrorAs(t, err, &damage)
			return
		}
		require.Len(t, row.Cells, len(r.Header()))
		require.LessOrEqual(t, len(row.Cells), small.Limits.Columns)
		for _, text := range row.Cells {
			require.True(t, err != nil || len(text) <= small.Limits.Field)
		}
		require.Greater(t, row.Number, last)
		last = row.Number
	}
}

// FuzzArchive reads any bytes as a workbook, and leaves nothing on the disk.
func FuzzArchive(f *testing.F) {
	f.Add(sheetXML(`<row r="1"><c r="A1" t="str"><v>a</v></c></row>`))
	f.Add(bookXML("sheet1", `<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c><c t="s"><v>7</v></c></row>`, `<si><t>a</t></si><si/>`))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, raw []byte) { drain(t, raw) })
}

// FuzzSheet reads any XML as the rows of a sheet.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="str"><v>a</v></c><c r="C1" t="inlineStr"><is><r><t>b</t></r><rPh><t>x</t></rPh></is></c></row><row r="3"><c r="A3"><f>1</f></c></row>`)
	f.Add(`<row><c><v>1.3800138E10</v></c></row><row><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-01-05</v></c></row>`)
	f.Add(`<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row><row r="99999999999999999999"/>`)
	f.Add(`<row><c t="s"><v>-1</v></c></row></sheetData>`)
	f.Fuzz(func(t *testing.T, data string) { drain(t, sheetXML(data)) })
}

// FuzzNumber reads any stored number: what is accepted has no exponent and 15
// digits at most, and is the same when it is written and read again.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"13800138000", "1.3800138E10", "-0.1", "0.30000000000000004", "1e-7", "1e15", "NaN", "0x10", "60", "007", "-0"} {
		f.Add(s)
	}
	read := func(t *testing.T, stored string) (string, bool) {
		raw := sheetXML(`<row><c t="str"><v>h</v></c></row><row><c><v>` + stored + `</v></c></row>`)
		r, err := xlsx.Open(bytes.NewReader(raw), int64(len(raw)), small)
		if err != nil {
			require.ErrorIs(t, err, intake.ErrTruncated) // what was stored is no XML
			return "", false
		}
		defer func() { require.NoError(t, r.Close()) }()
		for row, err := range r.Rows() {
			return strings.Join(row.Cells, ""), err == nil
		}
		return "", false
	}
	f.Fuzz(func(t *testing.T, stored string) {
		if strings.ContainsAny(stored, "<>&_ \t\r\n") || stored == "" {
			return
		}
		text, ok := read(t, stored)
		if !ok {
			return
		}
		require.False(t, strings.ContainsAny(text, "eExX_"), text)
		again, ok := read(t, text)
		require.True(t, ok)
		require.Equal(t, text, again)
	})
}

// FuzzDate reads any number as a date: what is accepted is one that intake reads,
// but for the day that never was and times alone.
func FuzzDate(f *testing.F) {
	for _, n := range []float64{0, 0.375, 1, 59, 60, 61, 46027, 46027.999999, 2958465.999, 2958466, -1} {
		f.Add(n, false)
		f.Add(n, true)
	}
	f.Fuzz(func(t *testing.T, n float64, mac bool) {
		text, err := xlsx.DateText(n, mac)
		if err != nil || text == "1900-02-29" || strings.HasPrefix(text, "1900-02-29 ") || !strings.Contains(text, "-") {
			return
		}
		at, err := intake.Format{}.Time(text)
		require.NoError(t, err)
		require.Equal(t, at.Truncate(time.Second), at)
	})
}
