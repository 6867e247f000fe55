//go:build unix

package benchmarks

import "syscall"

// cpuSeconds returns the processor time that the process has used on all cores,
// the garbage collector's work included: a measure that other programs on the
// machine disturb little.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
