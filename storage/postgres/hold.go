package postgres

import (
	"context"
	"hash/maphash"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A hold is what a transaction knows of a row whose lock it has: nobody else
// can change it before the transaction ends.
type hold struct {
	version int64
	key     uint64 // a hash of its unique keys
}

// holdAll remembers rows that the transaction has locked or written.
func (t *transaction) holdAll(table *table, list []storage.Record) {
	of := t.holding(table)
	for _, r := range list {
		m := storage.MetaOf(r)
		of[m.ID] = hold{m.Version, t.keyHash(table, r)}
	}
}

func (t *transaction) holding(table *table) map[uuid.UUID]hold {
	if t.held == nil {
		t.held = map[string]map[uuid.UUID]hold{}
	}
	of := t.held[table.schema.Name]
	if of == nil {
		of = map[uuid.UUID]hold{}
		t.held[table.schema.Name] = of
	}
	return of
}

// keyHash hashes the unique keys of a record, so that a change of them shows.
func (t *transaction) keyHash(table *table, r storage.Record) uint64 {
	if len(table.unique) == 0 {
		return 0
	}
	t.scratch = t.scratch[:0]
	for _, index := range table.unique {
		key, ok := keyOf(t.scratch, index.Fields, r)
		if !ok {
			key = append(t.scratch, 0xff) // no text has this byte
		}
		t.scratch = append(key, 0xfe)
	}
	return maphash.Bytes(t.db.seed, t.scratch)
}

// expect locks rows that are to be changed, unless it has done so, and reports
// the first that has not the version expected.
func (t *transaction) expect(ctx context.Context, table *table, stamps []storage.Stamp) error {
	of := t.holding(table)
	var unknown []uuid.UUID
	for _, s := range stamps {
		if _, ok := of[s.ID]; !ok {
			unknown = append(unknown, s.ID)
		}
	}
	if len(unknown) > 0 {
		if _, err := t.Get(ctx, table.schema, unknown, storage.ForUpdate); err != nil {
			return err
		}
	}
	for _, s := range stamps {
		if h := of[s.ID]; h.version != s.Version {
			return &storage.ConflictError{Kind: table.schema.Name, ID: s.ID, Version: s.Version, Current: h.version}
		}
	}
	return nil
}
