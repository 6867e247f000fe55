package memory

import (
	"bytes"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// An idTree orders the records of a table by id.
type idTree struct{ items *tree[keyed[[2]uint64]] }

func newIDTree() *idTree {
	return &idTree{newTree(func(a, b *keyed[[2]uint64]) int {
		switch {
		case a.key == b.key:
			return 0
		case a.key[0] != b.key[0]:
			return sign(a.key[0] > b.key[0])
		default:
			return sign(a.key[1] > b.key[1])
		}
	})}
}

func idEntry(id uuid.UUID, row uint32, m marks) *keyed[[2]uint64] {
	high, low, _ := idWords(id)
	return &keyed[[2]uint64]{[2]uint64{high, low}, row, m}
}

// insertAll enters the numbers of new records.
func (t *idTree) insertAll(list []entry) {
	items := make([]keyed[[2]uint64], len(list))
	for i := range list {
		items[i] = *idEntry(list[i].id, list[i].row, list[i].marks)
	}
	t.items.insertAll(items)
}

// get returns the number of the record with an id, and whether there is one.
func (t *idTree) get(id uuid.UUID) (row uint32, ok bool) {
	if e := t.items.get(idEntry(id, 0, 0)); e != nil {
		return e.row, true
	}
	return 0, false
}

// walk gathers the records behind an id, in order or backwards; uuid.Nil is
// before all of them in either direction.
func (t *idTree) walk(after uuid.UUID, reverse bool, to *sink) {
	var from, before func(*keyed[[2]uint64]) bool
	if after != uuid.Nil {
		at := idEntry(after, 0, 0)
		from = func(e *keyed[[2]uint64]) bool { return t.items.compare(e, at) > 0 }
		before = func(e *keyed[[2]uint64]) bool { return t.items.compare(e, at) < 0 }
	}
	if reverse {
		t.items.descend(nil, before, func(run []keyed[[2]uint64]) bool { return backwards(to, run) })
	} else {
		t.items.ascend(from, nil, func(run []keyed[[2]uint64]) bool { return forwards(to, run) })
	}
}

func (t *idTree) snapshot() *idTree { return &idTree{t.items.copy()} }

// A setTree finds the records whose set of texts holds a text.
type setTree struct {
	field *storage.Field
	items *tree[setEntry]
}

type setEntry struct {
	text string
	id   uuid.UUID
	row  uint32
}

func newSetTree(f *storage.Field) *setTree {
	return &setTree{f, newTree(func(a, b *setEntry) int {
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c
		}
		return bytes.Compare(a.id[:], b.id[:])
	})}
}

// replace puts a record, which may be nil, in the place of another.
func (t *setTree) replace(old, next storage.Record, row uint32) {
	if old != nil && next != nil && t.field.Compare(old, next) == 0 {
		return
	}
	for _, text := range textsOf(t.field, old) {
		t.items.remove(&setEntry{text: text, id: storage.MetaOf(old).ID})
	}
	for _, text := range textsOf(t.field, next) {
		t.items.insert(&setEntry{text, storage.MetaOf(next).ID, row})
	}
}

func textsOf(f *storage.Field, r storage.Record) []string {
	if r == nil {
		return nil
	}
	list, _ := f.Texts(r)
	return list
}

// walk gathers the records that hold a text, in the order of their ids.
func (t *setTree) walk(text string, to *sink) { t.each(text, to.add) }

func (t *setTree) each(text string, add func(row uint32) bool) {
	t.items.ascend(
		func(e *setEntry) bool { return e.text >= text },
		func(e *setEntry) bool { return e.text <= text },
		func(run []setEntry) bool {
			for i := range run {
				if !add(run[i].row) {
					return false
				}
			}
			return true
		})
}

// walkAny gathers the records that hold one of some texts, each once.
func (t *setTree) walkAny(texts []string, to *sink) {
	if len(texts) == 1 {
		t.walk(texts[0], to)
		return
	}
	seen := map[uint32]bool{}
	for _, text := range texts {
		t.each(text, func(row uint32) bool {
			if seen[row] {
				return true
			}
			seen[row] = true
			return to.add(row)
		})
		if to.done {
			return
		}
	}
}

func (t *setTree) snapshot() *setTree { return &setTree{t.field, t.items.copy()} }
