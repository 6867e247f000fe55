package tag_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain finds goroutines that outlive their calls. The database that the
// tests share stays open.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}
