package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Put stores records: a record with Version 0 is inserted, with a new id
// unless it has one; another replaces the stored record, which must still have
// its Version. All are stored or none, in a few statements however many there
// are. On success the records' Meta is what was stored; if the transaction
// fails later, they get back what they had.
//
// A record that does not differ from the stored one is not written, and its
// version stays. Fields that the caller may not read or write keep their
// stored values. In a new record they are stored as given if the guard allows it.
//
// It returns ErrConflict for a stale version, ErrNotFound for a record that is
// not there (or deleted, or hidden), ErrDuplicate for a taken id or unique key,
// ErrInvalid for a value that is not acceptable, ErrForbidden when the guard
// refuses, ErrReadOnly inside View. After each of them the transaction can go on.
func (k *Kind[T]) Put(ctx context.Context, tx *Tx, recs ...*T) error {
	return tx.write(ctx, k.schema, records(recs), (*Tx).preparePut)
}

// Delete soft-deletes records, which must have the stored Version: they are no
// longer found unless asked for, and their unique keys are free for others.
func (k *Kind[T]) Delete(ctx context.Context, tx *Tx, recs ...*T) error {
	return tx.write(ctx, k.schema, records(recs), (*Tx).prepareDelete)
}

// Restore makes soft-deleted records live again. If another record has taken
// a unique key in the meantime it is ErrDuplicate; a record that is not deleted
// is ErrInvalid.
func (k *Kind[T]) Restore(ctx context.Context, tx *Tx, recs ...*T) error {
	return tx.write(ctx, k.schema, records(recs), (*Tx).prepareRestore)
}

// Amend is Put for soft-deleted records, which stay deleted: for the erasure of personal
// data and for refs to what is merged. A record that is live or new is ErrInvalid.
func (k *Kind[T]) Amend(ctx context.Context, tx *Tx, recs ...*T) error {
	return tx.write(ctx, k.schema, records(recs), (*Tx).prepareAmend)
}

// Purge removes records for good, live or deleted. Their ids may be used
// again. What the change log says of them stays; see EraseHistory.
func (k *Kind[T]) Purge(ctx context.Context, tx *Tx, recs ...*T) error {
	return tx.write(ctx, k.schema, records(recs), (*Tx).preparePurge)
}

// A change is one record on its way to be written.
type change struct {
	op     string
	given  Record // the caller's
	before Record // as stored, possibly the driver's own; nil for a new record
	after  Record // nil for a purge
	diff   diff
}

type preparer func(tx *Tx, ctx context.Context, s *Schema, list []Record) ([]change, error)

// write checks, asks the guard, and writes.
func (tx *Tx) write(ctx context.Context, s *Schema, list []Record, prepare preparer) error {
	if err := tx.writable(ctx, s); err != nil {
		return err
	}
	if err := distinct(s, list); err != nil {
		return err
	}
	changes, err := prepare(tx, ctx, s, list)
	if err != nil || len(changes) == 0 {
		return err
	}
	if err := tx.approve(ctx, s, changes); err != nil {
		return err
	}
	if err := tx.notify(ctx, s, changes, before); err != nil {
		return err
	}
	if err := tx.apply(ctx, s, changes); err != nil {
		return tx.veil(err)
	}
	if err := tx.settle(ctx, s, changes); err != nil {
		return err
	}
	tx.observe(s, changes)
	err = tx.notify(ctx, s, changes, after)
	if err != nil {
		tx.doomed = err // the records are written, what goes with them is not
	}
	return err
}

func (tx *Tx) writable(ctx context.Context, s *Schema) error {
	switch {
	case tx.done:
		return ErrFinished
	case tx.mode != Write:
		return fault(ErrReadOnly, "writing %s inside View: use Update", s.Name)
	case s.system:
		return fault(ErrForbidden, "%s is written by the library alone", s.Name)
	}
	return tx.known(ctx, s)
}

// distinct refuses nil records and a record that is given twice.
func distinct(s *Schema, list []Record) error {
	if slices.Contains(list, nil) {
		return fault(ErrInvalid, "a nil %s", s.Name)
	}
	if len(list) < 2 || ascending(list) {
		return nil
	}
	seen := make(map[uuid.UUID]bool, len(list))
	for _, r := range list {
		id := idOf(r)
		if id != uuid.Nil && seen[id] {
			return &RecordError{Kind: s.Name, ID: id, Err: ErrInvalid, Reason: "it is given twice in one call"}
		}
		seen[id] = true
	}
	return nil
}

// ascending reports whether each id is greater than the one before, as those of
// records that were made or read in their order.
func ascending(list []Record) bool {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1].meta(), list[i].meta()
		if bytes.Compare(a.ID[:], b.ID[:]) >= 0 {
			return false
		}
	}
	return true
}

// preparePut makes the stored form of new and changed records.
func (tx *Tx) preparePut(ctx context.Context, s *Schema, list []Record) ([]change, error) {
	return tx.prepareChange(ctx, s, list, true)
}

// prepareAmend makes the stored form of changed records that are deleted.
func (tx *Tx) prepareAmend(ctx context.Context, s *Schema, list []Record) ([]change, error) {
	for _, r := range list {
		if r.meta().Version == 0 {
			return nil, &RecordError{Kind: s.Name, ID: idOf(r), Err: ErrInvalid, Reason: "it is new: only what is deleted is amended"}
		}
	}
	return tx.prepareChange(ctx, s, list, false)
}

func (tx *Tx) prepareChange(ctx context.Context, s *Schema, list []Record, live bool) ([]change, error) {
	stored, err := tx.current(ctx, s, list, live)
	if err != nil {
		return nil, err
	}
	var words *vocabulary
	if !s.fixed {
		if words, err = tx.vocabulary(ctx); err != nil {
			return nil, err
		}
	}
	changes := make([]change, 0, len(list))
	for i, r := range list {
		c, err := tx.prepareOne(ctx, s, words, r, stored[i])
		if err != nil {
			return nil, err
		}
		if c.op == OpUpdate && c.diff.empty() {
			continue
		}
		changes = append(changes, c)
	}
	return changes, tx.checkNamed(ctx, s, changes)
}

func (tx *Tx) prepareOne(ctx context.Context, s *Schema, v *vocabulary, given, before Record) (change, error) {
	c := change{op: OpCreate, given: given, before: before}
	source := given
	if before != nil {
		c.op = OpUpdate
		var err error
		if source, err = tx.merged(ctx, s, given, before); err != nil {
			return c, err
		}
	}
	after, err := s.canonical(source)
	if err != nil {
		return c, err
	}
	c.after = after
	if err := s.refill(after); err != nil {
		return c, err
	}
	if err := tx.validate(ctx, s, v, after, before); err != nil {
		return c, err
	}
	if before != nil || tx.tells(s) {
		c.diff = s.compare(before, after)
	}
	tx.stamp(after, before)
	return c, nil
}

// tells reports whether anyone is told which fields a new record fills: the
// change log, the guard or a watch.
func (tx *Tx) tells(s *Schema) bool {
	return s.tracked || tx.tenant.guard != nil || tx.tenant.store.watched(s)
}

// validate checks what the form of single values does not show.
func (tx *Tx) validate(ctx context.Context, s *Schema, v *vocabulary, after, before Record) error {
	if err := s.complete(after); err != nil {
		return err
	}
	if v == nil && after.meta().Custom.Len() > 0 {
		return s.refuse("custom", because("no_custom_fields", "the kind takes no custom fields"))
	}
	if v != nil {
		if err := v.custom(s, after, before); err != nil {
			return err
		}
	}
	return tx.validateDefinition(ctx, s, after, before)
}

// merged returns the caller's record with stored values in the fields that the
// caller may not write. The caller's own record is left alone.
func (tx *Tx) merged(ctx context.Context, s *Schema, given, before Record) (Record, error) {
	a, err := tx.access(ctx, s)
	if err != nil || a == nil {
		return given, err
	}
	source := s.copy(given)
	return source, tx.keep(ctx, s, a, source, before)
}

// validateDefinition checks definitions of custom fields and kinds.
func (tx *Tx) validateDefinition(ctx context.Context, s *Schema, after, before Record) error {
	switch s {
	case CustomFields.schema:
		v, err := tx.vocabulary(ctx)
		if err != nil {
			return err
		}
		var old *CustomField
		if before != nil {
			old = CustomFields.of(before)
		}
		return v.validateCustomField(CustomFields.of(after), old)
	case CustomKinds.schema:
		name := CustomKinds.of(after).Name
		if !nameForm.MatchString(name) || tx.tenant.store.base.kinds[name] != nil {
			return s.refuse("name", because("bad_name", fmt.Sprintf("%q is the name of a kind of the store, or not up to 48 of a-z, 0-9 and _ with a letter first", name)))
		}
		if before != nil && CustomKinds.of(before).Name != name {
			return s.refuse("name", because("cannot_change", "the name of a kind cannot change"))
		}
	}
	return nil
}

// stamp sets the Meta of a record that is about to be stored.
func (tx *Tx) stamp(after, before Record) {
	m := after.meta()
	at := tx.now
	if before == nil {
		m.Version, m.CreatedAt, m.DeletedAt = 1, at, time.Time{}
		if m.ID == uuid.Nil {
			m.ID = tx.tenant.store.ids.next(at)
		}
	} else {
		old := before.meta()
		at = tx.after(old.UpdatedAt)
		m.ID, m.Version, m.CreatedAt, m.DeletedAt = old.ID, old.Version+1, old.CreatedAt, old.DeletedAt
	}
	m.UpdatedAt = at
}

// current returns the stored records that given ones are to replace, in step
// with them: nil for a new one. It reports stale versions, and those that are not
// live, or not deleted, as is asked for.
func (tx *Tx) current(ctx context.Context, s *Schema, list []Record, live bool) ([]Record, error) {
	before := make([]Record, len(list))
	var ids []uuid.UUID
	var at []int
	for i, r := range list {
		if r.meta().Version != 0 {
			ids, at = append(ids, idOf(r)), append(at, i)
		}
	}
	if len(ids) == 0 {
		return before, nil
	}
	stored, err := tx.stored(ctx, s, ids, ForUpdate)
	if err != nil {
		return nil, err
	}
	for n, i := range at {
		if err := s.fresh(list[i], stored[n]); err != nil {
			return nil, err
		}
		if stored[n].meta().Live() != live {
			return nil, markError(s, stored[n])
		}
		before[i] = stored[n]
	}
	return before, nil
}

// fresh reports a record that is not there or has another version.
func (s *Schema) fresh(given, stored Record) error {
	if stored == nil {
		return notFound(s.Name, idOf(given))
	}
	if v := stored.meta().Version; v != given.meta().Version {
		return &ConflictError{Kind: s.Name, ID: idOf(given), Version: given.meta().Version, Current: v}
	}
	return nil
}

// existing locks and returns the stored records of any state with the given versions.
func (tx *Tx) existing(ctx context.Context, s *Schema, list []Record, lock Lock) ([]Record, error) {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = idOf(r)
	}
	stored, err := tx.stored(ctx, s, ids, lock)
	if err != nil {
		return nil, err
	}
	for i, r := range list {
		if err := s.fresh(r, stored[i]); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

func (tx *Tx) prepareDelete(ctx context.Context, s *Schema, list []Record) ([]change, error) {
	return tx.prepareMark(ctx, s, list, OpDelete, tx.now, ForDelete)
}

func (tx *Tx) prepareRestore(ctx context.Context, s *Schema, list []Record) ([]change, error) {
	return tx.prepareMark(ctx, s, list, OpRestore, time.Time{}, ForUpdate)
}

// prepareMark makes the stored form of records that are deleted or restored.
func (tx *Tx) prepareMark(ctx context.Context, s *Schema, list []Record, op string, deleted time.Time, lock Lock) ([]change, error) {
	stored, err := tx.existing(ctx, s, list, lock)
	if err != nil {
		return nil, err
	}
	changes := make([]change, len(list))
	for i, before := range stored {
		if before.meta().Live() == deleted.IsZero() {
			return nil, markError(s, before)
		}
		if err := tx.unused(ctx, s, before); err != nil {
			return nil, err
		}
		after := s.copy(before)
		tx.stamp(after, before)
		after.meta().DeletedAt = deleted
		changes[i] = change{op: op, given: list[i], before: before, after: after}
	}
	return changes, nil
}

func markError(s *Schema, stored Record) error {
	if stored.meta().Live() {
		return &RecordError{Kind: s.Name, ID: idOf(stored), Err: ErrInvalid, Reason: "it is not deleted"}
	}
	return notFound(s.Name, idOf(stored))
}

func (tx *Tx) preparePurge(ctx context.Context, s *Schema, list []Record) ([]change, error) {
	stored, err := tx.existing(ctx, s, list, ForDelete)
	if err != nil {
		return nil, err
	}
	changes := make([]change, len(list))
	for i, before := range stored {
		if err := tx.unused(ctx, s, before); err != nil {
			return nil, err
		}
		changes[i] = change{op: OpPurge, given: list[i], before: before}
	}
	return changes, tx.checkUnnamed(ctx, s, changes)
}

// approve asks the guard about every change.
func (tx *Tx) approve(ctx context.Context, s *Schema, changes []change) error {
	if tx.tenant.guard == nil {
		return nil
	}
	for _, c := range changes {
		if err := tx.tenant.guard.Write(ctx, tx.attemptOf(s, c)); err != nil {
			return err
		}
	}
	return nil
}

// apply sends the changes to the driver: all of them, or none.
func (tx *Tx) apply(ctx context.Context, s *Schema, changes []change) error {
	moves, err := tx.planMoves(ctx, s, changes)
	if err != nil {
		return err
	}
	inserts, updates, deletes := split(changes)
	if len(inserts) > 0 {
		if err := tx.driver.Insert(ctx, s, inserts); err != nil {
			return err
		}
	}
	if len(updates) > 0 {
		if err := tx.driver.Update(ctx, s, updates); err != nil {
			return errors.Join(err, tx.takeBack(ctx, s, inserts))
		}
	}
	if len(deletes) > 0 {
		if err := tx.driver.Delete(ctx, s, deletes); err != nil {
			return err
		}
	}
	if moves == nil {
		return nil
	}
	return tx.moveKeys(ctx, moves)
}

func (tx *Tx) planMoves(ctx context.Context, s *Schema, changes []change) (*keyMoves, error) {
	if s.fixed {
		return nil, nil
	}
	v, err := tx.vocabulary(ctx)
	if err != nil || len(v.fields[s.Name]) == 0 {
		return nil, err
	}
	before, after := make([]Record, len(changes)), make([]Record, len(changes))
	for i, c := range changes {
		before[i], after[i] = c.before, c.after
	}
	return tx.planKeys(ctx, v, s, before, after)
}

func split(changes []change) (inserts, updates []Record, deletes []Stamp) {
	if changes[0].before == nil {
		inserts = make([]Record, 0, len(changes))
	}
	for _, c := range changes {
		switch {
		case c.before == nil:
			inserts = append(inserts, c.after)
		case c.after == nil:
			deletes = append(deletes, Stamp{idOf(c.before), c.before.meta().Version})
		default:
			updates = append(updates, c.after)
		}
	}
	return inserts, updates, deletes
}

// takeBack removes what the same call has inserted before it failed.
func (tx *Tx) takeBack(ctx context.Context, s *Schema, inserted []Record) error {
	if len(inserted) == 0 {
		return nil
	}
	stamps := make([]Stamp, len(inserted))
	for i, r := range inserted {
		stamps[i] = Stamp{idOf(r), r.meta().Version}
	}
	err := tx.driver.Delete(ctx, s, stamps)
	if err != nil {
		tx.doomed = err
	}
	return err
}

// settle logs what was written and tells the caller's records.
func (tx *Tx) settle(ctx context.Context, s *Schema, changes []change) error {
	tx.undo = slices.Grow(tx.undo, len(changes))
	for _, c := range changes {
		if s.tracked {
			tx.changes = append(tx.changes, tx.describe(s, c))
		}
		m := c.given.meta()
		tx.undo = append(tx.undo, undoOf(m))
		if c.after == nil {
			*m = Meta{ID: m.ID, Custom: m.Custom}
			continue
		}
		custom := m.Custom
		*m = *c.after.meta()
		m.Custom = custom
	}
	if s != CustomFields.schema && s != CustomKinds.schema {
		return nil
	}
	err := tx.touchVocabulary(ctx)
	if err != nil {
		tx.doomed = err // the definition is written, its mark is not
	}
	return err
}
