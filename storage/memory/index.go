package memory

import (
	"github.com/clientele-go/clientele/storage"
)

// An index finds the records of a kind in the order of some of its fields and,
// where they agree, of the id.
type index interface {
	// moves reports whether a record has another place than the one that it replaces.
	moves(old, next storage.Record) bool
	// insert enters the number of a record, which the table has by then.
	insert(r storage.Record, row uint32, m marks)
	// insertAll enters the numbers of new records.
	insertAll(list []entry)
	// remove takes the number of a record away, which the table still has.
	remove(r storage.Record, row uint32)
	// walk gathers the records between two bounds, of which either may be
	// nil, in order or backwards.
	walk(low, high *bound, reverse bool, to *sink)
	// snapshot returns a copy that changes do not touch, over a copy of the rows.
	snapshot(*rows) index
}

// A bound is a place between records in the order of an index: before or after
// all records that agree with rec in the first width fields. The id counts as
// one more field.
type bound struct {
	rec   storage.Record
	width int
	after bool
}

// keyOf returns the unique key of a record as a string, and false when one of
// the fields is absent or the record is deleted or nil: such a record collides
// with none.
func keyOf(fields []*storage.Field, r storage.Record) (string, bool) {
	if r == nil || !storage.MetaOf(r).Live() {
		return "", false
	}
	if len(fields) == 1 && fields[0].Text != nil {
		return fields[0].Text(r)
	}
	for _, f := range fields {
		if f.Absent(r) {
			return "", false
		}
	}
	var key []byte
	for _, f := range fields {
		key = append(f.AppendJSON(key, r), 0)
	}
	return string(key), true
}
