package dedupe

import "testing"

// WithoutDetector is withoutDetector for the tests that stand outside the package.
var WithoutDetector = withoutDetector

// withoutDetector leaves a test of many records, in one goroutine, to the run without
// the race detector, in which .ci/test has the tests that call this.
func withoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes ten times as long")
	}
}
