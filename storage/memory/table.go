package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A table is the committed records of one kind of a tenant. Its tenant's lock
// guards it.
type table struct {
	schema *storage.Schema
	byID   *hashTable[uuid.UUID]
	unique []*hashTable[string] // in step with schema.Indexes; nil where not unique
	trees
	last *trees // a copy of the trees as they are now, or nil
}

// trees are the ordered part of a table, deleted records included.
type trees struct {
	schema  *storage.Schema
	ids     *idTree
	ordered []index    // in step with schema.Indexes; nil for sets of texts
	sets    []*setTree // in step with schema.Indexes; nil for all others
	deleted int        // how many of the records are deleted
}

func newTable(s *storage.Schema) *table {
	t := &table{schema: s, trees: newTrees(s), unique: make([]*hashTable[string], len(s.Indexes))}
	t.byID = newHashTable(func(r storage.Record) uuid.UUID { return storage.MetaOf(r).ID })
	for i, index := range s.Indexes {
		if index.Unique {
			t.unique[i] = newHashTable(func(r storage.Record) string { key, _ := keyOf(index.Fields, r); return key })
		}
	}
	return t
}

func newTrees(s *storage.Schema) trees {
	n := len(s.Indexes)
	t := trees{schema: s, ids: newIDTree(), ordered: make([]index, n), sets: make([]*setTree, n)}
	for i, index := range s.Indexes {
		if isSet(index) {
			t.sets[i] = newSetTree(index.Fields[0])
		} else {
			t.ordered[i] = newFieldIndex(s, index)
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
	t.last = &trees{schema: t.schema, ids: t.ids.snapshot(), ordered: make([]index, n), sets: make([]*setTree, n), deleted: t.deleted}
	for i, ordered := range t.ordered {
		if ordered != nil {
			t.last.ordered[i] = ordered.snapshot()
		} else {
			t.last.sets[i] = t.sets[i].snapshot()
		}
	}
	return t.last
}

// replace puts a record in the place of another; either may be nil. Unique
// keys are the caller's business.
func (t *table) replace(old, next storage.Record) {
	t.last = nil
	t.deleted += dead(next) - dead(old)
	if next == nil {
		t.byID.remove(storage.MetaOf(old).ID)
	} else {
		t.byID.set(next)
	}
	t.ids.replace(old, next)
	for i, ordered := range t.ordered {
		if ordered != nil {
			ordered.replace(old, next)
		} else {
			t.sets[i].replace(old, next)
		}
	}
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
func (t *table) release(old, next storage.Record) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		key, had := keyOf(index.Fields, old)
		if kept, has := keyOf(index.Fields, next); had && !(has && kept == key) {
			t.unique[i].remove(key)
		}
	}
}

// claim takes the unique keys of a record, which are free.
func (t *table) claim(r storage.Record) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		if _, ok := keyOf(index.Fields, r); ok {
			t.unique[i].set(r)
		}
	}
}
