package storage

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Guard decides what may be read and written through a tenant handle. All
// reads and writes of all kinds pass it; package rbac implements it. A guard
// must be safe for concurrent use and must not use the handle that it guards.
type Guard interface {
	// Read returns what may be read of a kind. It is asked once a
	// transaction for each kind. An error refuses the read.
	Read(ctx context.Context, kind string) (Access, error)
	// Write approves one write, or refuses it with an error that should match ErrForbidden.
	Write(ctx context.Context, w Attempt) error
	// Elevate approves work that must see more than its caller may, or
	// refuses it; it is the place to log the reason.
	Elevate(ctx context.Context, reason string) error
}

// Access is what a guard allows to be read of a kind. The zero value allows
// nothing.
type Access struct {
	// Where is true of the records that may be seen; nil: none may. It may
	// use every field and kind.
	Where criteria.Criterion
	// Fields restricts fields by name ("custom.x" for custom ones). A field
	// that is not named may be read and written.
	Fields map[string]FieldAccess
	// Mask returns what is shown of a masked field's value, which is never
	// absent; nil, and a nil result, show nothing.
	Mask func(field string, value any) any
}

// FieldAccess is what may be done with a field.
type FieldAccess uint8

const (
	// FieldOpen: read and write.
	FieldOpen FieldAccess = iota
	// FieldReadOnly: read; a write keeps the stored value.
	FieldReadOnly
	// FieldMasked: a masked form is shown; criteria and orders over it are
	// refused, a write keeps the stored value.
	FieldMasked
	// FieldHidden: the field reads as absent; criteria and orders over it are
	// refused, a write keeps the stored value.
	FieldHidden
)

// Attempt is a write that a Guard is asked and a Watch is told about. The records are not to be
// changed or kept.
type Attempt struct {
	Actor, Action string // as the writer named them
	Op            string // OpCreate, OpUpdate, ...
	Kind          string
	Before        Record   // nil for a new record
	After         Record   // nil for a purge
	Fields        []string // the fields that change
}

// Guarded returns a handle that obeys the guard. It takes the place of a guard that the handle had.
func (t *Tenant) Guarded(g Guard) *Tenant {
	c := *t
	c.guard, c.elevated = g, ""
	return &c
}

// Elevate returns a handle that the guard does not bind, for work inside the
// library that must see more than its caller may, such as a check for
// duplicates. The guard is asked first; the reason stands in every change that
// is written. Return to the caller only what the caller may know.
func (t *Tenant) Elevate(ctx context.Context, reason string) (*Tenant, error) {
	if _, err := normalText(reason); err != nil || reason == "" {
		return nil, fault(ErrInvalid, "an elevation for %q: give a reason, in valid UTF-8 without NUL", reason)
	}
	if t.guard != nil {
		if err := t.guard.Elevate(ctx, reason); err != nil {
			return nil, err
		}
	}
	c := *t
	c.guard, c.elevated = nil, reason
	return &c, nil
}

// access is what the guard allows of a kind, remembered for the transaction.
func (tx *Tx) access(ctx context.Context, s *Schema) (*Access, error) {
	if tx.tenant.guard == nil {
		return nil, nil
	}
	if a, ok := tx.accesses[s.Name]; ok {
		return a, nil
	}
	a, err := tx.tenant.guard.Read(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	if a.Where == nil {
		a.Where = criteria.Never()
	}
	if tx.accesses == nil {
		tx.accesses = map[string]*Access{}
	}
	tx.accesses[s.Name] = &a
	return &a, nil
}

// legible refuses a field that may not be used in a criterion or an order.
func (a *Access) legible(kind, field string) error {
	if a == nil || a.Fields[field] < FieldMasked {
		return nil
	}
	return fault(ErrForbidden, "%s.%s is hidden from you: leave it out of the condition, order or figure", kind, field)
}

// restrict makes a checked tree obey the guard: a field that may not be read is
// refused, and related records are only those that may be seen.
func (tx *Tx) restrict(ctx context.Context, s *Schema, w *words, n criteria.Node) error {
	if tx.tenant.guard == nil {
		return nil
	}
	for _, use := range criteria.Uses(s.Name, n) {
		a, err := tx.accessByName(ctx, w, use.Kind)
		if err == nil {
			err = a.legible(use.Kind, use.Field.Name)
		}
		if err != nil {
			return err
		}
	}
	return tx.restrictRelated(ctx, w, n)
}

func (tx *Tx) restrictRelated(ctx context.Context, w *words, n criteria.Node) error {
	var kinds []criteria.Kind
	var wheres []*criteria.Node
	criteria.Visit(n, func(n criteria.Node) bool {
		switch test := n.(type) {
		case *criteria.RelatedTest:
			kinds, wheres = append(kinds, test.Kind), append(wheres, &test.Where)
		case *criteria.ParentTest:
			kinds, wheres = append(kinds, test.Kind), append(wheres, &test.Where)
		}
		return true
	})
	for i, where := range wheres {
		visible, err := tx.visible(ctx, w, SchemaOf(kinds[i]))
		if err != nil {
			return err
		}
		*where = both(*where, visible)
	}
	return nil
}

// visible returns the checked criterion of the records that may be seen, or nil for all.
func (tx *Tx) visible(ctx context.Context, w *words, s *Schema) (criteria.Node, error) {
	a, err := tx.access(ctx, s)
	if err != nil || a == nil {
		return nil, err
	}
	return criteria.Check(a.Where, wordsKind{w, s}, w, tx.now)
}

// both returns the conjunction of two nodes, either of which may be nil.
func both(a, b criteria.Node) criteria.Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	default:
		return &criteria.And{Of: []criteria.Node{a, b}}
	}
}

func (tx *Tx) accessByName(ctx context.Context, w *words, kind string) (*Access, error) {
	s := w.schema(kind)
	if s == nil {
		return nil, fault(ErrUnknownKind, "%q", kind)
	}
	return tx.access(ctx, s)
}

// show returns a record as the caller may see it. The record may be the
// driver's own; what is returned is the caller's.
func (tx *Tx) show(ctx context.Context, s *Schema, r Record) (Record, error) {
	r = tx.tenant.store.own(s, r)
	a, err := tx.access(ctx, s)
	if err != nil || a == nil {
		return r, err
	}
	return r, tx.mask(ctx, s, a, r)
}

// mask hides in place what the caller may not see of a record.
func (tx *Tx) mask(ctx context.Context, s *Schema, a *Access, r Record) error {
	for name, allowed := range a.Fields {
		if allowed < FieldMasked {
			continue
		}
		f, err := tx.field(ctx, s, name)
		if err != nil {
			return err
		}
		if f == nil || f.Absent(r) {
			continue
		}
		var shown any
		if allowed == FieldMasked && a.Mask != nil {
			shown = a.Mask(name, f.Value(r))
		}
		if err := f.Set(r, shown); err != nil {
			return fault(ErrInvalid, "the mask of %s.%s: %v", s.Name, name, err)
		}
	}
	return nil
}

// keep gives next the stored values of the fields that the caller may not write.
func (tx *Tx) keep(ctx context.Context, s *Schema, a *Access, next, stored Record) error {
	if a == nil {
		return nil
	}
	for name, allowed := range a.Fields {
		if allowed == FieldOpen {
			continue
		}
		f, err := tx.field(ctx, s, name)
		if err != nil {
			return err
		}
		if f == nil {
			continue
		}
		if err := f.Set(next, f.Value(stored)); err != nil {
			return err
		}
	}
	return nil
}

// field resolves a field by name, custom ones included; nil when there is none.
func (tx *Tx) field(ctx context.Context, s *Schema, name string) (*Field, error) {
	w := &words{ctx: ctx, tx: tx}
	f := wordsKind{w, s}.find(name)
	return f, w.err
}

// veil takes the id of a record that the caller may not know of out of an error.
func (tx *Tx) veil(err error) error {
	var dup *DuplicateError
	if tx.tenant.guard != nil && errors.As(err, &dup) {
		dup.Existing = uuid.Nil
	}
	return err
}
