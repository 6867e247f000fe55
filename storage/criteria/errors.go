package criteria

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What can be wrong with a criterion. Every error of Check, Parse and the
// marshalling of a criterion is an *Error that wraps one of these, and every
// one of these matches ErrInvalid with errors.Is.
var (
	// ErrInvalid says that the criterion cannot be used as it stands.
	ErrInvalid = errors.New("invalid criterion")
	// ErrUnknownField says that the kind has no field of that name. It is told
	// apart because a criterion that was right when it was stored fails so
	// after its field was removed.
	ErrUnknownField = fmt.Errorf("%w: unknown field", ErrInvalid)
	// ErrUnknownKind says that there is no kind of that name.
	ErrUnknownKind = fmt.Errorf("%w: unknown kind", ErrInvalid)
	// ErrType says that an operator or a constant does not go with the type of the field.
	ErrType = fmt.Errorf("%w: wrong type", ErrInvalid)
	// ErrValue says that a constant has the right type and is not allowed:
	// absent, out of range, not valid UTF-8, an unknown zone.
	ErrValue = fmt.Errorf("%w: wrong value", ErrInvalid)
	// ErrTooLarge says that the tree is deeper or larger than the limits of
	// Check or Parse.
	ErrTooLarge = fmt.Errorf("%w: too large", ErrInvalid)
	// ErrSyntax says that JSON is not the JSON of a criterion.
	ErrSyntax = fmt.Errorf("%w: syntax", ErrInvalid)
)

// An Error says what of a criterion was refused, where and why.
type Error struct {
	// Path leads from the root of the tree to the place, in the shape of the
	// JSON form: "all[1].not.related(order).where.value". It is empty at the root.
	Path string
	// Kind and Field name what the place is about; either may be empty.
	Kind, Field string
	// Reason says why, and what would be accepted.
	Reason string
	// Err is one of the sentinels of this package.
	Err error
}

// Error puts the parts into one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("criterion")
	if e.Path != "" {
		b.WriteString(" at " + e.Path)
	}
	if e.Kind != "" {
		b.WriteString(" on " + e.Kind)
	}
	if e.Field != "" {
		b.WriteString(" field " + strconv.Quote(e.Field))
	}
	b.WriteString(": " + e.Reason)
	return b.String()
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// A path is the way from the root of a tree to the place that is looked at.
type path []string

// to returns the path with a step added. The paths of siblings may share
// memory, so a path is used before the next one is made.
func (p path) to(step string) path { return append(p, step) }

// at returns the path with an element of a list added.
func (p path) at(list string, i int) path { return p.to(list + "[" + strconv.Itoa(i) + "]") }

func (p path) String() string { return strings.Join(p, ".") }
