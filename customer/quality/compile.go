package quality

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A world shows package criteria the kinds and fields of a tenant as one
// transaction has them. It keeps the first error of the database, which package
// criteria would take for an unknown name.
type world struct {
	ctx       context.Context
	tx        *storage.Tx
	inspector *Inspector
	schemas   map[string]*storage.Schema
	views     map[string]*kindView
	err       error
}

// world begins to look at the kinds of the tenant of a transaction. What it finds
// is good for that transaction alone.
func (i *Inspector) world(ctx context.Context, tx *storage.Tx) *world {
	return &world{ctx: ctx, tx: tx, inspector: i, views: map[string]*kindView{}}
}

// schema returns the schema of a kind of the tenant, or nil.
func (w *world) schema(name string) *storage.Schema {
	if w.schemas == nil && w.err == nil {
		var list []*storage.Schema
		list, w.err = w.tx.Kinds(w.ctx)
		w.schemas = make(map[string]*storage.Schema, len(list))
		for _, s := range list {
			w.schemas[s.Name] = s
		}
	}
	return w.schemas[name]
}

// view returns a kind with its fields, or nil.
func (w *world) view(name string) *kindView {
	if v := w.views[name]; v != nil {
		return v
	}
	s := w.schema(name)
	if s == nil || w.err != nil {
		return nil
	}
	fields, err := w.tx.Fields(w.ctx, s)
	if err != nil {
		w.err = err
		return nil
	}
	v := &kindView{world: w, schema: s, fields: map[string]*storage.Field{}}
	for _, f := range slices.Concat(s.MetaFields(), fields) {
		v.fields[f.Name] = f
	}
	w.views[name] = v
	return v
}

// Kind implements criteria.Kinds.
func (w *world) Kind(name string) (criteria.Kind, bool) {
	v := w.view(name)
	return v, v != nil
}

// A kindView is a kind with its custom fields.
type kindView struct {
	world  *world
	schema *storage.Schema
	fields map[string]*storage.Field
}

// Name implements criteria.Kind.
func (k *kindView) Name() string { return k.schema.Name }

// Field implements criteria.Kind.
func (k *kindView) Field(name string) (*criteria.Field, bool) {
	if f := k.fields[name]; f != nil {
		return &f.Field, true
	}
	return nil, false
}

// field is Field with an error that says what is missing.
func (k *kindView) field(name string) (*storage.Field, error) {
	if f := k.fields[name]; f != nil {
		return f, nil
	}
	return nil, fmt.Errorf("%s has no field %q: %w", k.schema.Name, name, criteria.ErrUnknownField)
}

// check holds a criterion against the kind.
func (k *kindView) check(c criteria.Criterion) (criteria.Node, error) {
	n, err := criteria.Check(c, k, k.world, k.world.tx.Now())
	if k.world.err != nil {
		return nil, k.world.err
	}
	return n, err
}

// A checkable is a rule that was held against its kind.
type checkable struct {
	*Rule
	schema      *storage.Schema
	test        test
	suggestions []suggestion
}

// A suggestion is a value that a rule suggests for a field.
type suggestion struct {
	field *storage.Field
	value any // as storage.Field.Value returns it
}

// compile holds a rule against its kind. What is wrong with the rule is a
// *RuleError; other errors are those of the database.
func (w *world) compile(r *Rule) (*checkable, error) {
	k := w.view(r.Kind)
	if w.err != nil {
		return nil, w.err
	}
	fail := func(err error) error { return &RuleError{Rule: r.Code, Kind: r.Kind, Err: err} }
	if k == nil {
		return nil, fail(fmt.Errorf("there is no such kind: %w", criteria.ErrUnknownKind))
	}
	n, err := w.inspector.parsed.parse(r.When.raw)
	if err != nil {
		return nil, fail(err)
	}
	c := &checkable{Rule: r, schema: k.schema}
	if c.test, err = n.compile(k); w.err != nil {
		return nil, w.err
	}
	if err == nil && r.Field != "" {
		_, err = k.field(r.Field)
	}
	if err == nil {
		c.suggestions, err = k.suggestionsOf(r)
	}
	if err != nil {
		return nil, fail(err)
	}
	return c, nil
}

// suggestionsOf reads the values that a rule suggests, in the order of the
// names of their fields, and refuses what could never be stored.
func (k *kindView) suggestionsOf(r *Rule) ([]suggestion, error) {
	members, err := r.suggestions()
	if err != nil {
		return nil, err
	}
	var list []suggestion
	for name, raw := range members {
		f, err := k.field(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(k.schema.MetaFields(), f) {
			return nil, fmt.Errorf("%s is not anybody's to change: suggest another field", name)
		}
		value, err := valueOf(k.schema, f, raw)
		if err != nil {
			return nil, fmt.Errorf("suggest %s: %w", name, err)
		}
		list = append(list, suggestion{f, value})
	}
	slices.SortFunc(list, func(a, b suggestion) int { return strings.Compare(a.field.Name, b.field.Name) })
	return list, nil
}

// valueOf reads a value of a field from JSON; null is absent.
func valueOf(s *storage.Schema, f *storage.Field, raw []byte) (any, error) {
	if string(raw) == "null" {
		if f.Required {
			return nil, errors.New("the field is required: null cannot be stored")
		}
		return nil, nil
	}
	r := s.New()
	if err := f.ParseJSON(raw, r); err != nil {
		return nil, err
	}
	value := f.Value(r)
	if value == nil {
		return nil, fmt.Errorf("%s is no value of type %v: use null to empty the field", raw, f.Type)
	}
	return value, nil
}
