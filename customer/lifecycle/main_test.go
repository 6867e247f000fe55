package lifecycle_test

import (
	"testing"

	"go.uber.org/goleak"
)

// The database of the adapters stays open for all tests of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}
