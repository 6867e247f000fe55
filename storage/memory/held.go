package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A held record was locked by a transaction. Nobody waits for it: if the
// transaction writes it, its version is compared like any other; if not, commits
// see to it that nobody deletes it for good at the same time.
type held struct {
	kind string
	id   uuid.UUID
}

// holds remembers which records committed transactions held without writing
// them, for those that began before and would delete them.
type holds struct {
	last  map[held]uint64 // the number of the last such commit
	floor uint64          // what came up to this commit is forgotten, and counts as held
}

// manyHolds is how many records are remembered before all are forgotten.
const manyHolds = 1 << 16

// since reports whether a record was held by a commit after began.
func (h *holds) since(of held, began uint64) bool { return h.floor > began || h.last[of] > began }

func (h *holds) add(of held, commit uint64) {
	if h.last == nil {
		h.last = map[held]uint64{}
	}
	if len(h.last) >= manyHolds {
		clear(h.last)
		h.floor = commit
	}
	h.last[of] = commit
}

// checkHeld reports a record that the transaction held and did not write, and
// that is gone; and one that it deletes and another transaction held.
func (w *writer) checkHeld() error {
	for _, h := range w.unwritten() {
		if w.tenant.committed(h) == nil {
			return &storage.ConflictError{Kind: h.kind, ID: h.id}
		}
	}
	for _, o := range w.tables {
		for _, e := range o.rows {
			h := held{o.schema.Name, e.id}
			if e.rec == nil && e.old != nil && w.tenant.holds.since(h, w.began) {
				return &storage.ConflictError{Kind: h.kind, ID: h.id, Version: storage.MetaOf(e.old).Version}
			}
		}
	}
	return nil
}

// keepHeld remembers what the transaction held without writing it.
func (w *writer) keepHeld() {
	commit := w.tenant.commits.Load() + 1
	for _, h := range w.unwritten() {
		w.tenant.holds.add(h, commit)
	}
}

// unwritten returns the records that the transaction held and did not write.
func (w *writer) unwritten() []held {
	list := w.held[:0]
	for _, h := range w.held {
		if !w.wrote(h) {
			list = append(list, h)
		}
	}
	w.held = list
	return list
}

func (w *writer) wrote(h held) bool {
	for _, o := range w.tables {
		if o.schema.Name == h.kind {
			return o.entry(h.id) != nil
		}
	}
	return false
}

// committed returns the record that is held. The tenant is locked.
func (t *tenant) committed(h held) storage.Record {
	if table := t.tables[h.kind]; table != nil {
		r, _ := table.byID.get(h.id)
		return r
	}
	return nil
}
