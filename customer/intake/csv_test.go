package intake

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCSV_Shapes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want [][]string
	}{
		"comma":                 {"a,b\n1,2\n", [][]string{{"1", "2"}}},
		"semicolon guessed":     {"a;b;c\n1;2,5;3\n", [][]string{{"1", "2,5", "3"}}},
		"tab guessed":           {"a\tb\n1\t2;3\n", [][]string{{"1", "2;3"}}},
		"quoted commas ignored": {"\"a,b,c\";d\n1;2\n", [][]string{{"1", "2"}}},
		"one column":            {"a\n1\n2\n", [][]string{{"1"}, {"2"}}},
		"CRLF":                  {"a,b\r\n1,2\r\n3,4\r\n", [][]string{{"1", "2"}, {"3", "4"}}},
		"no line end at end":    {"a,b\n1,2", [][]string{{"1", "2"}}},
		"empty lines":           {"\n\na,b\n\n1,2\n\n\n", [][]string{{"1", "2"}}},
		"line break in cell":    {"a,b\n\"x\ny\",2\n3,4\n", [][]string{{"x\ny", "2"}, {"3", "4"}}},
		"doubled quotes":        {"a,b\n\"say \"\"hi\"\"\",2\n", [][]string{{`say "hi"`, "2"}}},
		"header only":           {"a,b\n", nil},
		"header only, open":     {"a,b", nil},
		"UTF-8 mark":            {"\uFEFFa,b\n1,2\n", [][]string{{"1", "2"}}},
		"UTF-8 mark and quotes": {"\uFEFF\"a\",b\n1,2\n", [][]string{{"1", "2"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good, bad, err := allRows(openCSV(t, c.text))
			require.NoError(t, err)
			require.Empty(t, bad)
			require.Equal(t, c.want, good)
		})
	}
}

func TestCSV_NumbersOfRowsAreThoseOfASpreadsheet(t *testing.T) {
	t.Parallel()
	text := "a,b\n\n1,x\n\"2\n2\n2\",\"y\ny\"\n\n\n3,z\n"
	type place struct{ number, line int64 }
	var got []place
	for row, err := range openCSV(t, text).Rows() {
		require.NoError(t, err)
		got = append(got, place{row.Number, row.Line})
	}
	require.Equal(t, []place{{3, 3}, {4, 4}, {7, 10}}, got)
}

func TestCSV_HeaderGiven(t *testing.T) {
	t.Parallel()
	f, err := NewCSV(strings.NewReader("1,2\n3,4\n"), TextOptions{Header: []string{"a", "b"}})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, f.Header())
	good, _, err := allRows(f)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"1", "2"}, {"3", "4"}}, good)
}

func TestCSV_RefusedBeforeTheFirstRow(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		is   error
		says string
	}{
		"empty":           {"", ErrHeader, "the file is empty"},
		"only a mark":     {"\uFEFF", ErrHeader, "the file is empty"},
		"unnamed columns": {" , ,\n", ErrHeader, "it names no columns"},
		"unnamed column":  {"\"\"\n", ErrHeader, "it names no columns"},
		"two of one name": {"a,b,a \n", ErrHeader, `columns 1 and 3 are both called "a"`},
		"NUL":             {"a\x00,\x00b\n", ErrHeader, "UTF-16 without a byte order mark"},
		"lone CR":         {"a,b\r1,2\r", ErrHeader, "carriage return"},
		"bare quote":      {"a,b\"c\n", ErrSyntax, "row 1, line 1, column 4"},
		"open quote":      {"a,\"b\n1,2\n", ErrTruncated, "begins on line 1"},
		"many columns":    {strings.Repeat("x,", 1000) + "y\n", ErrTooLong, "1001 columns"},
		"not text":        {"a,\xff\xfe\xfd\n1,2\n", ErrEncoding, "line 1, column 3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewCSV(strings.NewReader(c.text), TextOptions{})
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
			var at *FileError
			require.ErrorAs(t, err, &at)
		})
	}
}

func TestCSV_CommaRefused(t *testing.T) {
	t.Parallel()
	for _, comma := range []rune{'"', '\n', '\r', 0xFFFD, -1} {
		_, err := NewCSV(strings.NewReader("a\n"), TextOptions{Comma: comma})
		require.ErrorContains(t, err, "cannot delimit cells")
	}
}

func TestDED14_CSVDamageEndsTheRunAndSaysWhere(t *testing.T) {
	t.Parallel()
	const head = "a,b,c\n1,2,3\n"
	cases := map[string]struct {
		text              string
		is                error
		row, line, column int64
	}{
		"cut in a quoted cell":          {head + "4,\"5", ErrTruncated, 3, 3, 5},
		"cut behind a line break":       {head + "4,\"5\n6\n", ErrTruncated, 3, 4, 3},
		"cut behind CRLF":               {head + "4,\"5\r\n6\r\n", ErrTruncated, 3, 4, 3},
		"cut row":                       {head + "4,5", ErrTruncated, 3, 3, 0},
		"cut character":                 {head + "4,\xe4\xb8\xad,\xe4\xb8", ErrTruncated, 3, 3, 7},
		"bare quote":                    {head + "\n4,5\"6,7\n8,9,0\n", ErrSyntax, 4, 4, 4},
		"text behind a quote":           {head + "4,\"5\"6,7\n8,9,0\n", ErrSyntax, 3, 3, 5},
		"text behind a quote, last row": {head + "4,\"5\"6,7\n", ErrSyntax, 3, 3, 5},
		"text behind a quote, at end":   {head + "4,5,\"6\"7", ErrSyntax, 3, 3, 7},
		"bare quote at end":             {head + "4,5,6\"", ErrSyntax, 3, 3, 6},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := openCSV(t, c.text)
			good, bad, err := allRows(f)
			require.ErrorIs(t, err, c.is)
			require.Equal(t, [][]string{{"1", "2", "3"}}, good)
			require.Empty(t, bad)
			var at *FileError
			require.ErrorAs(t, err, &at)
			require.Equal(t, []int64{c.row, c.line, c.column}, []int64{at.Row, at.Line, at.Column}, err)
			require.NotEmpty(t, at.Advice)
			_, _, again := allRows(f)
			require.Equal(t, err, again, "the error is repeated")
		})
	}
}

func TestDED14_CSVRowsOfTheWrongWidthAreRejected(t *testing.T) {
	t.Parallel()
	good, bad, err := allRows(openCSV(t, "a,b\n1\n2,3,4\n5,6\n7\n"))
	require.NoError(t, err)
	require.Equal(t, [][]string{{"5", "6"}}, good)
	require.Len(t, bad, 3)
	require.Equal(t, "2 | 3 | 4", bad[1].Value)
	require.ErrorContains(t, bad[1], "row 3: \"2 | 3 | 4\" the row has 3 cells and the header 2")
	require.EqualValues(t, 5, bad[2].Row)
}

func TestCSV_TooWideLastRowIsNotTruncation(t *testing.T) {
	t.Parallel()
	_, bad, err := allRows(openCSV(t, "a,b\n1,2,3"))
	require.NoError(t, err)
	require.Len(t, bad, 1)
}

func TestCSV_NULRejectsItsRowOnly(t *testing.T) {
	t.Parallel()
	good, bad, err := allRows(openCSV(t, "a,b\n1,2\n3,\x004\n5,6\n"))
	require.NoError(t, err)
	require.Equal(t, [][]string{{"1", "2"}, {"5", "6"}}, good)
	require.Len(t, bad, 1)
	require.Equal(t, "b", bad[0].Column)
	require.EqualValues(t, 3, bad[0].Row)
}

func TestCSV_Limits(t *testing.T) {
	t.Parallel()
	text := "a,b\n1,2\n3," + strings.Repeat("x", 200) + "\n5,6\n"
	f, err := NewCSV(strings.NewReader(text), TextOptions{Limits: Limits{Field: 100}})
	require.NoError(t, err)
	good, bad, err := allRows(f)
	require.NoError(t, err)
	require.Len(t, good, 2)
	require.Len(t, bad, 1)
	require.ErrorContains(t, bad[0], "200 bytes long")
	require.Len(t, bad[0].Value, 200)
}

func TestCSV_UnclosedQuoteIsBoundedByTheRowLimit(t *testing.T) {
	t.Parallel()
	endless := io.MultiReader(strings.NewReader("a,b\n1,2\n3,\"4\n"), forever{})
	f, err := NewCSV(endless, TextOptions{Limits: Limits{Row: 1 << 20}})
	require.NoError(t, err)
	good, _, err := allRows(f)
	require.ErrorIs(t, err, ErrTooLong)
	require.ErrorContains(t, err, "row 3")
	require.Len(t, good, 1)
	require.Less(t, f.Bytes(), int64(1<<20+4*window))
}

// forever is a reader without an end.
type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestCSV_ManyShortRowsStayWithinTheRowLimit(t *testing.T) {
	t.Parallel()
	f, err := NewCSV(strings.NewReader("a,b\n"+strings.Repeat("1,2\n", 100_000)), TextOptions{Limits: Limits{Row: 10}})
	require.NoError(t, err)
	good, bad, err := allRows(f)
	require.NoError(t, err)
	require.Empty(t, bad)
	require.Len(t, good, 100_000)
}

func TestCSV_ErrorOfTheReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection lost")
	for _, rest := range []string{"", "3,", "3,\"4"} {
		r := io.MultiReader(strings.NewReader("a,b\n1,2\n"+rest), iotest.ErrReader(broken))
		f, err := NewCSV(r, TextOptions{})
		require.NoError(t, err)
		good, _, err := allRows(f)
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, "row 3")
		require.Equal(t, [][]string{{"1", "2"}}, good)
	}
	_, err := NewCSV(iotest.ErrReader(broken), TextOptions{})
	require.ErrorIs(t, err, broken)
}

func TestCSV_RowsGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "a\n1\n2\n3\n")
	for row, err := range f.Rows() {
		require.NoError(t, err)
		require.Equal(t, []string{"1"}, row.Cells)
		break
	}
	good, _, err := allRows(f)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"2"}, {"3"}}, good)
}

// What a CSV writer writes is read back, whatever is in the cells and however
// the bytes arrive.
func TestCSV_Property_ReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(2, 5).Draw(t, "columns")
		cell := rapid.StringMatching(`[a-z0-9 ,;"\t\n中文￥é]{0,12}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 0, 20).Draw(t, "rows")
		header := []string{"h0", "h1", "h2", "h3", "h4"}[:columns]
		text := writeCSV(t, append([][]string{header}, rows...)...)
		var r io.Reader = strings.NewReader(text)
		switch rapid.IntRange(0, 2).Draw(t, "chunks") {
		case 1:
			r = iotest.OneByteReader(r)
		case 2:
			r = iotest.DataErrReader(iotest.HalfReader(r))
		}
		f, err := NewCSV(r, TextOptions{Comma: ','})
		require.NoError(t, err)
		good, bad, err := allRows(f)
		require.NoError(t, err)
		require.Empty(t, bad)
		require.Equal(t, len(rows), len(good))
		for i := range rows {
			require.Equal(t, rows[i], good[i])
		}
		require.EqualValues(t, len(text), f.Bytes())
	})
}
