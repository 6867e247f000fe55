package postgres

import (
	"context"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// keyOf appends the text form of a record's key in a unique index; false when
// the record has none, because it is deleted or a field is absent.
func keyOf(dst []byte, fields []*storage.Field, r storage.Record) ([]byte, bool) {
	if !storage.MetaOf(r).Live() {
		return dst, false
	}
	for _, f := range fields {
		var ok bool
		if dst, ok = appendField(dst, f, r); !ok {
			return dst, false
		}
		dst = append(dst, 0)
	}
	return dst, true
}

// collision returns the first record of a list whose id or unique key another
// of the list or a stored one has, or nil. withIDs says that the records are new.
func (t *transaction) collision(ctx context.Context, table *table, list []storage.Record, withIDs bool) (*storage.DuplicateError, error) {
	if withIDs {
		if found, err := t.takenID(ctx, table, list); found != nil || err != nil {
			return found, err
		}
	}
	for _, index := range table.unique {
		found := twice(table.schema, index, list)
		var err error
		if found == nil {
			found, err = t.takenKey(ctx, table, index, list)
		}
		if found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

// twice finds two records of a list with the same key.
func twice(s *storage.Schema, index storage.Index, list []storage.Record) *storage.DuplicateError {
	if len(list) < 2 {
		return nil
	}
	first := make(map[string]uuid.UUID, len(list))
	var key []byte
	for _, r := range list {
		var ok bool
		if key, ok = keyOf(key[:0], index.Fields, r); !ok {
			continue
		}
		id := storage.MetaOf(r).ID
		if other, taken := first[string(key)]; taken {
			return &storage.DuplicateError{Kind: s.Name, ID: id, Key: index.Keys(), Existing: other}
		}
		first[string(key)] = id
	}
	return nil
}

// takenID finds a record of a list whose id is stored already, or is in the
// list twice.
func (t *transaction) takenID(ctx context.Context, table *table, list []storage.Record) (*storage.DuplicateError, error) {
	ids := idsOf(list)
	seen := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return &storage.DuplicateError{Kind: table.schema.Name, ID: id, Key: []string{storage.FieldID}, Existing: id}, nil
		}
		seen[id] = true
	}
	args := append(table.ownerArgs(t.tenant), idArray(ids))
	found, err := t.idsOf(ctx, Statement{Name: "check " + table.schema.Name, SQL: table.idsText}, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &storage.DuplicateError{Kind: table.schema.Name, ID: found[0], Key: []string{storage.FieldID}, Existing: found[0]}, nil
}

// takenKey finds a record of a list whose key a live stored one has.
func (t *transaction) takenKey(ctx context.Context, table *table, index storage.Index, list []storage.Record) (*storage.DuplicateError, error) {
	var keyed []storage.Record
	var key []byte
	for _, r := range list {
		var ok bool
		if key, ok = keyOf(key[:0], index.Fields, r); ok {
			keyed = append(keyed, r)
		}
	}
	if len(keyed) == 0 {
		return nil, nil
	}
	data := table.dataOf(index.Fields)
	args := append(table.ownerArgs(t.tenant), arrays(append(data, table.data[0]), t.tenant, keyed)...)
	rows, err := t.on.query(ctx, Statement{Name: "check " + table.schema.Name, SQL: table.takenText(index)}, args...)
	if err != nil {
		return nil, t.fail(ctx, "check "+table.schema.Name, err)
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, t.fail(ctx, "check "+table.schema.Name, rows.Err())
	}
	found := &storage.DuplicateError{Kind: table.schema.Name, Key: index.Keys()}
	err = rows.Scan(&found.ID, &found.Existing)
	return found, t.fail(ctx, "check "+table.schema.Name, err)
}

// takenText is the statement that finds a stored record with one of many keys.
// For each key it goes to its place in the order of the index and looks at what
// is there. A plain join would ask for the same, but of a table that the server has
// no statistics of yet, such as in a first import, it would compare each key with
// each record of the tenant. The upper bound keeps it from walking over rows
// that this transaction has deleted behind that place, as many as it took back.
func (t *table) takenText(index storage.Index) string {
	_, _, next := t.owner()
	key, _ := t.keyed("t.")
	data := t.dataOf(index.Fields)
	same := make([]string, len(data))
	for i, d := range data {
		same[i] = "f." + d.name + " = u." + d.name
	}
	given := t.data[0]
	given.name = "given"
	return "SELECT u.given, f.id FROM " + unnested(append(data, given), next) + " CROSS JOIN LATERAL (SELECT t.id, " + names(data, "t.") +
		" FROM " + t.name + " AS t WHERE " + key + " AND (" + names(data, "t.") + ") >= (" + names(data, "u.") + ") AND (" + names(data, "t.") + ") <= (" + names(data, "u.") + ") AND t.deleted_at IS NULL ORDER BY " +
		names(data, "t.") + " LIMIT 1) AS f WHERE " + strings.Join(same, " AND ") + " LIMIT 1"
}

// dataOf returns the columns of some fields.
func (t *table) dataOf(fields []*storage.Field) []datum {
	list := make([]datum, 0, len(fields)+1)
	for _, f := range fields {
		for i, c := range t.fields {
			if c.field == f {
				list = append(list, t.data[i])
			}
		}
	}
	return list
}

func idsOf(list []storage.Record) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = storage.MetaOf(r).ID
	}
	return ids
}
