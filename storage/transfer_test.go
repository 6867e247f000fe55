package storage_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// exportOf returns the export of a tenant with a few records.
func exportOf(t testing.TB) string {
	acme := open(t)
	define(t, acme, &storage.CustomField{Kind: "van", Name: "note", Type: "text"})
	v := &van{Plate: "B-1", Tags: []string{"a", "張"}}
	v.Custom.Set("note", "x")
	require.NoError(t, put(t, acme, v, &van{Plate: "B-2"}))
	var file bytes.Buffer
	require.NoError(t, acme.Export(t.Context(), &file, nil))
	return file.String()
}

// FuzzImport: whatever is read, Import returns an error and leaves nothing, or
// succeeds and exports the same number of records.
func FuzzImport(f *testing.F) {
	good := exportOf(f)
	f.Add(good)
	f.Add(strings.Replace(good, `"kind":"van"`, `"kind":"custom_kind"`, 1))
	f.Add(strings.Replace(good, `"version":1`, `"version":-1`, 1))
	f.Add("{\"clientele_export\":1}\n{\"kind\":\"van\",\"record\":{\"id\":\"018f0000-0000-7000-8000-000000000001\",\"version\":1,\"custom\":{\"a\":\"\\u0000\"}}}\n{\"records\":1}\n")
	f.Fuzz(func(t *testing.T, text string) {
		there := open(t)
		n, err := there.Import(t.Context(), strings.NewReader(text), nil)
		if err != nil {
			require.Zero(t, n)
			count, err := vans.Count(t.Context(), there, storage.Query{Deleted: storage.DeletedToo})
			require.NoError(t, err)
			require.Zero(t, count)
			return
		}
		var file bytes.Buffer
		require.NoError(t, there.Export(t.Context(), &file, nil))
	})
}

// Errors of the reader and the writer come back.
func TestTransferErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	_, err := open(t).Import(t.Context(), iotest.ErrReader(broken), nil)
	require.ErrorIs(t, err, broken)
	acme := open(t)
	require.NoError(t, put(t, acme, &van{Plate: "B-1"}))
	require.ErrorIs(t, acme.Export(t.Context(), failingWriter{broken}, nil), broken)
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// A file with the line ends of another system is read too.
func TestImportReadsOtherLineEnds(t *testing.T) {
	t.Parallel()
	there := open(t)
	n, err := there.Import(t.Context(), strings.NewReader(strings.ReplaceAll(exportOf(t), "\n", "\r\n")), nil)
	require.NoError(t, err)
	require.Positive(t, n)
}
