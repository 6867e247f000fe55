package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Field describes one field of a kind to this package and to adapters, with
// the type of the record erased. Its embedded criteria.Field has the name, the
// type and the typed readers. Methods on it are safe for concurrent use as
// long as nobody changes the records they look at.
type Field struct {
	criteria.Field
	Required bool // a record without it is refused
	Optional bool // a number or bool that may be absent
	Existing bool // a ref that must name a live record of the kind Target
	Personal bool // it tells who somebody is, or about their person

	absent  func(Record) bool
	compare func(a, b Record) int
	value   func(Record) any
	set     func(Record, any) error
	canon   func(dst, src Record) error
	own     func(Record)
	address func(Record) any
	append  func([]byte, Record) []byte
	parse   func([]byte, Record) error
}

// Absent reports whether the record has no value in the field.
func (f *Field) Absent(r Record) bool { return f.absent(r) }

// Compare orders two records by the field: absent before present, text by
// bytes, sets element by element.
func (f *Field) Compare(a, b Record) int { return f.compare(a, b) }

// Value returns the record's value: string, int64, decimal.Decimal, bool,
// time.Time, criteria.Date, uuid.UUID, []string or json.RawMessage, or nil
// when it is absent. A slice must not be changed.
func (f *Field) Value(r Record) any {
	if f.absent(r) {
		return nil
	}
	return f.value(r)
}

// Set gives the record a value of the Go type that Value returns; nil makes it
// absent, and zero where the field cannot be absent.
func (f *Field) Set(r Record, v any) error { return f.set(r, v) }

// Address returns a pointer to the value inside the record for an adapter to
// scan into: *string, *int64, *decimal.Decimal, *bool, *time.Time,
// *criteria.Date, *uuid.UUID, *[]string or *json.RawMessage; for an optional
// field a pointer to a pointer, and for a custom field nil.
func (f *Field) Address(r Record) any {
	if f.address == nil {
		return nil
	}
	return f.address(r)
}

// AppendJSON appends the value as JSON; the value must be present.
func (f *Field) AppendJSON(dst []byte, r Record) []byte { return f.append(dst, r) }

// ParseJSON gives the record the value that AppendJSON wrote.
func (f *Field) ParseJSON(data []byte, r Record) error { return f.parse(data, r) }

// A Def is a field of the kind with records *T, being described: the argument
// of Define.
type Def[T any] struct {
	field   *Field
	indexed bool
	unique  bool
}

// Required refuses records in which the field is absent.
func (d Def[T]) Required() Def[T] { d.field.Required = true; return d }

// Indexed asks adapters for an index: Find and Count with Eq, In, comparisons
// or an order on this field read only what they need. On a set of texts the
// index serves HasAll and HasAny. A text in an index has at most 800 bytes.
func (d Def[T]) Indexed() Def[T] { d.indexed = true; return d }

// Unique refuses a second live record of the tenant with the same value, with
// ErrDuplicate. Absent values do not collide. Implies Indexed.
func (d Def[T]) Unique() Def[T] { d.unique = true; return d }

// Searchable allows criteria.Search on a text field.
func (d Def[T]) Searchable() Def[T] { d.field.Searchable = true; return d }

// To names the kind that a Ref field points to, for criteria.Parent.
func (d Def[T]) To(kind string) Def[T] { d.field.Target = kind; return d }

// Personal marks data that tells who a person is or about their person: a
// name, a phone number, a note. An erasure on request removes it and an export
// on request shows it; package storage itself treats it like any other.
func (d Def[T]) Personal() Def[T] { d.field.Personal = true; return d }

// Text describes a string field. The accessor returns the address of the
// value inside the record; so do those of the other types.
func Text[T any](name string, at func(*T) *string) Def[T] {
	f := describe(name, criteria.Text, at, &textCodec)
	f.Text = func(r any) (string, bool) { v := *at(r.(*T)); return v, v != "" }
	return Def[T]{field: f}
}

// Integer describes an int64 field, which is always present.
func Integer[T any](name string, at func(*T) *int64) Def[T] {
	f := describe(name, criteria.Integer, at, &integerCodec)
	f.Integer = func(r any) (int64, bool) { return *at(r.(*T)), true }
	return Def[T]{field: f}
}

// OptionalInteger describes an int64 field that is absent when its pointer is nil.
func OptionalInteger[T any](name string, at func(*T) **int64) Def[T] {
	f := describe(name, criteria.Integer, at, optional(&integerCodec))
	f.Integer = func(r any) (int64, bool) { return deref(*at(r.(*T))) }
	return optionalDef[T](f, at, toInteger)
}

// Decimal describes an exact decimal field, which is always present.
func Decimal[T any](name string, at func(*T) *decimal.Decimal) Def[T] {
	f := describe(name, criteria.Decimal, at, &decimalCodec)
	f.Decimal = func(r any) (decimal.Decimal, bool) { return *at(r.(*T)), true }
	return Def[T]{field: f}
}

// OptionalDecimal describes a decimal field that is absent when its pointer is nil.
func OptionalDecimal[T any](name string, at func(*T) **decimal.Decimal) Def[T] {
	f := describe(name, criteria.Decimal, at, optional(&decimalCodec))
	f.Decimal = func(r any) (decimal.Decimal, bool) { return deref(*at(r.(*T))) }
	return optionalDef[T](f, at, as[decimal.Decimal])
}

// Bool describes a bool field, which is always present.
func Bool[T any](name string, at func(*T) *bool) Def[T] {
	f := describe(name, criteria.Bool, at, &boolCodec)
	f.Bool = func(r any) (bool, bool) { return *at(r.(*T)), true }
	return Def[T]{field: f}
}

// OptionalBool describes a bool field that is absent when its pointer is nil.
func OptionalBool[T any](name string, at func(*T) **bool) Def[T] {
	f := describe(name, criteria.Bool, at, optional(&boolCodec))
	f.Bool = func(r any) (bool, bool) { return deref(*at(r.(*T))) }
	return optionalDef[T](f, at, as[bool])
}

// Time describes a moment, stored in UTC to the microsecond; zero is absent.
func Time[T any](name string, at func(*T) *time.Time) Def[T] {
	f := describe(name, criteria.Time, at, &timeCodec)
	f.Time = func(r any) (time.Time, bool) { v := *at(r.(*T)); return v, !v.IsZero() }
	return Def[T]{field: f}
}

// Day describes a calendar date; zero is absent.
func Day[T any](name string, at func(*T) *Date) Def[T] {
	f := describe(name, criteria.Day, at, &dayCodec)
	f.Day = func(r any) (Date, bool) { v := *at(r.(*T)); return v, !v.IsZero() }
	return Def[T]{field: f}
}

// Ref describes the id of another record; uuid.Nil is absent. Say with To
// which kind it points to.
func Ref[T any](name string, at func(*T) *uuid.UUID) Def[T] {
	f := describe(name, criteria.Ref, at, &refCodec)
	f.Ref = func(r any) (uuid.UUID, bool) { v := *at(r.(*T)); return v, v != uuid.Nil }
	return Def[T]{field: f}
}

// Texts describes a set of texts: stored sorted and without repetitions, nil
// and empty are the same, the empty text is refused.
func Texts[T any](name string, at func(*T) *[]string) Def[T] {
	f := describe(name, criteria.Texts, at, &textsCodec)
	f.Texts = func(r any) ([]string, bool) { v := *at(r.(*T)); return v, len(v) > 0 }
	return Def[T]{field: f}
}

// JSON describes opaque JSON, stored compact, its keys in the order given.
// Criteria can only ask whether it is absent.
func JSON[T any](name string, at func(*T) *json.RawMessage) Def[T] {
	f := describe(name, criteria.JSON, at, &rawCodec)
	f.Raw = func(r any) ([]byte, bool) { v := *at(r.(*T)); return v, len(v) > 0 }
	return Def[T]{field: f}
}

// Date is a calendar day; see criteria.Date.
type Date = criteria.Date

// describe builds the part of a field that is alike for all types.
func describe[T, V any](name string, typ criteria.Type, at func(*T) *V, c *codec[V]) *Field {
	of := func(r Record) *V { return at(any(r).(*T)) }
	f := &Field{
		Field:   criteria.Field{Name: name, Type: typ},
		absent:  func(r Record) bool { return c.absent(*of(r)) },
		compare: func(a, b Record) int { return c.compare(*of(a), *of(b)) },
		value:   func(r Record) any { return *of(r) },
		address: func(r Record) any { return of(r) },
		append:  func(dst []byte, r Record) []byte { return c.append(dst, *of(r)) },
	}
	f.set = func(r Record, v any) error { return assign(of(r), v) }
	f.canon = func(dst, src Record) (err error) {
		*of(dst), err = c.normal(*of(src))
		return err
	}
	if c.own != nil {
		f.own = func(r Record) { p := of(r); *p = c.own(*p) }
	}
	f.parse = func(data []byte, r Record) error {
		v, err := c.parse(data)
		if err == nil {
			*of(r) = v
		}
		return err
	}
	return f
}

// optionalDef makes Value and Set of an optional field speak of the value, not
// of the pointer to it.
func optionalDef[T, V any](f *Field, at func(*T) **V, convert func(any) (V, bool)) Def[T] {
	f.Optional = true
	f.value = func(r Record) any { return **at(any(r).(*T)) }
	f.set = func(r Record, v any) error {
		p := at(any(r).(*T))
		if v == nil {
			*p = nil
			return nil
		}
		value, ok := convert(v)
		if !ok {
			return fmt.Errorf("a %T where %T belongs", v, value)
		}
		*p = &value
		return nil
	}
	return Def[T]{field: f}
}

// assign sets *p to v, which has its type, or to zero when v is nil.
func assign[V any](p *V, v any) error {
	var value V
	if v != nil {
		typed, ok := v.(V)
		if !ok {
			return fmt.Errorf("a %T where %T belongs", v, value)
		}
		value = typed
	}
	*p = value
	return nil
}

func as[V any](v any) (V, bool) { value, ok := v.(V); return value, ok }

func deref[V any](p *V) (v V, ok bool) {
	if p == nil {
		return v, false
	}
	return *p, true
}
