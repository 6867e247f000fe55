package storage

import (
	"context"
	"slices"
)

// A Watch keeps something in step with records: it is told of every write of
// some kinds, through whatever handle, inside the transaction that writes. An
// index of search words, a segment's members, a rule that refuses bad data are
// watches.
//
// Each function is called once for each call of Put, Delete, Restore or Purge with
// all writes of it. The records are not to be changed or kept. The transaction
// that they get is not bound by the caller's guard; what they write stands in the
// change log under the caller's origin. A watch is not told of what it writes
// itself, nor of what other watches write because of that, and neither of imports
// of whole tenants (Tenant.Import).
//
// Transactions call the functions at the same time, and one that lost a race
// calls them again: like the function of Update, they must not have effects
// outside of the transaction that may not be repeated.
type Watch struct {
	// Name tells watches apart, in errors too; required.
	Name string
	// Kinds are the names of the kinds to be told of; none: all that are tracked
	// in the change log.
	Kinds []string
	// Before may refuse the writes with an error, which the writer gets; none of
	// them is done then, and the transaction can go on. They may still fail after
	// it, so it should write nothing itself but what does no harm without them,
	// such as a record that guards something: that stays. It may be nil.
	Before func(ctx context.Context, tx *Tx, writes []Attempt) error
	// After is told once the writes are done. If it fails, the transaction
	// fails with its error. It may be nil.
	After func(ctx context.Context, tx *Tx, writes []Attempt) error
}

// Watched returns a store with the same kinds, clock and driver whose writes
// the watches are told of, in the order given, behind those that the store has.
// It is made once, where the store is: handles of the store without watches
// write without telling them. A watch without a name, or with one that is
// taken, or of a kind that the store does not have, is ErrInvalid.
func (s *Store) Watched(watches ...Watch) (*Store, error) {
	c := *s
	c.watches = slices.Clone(s.watches)
	for _, w := range watches {
		same := func(other *Watch) bool { return other.Name == w.Name }
		if w.Name == "" || slices.ContainsFunc(c.watches, same) {
			return nil, fault(ErrInvalid, "watch %q: give each watch a name of its own", w.Name)
		}
		for _, kind := range w.Kinds {
			if c.base.kinds[kind] == nil {
				return nil, fault(ErrInvalid, "watch %q: there is no kind %q: give it to storage.New", w.Name, kind)
			}
		}
		w.Kinds = slices.Clone(w.Kinds)
		c.watches = append(c.watches, &w)
	}
	return &c, nil
}

// tells reports whether the watch is told of writes of a kind.
func (w *Watch) tells(s *Schema) bool {
	if len(w.Kinds) == 0 {
		return s.tracked
	}
	return slices.Contains(w.Kinds, s.Name)
}

// watched reports whether anyone watches a kind.
func (s *Store) watched(kind *Schema) bool {
	return slices.ContainsFunc(s.watches, func(w *Watch) bool { return w.tells(kind) })
}

// notify calls one function of every watch of a kind.
func (tx *Tx) notify(ctx context.Context, s *Schema, changes []change, of func(*Watch) func(context.Context, *Tx, []Attempt) error) error {
	var writes []Attempt
	for _, w := range tx.tenant.store.watches {
		fn := of(w)
		if fn == nil || !w.tells(s) || slices.Contains(tx.telling, w) {
			continue
		}
		if writes == nil {
			writes = tx.attempts(s, changes)
		}
		if err := tx.tell(ctx, w, fn, writes); err != nil {
			return err
		}
	}
	return nil
}

// tell calls a function of a watch with the transaction unguarded.
func (tx *Tx) tell(ctx context.Context, w *Watch, fn func(context.Context, *Tx, []Attempt) error, writes []Attempt) error {
	open := *tx.tenant
	open.guard = nil
	tx.telling = append(tx.telling, w)
	defer func() { tx.telling = tx.telling[:len(tx.telling)-1] }()
	return tx.as(&open, func() error { return fn(ctx, tx, writes) })
}

func (tx *Tx) attempts(s *Schema, changes []change) []Attempt {
	list := make([]Attempt, len(changes))
	for i, c := range changes {
		list[i] = tx.attemptOf(s, c)
	}
	return list
}

func (tx *Tx) attemptOf(s *Schema, c change) Attempt {
	return Attempt{
		Actor: tx.origin.Actor, Action: tx.origin.Action, Op: c.op, Kind: s.Name,
		Before: c.before, After: c.after, Fields: c.diff.names(),
	}
}

func before(w *Watch) func(context.Context, *Tx, []Attempt) error { return w.Before }
func after(w *Watch) func(context.Context, *Tx, []Attempt) error  { return w.After }
