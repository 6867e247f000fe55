package benchmarks

import "testing"

// A stopwatch measures processor time: see cpuSeconds.
type stopwatch struct {
	total, since float64
	running      bool
}

func (w *stopwatch) start() { w.since, w.running = cpuSeconds(), true }

func (w *stopwatch) stop() {
	if w.running {
		w.total, w.running = w.total+cpuSeconds()-w.since, false
	}
}

// report stops and tells the benchmark the processor time of an operation.
func (w *stopwatch) report(b *testing.B) {
	w.stop()
	b.ReportMetric(w.total*1e9/float64(b.N), "cpu-ns/op")
}
