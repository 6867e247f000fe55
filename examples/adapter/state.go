package main

import (
	"maps"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A state is all records of a tenant at one moment, by the name of their kind.
// It is never changed, only replaced by the next one: whoever holds a state
// has a snapshot and needs no lock to read it.
//
// Kinds are told apart by Schema.Name and nothing else. A tenant may define
// kinds at run time, which the driver meets when the first record is written.
// A map takes them as they come; an adapter with a table for each kind keeps
// all of them in the table of Schema.Base, with the name in a column.
type state map[string]table

// A table is the records of one kind. They are never changed either: a record
// that is updated is another record in the same place.
type table map[uuid.UUID]storage.Record

// none is the version of a record that is not there.
const none = -1

// version returns the version of the record with an id.
func (t table) version(id uuid.UUID) int64 {
	if r := t[id]; r != nil {
		return storage.MetaOf(r).Version
	}
	return none
}

// with returns the state that writes make of this one.
func (s state) with(all map[string]*writes) state {
	next := make(state, len(s)+len(all))
	maps.Copy(next, s)
	for kind, w := range all {
		next[kind] = s[kind].with(w.records)
	}
	return next
}

// with returns a copy of the table in which records are in their places; for a
// nil one there is none.
func (t table) with(records table) table {
	next := make(table, len(t)+len(records))
	maps.Copy(next, t)
	for id, r := range records {
		next.set(id, r)
	}
	return next
}

// set puts a record in its place, or removes what is there if it is nil.
func (t table) set(id uuid.UUID, r storage.Record) {
	if r == nil {
		delete(t, id)
	} else {
		t[id] = r
	}
}
