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
	byID   map[uuid.UUID]storage.Record
	unique []map[string]storage.Record // in step with schema.Indexes; nil where not unique
	trees
	last *trees // a copy of the trees as they are now, or nil
}

// trees are the ordered part of a table, deleted records included.
type trees struct {
	schema  *storage.Schema
	ids     *idTree
	ordered []*fieldTree // in step with schema.Indexes; nil for sets of texts
	sets    []*setTree   // in step with schema.Indexes; nil for all others
}

func newTable(s *storage.Schema) *table {
	t := &table{schema: s, byID: map[uuid.UUID]storage.Record{}}
	t.trees = newTrees(s)
	for _, index := range s.Indexes {
		var keys map[string]storage.Record
		if index.Unique {
			keys = map[string]storage.Record{}
		}
		t.unique = append(t.unique, keys)
	}
	return t
}

func newTrees(s *storage.Schema) trees {
	t := trees{schema: s, ids: newIDTree()}
	for _, index := range s.Indexes {
		var ordered *fieldTree
		var set *setTree
		if isSet(index) {
			set = newSetTree()
		} else {
			ordered = newFieldTree(index.Fields)
		}
		t.ordered, t.sets = append(t.ordered, ordered), append(t.sets, set)
	}
	return t
}

func isSet(index storage.Index) bool { return index.Fields[0].Type == criteria.Texts }

// snapshot returns a copy of the trees that later changes do not touch.
func (t *table) snapshot() *trees {
	if t.last == nil {
		c := trees{schema: t.schema, ids: t.ids.Copy()}
		for i := range t.ordered {
			var ordered *fieldTree
			var set *setTree
			if t.sets[i] != nil {
				set = t.sets[i].Copy()
			} else {
				ordered = t.ordered[i].Copy()
			}
			c.ordered, c.sets = append(c.ordered, ordered), append(c.sets, set)
		}
		t.last = &c
	}
	return t.last
}

// replace puts a record in the place of another; either may be nil. Unique
// keys are the caller's business.
func (t *table) replace(old, next storage.Record) {
	t.last = nil
	if next == nil {
		id := storage.MetaOf(old).ID
		delete(t.byID, id)
		t.ids.Delete(idEntry{id: id})
	} else {
		id := storage.MetaOf(next).ID
		t.byID[id] = next
		t.ids.Set(idEntry{id, next})
	}
	for i, index := range t.schema.Indexes {
		if t.sets[i] != nil {
			replaceSet(t.sets[i], index.Fields[0], old, next)
			continue
		}
		t.replaceOrdered(t.ordered[i], index.Fields, old, next)
	}
}

func (t *table) replaceOrdered(tree *fieldTree, fields []*storage.Field, old, next storage.Record) {
	if old != nil && (next == nil || compare(fields, old, next) != 0) {
		tree.Delete(old)
	}
	if next != nil {
		tree.Set(next)
	}
}

func replaceSet(tree *setTree, f *storage.Field, old, next storage.Record) {
	for _, text := range textsOf(f, old) {
		tree.Delete(setEntry{text: text, id: storage.MetaOf(old).ID})
	}
	for _, text := range textsOf(f, next) {
		tree.Set(setEntry{text, storage.MetaOf(next).ID, next})
	}
}

func textsOf(f *storage.Field, r storage.Record) []string {
	if r == nil {
		return nil
	}
	list, _ := f.Value(r).([]string)
	return list
}

// release frees the unique keys of a record.
func (t *table) release(r storage.Record) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		if key, ok := keyOf(index.Fields, r); ok {
			delete(t.unique[i], key)
		}
	}
}

// claim takes the unique keys of a record, which are free.
func (t *table) claim(r storage.Record) {
	for i, index := range t.schema.Indexes {
		if !index.Unique {
			continue
		}
		if key, ok := keyOf(index.Fields, r); ok {
			t.unique[i][key] = r
		}
	}
}
