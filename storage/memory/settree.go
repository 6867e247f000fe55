package memory

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A setTree finds the records whose set of texts holds a text.
type setTree struct {
	field *storage.Field
	items *tree[setEntry]
}

// A setEntry is one text of the set of one record. The beginning of the text lies
// in the entry itself, so that most comparisons need no look at the text.
type setEntry struct {
	head uint64
	text string
	id   uuid.UUID
	row  uint32
}

func newSetEntry(text string, id uuid.UUID, row uint32) setEntry {
	head, _, _, _ := textBytes(text)
	return setEntry{head, text, id, row}
}

// compareText orders entries by their texts.
func (e *setEntry) compareText(other *setEntry) int {
	if e.head != other.head {
		return cmp.Compare(e.head, other.head)
	}
	return strings.Compare(e.text, other.text)
}

func newSetTree(f *storage.Field) *setTree {
	return &setTree{f, newTree(func(a, b *setEntry) int {
		if c := a.compareText(b); c != 0 {
			return c
		}
		return bytes.Compare(a.id[:], b.id[:])
	})}
}

// insertAll enters the sets of new records.
func (t *setTree) insertAll(list []entry) {
	var items []setEntry
	for _, e := range list {
		items = t.append(items, e.rec, e.row)
	}
	t.items.insertAll(items)
}

// replace puts a record, which may be nil, in the place of another.
func (t *setTree) replace(old, next storage.Record, row uint32) {
	if old != nil && next != nil && t.field.Compare(old, next) == 0 {
		return
	}
	for _, e := range t.append(nil, old, row) {
		t.items.remove(&e)
	}
	t.items.insertAll(t.append(nil, next, row))
}

// append appends the entries of a record, which may be nil.
func (t *setTree) append(list []setEntry, r storage.Record, row uint32) []setEntry {
	if r == nil {
		return list
	}
	texts, _ := t.field.Texts(r)
	for _, text := range texts {
		list = append(list, newSetEntry(text, storage.MetaOf(r).ID, row))
	}
	return list
}

// walk gathers the records that hold a text, in the order of their ids.
func (t *setTree) walk(text string, to *sink) {
	sought := newSetEntry(text, uuid.Nil, 0)
	t.each(&sought, func(run []setEntry) bool {
		for i := range run {
			if !to.add(run[i].row) {
				return false
			}
		}
		return true
	})
}

// each visits the entries with the text of one.
func (t *setTree) each(sought *setEntry, visit func(run []setEntry) bool) {
	t.items.ascend(
		func(e *setEntry) bool { return e.compareText(sought) >= 0 },
		func(e *setEntry) bool { return e.compareText(sought) <= 0 },
		visit)
}

// walkAny gathers the records that hold one of some texts, each once.
func (t *setTree) walkAny(texts []string, to *sink) {
	if len(texts) == 1 {
		t.walk(texts[0], to)
		return
	}
	for _, row := range t.rowsOfAny(texts, to) {
		if !to.add(row) {
			return
		}
	}
}

// rowsOfAny returns the numbers of the records that hold one of some texts, as long
// as the sink wants more.
func (t *setTree) rowsOfAny(texts []string, to *sink) (rows []uint32) {
	sought := make([]setEntry, len(texts))
	rows = make([]uint32, 0, 4*len(texts))
	for i, text := range texts {
		sought[i] = newSetEntry(text, uuid.Nil, 0)
	}
	for group := range slices.Chunk(sought, groupSize) {
		if t.items.root == nil {
			return nil
		}
		t.items.touchPlaces(group)
		for i := range group {
			t.each(&group[i], func(run []setEntry) bool {
				for j := range run {
					rows = append(rows, run[j].row)
				}
				return to.pass(len(run))
			})
		}
		if to.done {
			return nil
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

func (t *setTree) snapshot() *setTree { return &setTree{t.field, t.items.copy()} }
