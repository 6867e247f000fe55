// Package adapters is the table of our own adapters, on all of which the tests
// of the other packages run. It is for tests.
package adapters

import (
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
)

// Now is the moment of the tests: Monday, 2026-01-05, 09:00 in Shanghai.
var Now = time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)

// drivers make an empty database, or one whose tenants are apart.
var drivers = map[string]func(t *testing.T, kinds []storage.Described) storage.Driver{
	"memory":   func(*testing.T, []storage.Described) storage.Driver { return memory.New() },
	"postgres": postgresDriver,
}

// Each runs a test on every adapter, in parallel, with a tenant of its own.
// The clock stands at Now. Without PostgreSQL on the machine that half is
// skipped; with CI set it fails.
func Each(t *testing.T, kinds []storage.Described, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	EachAt(t, kinds, func(t *testing.T, acme *storage.Tenant, _ *Clock) { test(t, acme) })
}

// EachAt is Each with a clock that the test moves; it begins at Now.
func EachAt(t *testing.T, kinds []storage.Described, test func(t *testing.T, acme *storage.Tenant, clock *Clock)) {
	t.Helper()
	t.Parallel()
	for name, driver := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &Clock{at: Now}
			store, err := storage.New(driver(t, kinds), clock.Now, kinds...)
			if err != nil {
				t.Fatal(err)
			}
			test(t, store.Tenant(uuid.NewString()), clock)
		})
	}
}

// A Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now returns the moment at which the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set moves the clock to a moment.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }
