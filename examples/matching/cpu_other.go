//go:build !unix

package main

import "time"

var start = time.Now()

// cpu is the time since the start of the process where that of the processor is
// not known.
func cpu() time.Duration { return time.Since(start) }

// peak is not known here.
func peak() int64 { return 0 }
