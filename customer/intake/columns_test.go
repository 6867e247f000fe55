package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestColumns_Shapes(t *testing.T) {
	t.Parallel()
	f, err := NewColumns(strings.NewReader("\n a   b\tc \r\n\n 1 2   3\r\n4 5\n6 7 8 9\n 10 11 12"), TextOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, f.Header())
	require.Zero(t, f.Comma())
	good, bad, err := allRows(f)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"1", "2", "3"}, {"10", "11", "12"}}, good)
	require.Len(t, bad, 2)
	require.EqualValues(t, 5, bad[0].Row)
}

func TestColumns_Damage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		is   error
		row  int64
	}{
		"cut row":       {"a b\n1 2\n3", ErrTruncated, 3},
		"cut character": {"a b\n1 2\n3 \xe4\xb8", ErrTruncated, 3},
		"bad byte":      {"a b\n1 2\n中 \xff\n", ErrEncoding, 3},
		"long line":     {"a b\n1 2\n" + strings.Repeat("x", 200_000), ErrTooLong, 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := NewColumns(strings.NewReader(c.text), TextOptions{Limits: Limits{Row: 1000}})
			require.NoError(t, err)
			good, _, err := allRows(f)
			require.ErrorIs(t, err, c.is)
			require.Len(t, good, 1)
			var at *FileError
			require.ErrorAs(t, err, &at)
			require.Equal(t, c.row, at.Row)
		})
	}
	_, err := NewColumns(strings.NewReader(""), TextOptions{})
	require.ErrorIs(t, err, ErrHeader)
	_, err = NewColumns(strings.NewReader("a"), TextOptions{Encoding: "?"})
	require.Error(t, err)
}

func TestCDNOW_HeaderLineIsOptional(t *testing.T) {
	t.Parallel()
	const four, five = " 00001 19970101  1   11.77\r\n", " 00004 0001 19970101  2   29.33\r\n"
	const head = " customer_id  date number_of_cds  dollar_value\r\n"
	for text, first := range map[string]string{head + four: "00001", four: "00001", five: "00004"} {
		f, err := NewCDNOW(strings.NewReader(text), Limits{})
		require.NoError(t, err)
		var got []Record
		_, err = Run(t.Context(), f, mapped(t, f, OrderTargets(Format{})), Options{}, collect(&got))
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, first, got[0].Text("customer"))
	}
}

func TestCDNOW_MasterFile(t *testing.T) {
	t.Parallel()
	f, err := NewCDNOW(sharedFile(t, "segment/cdnow/CDNOW_master.txt"), Limits{})
	require.NoError(t, err)
	report, customers := importCDNOW(t, f)
	require.EqualValues(t, 69_659, report.Read)
	require.EqualValues(t, 69_659, report.Accepted)
	require.Len(t, customers, 23_570)
	require.EqualValues(t, 1_950_500, report.Bytes)
}

func TestCDNOW_SampleFile(t *testing.T) {
	t.Parallel()
	f, err := NewCDNOW(sharedFile(t, "segment/cdnow/CDNOW_sample.txt"), Limits{})
	require.NoError(t, err)
	report, customers := importCDNOW(t, f)
	require.EqualValues(t, 6_919, report.Accepted)
	require.Zero(t, report.Rejected)
	require.Len(t, customers, 2_357)
	require.Equal(t, []string{"sample_id", "number_of_cds"}, report.Unmapped, "a quantity of no product is not stored")
}

// importCDNOW counts the customers of a file.
func importCDNOW(t *testing.T, f *File) (Report, map[string]bool) {
	customers := map[string]bool{}
	var got []Record
	report, err := Run(t.Context(), f, mapped(t, f, OrderTargets(Format{})), Options{}, collect(&got))
	require.NoError(t, err)
	for _, rec := range got {
		customers[rec.Text("customer")] = true
	}
	return report, customers
}
