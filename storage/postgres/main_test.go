package postgres_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines that outlive the tests, once the shared
// database is closed.
func TestMain(m *testing.M) {
	code := m.Run()
	if shared.db != nil {
		if n := shared.db.Stats().InUse; n > 0 && code == 0 {
			fmt.Fprintf(os.Stderr, "%d connections of the shared database are in use after the tests\n", n)
			code = 1
		}
		_ = shared.db.Close()
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintf(os.Stderr, "goroutines outlive the tests: %v\n", err)
			code = 1
		}
	}
	os.Exit(code)
}
