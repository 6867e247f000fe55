package storage

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// An AnyKind reads and writes records of a kind whose Go type the caller does
// not know: what works on all kinds of a store, a host's and those that tenants
// define among them, such as an erasure or a merge.
type AnyKind struct {
	schema *Schema
}

// Any returns the way to the records of a kind. It is Kind with the type erased:
// its methods promise and return what those of Kind do.
func Any(k Described) AnyKind { return AnyKind{k.Schema()} }

// Schema returns the description.
func (k AnyKind) Schema() *Schema { return k.schema }

// Schema returns the schema itself: it is Described.
func (s *Schema) Schema() *Schema { return s }

// Get is Kind.Get.
func (k AnyKind) Get(ctx context.Context, r Reader, id uuid.UUID) (Record, error) {
	var found Record
	err := r.read(ctx, Single, func(tx *Tx) (err error) {
		found, err = tx.get(ctx, k.schema, id)
		return err
	})
	return found, err
}

// Find is Kind.Find.
func (k AnyKind) Find(ctx context.Context, r Reader, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		stopped := false
		err := r.read(ctx, Snapshot, func(tx *Tx) error {
			return tx.each(ctx, k.schema, q, false, func(r Record) error {
				shown, err := tx.show(ctx, k.schema, r)
				if err != nil {
					return err
				}
				if stopped = !yield(shown, nil); stopped {
					return errStop
				}
				return nil
			})
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// Page is Kind.Page.
func (k AnyKind) Page(ctx context.Context, r Reader, q Query) (items []Record, next Cursor, err error) {
	err = r.read(ctx, Single, func(tx *Tx) error {
		var list []Record
		if list, next, err = tx.page(ctx, k.schema, q); err != nil {
			return err
		}
		items = make([]Record, len(list))
		for i, r := range list {
			if items[i], err = tx.show(ctx, k.schema, r); err != nil {
				return err
			}
		}
		return nil
	})
	return items, next, err
}

// Count is Kind.Count.
func (k AnyKind) Count(ctx context.Context, r Reader, q Query) (int64, error) {
	rows, err := aggregate(ctx, r, k.schema, q, Figures{})
	if err != nil {
		return 0, err
	}
	return rows[0].Count, nil
}

// Aggregate is Kind.Aggregate.
func (k AnyKind) Aggregate(ctx context.Context, r Reader, q Query, f Figures) ([]Row, error) {
	return aggregate(ctx, r, k.schema, q, f)
}

// Put is Kind.Put. A record of another type is ErrInvalid.
func (k AnyKind) Put(ctx context.Context, tx *Tx, recs ...Record) error {
	return k.write(ctx, tx, recs, (*Tx).preparePut)
}

// Delete is Kind.Delete.
func (k AnyKind) Delete(ctx context.Context, tx *Tx, recs ...Record) error {
	return k.write(ctx, tx, recs, (*Tx).prepareDelete)
}

// Restore is Kind.Restore.
func (k AnyKind) Restore(ctx context.Context, tx *Tx, recs ...Record) error {
	return k.write(ctx, tx, recs, (*Tx).prepareRestore)
}

// Amend is Kind.Amend.
func (k AnyKind) Amend(ctx context.Context, tx *Tx, recs ...Record) error {
	return k.write(ctx, tx, recs, (*Tx).prepareAmend)
}

// Purge is Kind.Purge.
func (k AnyKind) Purge(ctx context.Context, tx *Tx, recs ...Record) error {
	return k.write(ctx, tx, recs, (*Tx).preparePurge)
}

func (k AnyKind) write(ctx context.Context, tx *Tx, recs []Record, prepare preparer) error {
	for _, r := range recs {
		if r != nil && !k.schema.owns(r) {
			return fault(ErrInvalid, "a %T is not a record of kind %s", r, k.schema.Name)
		}
	}
	return tx.write(ctx, k.schema, recs, prepare)
}

// History is Kind.History.
func (k AnyKind) History(ctx context.Context, r Reader, id uuid.UUID) ([]*Change, error) {
	return history(ctx, r, k.schema, id)
}

// EraseHistory is Kind.EraseHistory.
func (k AnyKind) EraseHistory(ctx context.Context, tx *Tx, id uuid.UUID) (int, error) {
	return tx.eraseHistory(ctx, k.schema, id)
}

// Kinds returns the schemas of all kinds that the tenant has records of or
// could have, those defined at run time included and this package's own left
// out, by name.
func (tx *Tx) Kinds(ctx context.Context) ([]*Schema, error) {
	v, err := tx.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	var list []*Schema
	for _, s := range v.ordered() {
		if !ownKind(s) {
			list = append(list, s)
		}
	}
	return list, nil
}

// ownKind reports whether the kind is one of this package's own.
func ownKind(s *Schema) bool {
	return slices.ContainsFunc(OwnKinds(), func(k Described) bool { return k.Schema() == s })
}

// Fields returns the described fields of a kind and then its custom ones,
// archived ones included, as the tenant has them.
func (tx *Tx) Fields(ctx context.Context, s *Schema) ([]*Field, error) {
	v, err := tx.vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	list := slices.Clone(s.Fields)
	for _, name := range slices.Sorted(maps.Keys(v.fields[s.Name])) {
		list = append(list, customField(v.fields[s.Name][name]))
	}
	return list, nil
}
