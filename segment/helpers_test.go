package segment_test

import (
	"encoding/csv"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

const dataDir = "../../shared/data/segment"

// openData returns a file of the data folder, or skips the test without it.
func openData(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dataDir, name))
	if os.IsNotExist(err) {
		t.Skipf("data file %s is not there; the test needs the data folder beside the repository", name)
	}
	require.NoError(t, err)
	return string(data)
}

// dataCSV returns the lines of a CSV file without its heading.
func dataCSV(t *testing.T, name string) [][]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(openData(t, name))).ReadAll()
	require.NoError(t, err)
	return lines[1:]
}

// golden compares bytes with a file in testdata, or rewrites it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write the file")
	require.Equal(t, string(want), string(got))
}

// stream turns purchases into the sequence that RFM reads.
func stream[K comparable](purchases ...segment.Purchase[K]) iter.Seq2[segment.Purchase[K], error] {
	return func(yield func(segment.Purchase[K], error) bool) {
		for _, p := range purchases {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// noon is the moment that most tests look back from.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// daysAgo returns a moment so many elapsed days before noon.
func daysAgo(days float64) time.Time {
	return noon.Add(-time.Duration(days * 24 * float64(time.Hour)))
}

// order is a purchase in the base currency.
func order(customer string, days float64, minor int64) segment.Purchase[string] {
	return segment.Purchase[string]{Customer: customer, At: daysAgo(days), Minor: minor}
}

// refund is money given back.
func refund(customer string, days float64, minor int64) segment.Purchase[string] {
	return segment.Purchase[string]{Customer: customer, At: daysAgo(days), Minor: minor, Refund: true}
}

// byCustomer indexes rows.
func byCustomer[K comparable](r *segment.Result[K]) map[K]segment.Row[K] {
	rows := make(map[K]segment.Row[K], len(r.Rows))
	for _, row := range r.Rows {
		rows[row.Customer] = row
	}
	return rows
}
