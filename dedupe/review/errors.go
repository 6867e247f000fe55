package review

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// What a caller decides on.
var (
	// ErrDecided: somebody has decided about the pair already. It comes in a
	// DecidedError.
	ErrDecided = errors.New("decided already")
	// ErrTooMany: a scan would merge a greater part of all customers than it may.
	ErrTooMany = errors.New("too many to merge")
)

// A DecidedError is an ErrDecided: it says what was decided, by whom and when.
type DecidedError struct {
	Pair  uuid.UUID
	State string // Same, Distinct or Closed
	By    string // the actor
	At    time.Time
}

// Error says what was decided and what can be done.
func (e *DecidedError) Error() string {
	return fmt.Sprintf("review: pair %s is %s since %s by %s: %v: use Reopen to ask again",
		e.Pair, e.State, e.At.UTC().Format(time.RFC3339), e.By, ErrDecided)
}

// Is makes errors.Is(err, ErrDecided) true.
func (e *DecidedError) Is(target error) bool { return target == ErrDecided }
