package storage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// What a caller decides on. The errors of this package and of its adapters
// wrap one of these; the wrapping value carries the record and the reason.
var (
	// ErrNotFound: there is no such live record that the caller may see. A
	// record of another tenant and a record that a guard hides are not found.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the record was changed since it was read. Read it again.
	ErrConflict = errors.New("conflict")
	// ErrDuplicate: another live record has the same unique key.
	ErrDuplicate = errors.New("duplicate")
	// ErrInvalid: a value, a name or a description is not acceptable.
	ErrInvalid = errors.New("invalid")
	// ErrNoActor: a write did not say who does it and why.
	ErrNoActor = errors.New("no actor")
	// ErrForbidden: the guard of the handle refuses.
	ErrForbidden = errors.New("forbidden")
	// ErrCursor: a page cursor is malformed, or of another tenant, kind or order.
	ErrCursor = errors.New("bad cursor")
	// ErrUnknownKind: the kind was not given to New, or is not defined for the tenant.
	ErrUnknownKind = errors.New("unknown kind")
	// ErrReadOnly: a write inside View.
	ErrReadOnly = errors.New("read only")
	// ErrFinished: a transaction was used after its function had returned.
	ErrFinished = errors.New("transaction finished")
	// ErrNotEmpty: Import needs a tenant without records.
	ErrNotEmpty = errors.New("tenant not empty")
	// ErrUnavailable: the database is out of reach or gave up, and nothing of the
	// transaction happened. Try again later.
	ErrUnavailable = errors.New("unavailable")
	// ErrUncertain: the connection was lost while the transaction was being
	// committed. It happened as a whole or not at all: read to find out which.
	ErrUncertain = errors.New("outcome unknown")
	// ErrBroken: an export that is read is cut off or damaged.
	ErrBroken = errors.New("broken export")
)

// A RecordError says which record an operation failed on.
type RecordError struct {
	Kind   string
	ID     uuid.UUID
	Reason string // what would make it pass; may be empty
	Err    error
}

func (e *RecordError) Error() string {
	text := fmt.Sprintf("storage: %s %s: %v", e.Kind, e.ID, e.Err)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Unwrap returns the sentinel.
func (e *RecordError) Unwrap() error { return e.Err }

// A ConflictError is an ErrConflict: the record has another version than the
// one that was to be replaced.
type ConflictError struct {
	Kind    string
	ID      uuid.UUID
	Version int64 // the version that the writer had read
	Current int64 // the version that is stored; 0 when it is not known
}

func (e *ConflictError) Error() string {
	if e.Current == 0 {
		return fmt.Sprintf("storage: %s %s was changed since version %d was read: read it again and repeat the change", e.Kind, e.ID, e.Version)
	}
	return fmt.Sprintf("storage: %s %s has version %d, not %d: read it again and repeat the change", e.Kind, e.ID, e.Current, e.Version)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// A DuplicateError is an ErrDuplicate: a live record with the same key exists.
type DuplicateError struct {
	Kind     string
	ID       uuid.UUID // the record that was refused
	Key      []string  // the fields of the unique key; "id" alone for the id itself
	Existing uuid.UUID // the record that has the key; nil when it is not known or not the caller's to know
}

func (e *DuplicateError) Error() string {
	text := fmt.Sprintf("storage: another live %s has the same %s", e.Kind, strings.Join(e.Key, " and "))
	if e.Existing != uuid.Nil {
		text += " (" + e.Existing.String() + ")"
	}
	return text + ": change the value, or change that record instead"
}

// Is makes errors.Is(err, ErrDuplicate) true.
func (e *DuplicateError) Is(target error) bool { return target == ErrDuplicate }

// A FieldError is an ErrInvalid: the value of a field is not acceptable.
type FieldError struct {
	Kind   string
	Field  string
	Reason string // in English: what is wrong, and what would make it pass
	// Key stands for the reason where a program says it in a language of its own: a
	// word such as "required" or "too_long", which stays the same from version to
	// version. Empty: the reason has none.
	Key string
	// Params are what the reason names besides, for such a text: "max" of
	// "too_long", "options" of "not_one_of". The value that was refused is not among them.
	Params map[string]string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("storage: %s.%s: %s", e.Kind, e.Field, e.Reason)
}

// Is makes errors.Is(err, ErrInvalid) true.
func (e *FieldError) Is(target error) bool { return target == ErrInvalid }

func notFound(kind string, id uuid.UUID) error {
	return &RecordError{Kind: kind, ID: id, Err: ErrNotFound}
}

// fault wraps a sentinel with what happened.
func fault(sentinel error, format string, args ...any) error {
	return fmt.Errorf("storage: %w: %s", sentinel, fmt.Sprintf(format, args...))
}
