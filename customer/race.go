package customer

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// put is Kind.Put behind a look at what is there: see raced.
func put[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], list ...*T) error {
	if len(list) == 0 {
		return nil
	}
	return raced(kind.Put(ctx, tx, list...))
}

// A raceError is a storage.ErrDuplicate that only another transaction can have
// caused, which came between this one's look and its write. It is
// storage.ErrConflict too, so that Update repeats the work: the next attempt
// sees what the other has written.
type raceError struct {
	*storage.DuplicateError
	conflict *storage.ConflictError
}

// Unwrap lets errors.Is and errors.As find both.
func (e *raceError) Unwrap() []error { return []error{e.DuplicateError, e.conflict} }

// raced marks a duplicate of a record that the writer had looked for and not
// found. One that the guard hides from the writer is no race and stays as it is.
func raced(err error) error {
	var dup *storage.DuplicateError
	if !errors.As(err, &dup) || dup.Existing == uuid.Nil {
		return err
	}
	return &raceError{dup, &storage.ConflictError{Kind: dup.Kind, ID: dup.Existing}}
}
