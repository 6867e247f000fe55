package live_test

import (
	"testing"

	"go.uber.org/goleak"
)

// The shared database of the adapters stays open until the process ends.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}
