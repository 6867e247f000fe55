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
	table  *table // of the committed records
	rows   []entry
	places *probes  // in rows, by id; nil while there are few
	seen   uint32   // what touch has read
	unique []probes // in rows, by the keys of live records, in step with schema.Indexes; nil while there are few
}

// An entry is what a transaction makes of one record.
type entry struct {
	id    uuid.UUID
	hash  uint32         // of the id
	row   uint32         // the number of old
	marks marks          // of rec, once it is put in place
	rec   storage.Record // nil: removed for good
	old   storage.Record // the committed record when it was first written; nil: there was none
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
	if o == nil || len(o.rows) == 0 {
		return nil
	}
	return o.find(o.table.byID.hash(id), id)
}

// find is entry for an id whose hash is known.
func (o *overlay) find(hash uint32, id uuid.UUID) *entry {
	if i := o.place(hash, id); i >= 0 {
		return &o.rows[i]
	}
	return nil
}

// place returns where in rows an id is, or -1.
func (o *overlay) place(hash uint32, id uuid.UUID) int {
	if o.places != nil {
		return o.places.find(hash, func(i int) bool { return i < len(o.rows) && o.rows[i].id == id })
	}
	return slices.IndexFunc(o.rows, func(e entry) bool { return e.id == id })
}

// keeps reports whether a committed record, other than the one with an id, still
// has a unique key once the writes are in place.
func (o *overlay) keeps(r storage.Record, id uuid.UUID, index storage.Index, key string) bool {
	e := o.entry(storage.MetaOf(r).ID)
	if e == nil {
		return true
	}
	still, ok := keyOf(index.Fields, e.rec)
	return e.id != id && ok && still == key
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
func (o *overlay) holder(index int, hash uint32, key string) uuid.UUID {
	fields := o.schema.Indexes[index].Fields
	holds := func(i int) bool {
		if i >= len(o.rows) {
			return false
		}
		has, ok := keyOf(fields, o.rows[i].rec)
		return ok && has == key
	}
	if o.unique != nil {
		if i := o.unique[index].find(hash, holds); i >= 0 {
			return o.rows[i].id
		}
		return uuid.Nil
	}
	for i := range o.rows {
		if holds(i) {
			return o.rows[i].id
		}
	}
	return uuid.Nil
}

// grow makes room for n more writes, and look-up tables if they are no longer few.
func (o *overlay) grow(n int) {
	o.rows = slices.Grow(o.rows, n)
	total := len(o.rows) + n
	if total <= few {
		return
	}
	first := o.places == nil
	if first {
		o.places, o.unique = &probes{}, make([]probes, len(o.schema.Indexes))
	}
	o.places.grow(total)
	for i, index := range o.schema.Indexes {
		if index.Unique {
			o.unique[i].grow(total)
		}
	}
	if first {
		for i, e := range o.rows {
			o.places.add(e.hash, i)
			o.claim(i)
		}
	}
}

// set makes a record, or its removal, the last word on an id. The entry says
// what the transaction saw there before. The caller has called grow.
func (o *overlay) set(made entry) {
	if i := o.place(made.hash, made.id); i >= 0 {
		o.rows[i].rec = made.rec
		o.claim(i)
		return
	}
	o.add(made)
}

// add enters an id that was not written before.
func (o *overlay) add(made entry) {
	o.rows = append(o.rows, made)
	if i := len(o.rows) - 1; o.places != nil {
		o.places.add(made.hash, i)
		o.claim(i)
	}
}

// claim enters the unique keys of a record. Keys that it had before stay
// behind; holder looks whether they are still its own.
func (o *overlay) claim(i int) {
	for n := range o.unique {
		index := o.schema.Indexes[n]
		if !index.Unique {
			continue
		}
		if key, ok := keyOf(index.Fields, o.rows[i].rec); ok {
			o.unique[n].add(o.table.unique[n].hash(key), i)
		}
	}
}

// takeBack removes records that were inserted since there were so many rows.
func (o *overlay) takeBack(rows int, inserted []storage.Record) {
	for _, r := range inserted {
		o.entry(storage.MetaOf(r).ID).rec = nil
	}
	clear(o.rows[rows:])
	o.rows = o.rows[:rows]
}
