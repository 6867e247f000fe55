package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A held record is one that a transaction keeps, or read to delete it. Nobody waits for
// it: if the transaction writes it, its version is compared like any other; if not,
// commits see to it that nobody deletes it at the same time, softly or for good.
type held struct {
	kind string
	id   uuid.UUID
}

// holds remembers which records committed transactions kept without writing
// them, for those that began before and would delete them.
type holds struct {
	last  map[held]uint64 // the number of the last such commit
	floor uint64          // what was kept up to this commit is forgotten, and every record counts as kept by it
}

// manyHolds is how many records are remembered before all are forgotten, which
// makes deletions that are under way begin again.
const manyHolds = 1 << 12

// since reports whether a record was kept by a commit after began.
func (h *holds) since(of held, began uint64) bool { return h.floor > began || h.last[of] > began }

// add remembers what a commit kept.
func (h *holds) add(list []held, commit uint64) {
	if len(h.last)+len(list) > manyHolds {
		clear(h.last)
		h.floor = commit
		return
	}
	if h.last == nil {
		h.last = map[held]uint64{}
	}
	for _, of := range list {
		h.last[of] = commit
	}
}

// checkHeld reports a record that the transaction keeps and did not write, and
// that is gone; and one that it deletes and another transaction kept.
func (w *writer) checkHeld() error {
	for _, h := range w.unwritten() {
		if r := w.tenant.committed(h); r == nil || !storage.MetaOf(r).Live() {
			return &storage.ConflictError{Kind: h.kind, ID: h.id}
		}
	}
	for _, o := range w.tables {
		for _, e := range o.rows {
			h := held{o.schema.Name, e.id}
			deletes := e.old != nil && (e.rec == nil || dead(e.rec) > dead(e.old))
			if deletes && w.tenant.holds.since(h, w.began) {
				return &storage.ConflictError{Kind: h.kind, ID: h.id, Version: storage.MetaOf(e.old).Version}
			}
		}
	}
	return nil
}

// keepHeld remembers what the transaction keeps and did not write.
func (w *writer) keepHeld() {
	if list := w.unwritten(); len(list) > 0 {
		w.tenant.holds.add(list, w.tenant.commits.Load()+1)
	}
}

// unwritten returns the records that the transaction keeps and did not write.
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

// committed returns the record that is kept, or nil. The tenant is locked.
func (t *tenant) committed(h held) storage.Record {
	if table := t.tables[h.kind]; table != nil {
		r, _ := table.byID.get(h.id)
		return r
	}
	return nil
}
