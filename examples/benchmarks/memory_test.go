package benchmarks

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
)

// The sizes of the comparison; see TestMemoryReport for the whole of it.
var (
	recordsFlag = flag.Int("records", 100_000, "records in the store of the memory benchmarks")
	reportFlag  = flag.Int("report", 0, "rounds of TestMemoryReport; 0 skips it")
	storesFlag  = flag.String("stores", "ours,ours-tracked,memdb,memdb-tuned", "stores of TestMemoryReport")
)

// A maker makes an empty store.
type maker struct {
	name string
	make func() (store, error)
}

// makers are the stores of the comparison by their names in benchmarks.
var makers = []maker{
	{"ours", func() (store, error) { return newOurs(false) }},
	{"ours-tracked", func() (store, error) { return newOurs(true) }},
	{"memdb", func() (store, error) { return newTheirs(false) }},
	{"memdb-tuned", func() (store, error) { return newTheirs(true) }},
}

// TestMemoryStoresAgree shows that the benchmarks compare like with like: the
// stores return the same for the same operations.
func TestMemoryStoresAgree(t *testing.T) {
	t.Parallel()
	d := newDataset(12_000, false)
	stores := map[string]store{}
	for _, m := range makers {
		s, err := m.make()
		require.NoError(t, err)
		require.NoError(t, fill(s, d))
		for i := range 500 {
			require.NoError(t, s.Move(d.ids[i*7], stages[i%len(stages)]))
		}
		stores[m.name] = s
	}
	want := stores["memdb"]
	require.Equal(t, len(d.ids), want.Scan().rows)
	matched := 0
	for name, s := range stores {
		require.Equal(t, want.Scan(), s.Scan(), name)
		for g := range 16 {
			owner, stage := d.group(g)
			f := s.Query(owner, stage, labels[g*11])
			require.Equal(t, want.Query(owner, stage, labels[g*11]), f, name)
			matched += f.rows
		}
		require.NoError(t, getByID(s, d, 1000), name)
		require.NoError(t, getByPhone(s, d, 1000), name)
	}
	require.Positive(t, matched)
}

func fill(s store, d *dataset) error {
	nothing := func() {}
	return filling{batchSize, nothing, nothing}.run(s, d, 0, len(d.ids))
}

// BenchmarkMemoryInsert inserts into a store that is empty at first, so the
// size that a record meets on average is half of b.N: compare with a fixed
// number, such as -benchtime 100000x.
func BenchmarkMemoryInsert(b *testing.B) {
	for _, c := range []struct {
		name   string
		batch  int
		random bool
	}{{"one", 1, false}, {"batch", batchSize, false}, {"batch-random-id", batchSize, true}} {
		for _, m := range makers {
			b.Run(c.name+"/"+m.name, func(b *testing.B) {
				s, err := m.make()
				require.NoError(b, err)
				d := newDataset(b.N, c.random)
				b.ReportAllocs()
				b.ResetTimer()
				cpu := &stopwatch{}
				f := filling{c.batch, func() { b.StopTimer(); cpu.stop() }, func() { cpu.start(); b.StartTimer() }}
				require.NoError(b, f.run(s, d, 0, b.N))
				cpu.report(b)
			})
		}
	}
}

// BenchmarkMemory runs the other rows on a store of -records records.
func BenchmarkMemory(b *testing.B) {
	d := newDataset(*recordsFlag, false)
	for _, m := range makers {
		s, err := m.make()
		require.NoError(b, err)
		require.NoError(b, fill(s, d))
		for _, r := range rows() {
			if _, copies := s.(*ours); r.copies && !copies {
				continue
			}
			b.Run(r.name+"/"+m.name, func(b *testing.B) {
				b.ReportAllocs()
				cpu := &stopwatch{}
				cpu.start()
				require.NoError(b, r.run(r.as(s), d, b.N))
				cpu.report(b)
			})
		}
		b.Run("update beside snapshot scans/"+m.name, func(b *testing.B) {
			worst, err := besideScans(s, d, b.N)
			require.NoError(b, err)
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}
