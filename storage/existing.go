package storage

import (
	"bytes"
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Existing refuses a value that names no live record of the field's kind (see
// To), and the Purge of a record that the field of another, live or deleted,
// still names: both are ErrInvalid. So the field cannot dangle, whatever
// transactions run at the same time. A record that is only soft deleted may
// still be named by those that named it before, and by nobody who comes behind the
// transaction that deleted it. Writers who name one record do
// not wait for each other, nor for one who changes it.
//
// A purge looks for records that name what it removes, so the field should lead an
// index. That a record exists is looked up beyond what a guard shows: whoever may
// write the field can find out whether an id is taken.
//
// In a transaction of the host it holds at READ COMMITTED, where each read sees
// what is committed by then; at REPEATABLE READ a purge does not see who named
// the record since the host's transaction began. Imports are not checked.
func (d Def[T]) Existing() Def[T] { d.field.Existing = true; return d }

// checkTargets reports, at the making of a store, a field that must name an
// existing record of a kind that the store does not have.
func (v *vocabulary) checkTargets() error {
	for _, s := range v.kinds {
		for _, f := range s.Fields {
			if f.Existing && v.kinds[f.Target] == nil {
				return fault(ErrInvalid, "%s.%s must name an existing record of kind %q: give that kind to storage.New too", s.Name, f.Name, f.Target)
			}
		}
	}
	return nil
}

// checkNamed reports a change that makes a field name a record that is not there.
// Those that are named are kept until the transaction ends.
func (tx *Tx) checkNamed(ctx context.Context, s *Schema, changes []change) error {
	for _, f := range s.Fields {
		if !f.Existing {
			continue
		}
		if err := tx.checkField(ctx, s, f, changes); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) checkField(ctx context.Context, s *Schema, f *Field, changes []change) error {
	target := tx.tenant.store.base.kinds[f.Target]
	named := newlyNamed(f, changes, target == s)
	if len(named) == 0 {
		return nil
	}
	found, err := tx.driver.Get(ctx, target, named, Keep)
	if err != nil {
		return err
	}
	for i, r := range found {
		if r == nil || !r.meta().Live() {
			return s.refuse(f.Name, because("no_such_record", "there is no "+f.Target+" "+named[i].String()+": put it first", "target", f.Target))
		}
	}
	return nil
}

// newlyNamed returns the ids that a field names and did not name before, sorted,
// each once; without those of records of the same call where among says so.
func newlyNamed(f *Field, changes []change, among bool) []uuid.UUID {
	var ids []uuid.UUID
	for _, c := range changes {
		id, ok := f.Ref(c.after)
		if !ok {
			continue
		}
		if c.before != nil {
			if was, _ := f.Ref(c.before); was == id {
				continue
			}
		}
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	if among && len(ids) > 0 {
		ids = without(ids, changes)
	}
	return ids
}

// without returns the ids, sorted, that are not of records being put.
func without(ids []uuid.UUID, changes []change) []uuid.UUID {
	put := make(map[uuid.UUID]bool, len(changes))
	for _, c := range changes {
		put[idOf(c.after)] = true
	}
	return slices.DeleteFunc(ids, func(id uuid.UUID) bool { return put[id] })
}

// checkUnnamed refuses a purge of records that others still name. It comes
// behind the lock on them, so that it sees what was committed before.
func (tx *Tx) checkUnnamed(ctx context.Context, s *Schema, changes []change) error {
	ids := make([]uuid.UUID, len(changes))
	for i, c := range changes {
		ids[i] = idOf(c.before)
	}
	for _, other := range tx.tenant.store.base.kinds {
		for _, f := range other.Fields {
			if !f.Existing || f.Target != s.Name {
				continue
			}
			if err := tx.checkUnnamedBy(ctx, s, other, f, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) checkUnnamedBy(ctx context.Context, s, other *Schema, f *Field, ids []uuid.UUID) error {
	p := everything(other, DeletedToo)
	where := criteria.In(f.Name, ids...)
	if other == s {
		where = criteria.All(where, criteria.Not(criteria.In(FieldID, ids...)))
	}
	var err error
	w := &words{ctx: ctx, tx: tx}
	if p.Where, err = criteria.Check(where, wordsKind{w, other}, w, tx.now); err != nil {
		return err
	}
	p.Limit = 1
	found, err := tx.driver.Find(ctx, p)
	if err != nil || len(found) == 0 {
		return err
	}
	id, _ := f.Ref(found[0])
	return &RecordError{Kind: s.Name, ID: id, Err: ErrInvalid, Reason: "a record of kind " + other.Name + " still names it as its " + f.Name + ": purge that first, or let it name another"}
}
