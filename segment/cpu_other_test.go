//go:build !unix

package segment_test

import "testing"

// reportCPU reports nothing where the CPU time of the process is not known.
func reportCPU(*testing.B) func() { return func() {} }
