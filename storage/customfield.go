package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A CustomField defines a field that a tenant adds to a kind at run time. It is
// a record like any other: write it with CustomFields.Put, and from the next
// transaction on records of that kind may have a value under its name in
// Meta.Custom, and criteria may name it as "custom." + Name.
//
// Archive a field instead of deleting it: its values stay readable and its
// history stays, but new values are refused. Deleting a definition while a
// record, live or deleted, has a value in the field is ErrInvalid.
type CustomField struct {
	Meta
	Kind     string   // the kind it is added to, or the name of a CustomKind
	Name     string   // lower case letters, digits, underscores; unique within the kind
	Label    string   // for people
	Type     string   // the name of a criteria.Type other than json: text, integer, decimal, bool, time, date, ref, texts
	Target   string   // for a ref: the kind it points to
	Options  []string // for text and texts: the values allowed; none: all
	Required bool     // records without a value are refused on Put
	Unique   bool     // two live records may not have the same value; text, integer and ref only
	Archived bool     // values are kept, new ones refused
	Personal bool     // see Def.Personal
}

// CustomFields are the definitions of custom fields. They are stored, tracked
// and exported like other records. Kind, Name, Type and Unique cannot be changed
// once stored.
var CustomFields = Define[CustomField]("custom_field",
	Text("kind", func(f *CustomField) *string { return &f.Kind }).Required(),
	Text("name", func(f *CustomField) *string { return &f.Name }).Required(),
	Text("label", func(f *CustomField) *string { return &f.Label }),
	Text("type", func(f *CustomField) *string { return &f.Type }).Required(),
	Text("target", func(f *CustomField) *string { return &f.Target }),
	Texts("options", func(f *CustomField) *[]string { return &f.Options }),
	Bool("required", func(f *CustomField) *bool { return &f.Required }),
	Bool("unique_value", func(f *CustomField) *bool { return &f.Unique }),
	Bool("archived", func(f *CustomField) *bool { return &f.Archived }),
	Bool("personal", func(f *CustomField) *bool { return &f.Personal }),
).Unique("kind", "name").Fixed()

// A CustomKind defines a kind of record that a tenant adds at run time. Its
// fields are custom fields; its records are read and written through
// Entities(Name). Deleting a definition while there are records of the kind,
// live or deleted, is ErrInvalid.
type CustomKind struct {
	Meta
	Name  string // lower case letters, digits, underscores; not the name of a kind of the store
	Label string // for people
}

// CustomKinds are the definitions of kinds at run time.
var CustomKinds = Define[CustomKind]("custom_kind",
	Text("name", func(k *CustomKind) *string { return &k.Name }).Required().Unique(),
	Text("label", func(k *CustomKind) *string { return &k.Label }),
).Fixed()

// An Entity is a record of a kind that was defined at run time: all its values
// are in Meta.Custom.
type Entity struct{ Meta }

// entities is the base of all kinds defined at run time.
var entities = generic(Define[Entity]("entity"))

func generic[T any](k *Kind[T]) *Kind[T] { k.schema.generic = true; return k }

// Entities returns the kind that a tenant defined under that name. Reading or
// writing it where the tenant has no such definition is ErrUnknownKind.
func Entities(name string) *Kind[Entity] {
	return &Kind[Entity]{schema: entities.schema.variant(name)}
}

// customPrefix begins the names of custom fields in criteria, orders and changes.
const customPrefix = "custom."

// validateCustomField checks a definition before it is stored; before is the
// one that it replaces, or nil.
func (v *vocabulary) validateCustomField(def, before *CustomField) error {
	fail := func(field, key, format string, args ...any) error {
		return CustomFields.schema.refuse(field, because(key, fmt.Sprintf(format, args...)))
	}
	typ, known := criteria.ParseType(def.Type)
	switch {
	case !nameForm.MatchString(def.Name):
		return fail("name", "bad_name", "%q: use up to 48 of a-z, 0-9 and _, a letter first", def.Name)
	case !known || typ == criteria.JSON:
		return fail("type", "unknown_type", "%q: use text, integer, decimal, bool, time, date, ref or texts", def.Type)
	case v.schema(def.Kind) == nil:
		return fail("kind", "no_such_kind", "there is no kind %q", def.Kind)
	case v.schema(def.Kind).fixed:
		return fail("kind", "no_custom_fields", "%q takes no custom fields", def.Kind)
	case def.Target != "" && (typ != criteria.Ref || v.schema(def.Target) == nil):
		return fail("target", "no_such_kind", "%q: name an existing kind, for a ref only", def.Target)
	case len(def.Options) > 0 && typ != criteria.Text && typ != criteria.Texts:
		return fail("options", "wrong_for_type", "only text and texts have options")
	case def.Unique && !slices.Contains([]criteria.Type{criteria.Text, criteria.Integer, criteria.Ref}, typ):
		return fail("unique_value", "wrong_for_type", "only text, integers and refs can be unique")
	case before != nil && (before.Kind != def.Kind || before.Name != def.Name || before.Type != def.Type || before.Unique != def.Unique):
		return fail("name", "cannot_change", "kind, name, type and uniqueness of a field cannot change: archive it and add another")
	}
	return nil
}

// customField makes a Field of a definition, for criteria, orders and masks.
func customField(def *CustomField) *Field {
	typ, _ := criteria.ParseType(def.Type)
	name := def.Name
	f := &Field{Field: criteria.Field{Name: customPrefix + name, Type: typ, Target: def.Target, Searchable: typ == criteria.Text}}
	f.Required, f.Optional, f.Personal = def.Required, true, def.Personal
	f.absent = func(r Record) bool { return f.value(r) == nil }
	f.value = func(r Record) any { return customTyped(r.meta().Custom, name, typ) }
	f.compare = func(a, b Record) int { return compareValues(f.Value(a), f.Value(b)) }
	f.set = func(r Record, v any) error { r.meta().Custom.Set(name, v); return nil }
	f.append = func(dst []byte, r Record) []byte { return appendKept(dst, r.meta().Custom.get(name)) }
	f.parse = func(data []byte, r Record) error {
		v, err := parseKept(data)
		r.meta().Custom.Set(name, v)
		return err
	}
	customReaders(f, name)
	return f
}

// customReaders sets the reader that package criteria uses.
func customReaders(f *Field, name string) {
	of := func(rec any) Custom { return rec.(Record).meta().Custom }
	switch f.Type {
	case criteria.Text:
		f.Text = func(r any) (string, bool) { s, ok := of(r).get(name).(string); return s, ok }
	case criteria.Integer:
		f.Integer = func(r any) (int64, bool) { return of(r).Integer(name) }
	case criteria.Decimal:
		f.Decimal = func(r any) (decimal.Decimal, bool) { return of(r).Decimal(name) }
	case criteria.Bool:
		f.Bool = func(r any) (bool, bool) { return of(r).Bool(name) }
	case criteria.Time:
		f.Time = func(r any) (time.Time, bool) { t := of(r).Time(name); return t, !t.IsZero() }
	case criteria.Day:
		f.Day = func(r any) (Date, bool) { d := of(r).Day(name); return d, !d.IsZero() }
	case criteria.Ref:
		f.Ref = func(r any) (uuid.UUID, bool) { id := of(r).Ref(name); return id, id != uuid.Nil }
	case criteria.Texts:
		f.Texts = func(r any) ([]string, bool) { l, ok := of(r).get(name).([]string); return l, ok }
	}
}

// customTyped returns a value in the Go type of its field, nil when absent. A
// value of another type, which an earlier definition of the name may have
// left, counts as absent.
func customTyped(c Custom, name string, typ criteria.Type) any {
	switch typ {
	case criteria.Integer:
		return present(c.Integer(name))
	case criteria.Decimal:
		return present(c.Decimal(name))
	case criteria.Bool:
		return present(c.Bool(name))
	case criteria.Time:
		return orNil(c.Time(name), c.Time(name).IsZero())
	case criteria.Day:
		return orNil(c.Day(name), c.Day(name).IsZero())
	case criteria.Ref:
		return orNil(c.Ref(name), c.Ref(name) == uuid.Nil)
	case criteria.Texts:
		return present(as[[]string](c.get(name)))
	default:
		return present(as[string](c.get(name)))
	}
}

// present returns a value, or nil when there is none.
func present[V any](v V, ok bool) any { return orNil(v, !ok) }

// compareValues orders two values as Field.Value returns them, nil first. Both
// have the same type.
func compareValues(a, b any) int {
	if a == nil || b == nil {
		return compareBool(a != nil, b != nil)
	}
	switch x := a.(type) {
	case string:
		return strings.Compare(x, b.(string))
	case int64:
		return cmp.Compare(x, b.(int64))
	case decimal.Decimal:
		return x.Cmp(b.(decimal.Decimal))
	case bool:
		return compareBool(x, b.(bool))
	case time.Time:
		return x.Compare(b.(time.Time))
	case Date:
		return x.Compare(b.(Date))
	case uuid.UUID:
		return refCodec.compare(x, b.(uuid.UUID))
	case []string:
		return slices.Compare(x, b.([]string))
	}
	return 0
}

// checkValue returns the kept form of a value for a definition, or what is
// wrong with it.
func checkValue(def *CustomField, value any) (any, error) {
	typ, _ := criteria.ParseType(def.Type)
	if u, bad := value.(unkept); bad {
		if u.why != nil {
			return nil, u.why
		}
		return nil, fmt.Errorf("a %T where a %v belongs", u.of, typ)
	}
	switch typ {
	case criteria.Integer:
		if _, ok := value.(int64); !ok {
			return nil, fmt.Errorf("%v is not an integer", value)
		}
		return value, nil
	case criteria.Bool:
		if _, ok := value.(bool); !ok {
			return nil, fmt.Errorf("%v is not true or false", value)
		}
		return value, nil
	case criteria.Texts:
		return checkTexts(def, value)
	}
	text, ok := value.(string)
	if !ok {
		return checkNumber(typ, value)
	}
	return checkText(def, typ, text)
}

func checkTexts(def *CustomField, value any) (any, error) {
	list, ok := value.([]string)
	if !ok {
		return nil, fmt.Errorf("%v is not a set of texts", value)
	}
	for _, s := range list {
		if err := allowed(def, s); err != nil {
			return nil, err
		}
	}
	return normalTexts(list)
}

// checkNumber accepts an integer where a decimal belongs.
func checkNumber(typ criteria.Type, value any) (any, error) {
	if n, ok := value.(int64); ok && typ == criteria.Decimal {
		return decimal.NewFromInt(n).String(), nil
	}
	return nil, fmt.Errorf("%v is not a %v", value, typ)
}

// checkText reads a value that is kept as text and returns its canonical form.
func checkText(def *CustomField, typ criteria.Type, text string) (any, error) {
	switch typ {
	case criteria.Decimal:
		d, err := parseDecimal([]byte(text))
		return d.String(), err
	case criteria.Time:
		t, err := time.Parse(time.RFC3339Nano, text)
		if err == nil {
			t, err = normalTime(t)
		}
		return keep(t), err
	case criteria.Day:
		d, err := criteria.ParseDate(text)
		return keep(d), err
	case criteria.Ref:
		id, err := uuid.Parse(text)
		return keep(id), err
	}
	if err := allowed(def, text); err != nil {
		return nil, err
	}
	return normalText(text)
}

func allowed(def *CustomField, s string) error {
	if len(def.Options) > 0 && !slices.Contains(def.Options, s) {
		return because("not_one_of", fmt.Sprintf("%q is not one of %s", s, strings.Join(def.Options, ", ")), "options", strings.Join(def.Options, ", "))
	}
	return nil
}

// custom checks the custom values of a record that is about to be written and
// puts them into their canonical form. before is the stored record, or nil.
func (v *vocabulary) custom(s *Schema, r, before Record) error {
	defs := v.fields[s.Name]
	var old Custom
	if before != nil {
		old = before.meta().Custom
	}
	next := r.meta().Custom
	for _, name := range next.Names() {
		if equalKept(next.get(name), old.get(name)) {
			continue
		}
		value, err := v.customValue(s, defs[name], name, next.get(name))
		if err != nil {
			return s.refuse(customPrefix+name, err)
		}
		next.Set(name, value)
	}
	for name, def := range defs {
		if def.Required && !def.Archived && next.get(name) == nil {
			return s.refuse(customPrefix+name, errRequired)
		}
	}
	r.meta().Custom = next
	return nil
}

func (v *vocabulary) customValue(s *Schema, def *CustomField, name string, value any) (any, error) {
	switch {
	case def == nil:
		return nil, because("no_such_field", s.Name+" has no such custom field: define it first")
	case def.Archived:
		return nil, because("archived", "the field is archived and takes no new values")
	}
	return checkValue(def, value)
}

// unused refuses to take away the definition of a field or kind that records
// still use: they would be lost to queries and exports, and a definition of
// another type under the same name would meet their values.
func (tx *Tx) unused(ctx context.Context, s *Schema, def Record) error {
	if s != CustomFields.schema && s != CustomKinds.schema || !def.meta().Live() {
		return nil
	}
	v, err := tx.vocabulary(ctx)
	if err != nil {
		return err
	}
	kind, where, advice := v.users(s, def)
	if kind == nil {
		return nil
	}
	p := everything(kind, DeletedToo)
	w := &words{ctx: ctx, tx: tx}
	if p.Where, err = criteria.Check(where, wordsKind{w, kind}, w, tx.now); err != nil {
		return err
	}
	p.Limit = 1
	found, err := tx.driver.Find(ctx, p)
	if err == nil && len(found) > 0 {
		err = &RecordError{Kind: s.Name, ID: idOf(def), Err: ErrInvalid, Reason: "a " + kind.Name + " still uses it: " + advice}
	}
	return err
}

// users returns which records use a definition, and what to do about them.
func (v *vocabulary) users(s *Schema, def Record) (kind *Schema, where criteria.Criterion, advice string) {
	if s == CustomKinds.schema {
		return v.schema(CustomKinds.of(def).Name), nil, "purge its records first"
	}
	f := CustomFields.of(def)
	return v.schema(f.Kind), criteria.Not(criteria.Missing(customPrefix + f.Name)), "archive the field instead"
}
