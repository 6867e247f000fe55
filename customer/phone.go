package customer

import (
	"errors"
	"fmt"
)

// ErrSpreadsheetNumber: a spreadsheet program took a phone number for a number
// and shortened it, such as 1.38E+10: its digits are lost. It is ErrContact too.
var ErrSpreadsheetNumber = fmt.Errorf("%w: shortened by a spreadsheet", ErrContact)

// A PhoneError says why a text was refused as a phone number.
type PhoneError struct {
	Value  string // as it was given
	Reason string // what is wrong and what would make it pass
	Err    error  // ErrContact or ErrSpreadsheetNumber
}

func (e *PhoneError) Error() string {
	return fmt.Sprintf("%v: %q is not a phone number: %s", e.Err, e.Value, e.Reason)
}

// Unwrap lets errors.Is find the sentinel.
func (e *PhoneError) Unwrap() error { return e.Err }

// NormalPhone returns a phone number in E.164, such as +8613800138000, and an
// extension behind it as RFC 3966 writes it: +861062345678;ext=8001. It reads
//
//   - mobile numbers of mainland China, with or without +86, 0086, 86, the 0 or a
//     carrier's prefix (17951) of former times;
//   - Chinese land lines with their area code: 010-62345678, +86 (0)10 6234 5678;
//   - Chinese service numbers that begin with 400 and 800;
//   - numbers of Hong Kong, Macau and Taiwan with 852, 853 and 886;
//   - numbers of any country that begin with + or 00 and its country code;
//   - extensions behind 转, 分机, 内线, ext, x, # and ;ext=, and behind a number of
//     mainland China also behind - , or _, as in 010-62345678-8001.
//
// Spaces, dashes, dots, slashes, brackets and full-width characters are
// accepted. Anything else is a *PhoneError that is ErrContact, and
// ErrSpreadsheetNumber for 1.38E+10.
//
// The normal form of a normal form is itself. One that is given is returned
// without an allocation, others cost one.
//
// Non-guarantees: it does not know which numbers are given out. Numbers of other
// countries are checked for country code and length alone and keep their digits;
// where people write a digit in between that is not dialled from abroad (the 15 of
// Argentina), two spellings of one number stay different. Package phones knows more.
func NormalPhone(value string) (string, error) {
	var d dialed
	if problem := d.scan(value); problem != nil {
		return "", phoneError(value, problem)
	}
	number, problem := d.resolve()
	if problem != nil {
		return "", phoneError(value, problem)
	}
	var out [maxPhone]byte
	form := append(out[:0], '+')
	form = append(form, number.country...)
	form = append(form, number.national...)
	if len(number.extension) > 0 {
		form = append(form, ";ext="...)
		form = append(form, number.extension...)
	}
	if string(form) == value {
		return value, nil
	}
	return string(form), nil
}

// maxPhone is the length of the longest normal form: + and 15 digits, and an extension.
const maxPhone = 1 + maxE164 + len(";ext=") + maxExtension

// A phoneProblem is a reason that is known in advance, and costs nothing where
// another reading of the number succeeds.
type phoneProblem string

func (p phoneProblem) Error() string { return string(p) }

// phoneError wraps a problem: one of the sentinels, or a reason alone.
func phoneError(value string, problem error) error {
	if errors.Is(problem, ErrSpreadsheetNumber) {
		return &PhoneError{Value: value, Err: ErrSpreadsheetNumber, Reason: "format the column as text and export it again"}
	}
	return &PhoneError{Value: value, Err: ErrContact, Reason: problem.Error()}
}
