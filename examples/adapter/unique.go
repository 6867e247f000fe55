package main

import (
	"slices"

	"github.com/clientele-go/clientele/storage"
)

// checkUnique reports a record that was just written and shares a unique key
// with another one of the table. The table is what the write makes of it, so
// two records may swap their keys in one call. A database has unique indexes
// for this, and its adapter turns their errors into *storage.DuplicateError.
func checkUnique(s *storage.Schema, t, written table) error {
	for _, index := range s.Indexes {
		if !index.Unique {
			continue
		}
		list := holders(index, t)
		for i := 1; i < len(list); i++ {
			if compare(index.Fields, list[i-1], list[i]) != 0 {
				continue
			}
			refused, other := storage.MetaOf(list[i]), storage.MetaOf(list[i-1])
			if written[refused.ID] == nil {
				refused, other = other, refused
			}
			if written[refused.ID] != nil {
				return &storage.DuplicateError{Kind: s.Name, ID: refused.ID, Key: index.Keys(), Existing: other.ID}
			}
		}
	}
	return nil
}

// holders returns the records that have a unique key, sorted by it. Records
// that are soft deleted, and those in which a field of the key is absent, have
// none and never collide.
func holders(index storage.Index, t table) []storage.Record {
	var list []storage.Record
	for _, r := range t {
		absent := func(f *storage.Field) bool { return f.Absent(r) }
		if storage.MetaOf(r).Live() && !slices.ContainsFunc(index.Fields, absent) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b storage.Record) int { return compare(index.Fields, a, b) })
	return list
}

// compare orders two records by fields, the first of them first.
func compare(fields []*storage.Field, a, b storage.Record) int {
	for _, f := range fields {
		if c := f.Compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}
