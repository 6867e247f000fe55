package dedupe

import (
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A Type says what a field holds. It decides how two of its values are compared
// and by which parts of them pairs are proposed.
type Type uint8

// The types of fields. A Phone, Email, Identifier or Set field may hold
// several values, on lines of their own.
const (
	Text       Type = iota + 1 // free text: its words count, rare ones more
	GivenName                  // of a person
	Surname                    // of a person
	FullName                   // of a person, in any order and script
	Company                    // the name of an organisation
	Phone                      // a phone number; all fields of the type are one set
	Email                      // a mail address
	Identifier                 // a number or code that one entity has: a passport, a tax number
	Date                       // a calendar day, such as a birthday
	Address                    // a postal address, or the line of one with the street
	Postcode                   // a code of an area
	Category                   // one of few values: a gender, a state, a level
	Set                        // texts, on lines of their own: tags, products, devices; what two have in common counts, rare ones more
	ByHost                     // what Field.Compare says
)

// A Field is one field of the records that are compared.
type Field struct {
	Name string // unique among the fields
	Type Type
	// Compare is how a field of the type ByHost is compared, and nil for all others.
	Compare *Comparison
	// Aliases say which names are one brand, for a field of the type Company: they are
	// replaced before the name is read. nil: none. Other aliases make other normal forms:
	// a Profile goes with those alone that it was learnt with.
	Aliases *form.Aliases
}

// A Record is one row to compare.
type Record struct {
	ID     string   // unique among the records
	List   string   // which list it is from; see Options.Linking
	Values []string // in step with the fields, as people wrote them; empty where absent
}

// ErrInvalid: fields or records that cannot be compared as they are given.
var ErrInvalid = errors.New("not comparable")

func checkFields(fields []Field) error {
	if len(fields) == 0 {
		return fmt.Errorf("dedupe: %w: no fields: name at least one", ErrInvalid)
	}
	seen := map[string]bool{}
	for _, f := range fields {
		switch {
		case f.Name == "" || seen[f.Name]:
			return fmt.Errorf("dedupe: %w: field %q: give each field a name of its own", ErrInvalid, f.Name)
		case f.Type < Text || f.Type > ByHost:
			return fmt.Errorf("dedupe: %w: field %q has no type: use Text if nothing else fits", ErrInvalid, f.Name)
		case f.Type != ByHost && f.Compare != nil:
			return fmt.Errorf("dedupe: %w: field %q has Compare and another type: use ByHost", ErrInvalid, f.Name)
		case f.Type != Company && f.Aliases != nil:
			return fmt.Errorf("dedupe: %w: field %q has Aliases: they are for the type Company", ErrInvalid, f.Name)
		case f.Type == ByHost:
			if err := f.Compare.check(f.Name); err != nil {
				return err
			}
		}
		seen[f.Name] = true
	}
	return nil
}

// value returns what reads the field, which is the one at a place of records.
func (f Field) value(at int) func(r *Record) string {
	if f.Aliases == nil {
		return func(r *Record) string { return r.Values[at] }
	}
	return func(r *Record) string { return f.Aliases.Replace(r.Values[at]) }
}
