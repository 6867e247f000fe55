package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clientele-go/clientele/storage"
)

// A trial is what one case has: a store over the driver with a clock of its
// own, a tenant that nobody else uses, and assertions. A failed assertion ends
// the case; it must be made on the goroutine of the case.
type trial struct {
	sink
	ctx     context.Context
	driver  storage.Driver
	another func() (storage.Driver, error)
	soak    bool
	clock   *clock
	store   *storage.Store
	tenant  *storage.Tenant
}

// by is the origin of most writes.
var by = storage.By("user:kit", "examine")

func newTrial(ctx context.Context, s sink, driver storage.Driver, another func() (storage.Driver, error), soak bool) *trial {
	t := &trial{sink: s, ctx: ctx, driver: driver, another: another, soak: soak, clock: newClock()}
	t.store = t.over(driver, t.clock)
	t.tenant = t.store.Tenant(freshName("tenant"))
	return t
}

// over makes a store with the kinds of the kit over a driver.
func (t *trial) over(driver storage.Driver, c *clock) *storage.Store {
	t.Helper()
	store, err := storage.New(driver, c.read, Kinds()...)
	t.ok(err, "storage.New")
	return store
}

var names atomic.Int64

// freshName returns a name that no other run and no other case uses.
func freshName(what string) string {
	return fmt.Sprintf("kit-%s-%016x-%d", what, rand.Uint64(), names.Add(1))
}

// A clock is a fake: each reading is a millisecond later than the last.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

// start is what a clock shows first: a Monday.
var start = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

func newClock() *clock { return &clock{now: start} }

func (c *clock) read() time.Time { return c.advance(time.Millisecond) }

func (c *clock) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// times returns how often to repeat something.
func (t *trial) times(quick, soak int) int {
	if t.soak {
		return soak
	}
	return quick
}

// ok ends the case when there is an error.
func (t *trial) ok(err error, what string) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: unexpected error: %v", what, err)
	}
}

// is ends the case unless the error matches the target.
func (t *trial) is(err, target error, what string) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("%s: want an error that matches %q, got %v", what, target, err)
	}
}

// equal ends the case unless the values are the same, as differences sees it.
func (t *trial) equal(want, got any, what string) {
	t.Helper()
	if d := differences(want, got); len(d) > 0 {
		t.Fatalf("%s: %s", what, list(d))
	}
}

// must ends the case unless the condition holds.
func (t *trial) must(holds bool, format string, args ...any) {
	t.Helper()
	if !holds {
		t.Fatalf(format, args...)
	}
}

// update runs a transaction of the case's tenant. It lets other goroutines run
// at its begin and before its commit, so that those that race do meet.
func (t *trial) update(fn func(tx *storage.Tx) error) error {
	return t.tenant.Update(t.ctx, by, func(tx *storage.Tx) error {
		runtime.Gosched()
		defer runtime.Gosched()
		return fn(tx)
	})
}

// write runs a transaction that must succeed.
func (t *trial) write(fn func(tx *storage.Tx) error) {
	t.Helper()
	t.ok(t.update(fn), "Update")
}

// view runs a reading transaction that must succeed.
func (t *trial) view(fn func(tx *storage.Tx) error) {
	t.Helper()
	t.ok(t.tenant.View(t.ctx, fn), "View")
}

// together calls work n times at once, waits, and returns the errors.
func together(n int, work func(i int) error) []error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = work(i) })
	}
	wait.Wait()
	return errs
}

// patience is how often meanwhile looks whether the other work is done.
const patience = 5000

// meanwhile starts work beside a transaction that the caller has open, and goes on
// when it is done or has had its time: a driver may make it wait for that
// transaction. The function that it returns waits for the work, and must be
// called after the end of the transaction.
func meanwhile(work func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- work() }()
	for i := 0; i < patience && len(done) == 0; i++ {
		runtime.Gosched()
	}
	return func() error { return <-done }
}

// allOK ends the case when one of the workers failed.
func (t *trial) allOK(errs []error, what string) {
	t.Helper()
	t.ok(errors.Join(errs...), what)
}

// winners counts the workers that succeeded. The others must have failed with
// one of the errors named.
func (t *trial) winners(errs []error, allowed ...error) int {
	t.Helper()
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
			continue
		}
		known := false
		for _, target := range allowed {
			known = known || errors.Is(err, target)
		}
		t.must(known, "a worker failed with %v, which is none of %v", err, allowed)
	}
	return n
}
