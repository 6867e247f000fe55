package criteria

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// constant turns the constant of a criterion into the Go type of the field.
// The place is that of the constant.
func (k *checker) constant(p place, f *Field, v any) (any, error) {
	v = plain(v)
	if m, ok := v.(Moment); ok {
		return k.moment(p, f, m)
	}
	switch f.Type {
	case Text:
		return textConstant(p, f, v)
	case Integer:
		return integerConstant(p, f, v)
	case Decimal:
		return decimalConstant(p, f, v)
	case Bool:
		return boolConstant(p, f, v)
	case Time:
		return timeConstant(p, f, v)
	case Day:
		return dayConstant(p, f, v)
	default:
		return refConstant(p, f, v)
	}
}

// boolConstant takes bools alone: "true" and 1 are refused.
func boolConstant(p place, f *Field, v any) (any, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, wrongType(p, f, v, "true or false")
}

// wrongType refuses a constant and says what would be taken. It shows the
// constant, which its author gave.
func wrongType(p place, f *Field, v any, want string) error {
	if v == nil {
		return p.refuse(ErrType, f.Name, "null is no constant; to find records without a value, use missing")
	}
	return p.refuse(ErrType, f.Name, "a %s field takes no %T such as %v; give %s", f.Type, v, v, want)
}

// absent refuses a constant that no present value equals.
func absent(p place, f *Field, what string) error {
	return p.refuse(ErrValue, f.Name, "the %s is absent; to find records without a value, use missing", what)
}

// textConstant takes strings alone: a number is no text.
func textConstant(p place, f *Field, v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, wrongType(p, f, v, "a text")
	}
	return s, checkText(p, f.Name, s)
}

// checkText refuses texts that no record can hold.
func checkText(p place, field, s string) error {
	switch {
	case s == "":
		return absent(p, &Field{Name: field}, "text")
	case !utf8.ValidString(s):
		return p.refuse(ErrValue, field, "the text %q is not valid UTF-8", s)
	case strings.ContainsRune(s, 0):
		return p.refuse(ErrValue, field, "the text %q holds a NUL character", s)
	}
	return nil
}

// timeConstant takes a time, or what RFC 3339 says is one. A date is refused: it
// is no moment without a zone.
func timeConstant(p place, f *Field, v any) (any, error) {
	t, ok := v.(time.Time)
	if s, isText := v.(string); isText {
		var err error
		t, err = time.Parse(time.RFC3339, s)
		ok = err == nil
	}
	if !ok {
		return nil, wrongType(p, f, v, "a time, in JSON of the form 2006-01-02T15:04:05Z")
	}
	return inRange(p, f, microseconds(t))
}

// inRange refuses times that not every adapter can hold, and the zero time.
func inRange(p place, f *Field, t time.Time) (any, error) {
	if t.IsZero() {
		return nil, absent(p, f, "time")
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return nil, p.refuse(ErrValue, f.Name, "the year %d is out of range; give a time of the years 1 to 9999", t.Year())
	}
	return t, nil
}

// dayConstant takes a Date, or a text of the form 2006-01-02. A time is refused:
// its day depends on the zone.
func dayConstant(p place, f *Field, v any) (any, error) {
	d, ok := v.(Date)
	if s, isText := v.(string); isText {
		var err error
		d, err = ParseDate(s)
		ok = err == nil
	}
	switch {
	case !ok:
		return nil, wrongType(p, f, v, "a date, in JSON of the form 2006-01-02")
	case d.IsZero():
		return nil, absent(p, f, "date")
	case !d.Valid():
		return nil, p.refuse(ErrValue, f.Name, "there is no date %v in the years 1 to 9999", d)
	}
	return d, nil
}

// refConstant takes a UUID, or its usual form of 36 characters.
func refConstant(p place, f *Field, v any) (any, error) {
	id, ok := v.(uuid.UUID)
	if s, isText := v.(string); isText && len(s) == 36 {
		var err error
		id, err = uuid.Parse(s)
		ok = err == nil
	}
	if !ok {
		return nil, wrongType(p, f, v, "an id, in JSON of the form 6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	}
	if id == uuid.Nil {
		return nil, absent(p, f, "id")
	}
	return id, nil
}

// identity returns a value that is == for two constants of a field exactly if
// they are equal.
func identity(v any) any {
	if d, ok := v.(decimal.Decimal); ok {
		return d.String()
	}
	return v
}
