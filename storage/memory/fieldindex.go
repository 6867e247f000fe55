package memory

import "github.com/clientele-go/clientele/storage"

// words is a sort key: what the first fields of an index come to as numbers.
type words interface{ [2]uint64 | [4]uint64 }

// A keyed record lies beside its sort key, so that most comparisons need not
// touch the record.
type keyed[K words] struct {
	key K
	rec storage.Record
}

// A fieldIndex is an index over fields that have an order.
type fieldIndex[K words] struct {
	fields []*storage.Field // the id is the last
	parts  []part           // of the key, in step with the first fields
	items  *tree[keyed[K]]

	was, is keyed[K] // of the change at hand, so that a change allocates nothing for them
}

// newFieldIndex returns an empty index. Its key is short where one field tells
// all records apart, else long.
func newFieldIndex(s *storage.Schema, of storage.Index) index {
	if of.Unique && len(of.Fields) == 1 {
		return makeFieldIndex[[2]uint64](s, of)
	}
	return makeFieldIndex[[4]uint64](s, of)
}

func makeFieldIndex[K words](s *storage.Schema, of storage.Index) *fieldIndex[K] {
	x := &fieldIndex[K]{fields: append(append([]*storage.Field{}, of.Fields...), s.Field(storage.FieldID))}
	x.parts = partsOf(x.fields, len(*new(K)))
	x.items = newTree(x.compare)
	return x
}

// snapshot implements index.
func (x *fieldIndex[K]) snapshot() index {
	return &fieldIndex[K]{fields: x.fields, parts: x.parts, items: x.items.copy()}
}

// entry returns the entry of a record.
func (x *fieldIndex[K]) entry(r storage.Record) keyed[K] {
	key, _, _ := x.key(r, len(x.fields))
	return keyed[K]{key, r}
}

// key returns the sort key of the first width fields of a record, how many of
// its words are used, and whether records that agree in them agree in those fields.
func (x *fieldIndex[K]) key(r storage.Record, width int) (key K, used int, exact bool) {
	for i := range min(width, len(x.parts)) {
		part := &x.parts[i]
		high, low, all := part.of(r)
		key[used] = high
		if used++; part.words == 2 {
			key[used] = low
			used++
		}
		if !all {
			return key, used, false
		}
	}
	return key, used, width <= len(x.parts)
}

// compare orders two entries.
func (x *fieldIndex[K]) compare(a, b *keyed[K]) int {
	for i := range len(a.key) {
		if a.key[i] != b.key[i] {
			return sign(a.key[i] > b.key[i])
		}
	}
	if a.rec == b.rec {
		return 0
	}
	for _, f := range x.fields {
		if c := f.Compare(a.rec, b.rec); c != 0 {
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

// replace implements index.
func (x *fieldIndex[K]) replace(old, next storage.Record) {
	if old != nil {
		x.was = x.entry(old)
	}
	if next != nil {
		x.is = x.entry(next)
	}
	if old != nil && next != nil && x.compare(&x.was, &x.is) == 0 {
		x.items.replace(&x.was, &x.is)
	} else {
		if old != nil {
			x.items.remove(&x.was)
		}
		if next != nil {
			x.items.insert(&x.is)
		}
	}
	x.was.rec, x.is.rec = nil, nil
}

// A place is a bound with its sort key.
type place[K words] struct {
	*bound
	key   K
	used  int  // how many words of the key count
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
	for i := range p.used {
		if e.key[i] != p.key[i] {
			return sign(e.key[i] > p.key[i])
		}
	}
	if !p.exact {
		for _, f := range x.fields[:p.width] {
			if c := f.Compare(e.rec, p.rec); c != 0 {
				return c
			}
		}
	}
	return sign(!p.after)
}

// walk implements index.
func (x *fieldIndex[K]) walk(low, high *bound, reverse bool, visit func(storage.Record) bool) {
	from, to := x.place(low), x.place(high)
	behind := func(e *keyed[K]) bool { return from == nil || x.beside(from, e) > 0 }
	before := func(e *keyed[K]) bool { return to == nil || x.beside(to, e) < 0 }
	if reverse {
		x.items.descend(before, func(e *keyed[K]) bool { return behind(e) && visit(e.rec) })
	} else {
		x.items.ascend(behind, func(e *keyed[K]) bool { return before(e) && visit(e.rec) })
	}
}
