package storage

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// A Reader is what records can be read through: a *Tenant, where each call
// sees the state of that moment, or a *Tx.
type Reader interface {
	read(ctx context.Context, mode Mode, fn func(*Tx) error) error
}

// A Tx is a transaction inside View or Update. It is used by one goroutine, and
// not after the function that got it has returned.
type Tx struct {
	tenant *Tenant
	driver Transaction
	mode   Mode
	origin Origin
	id     uuid.UUID
	now    time.Time

	words     *vocabulary
	accesses  map[string]*Access
	changes   []*Change
	undo      []undo
	telling   []*Watch // the watches that are being told, innermost last
	observers []func([]Attempt)
	caller    *caller // whose guard does not bind the transaction for the moment; see Elevate
	doomed    error
	done      bool
}

// undo gives a caller's record its Meta back when the transaction fails.
type undo struct {
	of     *Meta
	id     uuid.UUID
	custom Custom
	was    *Meta // nil: nothing but the id and the custom fields, as new records have it
}

func undoOf(m *Meta) undo {
	u := undo{of: m, id: m.ID, custom: m.Custom}
	if m.Version != 0 || !m.CreatedAt.IsZero() || !m.UpdatedAt.IsZero() || !m.DeletedAt.IsZero() {
		was := *m
		u.was = &was
	}
	return u
}

// undo gives the Meta back.
func (u undo) undo() {
	*u.of = Meta{ID: u.id, Custom: u.custom}
	if u.was != nil {
		*u.of = *u.was
	}
}

// Now returns the moment of the transaction, which its writes carry and its
// relative criteria refer to.
func (tx *Tx) Now() time.Time { return tx.now }

// Tenant returns the handle that the transaction was begun through.
func (tx *Tx) Tenant() *Tenant { return tx.tenant }

// Origin returns who writes and why; the zero Origin inside View.
func (tx *Tx) Origin() Origin { return tx.origin }

// read implements Reader.
func (tx *Tx) read(_ context.Context, _ Mode, fn func(*Tx) error) error {
	if tx.done {
		return ErrFinished
	}
	return fn(tx)
}

// read implements Reader.
func (t *Tenant) read(ctx context.Context, mode Mode, fn func(*Tx) error) error {
	tx, err := t.begin(ctx, mode, Origin{})
	if err != nil {
		return err
	}
	defer tx.end()
	return fn(tx)
}

// View calls fn with a transaction for reading, all of whose reads see the
// same committed state. It returns the error of fn.
func (t *Tenant) View(ctx context.Context, fn func(*Tx) error) error {
	return t.read(ctx, Snapshot, fn)
}

// Update calls fn with a transaction for reading and writing and commits what
// it wrote if it returns nil; otherwise nothing happened, and the error is
// returned. Reads inside see the writes before them.
//
// When another transaction changed the same records in the meantime, fn is
// called again, up to a bound and with growing pauses: so fn must not have
// effects outside the transaction that may not be repeated. The same happens when
// fn fails, with whatever error, in a transaction that had such a change coming. A conflict that
// comes back unchanged, because fn was given a record that had been read before
// Update, is returned at once. In a transaction that the host began, nothing
// is repeated.
//
// An origin without actor or action is ErrNoActor, and fn is not called.
func (t *Tenant) Update(ctx context.Context, by Origin, fn func(*Tx) error) error {
	if err := by.check(); err != nil {
		return err
	}
	var last error
	for attempt := 0; ; attempt++ {
		err := t.attempt(ctx, by, fn)
		if err == nil || !t.repeatable(err, last, attempt) {
			return err
		}
		last = err
		if err := pause(ctx, attempt); err != nil {
			return errors.Join(err, last)
		}
	}
}

// attempt runs fn in one transaction.
func (t *Tenant) attempt(ctx context.Context, by Origin, fn func(*Tx) error) error {
	tx, err := t.begin(ctx, Write, by)
	if err != nil {
		return err
	}
	defer tx.end()
	if err := fn(tx); err != nil {
		return tx.doubted(err)
	}
	return tx.commit(ctx)
}

// doubted returns an error of the caller's function, joined with the conflict that
// the transaction was bound to end in: what the function saw may not have been so.
func (tx *Tx) doubted(err error) error {
	d, ok := tx.driver.(Doubter)
	if !ok || errors.Is(err, ErrConflict) {
		return err
	}
	if doubt := d.Doubt(); doubt != nil {
		return errors.Join(err, commitError{doubt})
	}
	return err
}

// open begins a transaction of the driver.
func (t *Tenant) open(ctx context.Context, mode Mode) (Transaction, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return t.store.driver.Begin(ctx, t.name, mode)
}

func (t *Tenant) begin(ctx context.Context, mode Mode, by Origin) (*Tx, error) {
	d, err := t.open(ctx, mode)
	if err != nil {
		return nil, err
	}
	tx := &Tx{tenant: t, driver: d, mode: mode, origin: by, now: t.store.now()}
	if mode == Write {
		tx.id = t.store.ids.next(tx.now)
		tx.origin.Reason = joined(by.Reason, t.elevated)
	}
	return tx, nil
}

// joined returns the reason of a writer and that of an elevation as one.
func joined(reason, elevated string) string {
	if reason == "" || elevated == "" {
		return reason + elevated
	}
	return reason + "; elevated: " + elevated
}

// commit writes the change log and commits.
func (tx *Tx) commit(ctx context.Context) error {
	if tx.doomed != nil {
		return tx.doomed
	}
	if err := tx.logChanges(ctx); err != nil {
		return err
	}
	if err := tx.driver.Commit(ctx); err != nil {
		return commitError{err}
	}
	tx.undo, tx.done = nil, true
	return nil
}

// end rolls back what was not committed.
func (tx *Tx) end() {
	if tx.done {
		return
	}
	tx.done = true
	for i := len(tx.undo) - 1; i >= 0; i-- {
		tx.undo[i].undo()
	}
	_ = tx.driver.Rollback()
}

// A commitError marks what only Commit found out, so that it is worth repeating.
type commitError struct{ error }

// Unwrap returns the driver's error.
func (e commitError) Unwrap() error { return e.error }

// maxAttempts bounds how often Update calls its function.
const maxAttempts = 30

// repeatable reports whether another attempt may fare better.
func (t *Tenant) repeatable(err, last error, attempt int) bool {
	if t.store.traits.Joined || attempt+1 >= maxAttempts {
		return false
	}
	var late commitError
	if errors.As(err, &late) && (errors.Is(err, ErrDuplicate) || errors.Is(err, ErrConflict)) {
		return true // the next attempt sees the other record, and reports what is wrong in place
	}
	if !errors.Is(err, ErrConflict) {
		return false
	}
	var now, before *ConflictError
	same := errors.As(err, &now) && errors.As(last, &before) && now.ID == before.ID && now.Version == before.Version
	return !same
}

// pause waits between two attempts: 0.1 to 0.2 ms at first, at most 50 ms.
func pause(ctx context.Context, attempt int) error {
	longest := min(200*time.Microsecond<<min(attempt, 8), 50*time.Millisecond)
	timer := time.NewTimer(longest/2 + rand.N(longest/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
