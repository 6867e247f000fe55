package adapters

import (
	"os"
	"strings"
	"testing"
)

// WithoutDetector leaves a test of many records, in one goroutine, to the run without
// the race detector, in which .ci/test has the tests that call this.
func WithoutDetector(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("it runs without the race detector, which takes ten times as long")
	}
}

// sparingly is how many rounds of a property test there are for each that runs on
// PostgreSQL.
const sparingly = 4

// Sparing is a property for rapid.Check within Each: in memory every round runs,
// on PostgreSQL, where one takes twenty times as long, the first and then one in
// four; all of them once one has failed, since rapid repeats it to make it small.
// With CLIENTELE_SOAK=1 all run there, too.
func Sparing[R interface{ Failed() bool }](t *testing.T, property func(R)) func(R) {
	if !strings.Contains(t.Name()+"/", "/postgres/") || os.Getenv("CLIENTELE_SOAK") == "1" {
		return property
	}
	round, failed := 0, false
	return func(r R) {
		if round++; !failed && round%sparingly != 1 {
			return
		}
		passed := false
		defer func() { failed = failed || !passed }() // a panic counts, too
		property(r)
		passed = !r.Failed()
	}
}
