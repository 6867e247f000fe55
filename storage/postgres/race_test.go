package postgres

import "testing"

// WithoutDetector leaves a test that is not about goroutines of ours, and works on
// many records or in many processes, to the run without the race detector, in which
// .ci/test has the tests that call this.
func WithoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes ten times as long")
	}
}
