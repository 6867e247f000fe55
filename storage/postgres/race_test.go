package postgres

import "testing"

// WithoutDetector leaves a test of many records or processes to the run without the
// race detector, in which .ci/test has the tests that call this. Under it run the kit,
// whose cases are parallel, and all that is about goroutines.
func WithoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes ten times as long")
	}
}
