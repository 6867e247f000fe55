package customer

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// ErrFieldNotAllowed: a customer of that type has no such field: an
// organisation no gender, a person no size. The error is a *storage.FieldError
// too, which names the field.
var ErrFieldNotAllowed = errors.New("field not allowed")

// A fieldRefusal is a *storage.FieldError, and so storage.ErrInvalid, with what
// it is besides.
type fieldRefusal struct {
	*storage.FieldError
	err error
}

// Unwrap lets errors.Is and errors.As find both.
func (e *fieldRefusal) Unwrap() []error { return []error{e.FieldError, e.err} }

// refuseField returns the error of a field of some kind.
func refuseField(kind, field, key, reason string, err error) error {
	return &fieldRefusal{&storage.FieldError{Kind: kind, Field: field, Reason: reason, Key: key}, err}
}

// normalize puts numbers that are well formed into the form that is stored.
func (c *Customer) normalize() {
	if c.CreditCode != "" {
		if code, err := ParseCreditCode(c.CreditCode); err == nil {
			c.CreditCode = string(code)
		}
	}
	if c.ResidentID != "" {
		if form, err := residentForm(c.ResidentID); err == nil {
			c.ResidentID = form
		}
	}
}

// check is what Put asks of a customer beyond the single fields.
func (c *Customer) check() error {
	var err error
	switch c.Type {
	case Person:
		err = c.lacks("size", c.Size != "")
	case Organization:
		err = cmp.Or(c.lacks("birthday", !c.Birthday.IsZero()), c.lacks("gender", c.Gender != ""), c.lacks("resident_id", c.ResidentID != ""))
	default:
		err = &storage.FieldError{Kind: kindName, Field: "type", Reason: fmt.Sprintf("%q: use %q or %q", c.Type, Person, Organization), Key: "not_one_of", Params: map[string]string{"options": Person + ", " + Organization}}
	}
	if err != nil {
		return err
	}
	return c.checkNumbers()
}

// lacks refuses a field that customers of the type do not have, where it has a value.
func (c *Customer) lacks(field string, given bool) error {
	if !given {
		return nil
	}
	return refuseField(kindName, field, "not_allowed", "a customer of type "+c.Type+" has none: leave it empty, or change the type", ErrFieldNotAllowed)
}

// checkNumbers refuses a credit code or identity number of another form. A
// wrong check character alone is left to Warnings.
func (c *Customer) checkNumbers() error {
	if c.CreditCode != "" {
		if _, err := ParseCreditCode(c.CreditCode); err != nil {
			return refuseField(kindName, "credit_code", "format", err.Error(), err)
		}
	}
	if c.ResidentID != "" {
		if _, err := ParseResidentID(c.ResidentID, time.Time{}); err != nil && !errors.Is(err, ErrCheckDigit) {
			return refuseField(kindName, "resident_id", "format", err.Error(), err)
		}
	}
	return nil
}

// Warnings returns what is doubtful about a customer that may be stored as it
// is: something to ask the person at the screen about, who may know better.
//
//   - What CreditCode.Warning says of the credit code.
//   - The check character of the identity number is wrong (ErrCheckDigit), or its
//     birthday lies after the day of now (ErrResidentID).
//   - The birthday is not that of the identity number (ErrResidentID).
//   - The birthday lies after the day of now, in now's location: a *storage.FieldError.
//
// A zero now leaves the future open. No warning quotes a number.
func (c *Customer) Warnings(now time.Time) []error {
	var list []error
	if c.CreditCode != "" {
		if code, err := ParseCreditCode(c.CreditCode); err != nil {
			list = append(list, err)
		} else if err := code.Warning(); err != nil {
			list = append(list, err)
		}
	}
	list = append(list, c.warnResident(now)...)
	if !now.IsZero() && !c.Birthday.IsZero() && c.Birthday.Compare(criteria.DateOf(now)) > 0 {
		list = append(list, &storage.FieldError{Kind: kindName, Field: "birthday", Reason: "it lies after " + criteria.DateOf(now).String(), Key: "in_future"})
	}
	return list
}

func (c *Customer) warnResident(now time.Time) []error {
	if c.ResidentID == "" {
		return nil
	}
	id, err := ParseResidentID(c.ResidentID, now)
	switch {
	case err != nil:
		return []error{err}
	case !c.Birthday.IsZero() && c.Birthday != id.Birthday():
		return []error{refuse(ErrResidentID, 7, "the seventh to fourteenth digits are not the customer's birthday: compare both with the card")}
	}
	return nil
}
