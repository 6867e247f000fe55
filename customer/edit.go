package customer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// ApplyEdit puts a record that was read some time ago, such as by a device that
// was offline since, with the Version that it had then. Where nobody has changed
// it meanwhile, it is Put. Otherwise nothing is written, and the error is an
// *EditConflict[T] with the record as it is now and what has become of it; a record
// that is gone for good is storage.ErrNotFound.
//
// It works on every kind that is tracked in the change log.
func ApplyEdit[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], edit *T) error {
	if edit == nil {
		return fmt.Errorf("customer: %w: a nil %s", storage.ErrInvalid, kind.Name())
	}
	err := kind.Put(ctx, tx, edit)
	var conflict *storage.ConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	e := &EditConflict[T]{Edit: edit, conflict: conflict, schema: kind.Schema()}
	if e.Current, err = kind.Get(ctx, tx, conflict.ID); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	history, err := kind.History(ctx, tx, conflict.ID)
	if err != nil {
		return err
	}
	e.Changes = slices.DeleteFunc(history, func(c *storage.Change) bool {
		return c.RecordVersion <= conflict.Version || c.Op == storage.OpErase
	})
	e.Fields = fieldsOf(e.Changes)
	return e
}

// An EditConflict is a storage.ErrConflict: others have changed a record since
// the version that an edit is of. Nothing was written.
type EditConflict[T any] struct {
	Edit    *T                // as it was given
	Current *T                // as it is now and the caller may see it; nil: deleted
	Fields  []string          // those that others changed, by name ("custom.x" for custom ones), also where the log holds no values
	Changes []*storage.Change // what they did, oldest first: who, when and, as far as the log has them, old and new values

	conflict *storage.ConflictError
	schema   *storage.Schema
}

func (e *EditConflict[T]) Error() string {
	c := e.conflict
	what := "changed " + strings.Join(e.Fields, ", ")
	if e.Current == nil {
		what = "deleted it"
	}
	return fmt.Sprintf("customer: %s %s was edited from version %d, and others have %s since: show both, or put what Merge returns", c.Kind, c.ID, c.Version, what)
}

// Unwrap returns the *storage.ConflictError.
func (e *EditConflict[T]) Unwrap() error { return e.conflict }

// Changed returns the kind of the record and the fields that others changed; none
// where they deleted it. It is for code that does not know T: errors.As finds an
// interface{ Changed() (string, []string) }.
func (e *EditConflict[T]) Changed() (kind string, fields []string) {
	if e.Current == nil {
		return e.conflict.Kind, nil
	}
	return e.conflict.Kind, slices.Clone(e.Fields)
}

// fieldsOf returns the fields that some changes name, sorted, each once.
func fieldsOf(changes []*storage.Change) []string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Fields...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Merge returns the current record with those fields of the edit that others
// left alone, for the host to look at and put; and the names of the fields that
// both sides changed to different values, in which the merged record has the
// current one. Nothing is written. Of a deleted record it returns nil.
//
// What the edit itself changed is known where the log holds the old value of a
// field. Where it does not (Origin.Brief, an erasure, a field that the caller may
// not read), a field that others changed and that differs counts as changed by both.
func (e *EditConflict[T]) Merge() (merged *T, both []string) {
	if e.Current == nil {
		return nil, nil
	}
	m := &merge{
		edit: any(e.Edit).(storage.Record), current: any(e.Current).(storage.Record),
		schema: e.schema, theirs: e.Fields, base: bases(e.Changes),
	}
	r, both := m.run()
	return any(r).(*T), both
}
