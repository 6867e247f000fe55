package memory

import "github.com/clientele-go/clientele/storage"

// words is a sort key: what the first fields of an index come to, byte by byte,
// the first of them highest.
type words interface{ [2]uint64 | [4]uint64 }

// A keyed row is the number of a record beside its sort key, so that most
// comparisons need not touch the record.
type keyed[K words] struct {
	key   K
	row   uint32
	marks marks
}

// A fieldIndex is an index over fields that have an order.
type fieldIndex[K words] struct {
	rows   *rows
	fields []*storage.Field // the id is the last
	parts  []part           // of the key, in step with the first fields
	items  *tree[keyed[K]]

	was, is keyed[K] // of the change at hand, so that a change allocates nothing for them
}

// newFieldIndex returns an empty index. Its key is short where one field tells
// all records apart, else long.
func newFieldIndex(r *rows, s *storage.Schema, of storage.Index) index {
	if of.Unique && len(of.Fields) == 1 {
		return makeFieldIndex[[2]uint64](r, s, of)
	}
	return makeFieldIndex[[4]uint64](r, s, of)
}

func makeFieldIndex[K words](r *rows, s *storage.Schema, of storage.Index) *fieldIndex[K] {
	x := &fieldIndex[K]{rows: r, fields: append(append([]*storage.Field{}, of.Fields...), s.Field(storage.FieldID))}
	x.parts = partsOf(x.fields)
	x.items = newTree(x.compare)
	return x
}

// snapshot implements index.
func (x *fieldIndex[K]) snapshot(r *rows) index {
	return &fieldIndex[K]{rows: r, fields: x.fields, parts: x.parts, items: x.items.copy()}
}

// key returns the sort key of the first width fields of a record, how many of
// its bytes are used, and whether records that agree in them agree in those fields.
func (x *fieldIndex[K]) key(r storage.Record, width int) (key K, used int, exact bool) {
	for _, part := range x.parts[:min(width, len(x.parts))] {
		high, low, size, exact := part(r)
		put(&key, used, high)
		put(&key, used+8, low)
		used += size
		if room := 8 * len(key); used > room {
			return key, room, false
		} else if !exact {
			return key, used, false
		}
	}
	return key, used, width <= len(x.parts)
}

// put enters a word into a key from a byte on, as far as there is room.
func put[K words](key *K, at int, word uint64) {
	i, shift := at/8, at%8*8
	if i < len(*key) {
		(*key)[i] |= word >> shift
	}
	if i+1 < len(*key) {
		(*key)[i+1] |= word << (64 - shift) // 0 where nothing is left over
	}
}

// compare orders two entries by the records that have their numbers now.
func (x *fieldIndex[K]) compare(a, b *keyed[K]) int {
	for i := range len(a.key) {
		if a.key[i] != b.key[i] {
			return sign(a.key[i] > b.key[i])
		}
	}
	if a.row == b.row {
		return 0
	}
	return x.order(x.rows.get(a.row), x.rows.get(b.row))
}

// order compares two records by the fields.
func (x *fieldIndex[K]) order(a, b storage.Record) int {
	for _, f := range x.fields {
		if c := f.Compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}

func sign(positive bool) int {
	if positive {
		return 1
	}
	return -1
}

// moves implements index.
func (x *fieldIndex[K]) moves(old, next storage.Record) bool {
	var exact bool
	x.was.key, _, exact = x.key(old, len(x.fields))
	x.is.key, _, _ = x.key(next, len(x.fields))
	return x.was.key != x.is.key || !exact && x.order(old, next) != 0
}

// insert implements index.
func (x *fieldIndex[K]) insert(r storage.Record, row uint32, m marks) {
	x.is.key, _, _ = x.key(r, len(x.fields))
	x.is.row, x.is.marks = row, m
	x.items.insert(&x.is)
}

// insertAll implements index.
func (x *fieldIndex[K]) insertAll(list []entry) {
	items := make([]keyed[K], len(list))
	for i := range list {
		items[i].key, _, _ = x.key(list[i].rec, len(x.fields))
		items[i].row, items[i].marks = list[i].row, list[i].marks
	}
	x.items.insertAll(items)
}

// remove implements index.
func (x *fieldIndex[K]) remove(r storage.Record, row uint32) {
	x.was.key, _, _ = x.key(r, len(x.fields))
	x.was.row = row
	x.items.remove(&x.was)
}

// A place is a bound with its sort key.
type place[K words] struct {
	*bound
	key   K
	used  int  // how many bytes of the key count
	exact bool // records that agree in them agree in the fields of the bound
}

func (x *fieldIndex[K]) place(at *bound) *place[K] {
	if at == nil {
		return nil
	}
	p := &place[K]{bound: at}
	p.key, p.used, p.exact = x.key(at.rec, at.width)
	return p
}

// beside says on which side of a place an entry lies: -1 before it, 1 after it.
func (x *fieldIndex[K]) beside(p *place[K], e *keyed[K]) int {
	for i := range (p.used + 7) / 8 {
		word := e.key[i]
		if rest := p.used - 8*i; rest < 8 {
			word &= ^uint64(0) << (64 - 8*rest)
		}
		if word != p.key[i] {
			return sign(word > p.key[i])
		}
	}
	if !p.exact {
		for _, f := range x.fields[:p.width] {
			if c := f.Compare(x.rows.get(e.row), p.rec); c != 0 {
				return c
			}
		}
	}
	return sign(!p.after)
}

// walk implements index.
func (x *fieldIndex[K]) walk(low, high *bound, reverse bool, to *sink) {
	var behind, before func(*keyed[K]) bool
	if p := x.place(low); p != nil {
		behind = func(e *keyed[K]) bool { return x.beside(p, e) > 0 }
	}
	if p := x.place(high); p != nil {
		before = func(e *keyed[K]) bool { return x.beside(p, e) < 0 }
	}
	if reverse {
		x.items.descend(behind, before, func(run []keyed[K]) bool { return backwards(to, run) })
	} else {
		x.items.ascend(behind, before, func(run []keyed[K]) bool { return forwards(to, run) })
	}
}
