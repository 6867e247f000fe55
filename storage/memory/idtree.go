package memory

import (
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
