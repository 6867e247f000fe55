package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Update implements storage.Transaction.
func (t *transaction) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if len(list) == 0 {
		return ctx.Err()
	}
	table := t.db.table(s)
	stamps := make([]storage.Stamp, len(list))
	for i, r := range list {
		m := storage.MetaOf(r)
		stamps[i] = storage.Stamp{ID: m.ID, Version: m.Version - 1}
	}
	if err := t.expect(ctx, table, stamps); err != nil {
		return err
	}
	if err := t.clearKeys(ctx, table, t.movers(table, list)); err != nil {
		return err
	}
	for part := range slices.Chunk(list, batchRows) {
		if err := t.replace(ctx, table, part); err != nil {
			return err
		}
	}
	t.holdAll(table, list)
	return nil
}

// replace writes records whose rows are locked and whose keys are free.
func (t *transaction) replace(ctx context.Context, table *table, list []storage.Record) error {
	text, args := table.updateMany, table.ownerArgs(t.tenant)
	if len(list) == 1 {
		text, args = table.updateOne, append(args, single(table.data, t.tenant, list[0])...)
	} else {
		args = append(args, arrays(table.data, t.tenant, list)...)
	}
	n, err := t.exec(ctx, Statement{Name: "update " + table.schema.Name, SQL: text}, args...)
	if err == nil && n != int64(len(list)) {
		err = fmt.Errorf("postgres: update %s: %d of %d locked rows were found: does something else write to the table in this transaction?", table.schema.Name, n, len(list))
		t.doomed = err
	}
	return err
}

// movers returns the records that will have a unique key which they have not now.
func (t *transaction) movers(table *table, list []storage.Record) []storage.Record {
	if len(table.unique) == 0 {
		return nil
	}
	of := t.holding(table)
	var moving []storage.Record
	for _, r := range list {
		m := storage.MetaOf(r)
		if m.Live() && of[m.ID].key != t.keyHash(table, r) {
			moving = append(moving, r)
		}
	}
	return moving
}

// clearKeys makes sure that the rows of some records can be given their new
// unique keys, or reports a duplicate. An UPDATE that meets one would fail and
// end the transaction with it; an INSERT can be told to pass over it. So the
// keys are first inserted in rows of their own, which holds them against other
// transactions for good, and those rows are deleted again. Meanwhile the old
// rows are out of the unique indexes, so that records may swap their keys.
func (t *transaction) clearKeys(ctx context.Context, table *table, moving []storage.Record) error {
	if len(moving) == 0 {
		return nil
	}
	name := "claim " + table.schema.Name
	args := append(table.ownerArgs(t.tenant), idArray(sorted(idsOf(moving))), parameter(storage.MetaOf(moving[0]).UpdatedAt))
	parked, err := t.idsOf(ctx, Statement{Name: name, SQL: table.parkText}, args...)
	if err != nil {
		return err
	}
	claims, err := t.claim(ctx, table, moving)
	if err != nil {
		return err
	}
	if err := t.remove(ctx, table, claims); err != nil {
		return err
	}
	if len(claims) == len(moving) {
		return nil
	}
	found, err := t.collision(ctx, table, moving, false)
	if err != nil {
		return err
	}
	args = append(table.ownerArgs(t.tenant), idArray(parked))
	if _, err := t.exec(ctx, Statement{Name: name, SQL: table.unparkText}, args...); err != nil {
		return err
	}
	if found == nil {
		return conflict("update "+table.schema.Name, "another transaction had the key for a moment")
	}
	return found
}

// claim inserts rows that have nothing but the unique keys of some records,
// and returns the ids of those that went in.
func (t *transaction) claim(ctx context.Context, table *table, moving []storage.Record) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, len(moving))
	for i := range ids {
		id, err := uuid.NewRandom()
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	at := parameter(storage.MetaOf(moving[0]).UpdatedAt)
	args := append(table.ownerArgs(t.tenant), at, idArray(ids))
	args = append(args, arrays(table.claimData(), t.tenant, moving)...)
	return t.idsOf(ctx, Statement{Name: "claim " + table.schema.Name, SQL: table.claimText}, args...)
}

// claimData are the columns of the unique keys.
func (t *table) claimData() []datum {
	var fields []*storage.Field
	for _, index := range t.unique {
		for _, f := range index.Fields {
			if !slices.Contains(fields, f) {
				fields = append(fields, f)
			}
		}
	}
	return t.dataOf(fields)
}

// claimTexts writes the statements of clearKeys.
func (t *table) claimTexts() (park, claim, unpark string) {
	key, n := t.keyed("")
	live := "CASE WHEN deleted_at IS NULL THEN TRUE ELSE FALSE END" // in words that no index of live rows serves
	park = fmt.Sprintf("UPDATE %s SET deleted_at = $%d WHERE %s AND %s AND %s RETURNING id", t.name, n+1, key, listed("id", n), live)
	unpark = fmt.Sprintf("UPDATE %s SET deleted_at = NULL WHERE %s AND %s", t.name, key, listed("id", n))
	columns, params, next := t.owner()
	data := t.claimData()
	id := datum{name: "id", array: "uuid[]"}
	moment := placeholder(next) + "::timestamptz"
	claim = "INSERT INTO " + t.name + " (" + columns + ", version, created_at, updated_at, id, " + names(data, "") + ") SELECT " + params +
		", 0, " + moment + ", " + moment + ", u.id, " + elements(data) +
		" FROM " + unnested(append([]datum{id}, data...), next+1) + " ON CONFLICT DO NOTHING RETURNING id"
	return park, claim, unpark
}

// updateTexts writes the statements that replace one record and many.
func (t *table) updateTexts() (one, many string) {
	key, next := t.keyed("t.")
	var toOne, toMany []string
	for i, d := range t.data[1:] {
		toOne = append(toOne, d.name+" = "+placeholder(next+1+i)+d.cast)
		toMany = append(toMany, d.name+" = u."+d.name+d.cast)
	}
	one = "UPDATE " + t.name + " AS t SET " + strings.Join(toOne, ", ") + " WHERE " + key + " AND t.id = " + placeholder(next)
	many = "UPDATE " + t.name + " AS t SET " + strings.Join(toMany, ", ") + " FROM " + looked(t.data, next) + " WHERE " + key + " AND t.id = u.id"
	return one, many
}

// Delete implements storage.Transaction.
func (t *transaction) Delete(ctx context.Context, s *storage.Schema, list []storage.Stamp) error {
	if len(list) == 0 {
		return ctx.Err()
	}
	table := t.db.table(s)
	if err := t.expect(ctx, table, list); err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(list))
	for i, stamp := range list {
		ids[i] = stamp.ID
	}
	if err := t.remove(ctx, table, ids); err != nil {
		return err
	}
	of := t.holding(table)
	for _, id := range ids {
		delete(of, id)
	}
	return nil
}
