package memory

import (
	"bytes"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/tidwall/btree"
)

// An idTree orders the records of a table by id. The id stands beside the
// record so that a search does not touch the records it passes.
type idTree = btree.BTreeG[idEntry]

type idEntry struct {
	id  uuid.UUID
	rec storage.Record
}

func newIDTree() *idTree {
	less := func(a, b idEntry) bool { return bytes.Compare(a.id[:], b.id[:]) < 0 }
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// A fieldTree orders records by the fields of an index and then by id. It
// holds records and nothing else; a *bound stands in for a record in searches.
type fieldTree = btree.BTreeG[storage.Record]

func newFieldTree(fields []*storage.Field) *fieldTree {
	less := func(a, b storage.Record) bool { return compare(fields, a, b) < 0 }
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// A bound is a place between records in the order of an index: before or after
// all records that agree with rec in the first width fields. The id counts as
// one more field.
type bound struct {
	storage.Meta
	rec   storage.Record
	width int
	after bool
}

// compare orders two items of an index, one of which may be a bound.
func compare(fields []*storage.Field, a, b storage.Record) int {
	if at, ok := a.(*bound); ok {
		return -at.compare(fields, b)
	}
	if at, ok := b.(*bound); ok {
		return at.compare(fields, a)
	}
	for _, f := range fields {
		if c := f.Compare(a, b); c != 0 {
			return c
		}
	}
	return compareIDs(a, b)
}

// compare says on which side of the bound a record lies: -1 before it, 1 after it.
func (at *bound) compare(fields []*storage.Field, r storage.Record) int {
	for i := 0; i < at.width && i < len(fields); i++ {
		if c := fields[i].Compare(r, at.rec); c != 0 {
			return c
		}
	}
	if at.width > len(fields) {
		if c := compareIDs(r, at.rec); c != 0 {
			return c
		}
	}
	if at.after {
		return -1
	}
	return 1
}

func compareIDs(a, b storage.Record) int {
	x, y := storage.MetaOf(a), storage.MetaOf(b)
	return bytes.Compare(x.ID[:], y.ID[:])
}

// A setTree finds the records whose set of texts holds a text.
type setTree = btree.BTreeG[setEntry]

type setEntry struct {
	text string
	id   uuid.UUID
	rec  storage.Record
}

func newSetTree() *setTree {
	less := func(a, b setEntry) bool {
		if a.text != b.text {
			return a.text < b.text
		}
		return bytes.Compare(a.id[:], b.id[:]) < 0
	}
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// keyOf returns the unique key of a record as a string, and false when one of
// the fields is absent or the record is deleted: such a record collides with none.
func keyOf(fields []*storage.Field, r storage.Record) (string, bool) {
	if !storage.MetaOf(r).Live() {
		return "", false
	}
	for _, f := range fields {
		if f.Absent(r) {
			return "", false
		}
	}
	if len(fields) == 1 {
		if s, ok := fields[0].Value(r).(string); ok {
			return s, true
		}
	}
	var key []byte
	for _, f := range fields {
		key = append(f.AppendJSON(key, r), 0)
	}
	return string(key), true
}
