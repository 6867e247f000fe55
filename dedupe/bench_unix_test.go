//go:build unix

package dedupe

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkScore is the comparing and weighing of the pairs of historical_25k,
// where the data is beside the project.
func BenchmarkScore(b *testing.B) {
	folder := filepath.Join("..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		b.Skip("the data is not beside the project: ", err)
	}
	for _, set := range dataSets {
		if filepath.Dir(set.file) != "historical_25k" {
			continue
		}
		records, fields, _ := set.load(b, folder)
		m, err := New(fields, Options{})
		require.NoError(b, err)
		w := &work{ctx: context.Background()}
		t, err := m.table(records, w)
		require.NoError(b, err)
		pairs := t.block(t.passes(), 60, w).propose(len(records), t.compared(false), w)
		md := t.learn(t.patterns(pairs, w))
		began := cpu(b)
		for b.Loop() {
			for _, c := range t.comparisons {
				c.memo = newMemo(len(c.column.values))
			}
			md.weighFrom(tellFrom, pairs, t.patterns(pairs, w))
		}
		b.ReportMetric(float64(len(pairs)*b.N)/(cpu(b)-began).Seconds(), "pairs/cpu-s")
	}
}

// cpu is the processor time of this process so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
