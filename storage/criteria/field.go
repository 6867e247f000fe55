package criteria

import (
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Type is the type of a field's values. It decides which operators a criterion
// may use on the field and which Go type its constants take.
type Type uint8

// The types of fields, with the Go type of their values and what counts as
// absent. Integer, Decimal and Bool fields of a struct are always present
// unless they were declared optional.
const (
	Text    Type = iota + 1 // string; absent when empty
	Integer                 // int64
	Decimal                 // decimal.Decimal
	Bool                    // bool
	Time                    // time.Time in UTC, microseconds; absent when zero
	Day                     // Date; absent when zero
	Ref                     // uuid.UUID, the id of another record; absent when nil
	Texts                   // []string, a set of texts; absent when empty
	JSON                    // json.RawMessage, opaque; absent when empty
)

var typeNames = [...]string{"invalid", "text", "integer", "decimal", "bool", "time", "date", "ref", "texts", "json"}

// String returns the name of the type as it stands in error texts and in JSON.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return typeNames[0]
}

// ParseType returns the type of that name and whether there is one.
func ParseType(name string) (Type, bool) {
	for t := Text; t <= JSON; t++ {
		if typeNames[t] == name {
			return t, true
		}
	}
	return 0, false
}

// A Field is what this package knows of one field of a kind: its name, its
// type and how its value is read from a record. Exactly one reader is set, the
// one that belongs to Type (Texts for sets; a JSON field has Raw). A reader
// returns false when the value is absent; what it returns then is ignored.
//
// Readers must be safe for concurrent use and must not change the record. A
// slice that a reader returns is only looked at.
type Field struct {
	Name       string
	Type       Type
	Target     string // the kind that a Ref field points to; empty when it is not declared
	Searchable bool   // the Search operator may be used

	Text    func(rec any) (string, bool)
	Integer func(rec any) (int64, bool)
	Decimal func(rec any) (decimal.Decimal, bool)
	Bool    func(rec any) (bool, bool)
	Time    func(rec any) (time.Time, bool)
	Day     func(rec any) (Date, bool)
	Ref     func(rec any) (uuid.UUID, bool)
	Texts   func(rec any) ([]string, bool)
	Raw     func(rec any) ([]byte, bool)
}

// A Kind names the fields that a criterion on its records may use.
// storage implements it; so may anything else that has records. A Kind that
// others are related to has its id as a Ref field of the name "id".
//
// A Kind may have a method FieldNames() []string besides. An error about an
// unknown field then names the nearest of them.
type Kind interface {
	// Name returns the name of the kind, such as "customer".
	Name() string
	// Field returns the field of that name. The names of a tenant's custom
	// fields begin with "custom.".
	Field(name string) (*Field, bool)
}

// Kinds finds other kinds by name, for criteria that reach related records. It
// may have a method KindNames() []string besides, for errors about unknown kinds.
type Kinds interface {
	Kind(name string) (Kind, bool)
}
