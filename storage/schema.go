package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Schema is the description of a kind with the type of its records erased:
// what adapters work with. It is immutable once a store was made with it.
type Schema struct {
	Name    string
	Fields  []*Field // as described, without those of Meta
	Indexes []Index  // of single fields and of several, unique ones included
	Base    *Schema  // for a kind defined at run time: the kind whose table holds its records; else nil

	tracked bool // changes of it go to the log
	fixed   bool // it takes no custom fields
	system  bool // written by this package alone
	generic bool // the base of the kinds defined at run time
	problem error

	bounded []*Field // texts in an index

	byName map[string]*Field
	meta   [5]*Field
	every  []*Field // of Meta, then those described
	sets   []*Field // those described that are sets of texts
	make   func() Record
	roomy  func(texts int) (Record, []string)
	copy   func(Record) Record
	owns   func(Record) bool  // whether it has the Go type of the kind's records
	valid  func(Record) error // the host's own check, or nil

	derived []derivation // in the order in which they are carried out
}

// An Index is one index over the fields of a kind.
type Index struct {
	Fields []*Field
	Unique bool // over live records in which every field is present
}

// Name is the names of the index's fields joined with "_".
func (i Index) Name() string { return strings.Join(i.Keys(), "_") }

// Keys are the names of the index's fields.
func (i Index) Keys() []string {
	names := make([]string, len(i.Fields))
	for n, f := range i.Fields {
		names[n] = f.Name
	}
	return names
}

// The names of the fields that every kind has from Meta. "id" is a Ref field,
// "version" an integer, the others are times.
const (
	FieldID        = "id"
	FieldVersion   = "version"
	FieldCreatedAt = "created_at"
	FieldUpdatedAt = "updated_at"
	FieldDeletedAt = "deleted_at"
)

// MetaFields returns the fields of Meta: id, version, created_at, updated_at,
// deleted_at.
func (s *Schema) MetaFields() []*Field { return slices.Clone(s.meta[:]) }

// Field returns the field of that name, those of Meta included, or nil. The
// names of custom fields are resolved by the tenant, not here.
func (s *Schema) Field(name string) *Field { return s.byName[name] }

// New returns an empty record of the kind.
func (s *Schema) New() Record { return s.make() }

// Clone returns a copy of a record that shares no memory with it.
func (s *Schema) Clone(r Record) Record { return s.copy(r) }

// Tracked reports whether changes of the kind are written to the change log.
func (s *Schema) Tracked() bool { return s.tracked }

// Fixed reports whether the kind takes no custom fields.
func (s *Schema) Fixed() bool { return s.fixed }

// Generic reports whether the kind is the Base of those that tenants define at
// run time: it has no records of its own, and an adapter that makes tables
// keeps the records of all of them in its table, told apart by Schema.Name.
func (s *Schema) Generic() bool { return s.generic }

// String returns the name.
func (s *Schema) String() string { return s.Name }

// A Described is a kind as New takes it: a *Kind of some record type.
type Described interface{ Schema() *Schema }

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// check returns what is wrong with the description, if anything.
func (s *Schema) check() error {
	if s.problem != nil {
		return fmt.Errorf("storage: kind %q: %w: %w", s.Name, ErrInvalid, s.problem)
	}
	return nil
}

// add enters a field under its name and keeps the first thing that is wrong.
func (s *Schema) add(f *Field) {
	switch {
	case !nameForm.MatchString(f.Name):
		s.fail(fmt.Errorf("field name %q: use up to 48 of a-z, 0-9 and _, a letter first", f.Name))
	case f.Name == "tenant" || f.Name == "custom":
		s.fail(fmt.Errorf("field name %q is taken: records have it for their tenant or their custom fields", f.Name))
	case s.byName[f.Name] != nil:
		s.fail(fmt.Errorf("two fields are named %q", f.Name))
	case f.Searchable && f.Type != criteria.Text:
		s.fail(fmt.Errorf("field %q is searchable but not text", f.Name))
	case f.Target != "" && f.Type != criteria.Ref:
		s.fail(fmt.Errorf("field %q points to a kind but is not a ref", f.Name))
	}
	s.byName[f.Name] = f
}

func (s *Schema) fail(err error) { s.problem = errors.Join(s.problem, err) }

// What an index holds must fit where databases keep it: PostgreSQL's limit is
// 2,704 bytes an entry, the tenant's name among them.
const (
	maxIndexedText  = 800 // bytes of a text in an index
	maxIndexedTexts = 3   // texts in one index
)

// index enters an index over fields by their names.
func (s *Schema) index(unique bool, names []string) {
	fields := make([]*Field, 0, len(names))
	texts := 0
	for _, name := range names {
		f := s.byName[name]
		if f == nil {
			s.fail(fmt.Errorf("index over %q: there is no such field", name))
			return
		}
		if f.Type == criteria.JSON || (f.Type == criteria.Texts && (unique || len(names) > 1)) {
			s.fail(fmt.Errorf("field %q of type %v cannot be part of this index", name, f.Type))
			return
		}
		if f.Type == criteria.Text {
			texts++
			s.bounded = append(s.bounded, f)
		}
		fields = append(fields, f)
	}
	if texts > maxIndexedTexts {
		s.fail(fmt.Errorf("index over %q: at most %d of its fields may be text", strings.Join(names, ", "), maxIndexedTexts))
	}
	made := Index{Fields: fields, Unique: unique}
	same := func(i Index) bool { return i.Name() == made.Name() }
	if len(fields) == 0 || slices.ContainsFunc(s.Indexes, same) {
		s.fail(fmt.Errorf("index over %q is empty or described twice", made.Name()))
		return
	}
	s.Indexes = append(s.Indexes, made)
}

// canonical returns a copy of a record in the form that is stored: described
// fields only, each in its normal form, memory its own.
func (s *Schema) canonical(r Record) (Record, error) {
	c, room := s.roomy(textsIn(s.sets, r))
	*c.meta() = *r.meta()
	for _, f := range s.Fields {
		var err error
		if f.Type == criteria.Texts {
			room, err = f.canonTexts(c, r, room)
		} else {
			err = f.canon(c, r)
		}
		if err != nil {
			return nil, s.refuse(f.Name, err)
		}
	}
	return c, nil
}

// A derivation sets some fields of a record by the others.
type derivation struct {
	fill   func(Record)
	fields []*Field
}

// derives adds a derivation of fields by their names.
func (s *Schema) derives(fill func(Record), names []string) {
	d := derivation{fill: fill}
	for _, name := range names {
		f := s.byName[name]
		if f == nil {
			s.fail(fmt.Errorf("derived field %q: there is no such field", name))
			return
		}
		d.fields = append(d.fields, f)
	}
	s.derived = append(s.derived, d)
}

// refill sets the derived fields of a record in canonical form.
func (s *Schema) refill(r Record) error {
	for _, d := range s.derived {
		d.fill(r)
		for _, f := range d.fields {
			if err := f.canon(r, r); err != nil {
				return s.refuse(f.Name, err)
			}
		}
	}
	return nil
}

// complete reports a required field that is absent, a text that is too long for
// its index, and what the check of the kind finds.
func (s *Schema) complete(r Record) error {
	for _, f := range s.Fields {
		if f.Required && f.absent(r) {
			return s.refuse(f.Name, errRequired)
		}
	}
	for _, f := range s.bounded {
		if text, _ := f.Text(r); len(text) > maxIndexedText {
			return s.refuse(f.Name, because("too_long", fmt.Sprintf("is in an index and has %d bytes: use at most %d", len(text), maxIndexedText), "max", strconv.Itoa(maxIndexedText)))
		}
	}
	if s.valid != nil {
		return s.valid(r)
	}
	return nil
}

// changed returns the described fields in which two records differ.
func (s *Schema) changed(a, b Record) []*Field {
	var list []*Field
	for _, f := range s.Fields {
		if f.compare(a, b) != 0 {
			list = append(list, f)
		}
	}
	return list
}

// variant returns the schema of a kind that a tenant defined at run time.
func (s *Schema) variant(name string) *Schema {
	v := *s
	v.Name, v.Base, v.generic = name, s, false
	if !nameForm.MatchString(name) {
		v.problem = fmt.Errorf("kind name %q: use up to 48 of a-z, 0-9 and _, a letter first", name)
	}
	return &v
}

// appendJSON appends a record as an object: Meta, the described fields that are
// present, and the custom fields.
func (s *Schema) appendJSON(dst []byte, r Record) []byte {
	dst = append(dst, '{')
	for i, f := range s.every {
		if f.absent(r) {
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, f.Name), ':')
		dst = f.append(dst, r)
	}
	if c := r.meta().Custom; c.Len() > 0 {
		dst = c.appendJSON(append(dst, `,"custom":`...))
	}
	return append(dst, '}')
}

// parseJSON reads what appendJSON wrote. A name that the kind lacks is an
// error, so that nothing is lost in silence.
func (s *Schema) parseJSON(data []byte) (Record, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	r := s.make()
	for name, raw := range values {
		if err := s.parseField(r, name, raw); err != nil {
			return nil, s.refuse(name, err)
		}
	}
	return s.canonical(r)
}

func (s *Schema) parseField(r Record, name string, raw json.RawMessage) error {
	if name == "custom" {
		return r.meta().Custom.UnmarshalJSON(raw)
	}
	f := s.byName[name]
	if f == nil {
		return because("no_such_field", "the kind has no such field")
	}
	return f.parse(raw, r)
}

// idOf returns the id of a record.
func idOf(r Record) uuid.UUID { return r.meta().ID }
