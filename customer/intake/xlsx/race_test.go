package xlsx_test

import "testing"

// withoutDetector leaves a test of many rows, or of the memory that they take, to the
// run without the race detector, in which .ci/test has the tests that call this.
func withoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes memory and ten times as long")
	}
}
