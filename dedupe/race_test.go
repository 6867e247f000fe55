package dedupe

import "testing"

// withoutDetector leaves a test of many records, in one goroutine, to the run without
// the race detector, which .ci/test has for this package.
func withoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes ten times as long")
	}
}
