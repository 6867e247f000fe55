package storage

// Observe has fn called with all writes of the transaction from now on, of whatever
// kind, in the order in which they are done: those of watches, and those of kinds
// that are not in the change log too, of which new records come without Fields. fn is
// called once for each call of Put, Delete, Restore or Purge behind it, before the
// watches are told. It must not use the transaction, and may keep the records until
// the transaction ends, but not change them. It is told neither when writes are taken
// back by Try nor when the transaction fails.
func (tx *Tx) Observe(fn func(writes []Attempt)) { tx.observers = append(tx.observers, fn) }

// observe tells the observers.
func (tx *Tx) observe(s *Schema, changes []change) {
	if len(tx.observers) == 0 {
		return
	}
	writes := tx.attempts(s, changes)
	for _, fn := range tx.observers {
		fn(writes)
	}
}

// Joined reports whether transactions of the handle are part of one that the host
// began; see Traits.
func (t *Tenant) Joined() bool { return t.store.traits.Joined }
