package memory

import (
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// An overlay is a transaction's writes to one kind, in the order in which the
// records were first written. A nil overlay has none.
type overlay struct {
	schema *storage.Schema
	rows   []entry
	places map[uuid.UUID]int      // in rows, by id; nil while there are few
	unique []map[string]uuid.UUID // ids by the keys of live records, in step with schema.Indexes; nil while there are few
}

// An entry is what a transaction makes of one record.
type entry struct {
	id  uuid.UUID
	rec storage.Record // nil: removed for good
	old storage.Record // the committed record when it was first written; nil: there was none
}

// few is up to how many writes an overlay is searched from end to end.
const few = 8

// overlayOf returns the writes to a kind, or nil.
func overlayOf(list []*overlay, s *storage.Schema) *overlay {
	for _, o := range list {
		if o.schema == s || o.schema.Name == s.Name {
			return o
		}
	}
	return nil
}

// entry returns what was made of the record with an id, or nil. It is good
// until the next write.
func (o *overlay) entry(id uuid.UUID) *entry {
	if o == nil {
		return nil
	}
	if o.places != nil {
		if i, ok := o.places[id]; ok {
			return &o.rows[i]
		}
		return nil
	}
	for i := range o.rows {
		if o.rows[i].id == id {
			return &o.rows[i]
		}
	}
	return nil
}

func (o *overlay) has(r storage.Record) bool { return o.entry(storage.MetaOf(r).ID) != nil }

// each calls visit with the records that are not removed until it returns
// false, and reports whether it went to the end.
func (o *overlay) each(visit func(storage.Record) bool) bool {
	for _, e := range o.rows {
		if e.rec != nil && !visit(e.rec) {
			return false
		}
	}
	return true
}

// holder returns the id of the live record that has a unique key, or uuid.Nil.
func (o *overlay) holder(index int, key string) uuid.UUID {
	if o.unique != nil {
		return o.unique[index][key]
	}
	for _, e := range o.rows {
		if has, ok := keyOf(o.schema.Indexes[index].Fields, e.rec); ok && has == key {
			return e.id
		}
	}
	return uuid.Nil
}

// grow makes room for n more writes, and look-up tables if they are no longer few.
func (o *overlay) grow(n int) {
	o.rows = slices.Grow(o.rows, n)
	total := len(o.rows) + n
	if total <= few || o.places != nil {
		return
	}
	o.places = make(map[uuid.UUID]int, total)
	for i, e := range o.rows {
		o.places[e.id] = i
	}
	o.unique = make([]map[string]uuid.UUID, len(o.schema.Indexes))
	for i, index := range o.schema.Indexes {
		if index.Unique {
			o.unique[i] = make(map[string]uuid.UUID, total)
		}
	}
	o.each(func(r storage.Record) bool { o.claim(r); return true })
}

// set makes a record, or its removal, the last word on an id. old is what the
// transaction saw there before. The caller has called grow.
func (o *overlay) set(id uuid.UUID, old, r storage.Record) {
	if e := o.entry(id); e != nil {
		e.rec = r
	} else {
		if o.places != nil {
			o.places[id] = len(o.rows)
		}
		o.rows = append(o.rows, entry{id: id, rec: r, old: old})
	}
	if r != nil {
		o.claim(r)
	}
}

// claim enters the unique keys of a record.
func (o *overlay) claim(r storage.Record) {
	for i, keys := range o.unique {
		if keys == nil {
			continue
		}
		if key, ok := keyOf(o.schema.Indexes[i].Fields, r); ok {
			keys[key] = storage.MetaOf(r).ID
		}
	}
}

// release takes back what claim entered.
func (o *overlay) release(r storage.Record) {
	for i, keys := range o.unique {
		if keys == nil {
			continue
		}
		if key, ok := keyOf(o.schema.Indexes[i].Fields, r); ok && keys[key] == storage.MetaOf(r).ID {
			delete(keys, key)
		}
	}
}

// takeBack removes records that were inserted since there were so many rows.
func (o *overlay) takeBack(rows int, inserted []storage.Record) {
	for _, r := range inserted {
		o.release(r)
		o.entry(storage.MetaOf(r).ID).rec = nil
	}
	for _, e := range o.rows[rows:] {
		delete(o.places, e.id)
	}
	clear(o.rows[rows:])
	o.rows = o.rows[:rows]
}
