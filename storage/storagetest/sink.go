package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/clientele-go/clientele/storage"
)

// A sink is where a case reports that it failed: a *testing.T under Run, a
// recorder elsewhere. Fatalf does not return.
type sink interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A recorder ends a case by a panic that caught recognises.
type recorder struct{}

// failed is what a recorder panics with.
type failed struct{ text string }

// Helper implements sink.
func (recorder) Helper() {}

// Fatalf implements sink.
func (recorder) Fatalf(format string, args ...any) { panic(failed{fmt.Sprintf(format, args...)}) }

// caught calls fn and returns how it failed, or nil. A panic of another origin
// goes on.
func caught(fn func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failed:
			err = errors.New(p.text)
		default:
			panic(p)
		}
	}()
	fn()
	return nil
}

// runAlone runs a case and returns how it failed, or "". A panic of the driver
// is a failure too.
func runAlone(ctx context.Context, c Case, o Options, driver storage.Driver, another func() (storage.Driver, error)) (text string) {
	if err := ctx.Err(); err != nil {
		return err.Error()
	}
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprintf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	err := caught(func() { c.run(newTrial(ctx, recorder{}, driver, another, o.Soak)) })
	if err != nil {
		text = err.Error()
	}
	return text
}
