package intake

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// openCSV opens a text with the default options.
func openCSV(t require.TestingT, text string) *File {
	f, err := NewCSV(strings.NewReader(text), TextOptions{})
	require.NoError(t, err)
	return f
}

// allRows reads a file to its end: the cells of good rows, the rejections, and
// what ended the reading early.
func allRows(f *File) (good [][]string, bad []Rejection, err error) {
	for row, err := range f.Rows() {
		if fault, ok := rejectionOf(err); ok {
			bad = append(bad, fault)
			continue
		}
		if err != nil {
			return good, bad, err
		}
		good = append(good, append([]string(nil), row.Cells...))
	}
	return good, bad, nil
}

// mapped maps the header of a file.
func mapped(t require.TestingT, f Source, targets []Target) *Mapping {
	m, err := Map(f.Header(), targets, nil)
	require.NoError(t, err)
	return m
}

// collect returns a sink that keeps its records.
func collect(into *[]Record) Sink {
	return func(_ context.Context, batch []Record) ([]Rejection, error) {
		*into = append(*into, batch...)
		return nil, nil
	}
}

// writeCSV returns rows as CSV. A row without cells cannot be written.
func writeCSV(t require.TestingT, rows ...[]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	require.NoError(t, w.WriteAll(rows))
	return b.String()
}

// sharedFile opens a file of the shared test data, or skips the test.
func sharedFile(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../shared/data", path))
	if err != nil {
		t.Skipf("shared test data is not here: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
