//go:build unix

package segment_test

import (
	"syscall"
	"testing"
	"time"
)

// reportCPU begins to count the CPU time of the process, the garbage collector
// and all other threads included. What it returns adds cpu-ns/op to the benchmark.
func reportCPU(b *testing.B) func() {
	before := cpuTime()
	return func() {
		b.ReportMetric(float64(cpuTime()-before)/float64(b.N), "cpu-ns/op")
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
