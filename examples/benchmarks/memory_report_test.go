package benchmarks

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMemoryReport prints the whole comparison with ratios. It runs on demand:
//
//	go test -run TestMemoryReport -v -timeout 0 -report 3 -records 1000000 .
//
// Each round builds and measures one store after the other, so that a change
// in the load of the machine meets all of them; the best round of each counts.
// Only one store is in memory at a time. Figures are processor time of the
// whole process, its garbage collector included (see cpuSeconds), but those of
// updates beside scans, which are by the clock on the wall.
func TestMemoryReport(t *testing.T) {
	if *reportFlag <= 0 {
		t.Skip("run it with -report 3")
	}
	chosen := strings.Split(*storesFlag, ",")
	r := &report{best: map[string]map[string]float64{}}
	r.stores = slices.DeleteFunc(slices.Clone(makers), func(m maker) bool { return !slices.Contains(chosen, m.name) })
	for range *reportFlag {
		for _, m := range r.stores {
			require.NoError(t, r.round(m.name, m.make))
		}
		r.print() // after each round, so that a run which is cut short has told something
	}
}

// A report gathers the best figures: seconds an operation, or bytes a record.
type report struct {
	stores []maker
	lines  []string
	best   map[string]map[string]float64 // by line and store
}

// note keeps a figure if it is the best so far.
func (r *report) note(line, store string, value float64) {
	if r.best[line] == nil {
		r.best[line] = map[string]float64{}
		r.lines = append(r.lines, line)
	}
	if old, ok := r.best[line][store]; !ok || value < old {
		r.best[line][store] = value
	}
}

// round measures one store in every line.
func (r *report) round(name string, newStore func() (store, error)) error {
	n := *recordsFlag
	for _, c := range []struct {
		line   string
		batch  int
		random bool
	}{
		{"insert, one a transaction", 1, false},
		{"insert, 1000 a transaction, random ids", batchSize, true},
	} {
		if _, err := r.filled(c.line, name, newStore, newDataset(n, c.random), c.batch); err != nil {
			return err
		}
	}
	d := newDataset(n, false)
	empty := heap()
	s, err := r.filled("insert, 1000 a transaction, in order of ids", name, newStore, d, batchSize)
	if err != nil {
		return err
	}
	r.note("heap beyond the payload, bytes a record", name, float64(heap()-empty)/float64(n)-payload(d))
	r.note("full garbage collection", name, collect())
	for _, row := range rows() {
		ops := max(10, n/row.part)
		seconds, err := timed(func() error { return row.run(row.as(s), d, ops) })
		if err != nil {
			return err
		}
		r.note(row.name, name, seconds/float64(ops))
	}
	return r.beside(name, s, d)
}

// filled times the filling of a store.
func (r *report) filled(line, name string, newStore func() (store, error), d *dataset, batch int) (store, error) {
	s, err := newStore()
	if err != nil {
		return nil, err
	}
	runtime.GC()
	cpu := &stopwatch{}
	err = filling{batch, cpu.stop, cpu.start}.run(s, d, 0, len(d.ids))
	cpu.stop()
	r.note(line, name, cpu.total/float64(len(d.ids)))
	return s, err
}

// beside measures updates while snapshots are scanned, by the clock on the
// wall: the scans would count in the processor time.
func (r *report) beside(name string, s store, d *dataset) error {
	ops := max(10, len(d.ids)/20)
	runtime.GC()
	start := time.Now()
	worst, err := besideScans(s, d, ops)
	r.note("update beside snapshot scans", name, time.Since(start).Seconds()/float64(ops))
	r.note("longest of them", name, worst.Seconds())
	return err
}

func timed(run func() error) (seconds float64, err error) {
	runtime.GC()
	var cpu stopwatch
	cpu.start()
	err = run()
	cpu.stop()
	return cpu.total, err
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// collect returns how long a full collection takes.
func collect() float64 {
	least := math.Inf(1)
	for range 3 {
		start := cpuSeconds()
		runtime.GC()
		least = min(least, cpuSeconds()-start)
	}
	return least
}

// payload returns the bytes that the records alone take.
func payload(d *dataset) float64 {
	n := min(len(d.ids), 20_000)
	list := make([]*shopper, n)
	before := heap()
	for i := range list {
		list[i] = d.shopper(i)
	}
	after := heap()
	runtime.KeepAlive(list)
	return float64(after-before) / float64(n)
}

// print writes the table to standard output: a column for each store, then
// how many times better this library is.
func (r *report) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d records\t", *recordsFlag)
	for _, m := range r.stores {
		fmt.Fprintf(w, "%s\t", m.name)
	}
	compared := slices.DeleteFunc(slices.Clone(pairs), func(p [2]string) bool { return !r.has(p[0]) || !r.has(p[1]) })
	for _, pair := range compared {
		fmt.Fprintf(w, "%s : %s\t", pair[0], pair[1])
	}
	fmt.Fprintln(w)
	for _, line := range r.lines {
		fmt.Fprintf(w, "%s\t", line)
		for _, m := range r.stores {
			fmt.Fprintf(w, "%s\t", shown(r.best[line][m.name]))
		}
		for _, pair := range compared {
			fmt.Fprintf(w, "%.1fx\t", r.best[line][pair[1]]/r.best[line][pair[0]])
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
}

// has reports whether a store was measured.
func (r *report) has(name string) bool {
	return slices.ContainsFunc(r.stores, func(m maker) bool { return m.name == name })
}

// pairs are the stores that the report holds against each other.
var pairs = [][2]string{{"ours", "memdb"}, {"ours", "memdb-tuned"}, {"ours-tracked", "memdb"}}

// shown writes bytes as they are and times as what fits.
func shown(value float64) string {
	if value > 10 {
		return fmt.Sprintf("%.0f B", value)
	}
	return time.Duration(value * 1e9).Round(time.Nanosecond).String()
}
