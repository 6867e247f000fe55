package customer

import (
	"errors"
	"fmt"
)

// What a caller decides on with identifiers. Each is wrapped in an *IdentifierError.
var (
	// ErrCreditCode: a text is not a unified social credit code.
	ErrCreditCode = errors.New("not a unified social credit code")
	// ErrResidentID: a text is not a resident identity number.
	ErrResidentID = errors.New("not a resident identity number")
	// ErrCheckDigit: the last character does not fit the others, so that one of them is wrong.
	ErrCheckDigit = errors.New("the check digit is wrong")
)

// An IdentifierError says why a text is no identifier, or what is doubtful
// about one. It never holds the text: identity numbers have no place in logs.
type IdentifierError struct {
	Err      error  // ErrCreditCode or ErrResidentID
	Cause    error  // ErrCheckDigit, or nil
	Position int    // of the character in the text without its separators, from 1; 0: the text as a whole
	Reason   string // what is wrong and what would make it pass
}

func (e *IdentifierError) Error() string {
	text := "customer: " + e.Err.Error()
	if e.Cause != nil {
		text = "customer: " + e.Cause.Error()
	}
	if e.Position > 0 {
		text += fmt.Sprintf(": character %d", e.Position)
	}
	return text + ": " + e.Reason
}

// Unwrap lets errors.Is find both sentinels.
func (e *IdentifierError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Cause}
}

func refuse(err error, position int, reason string) error {
	return &IdentifierError{Err: err, Position: position, Reason: reason}
}

func warn(err error, position int, reason string) error {
	return &IdentifierError{Err: err, Cause: ErrCheckDigit, Position: position, Reason: reason}
}
