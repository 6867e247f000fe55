package tag

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What a caller decides on. Each is wrapped in an error that names the tags.
var (
	// ErrUnknownTag: the tenant has not defined the tag. It is an *UnknownError.
	ErrUnknownTag = errors.New("unknown tag")
	// ErrArchived: the tag is archived, and no customer gets it any more.
	ErrArchived = errors.New("archived tag")
	// ErrExclusive: a customer was to get two tags of an exclusive group at once.
	// It is an *ExclusiveError.
	ErrExclusive = errors.New("exclusive group")
)

// An UnknownError is an ErrUnknownTag.
type UnknownError struct {
	Name string
	Near []string // names of tags that look like it, the nearest first; three at most
}

func (e *UnknownError) Error() string {
	text := fmt.Sprintf("tag: %v %q: define it first, or have an open group", ErrUnknownTag, e.Name)
	if len(e.Near) > 0 {
		text += fmt.Sprintf("; did you mean %q?", e.Near)
	}
	return text
}

// Unwrap returns the sentinel.
func (e *UnknownError) Unwrap() error { return ErrUnknownTag }

// Refused names the kind and the field that the error is about.
func (e *UnknownError) Refused() (kind, field string) { return "customer", "tags" }

// An ExclusiveError is an ErrExclusive.
type ExclusiveError struct {
	Customer uuid.UUID // uuid.Nil: all of the call
	Group    string
	Tags     []string // of the group
}

func (e *ExclusiveError) Error() string {
	text := "tag: "
	if e.Customer != uuid.Nil {
		text += "customer " + e.Customer.String() + ": "
	}
	return text + fmt.Sprintf("%v %q: a customer has one of its tags at most, not %s: give one of them", ErrExclusive, e.Group, strings.Join(e.Tags, " and "))
}

// Unwrap returns the sentinel.
func (e *ExclusiveError) Unwrap() error { return ErrExclusive }

// Refused names the kind and the field that the error is about.
func (e *ExclusiveError) Refused() (kind, field string) { return "customer", "tags" }

// An archivedError is an ErrArchived of the tag with that name.
type archivedError string

func (e archivedError) Error() string {
	return fmt.Sprintf("tag: %v %q: customers that have it keep it; to give it again, put its definition with Archived false", ErrArchived, string(e))
}

// Unwrap returns the sentinel.
func (e archivedError) Unwrap() error { return ErrArchived }

// Refused names the kind and the field that the error is about.
func (e archivedError) Refused() (kind, field string) { return "customer", "tags" }

func archived(name string) error { return archivedError(name) }

func invalid(format string, args ...any) error {
	return fmt.Errorf("tag: %w: %s", storage.ErrInvalid, fmt.Sprintf(format, args...))
}

// kept is the error of a customer whose tags the guard keeps as they are.
func kept(id uuid.UUID) error {
	return &storage.RecordError{Kind: "customer", ID: id, Err: storage.ErrForbidden, Reason: "you may not change its tags: the field tags must be open for writing"}
}
