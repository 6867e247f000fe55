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

func idEntry(id uuid.UUID, r storage.Record) *keyed[[2]uint64] {
	high, low, _ := idWords(id)
	return &keyed[[2]uint64]{[2]uint64{high, low}, r}
}

// get returns the record with an id, or nil.
func (t *idTree) get(id uuid.UUID) storage.Record {
	if e := t.items.get(idEntry(id, nil)); e != nil {
		return e.rec
	}
	return nil
}

// replace puts a record in the place of another; either may be nil.
func (t *idTree) replace(old, next storage.Record) {
	switch {
	case next == nil:
		t.items.remove(idEntry(storage.MetaOf(old).ID, nil))
	case old == nil:
		t.items.insert(idEntry(storage.MetaOf(next).ID, next))
	default:
		e := idEntry(storage.MetaOf(next).ID, next)
		t.items.replace(e, e)
	}
}

// walk calls visit with the records behind an id, in order or backwards, until
// it returns false; uuid.Nil is before all of them in either direction.
func (t *idTree) walk(after uuid.UUID, reverse bool, visit func(storage.Record) bool) {
	each := func(e *keyed[[2]uint64]) bool { return visit(e.rec) }
	var from func(*keyed[[2]uint64]) bool
	if after != uuid.Nil {
		at := idEntry(after, nil)
		from = func(e *keyed[[2]uint64]) bool { return t.items.compare(e, at)*direction(reverse) > 0 }
	}
	if reverse {
		t.items.descend(from, each)
	} else {
		t.items.ascend(from, each)
	}
}

func direction(reverse bool) int { return sign(!reverse) }

func (t *idTree) snapshot() *idTree { return &idTree{t.items.copy()} }

// A setTree finds the records whose set of texts holds a text.
type setTree struct {
	field *storage.Field
	items *tree[setEntry]
}

type setEntry struct {
	text string
	id   uuid.UUID
	rec  storage.Record
}

func newSetTree(f *storage.Field) *setTree {
	return &setTree{f, newTree(func(a, b *setEntry) int {
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c
		}
		return bytes.Compare(a.id[:], b.id[:])
	})}
}

// replace puts a record in the place of another; either may be nil.
func (t *setTree) replace(old, next storage.Record) {
	for _, text := range textsOf(t.field, old) {
		t.items.remove(&setEntry{text: text, id: storage.MetaOf(old).ID})
	}
	for _, text := range textsOf(t.field, next) {
		t.items.insert(&setEntry{text, storage.MetaOf(next).ID, next})
	}
}

func textsOf(f *storage.Field, r storage.Record) []string {
	if r == nil {
		return nil
	}
	list, _ := f.Texts(r)
	return list
}

// walk calls visit with the records that hold a text, in the order of their
// ids, until it returns false.
func (t *setTree) walk(text string, visit func(storage.Record) bool) {
	t.items.ascend(
		func(e *setEntry) bool { return e.text >= text },
		func(e *setEntry) bool { return e.text == text && visit(e.rec) })
}

func (t *setTree) snapshot() *setTree { return &setTree{t.field, t.items.copy()} }
