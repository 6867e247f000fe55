//go:build !unix

package benchmarks

import "time"

var started = time.Now()

// cpuSeconds returns the time that has passed, where the processor time of the
// process is not to be had.
func cpuSeconds() float64 { return time.Since(started).Seconds() }
