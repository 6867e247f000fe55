package memory

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/clientele-go/clientele/storage"
)

// A setTree finds the records whose set of texts holds a text.
type setTree struct {
	field *storage.Field
	seed  maphash.Seed
	items *tree[setEntry]
}

// A setEntry is one text of the set of one record. It has no pointers: there are many
// of them, and neither a comparison nor the garbage collector should follow one.
type setEntry struct {
	high, low uint64 // the text, see words
	row       uint32
}

// words are what stands for a text. Texts of up to 15 bytes have words of their own; of
// longer ones, which are not exact, two may have the same.
func (t *setTree) words(text string) (high, low uint64, exact bool) {
	if high, low, exact = twoTextWords(text); !exact {
		high = maphash.String(t.seed, text)
	}
	return high, low, exact
}

// exactTexts reports whether each of some texts has words of its own.
func exactTexts(texts []string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool {
		_, _, exact := twoTextWords(text)
		return !exact
	})
}

func newSetTree(f *storage.Field, seed maphash.Seed) *setTree {
	return &setTree{f, seed, newTree(func(a, b *setEntry) int {
		if c := a.compareText(b); c != 0 {
			return c
		}
		return cmp.Compare(a.row, b.row)
	})}
}

// compareText orders entries by what stands for their texts.
func (e *setEntry) compareText(other *setEntry) int {
	switch {
	case e.high != other.high:
		return sign(e.high > other.high)
	case e.low != other.low:
		return sign(e.low > other.low)
	}
	return 0
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
		list = append(list, t.entry(text, row))
	}
	return list
}

func (t *setTree) entry(text string, row uint32) setEntry {
	high, low, _ := t.words(text)
	return setEntry{high, low, row}
}

// walkAny gathers the records that hold one of some texts, each once, and maybe others
// where a text is not exact.
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

// rowsOfAny returns the numbers of the records of walkAny, as long as the sink wants
// more.
func (t *setTree) rowsOfAny(texts []string, to *sink) (rows []uint32) {
	if t.items.root == nil {
		return nil
	}
	sought := make([]setEntry, len(texts))
	rows = make([]uint32, 0, 4*len(texts))
	for i, text := range texts {
		sought[i] = t.entry(text, 0)
	}
	for group := range slices.Chunk(sought, groupSize) {
		t.items.touch(group)
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

// walk gathers the records that hold a text, and maybe others where it is not exact.
func (t *setTree) walk(text string, to *sink) {
	sought := t.entry(text, 0)
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

func (t *setTree) snapshot() *setTree { return &setTree{t.field, t.seed, t.items.copy()} }
