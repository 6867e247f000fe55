package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A table is the committed records of one kind of a tenant. Its tenant's lock
// guards it.
type table struct {
	byID   *idTable
	unique []*textTable // in step with schema.Indexes; nil where not unique
	trees
	last *trees // a copy of the trees as they are now, or nil
}

// trees are the ordered part of a table, deleted records included.
type trees struct {
	schema  *storage.Schema
	rows    *rows
	marker  *marker
	ids     *idTree
	ordered []index    // in step with schema.Indexes; nil for sets of texts
	sets    []*setTree // in step with schema.Indexes; nil for all others
	digrams *digramTrees
	deleted int // how many of the records are deleted
}

func newTable(s *storage.Schema) *table {
	h := newHasher()
	t := &table{trees: newTrees(s, newMarker(s, h.seed)), unique: make([]*textTable, len(s.Indexes))}
	t.byID = newIDTable(h)
	for i, index := range s.Indexes {
		if index.Unique {
			t.unique[i] = newTextTable(h, func(r storage.Record) string { key, _ := keyOf(index.Fields, r); return key })
		}
	}
	return t
}

func newTrees(s *storage.Schema, m *marker) trees {
	n := len(s.Indexes)
	t := trees{schema: s, rows: newRows(), marker: m, ids: newIDTree(), ordered: make([]index, n), sets: make([]*setTree, n), digrams: &digramTrees{}}
	for i, index := range s.Indexes {
		if isSet(index) {
			t.sets[i] = newSetTree(index.Fields[0], m.seed)
		} else {
			t.ordered[i] = newFieldIndex(t.rows, s, index)
		}
	}
	return t
}

func isSet(index storage.Index) bool { return index.Fields[0].Type == criteria.Texts }

// snapshot returns a copy of the trees that later changes do not touch.
func (t *table) snapshot() *trees {
	if t.last != nil {
		return t.last
	}
	n := len(t.ordered)
	t.last = &trees{schema: t.schema, rows: t.rows.copy(), marker: t.marker, ids: t.ids.snapshot(), ordered: make([]index, n), sets: make([]*setTree, n), digrams: t.digrams.copy(), deleted: t.deleted}
	for i, ordered := range t.ordered {
		if ordered != nil {
			t.last.ordered[i] = ordered.snapshot(t.last.rows)
		} else {
			t.last.sets[i] = t.sets[i].snapshot()
		}
	}
	return t.last
}

// get returns the record with an id, or nil.
func (t *trees) get(id uuid.UUID) storage.Record {
	if row, ok := t.ids.get(id); ok {
		return t.rows.get(row)
	}
	return nil
}

// insert enters a record that is not there, with the hash of its id. Its unique
// keys are the caller's business, here and below.
func (t *table) insert(hash uint32, r storage.Record) (row uint32) {
	t.last = nil
	t.deleted += dead(r)
	id := storage.MetaOf(r).ID
	row, m := t.rows.add(r), t.marker.of(r)
	t.byID.add(hash, id, row, r)
	t.ids.items.insert(idEntry(id, row, m))
	for i, ordered := range t.ordered {
		if ordered != nil {
			ordered.insert(r, row, m)
		} else {
			t.sets[i].replace(nil, r, row)
		}
	}
	t.digrams.replace(nil, r, row)
	return row
}

// insertAll is insert and claim for many records, one structure after the other.
func (t *table) insertAll(list []entry) {
	t.last = nil
	for i := range list {
		e := &list[i]
		t.deleted += dead(e.rec)
		e.row, e.marks = t.rows.add(e.rec), t.marker.of(e.rec)
		t.byID.add(e.hash, e.id, e.row, e.rec)
	}
	for i := range list {
		t.claim(nil, list[i].rec, list[i].row)
	}
	t.ids.insertAll(list)
	for i, ordered := range t.ordered {
		if ordered != nil {
			ordered.insertAll(list)
			continue
		}
		t.sets[i].insertAll(list)
	}
	if len(t.digrams.list) > 0 {
		for i := range list {
			t.digrams.replace(nil, list[i].rec, list[i].row)
		}
	}
}

// replace puts a record in the place of another, with the hash of their id. The
// number stays.
func (t *table) replace(hash uint32, old, next storage.Record, row uint32) {
	t.last = nil
	t.byID.replace(hash, row, next)
	t.deleted += dead(next) - dead(old)
	m := t.marker.of(next)
	marked := m != t.marker.of(old)
	if marked {
		e := idEntry(storage.MetaOf(next).ID, row, m)
		t.ids.items.replace(e, e)
	}
	var moved uint64 // the indexes in which it moves, by bits; those behind 63 count as moved
	for i, ordered := range t.ordered {
		switch {
		case ordered == nil:
			t.sets[i].replace(old, next, row)
		case i > 63 || marked || ordered.moves(old, next):
			ordered.remove(old, row)
			moved |= 1 << i
		}
	}
	t.rows.set(row, next)
	t.digrams.replace(old, next, row)
	for i, ordered := range t.ordered {
		if ordered != nil && (i > 63 || moved&(1<<i) != 0) {
			ordered.insert(next, row, m)
		}
	}
}

// remove takes a record away.
func (t *table) remove(old storage.Record, row uint32) {
	t.last = nil
	t.deleted -= dead(old)
	id := storage.MetaOf(old).ID
	t.byID.remove(t.byID.hash(id), row)
	t.ids.items.remove(idEntry(id, row, 0))
	for i, ordered := range t.ordered {
		if ordered != nil {
			ordered.remove(old, row)
		} else {
			t.sets[i].replace(old, nil, row)
		}
	}
	t.digrams.replace(old, nil, row)
	t.rows.set(row, nil)
}

// dead is 1 for a deleted record, 0 for a live one and none.
func dead(r storage.Record) int {
	if r == nil || storage.MetaOf(r).Live() {
		return 0
	}
	return 1
}

// release frees the unique keys of a record that the next one, which may be
// nil, does not keep.
func (t *table) release(old, next storage.Record, row uint32) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		key, had := keyOf(index.Fields, old)
		if kept, has := keyOf(index.Fields, next); had && !(has && kept == key) {
			t.unique[i].remove(t.unique[i].hash(key), row)
		}
	}
}

// claim takes the unique keys of a record, which are free or those of the
// record that it replaces.
func (t *table) claim(old, next storage.Record, row uint32) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		key, has := keyOf(index.Fields, next)
		if !has {
			continue
		}
		hash := t.unique[i].hash(key)
		if was, had := keyOf(index.Fields, old); had && was == key {
			t.unique[i].replace(hash, row, next)
		} else {
			t.unique[i].add(hash, key, row, next)
		}
	}
}
