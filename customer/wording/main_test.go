package wording_test

import (
	"testing"

	"go.uber.org/goleak"
)

// The opener of the shared database's connections lives as long as the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}
