package storage

import (
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Kind is a kind of record with Go type *T: its description, and the way to
// read and write its records. It is made once, by Define, and then safe for
// concurrent use.
type Kind[T any] struct {
	schema *Schema
}

// pointer is satisfied by *T when T embeds Meta.
type pointer[T any] interface {
	*T
	Record
}

// Define describes a kind. T is a struct that embeds Meta; name is how the
// kind is called in criteria, in the change log and in the database: lower
// case, up to 48 letters, digits and underscores. A mistake in the description
// is reported by New, so that Define can stand in a package variable.
//
//	var Vehicles = storage.Define[Vehicle]("vehicle",
//		storage.Text("plate", func(v *Vehicle) *string { return &v.Plate }).Unique(),
//	)
//
// Fields of the struct that are not described are not stored.
func Define[T any, P pointer[T]](name string, fields ...Def[T]) *Kind[T] {
	s := &Schema{Name: name, tracked: true, byName: map[string]*Field{}}
	s.make = func() Record { return P(new(T)) }
	s.owns = func(r Record) bool { _, ok := any(r).(*T); return ok }
	s.roomy = roomy[T, P]
	if !nameForm.MatchString(name) {
		s.fail(fmt.Errorf("kind name %q: use up to 48 of a-z, 0-9 and _, a letter first", name))
	}
	s.meta = metaFields(func(t *T) *Meta { return P(t).meta() })
	for _, f := range s.meta {
		s.add(f)
	}
	for _, d := range fields {
		s.add(d.field)
		s.Fields = append(s.Fields, d.field)
		if d.unique || d.indexed {
			s.index(d.unique, []string{d.field.Name})
		}
	}
	s.every = append(s.MetaFields(), s.Fields...)
	s.sets = sets(s.Fields)
	s.copy = cloner[T, P](s.Fields)
	return &Kind[T]{schema: s}
}

// metaFields describes the fields of Meta inside a T.
func metaFields[T any](of func(*T) *Meta) [5]*Field {
	return [5]*Field{
		Ref(FieldID, func(t *T) *uuid.UUID { return &of(t).ID }).field,
		Integer(FieldVersion, func(t *T) *int64 { return &of(t).Version }).field,
		Time(FieldCreatedAt, func(t *T) *time.Time { return &of(t).CreatedAt }).field,
		Time(FieldUpdatedAt, func(t *T) *time.Time { return &of(t).UpdatedAt }).field,
		Time(FieldDeletedAt, func(t *T) *time.Time { return &of(t).DeletedAt }).field,
	}
}

// cloner returns the function that copies a record and what its fields own.
func cloner[T any, P pointer[T]](fields []*Field) func(Record) Record {
	sets := sets(fields)
	var owners []func(Record)
	for _, f := range fields {
		if f.own != nil && f.Type != criteria.Texts {
			owners = append(owners, f.own)
		}
	}
	return func(r Record) Record {
		c, room := roomy[T, P](textsIn(sets, r))
		*any(c).(*T) = *any(r).(*T)
		for _, f := range sets {
			list := f.address(c).(*[]string)
			*list, room = settle(room, *list)
		}
		for _, own := range owners {
			own(c)
		}
		return c
	}
}

// Index adds an index over several fields, in that order: it serves criteria
// that fix the first of them and order by the next.
func (k *Kind[T]) Index(fields ...string) *Kind[T] {
	k.schema.index(false, fields)
	return k
}

// Unique adds a unique key over several fields: no two live records of a
// tenant in which all of them are present may agree in all of them.
func (k *Kind[T]) Unique(fields ...string) *Kind[T] {
	k.schema.index(true, fields)
	return k
}

// Untracked leaves changes of the kind out of the change log: for queues,
// counters and other records without a history of interest.
func (k *Kind[T]) Untracked() *Kind[T] {
	k.schema.tracked = false
	return k
}

// Fixed refuses custom fields on the kind, which saves a look-up of their
// definitions with every write.
func (k *Kind[T]) Fixed() *Kind[T] {
	k.schema.fixed = true
	return k
}

// Valid adds a check of whole records, for what the description of single
// fields cannot say. Put calls it with the record in the form that would be stored,
// which check must not change, and refuses the record with its error.
func (k *Kind[T]) Valid(check func(*T) error) *Kind[T] {
	k.schema.valid = func(r Record) error { return check(k.of(r)) }
	return k
}

// Derive names fields that follow from others of the record: fill sets them on
// every Put, before the record is checked, whatever the caller gave. The
// caller's own record keeps what it had; reading shows what was derived. fill
// must depend on nothing but the described fields, and set only those that it
// names. Several calls of Derive are carried out in their order.
func (k *Kind[T]) Derive(fill func(*T), fields ...string) *Kind[T] {
	k.schema.derives(func(r Record) { fill(k.of(r)) }, fields)
	return k
}

// Schema returns the description for adapters and tools.
func (k *Kind[T]) Schema() *Schema { return k.schema }

// Name returns the name of the kind.
func (k *Kind[T]) Name() string { return k.schema.Name }

func (k *Kind[T]) of(r Record) *T { return any(r).(*T) }

// records erases the type of a list of records; a nil pointer becomes nil. A nil one stays nil.
func records[T any](list []*T) []Record {
	out := make([]Record, len(list))
	for i, r := range list {
		if r != nil {
			out[i] = any(r).(Record)
		}
	}
	return out
}
