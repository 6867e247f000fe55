package merge

import (
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

var (
	// ErrMerged: all that were named are one customer already.
	ErrMerged = errors.New("merged already")
	// ErrTypes: a person and an organisation are not one customer.
	ErrTypes = errors.New("different types")
	// ErrUndone: the merge was undone before.
	ErrUndone = errors.New("undone already")
	// ErrExpired: the time within which the merge could be undone is over.
	ErrExpired = errors.New("expired")
	// ErrLater: a later merge has to be undone first.
	ErrLater = errors.New("merged again since")
)

// A MergedError is ErrMerged: it names the customer that all are.
type MergedError struct{ Customer uuid.UUID }

func (e *MergedError) Error() string {
	return fmt.Sprintf("merge: %v: all of them are customer %s: there is nothing to do", ErrMerged, e.Customer)
}

// Unwrap returns the sentinel.
func (e *MergedError) Unwrap() error { return ErrMerged }

// A RestoreError is ErrMerged: the customer that is to be restored is part of another.
type RestoreError struct {
	Customer uuid.UUID // who was to be restored
	Survivor uuid.UUID // whom it is part of now
	Merge    uuid.UUID // the merge that made it so
}

func (e *RestoreError) Error() string {
	return fmt.Sprintf("merge: %v: customer %s is part of %s: undo merge %s (Unmerge) instead of restoring it", ErrMerged, e.Customer, e.Survivor, e.Merge)
}

// Unwrap returns the sentinel.
func (e *RestoreError) Unwrap() error { return ErrMerged }

// A TypeError is ErrTypes, and storage.ErrInvalid.
type TypeError struct{ Survivor, Other uuid.UUID }

func (e *TypeError) Error() string {
	return fmt.Sprintf("merge: %v: of %s and %s one is a person and one an organisation: correct the type of one, or relate them", ErrTypes, e.Survivor, e.Other)
}

// Is makes errors.Is true of both sentinels.
func (e *TypeError) Is(target error) bool { return target == ErrTypes || target == storage.ErrInvalid }

// An UndoError says why a merge cannot be undone: ErrUndone, ErrExpired or ErrLater.
type UndoError struct {
	Merge uuid.UUID
	Later uuid.UUID // for ErrLater: the merge to undo first
	Until time.Time // for ErrExpired
	Err   error
}

func (e *UndoError) Error() string {
	advice := ""
	switch e.Err {
	case ErrLater:
		advice = fmt.Sprintf(": undo merge %s first", e.Later)
	case ErrExpired:
		advice = fmt.Sprintf(": it could be undone before %s", e.Until.Format(time.RFC3339))
	}
	return fmt.Sprintf("merge: %s cannot be undone: %v%s", e.Merge, e.Err, advice)
}

// Unwrap returns the sentinel.
func (e *UndoError) Unwrap() error { return e.Err }

// A raceError is a storage.ErrDuplicate that another transaction caused between a
// look and a write. It is storage.ErrConflict too, so that Update repeats the work.
type raceError struct {
	error
	conflict *storage.ConflictError
}

// Unwrap lets errors.Is and errors.As find both.
func (e *raceError) Unwrap() []error { return []error{e.error, e.conflict} }

// raced marks a duplicate of a record that was looked for and not found.
func raced(err error) error {
	var dup *storage.DuplicateError
	if !errors.As(err, &dup) || dup.Existing == uuid.Nil {
		return err
	}
	return &raceError{err, &storage.ConflictError{Kind: dup.Kind, ID: dup.Existing}}
}
