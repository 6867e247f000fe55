package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What Excel and people put around a header.
func TestCSV_Headers(t *testing.T) {
	t.Parallel()
	people := []string{"姓名", "手机"}
	cases := map[string]struct {
		text   string
		opt    TextOptions
		header []string
		want   [][]string
	}{
		"empty columns at the end":         {"姓名,手机,,\n王丽,138,,\n", TextOptions{}, people, [][]string{{"王丽", "138"}}},
		"and left out of rows":             {"姓名,手机,,\n王丽,138\n李四,139,\n赵五,137", TextOptions{}, people, [][]string{{"王丽", "138"}, {"李四", "139"}, {"赵五", "137"}}},
		"an empty column between":          {"姓名,,手机\n王丽, ,138\n", TextOptions{}, people, [][]string{{"王丽", "138"}}},
		"an empty column in front":         {",姓名,手机\n,王丽,138\n", TextOptions{}, people, [][]string{{"王丽", "138"}}},
		"a title as wide as the table":     {"客户资料表,,\n姓名,手机,城市\n王丽,138,宁波\n", TextOptions{}, []string{"姓名", "手机", "城市"}, [][]string{{"王丽", "138", "宁波"}}},
		"a title alone":                    {"客户资料表\n\n姓名,手机\n王丽,138\n", TextOptions{}, people, [][]string{{"王丽", "138"}}},
		"a title and nothing below":        {"客户资料表\n姓名,手机\n", TextOptions{}, people, nil},
		"two titles and blank rows":        {",\n客户资料表,\n,\n2026,\n姓名,手机\n王丽,138\n,\n李四,\n", TextOptions{}, people, [][]string{{"王丽", "138"}, {"", ""}, {"李四", ""}}},
		"one column and a lone comma":      {"name\nAnn\nBob\n", TextOptions{}, []string{"name"}, [][]string{{"Ann"}, {"Bob"}}},
		"one column with empty cells":      {"name,,\nAnn,,\n", TextOptions{}, []string{"name"}, [][]string{{"Ann"}}},
		"sep, semicolon":                   {"sep=;\nname;phone\na;1,5\n", TextOptions{}, []string{"name", "phone"}, [][]string{{"a", "1,5"}}},
		"sep, quoted, with a mark":         {"\uFEFF\"sep=;\"\r\nname;phone\r\na;1\r\n", TextOptions{}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"sep, tab":                         {"SEP=\t\nname\tphone\na\t1\n", TextOptions{}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"sep, a character of its own":      {"sep=|\nname|phone\na|1,2;3\n", TextOptions{}, []string{"name", "phone"}, [][]string{{"a", "1,2;3"}}},
		"sep, overruled":                   {"sep=;\nname|phone\na|1\n", TextOptions{Comma: '|'}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"sep, as a name":                   {"sep=x,y\n1,2\n", TextOptions{}, []string{"sep=x", "y"}, [][]string{{"1", "2"}}},
		"sep and a title":                  {"sep=;\nAlle Kunden;\nname;phone\na;1\n", TextOptions{}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"row stated":                       {"Kunden, 2026\nx\nname;phone\na;1\n", TextOptions{HeaderRow: 3}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"row stated, first of one column":  {"name\nSmith, John\n", TextOptions{HeaderRow: 1, Comma: ';'}, []string{"name"}, [][]string{{"Smith, John"}}},
		"row stated behind a line break":   {"\"a\nb\",\nname,phone\na,1\n", TextOptions{HeaderRow: 2}, []string{"name", "phone"}, [][]string{{"a", "1"}}},
		"a header that is given, no title": {"Ann\nBob,1\n", TextOptions{Header: []string{"name"}}, []string{"name"}, [][]string{{"Ann"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := NewCSV(strings.NewReader(c.text), c.opt)
			require.NoError(t, err)
			require.Equal(t, c.header, f.Header())
			good, _, err := allRows(f)
			require.NoError(t, err)
			require.Equal(t, c.want, good)
		})
	}
}

func TestCSV_FilledCellsWithoutANameAreRejected(t *testing.T) {
	t.Parallel()
	good, bad, err := allRows(openCSV(t, "name,,phone,\na,x,1,\nb,,2,y\nc,,3,\nd,,4,,\n"))
	require.NoError(t, err)
	require.Equal(t, [][]string{{"c", "3"}}, good)
	require.Len(t, bad, 3)
	require.ErrorContains(t, bad[0], `row 2, column "column 2": "x" stands in a column without a name`)
	require.ErrorContains(t, bad[1], `row 3, column "column 4": "y" stands in a column without a name`)
	require.ErrorContains(t, bad[2], "the row has 5 cells and the header 4")
}

// A file of one column is not taken for a table with a title because of a comma.
func TestCSV_LoneDelimiterInOneColumnIsNoHeader(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "name\nAnn\nSmith, John\nBob\n")
	require.Equal(t, []string{"name"}, f.Header())
	good, bad, err := allRows(f)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"Ann"}, {"Bob"}}, good)
	require.Len(t, bad, 1)
	require.EqualValues(t, 3, bad[0].Row)
}

// Rows and lines are counted as a spreadsheet and an editor show them, below titles and
// a line that states the delimiter, which a spreadsheet does not show.
func TestCSV_PlacesBelowTitles(t *testing.T) {
	t.Parallel()
	var places []int64
	for row, err := range openCSV(t, "sep=;\nKunden\n\nname;phone\n\na;1\n\"b\nb\";2\nc;3\n").Rows() {
		require.NoError(t, err)
		places = append(places, row.Number, row.Line)
	}
	require.Equal(t, []int64{5, 6, 6, 7, 7, 9}, places)

	_, _, err := allRows(openCSV(t, "sep=;\nname;phone\na;1\nb;\"2"))
	require.ErrorIs(t, err, ErrTruncated)
	require.ErrorContains(t, err, "row 3, line 4")
	_, _, err = allRows(openCSV(t, "sep=;\nname;phone\na;1\nb"))
	require.ErrorIs(t, err, ErrTruncated)
	require.ErrorContains(t, err, "row 3, line 4: the file is cut off; its last row has 1 of 2 cells")
	_, _, err = allRows(openCSV(t, "a\n1\n2\n\"3"))
	require.ErrorIs(t, err, ErrTruncated, "a fault in the rows that were searched for a header ends their reading, not the opening")
}

func TestCSV_HeaderRowRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"a,b\n1,2\n":        "the file ends before row 4",
		"a\nb\nc\n\nd,e\n":  "row 4: the header is not usable: it is empty",
		"a\nb\nc\n,\nd,e\n": "row 4, line 4: the header is not usable: it names no columns",
	} {
		_, err := NewCSV(strings.NewReader(text), TextOptions{HeaderRow: 4})
		require.ErrorIs(t, err, ErrHeader)
		require.ErrorContains(t, err, says)
	}
	_, err := NewCSV(strings.NewReader("a,b\n"), TextOptions{HeaderRow: 1, Header: []string{"a", "b"}})
	require.ErrorContains(t, err, "both stated")
	f, err := NewColumns(strings.NewReader("All customers\nname phone\na 1\n"), TextOptions{HeaderRow: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"name", "phone"}, f.Header())
}

// Above what package export wrote there may be a watermark, or none. A title that is no
// watermark and a header of one column are not taken for one.
func TestCSV_ExportedWithAndWithoutWatermark(t *testing.T) {
	t.Parallel()
	const mark = "\"Export 0197f3a0-0000-7000-8000-000000000001, user:ann, 2026-01-05 01:00:00Z\""
	for text, header := range map[string][]string{
		mark + ",\nname,phone\n王丽,'+86138\n":            {"name", "phone"},
		"name,phone\n王丽,'+86138\n":                      {"name", "phone"},
		"Export of today,\nname,phone\n王丽,'+86138\n":    {"name", "phone"},
		mark + "\nphone\n'+86138\n":                     {"phone"},
		"phone\n'+86138\n":                              {"phone"},
		"\uFEFF" + mark + ",\nname,phone\n王丽,'+86138\n": {"name", "phone"},
	} {
		f, err := NewCSV(strings.NewReader(text), TextOptions{Exported: true})
		require.NoError(t, err, "%q", text)
		require.Equal(t, header, f.Header(), "%q", text)
		good, bad, err := allRows(f)
		require.NoError(t, err)
		require.Empty(t, bad)
		require.Len(t, good, 1)
		require.Equal(t, "+86138", good[0][len(header)-1])
	}
}
