package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

const (
	batchRows = 5000 // of one statement with arrays
	copyRows  = 200  // from which on COPY is worth its preparation
)

// Insert implements storage.Transaction. A statement that meets a duplicate
// passes over it instead of failing, which would end a transaction of the host
// with it; then what was inserted is taken back.
func (t *transaction) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if len(list) == 0 {
		return ctx.Err()
	}
	table := t.db.table(s)
	var err error
	if len(list) >= copyRows && t.copies() {
		err = t.copyIn(ctx, table, list)
	} else {
		err = t.insert(ctx, table, list)
	}
	if err == nil {
		t.holdAll(table, list)
	}
	return err
}

func (t *transaction) insert(ctx context.Context, table *table, list []storage.Record) error {
	if len(list) == 1 {
		args := append(table.ownerArgs(t.tenant), single(table.data, t.tenant, list[0])...)
		n, err := t.exec(ctx, Statement{Name: "insert " + table.schema.Name, SQL: table.insertOne}, args...)
		if err == nil && n == 0 {
			err = t.duplicate(ctx, table, list)
		}
		return err
	}
	var done []uuid.UUID
	for part := range slices.Chunk(list, batchRows) {
		args := append(table.ownerArgs(t.tenant), arrays(table.data, t.tenant, part)...)
		ids, err := t.idsOf(ctx, Statement{Name: "insert " + table.schema.Name, SQL: table.insertMany}, args...)
		if err != nil {
			return err
		}
		done = append(done, ids...)
		if len(ids) < len(part) {
			return t.takeBack(ctx, table, list, done)
		}
	}
	return nil
}

// takeBack removes what was inserted and tells which record stood in the way.
func (t *transaction) takeBack(ctx context.Context, table *table, list []storage.Record, done []uuid.UUID) error {
	if err := t.remove(ctx, table, done); err != nil {
		return err
	}
	return t.duplicate(ctx, table, list)
}

// duplicate returns why the records cannot be inserted.
func (t *transaction) duplicate(ctx context.Context, table *table, list []storage.Record) error {
	found, err := t.collision(ctx, table, list, true)
	if err != nil {
		return err
	}
	if found == nil { // the other record is gone again
		return conflict("insert "+table.schema.Name, "another transaction had the key for a moment")
	}
	return found
}

// remove deletes rows by their ids.
func (t *transaction) remove(ctx context.Context, table *table, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	args := append(table.ownerArgs(t.tenant), idArray(ids))
	_, err := t.exec(ctx, Statement{Name: "delete " + table.schema.Name, SQL: table.deleteText}, args...)
	return err
}

// insertTexts writes the statements that insert one record and many.
func (t *table) insertTexts() (one, many string) {
	columns, params, next := t.owner()
	into := "INSERT INTO " + t.name + " (" + columns + ", " + names(t.data, "") + ") "
	marks := make([]string, len(t.data))
	for i := range marks {
		marks[i] = placeholder(next + i)
	}
	one = into + "VALUES (" + params + ", " + strings.Join(marks, ", ") + ") ON CONFLICT DO NOTHING"
	many = into + "SELECT " + params + ", " + elements(t.data) + " FROM " + unnested(t.data, next) + " ON CONFLICT DO NOTHING RETURNING id"
	return one, many
}
