package tree

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// MaxDepth is how many customers may stand above one.
const MaxDepth = 32

var (
	// ErrCycle: a customer would stand below itself.
	ErrCycle = errors.New("a customer cannot stand below itself")
	// ErrDepth: a customer would stand below more than MaxDepth others.
	ErrDepth = errors.New("the tree would be too deep")
)

// A PlaceError is an ErrCycle or an ErrDepth.
type PlaceError struct {
	Customer uuid.UUID // the one that cannot stand there
	Parent   uuid.UUID // below this one
	Err      error
}

func (e *PlaceError) Error() string {
	advice := "choose a parent that does not lie below it"
	if errors.Is(e.Err, ErrDepth) {
		advice = fmt.Sprintf("at most %d may stand above one", MaxDepth)
	}
	return fmt.Sprintf("tree: customer %s below %s: %v: %s", e.Customer, e.Parent, e.Err, advice)
}

// Unwrap returns the sentinel.
func (e *PlaceError) Unwrap() error { return e.Err }
