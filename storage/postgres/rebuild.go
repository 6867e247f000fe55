package postgres

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// rebuild makes the terms and folded texts of all records of a table anew,
// those of all tenants. Versions stay: nothing that a reader sees is changed.
func (d *DB) rebuild(ctx context.Context, t *table) error {
	tenants, err := d.tenants(ctx, t)
	if err != nil {
		return d.fail(ctx, "rebuild "+t.base(), err)
	}
	for _, tenant := range tenants {
		kinds := []*table{t}
		if t.schema.Generic() {
			if kinds, err = d.variants(ctx, t, tenant); err != nil {
				return d.fail(ctx, "rebuild "+t.base(), err)
			}
		}
		for _, kind := range kinds {
			if err := d.rebuildTenant(ctx, kind, tenant); err != nil {
				return err
			}
		}
	}
	return nil
}

// tenants lists the tenants that have records in a table.
func (d *DB) tenants(ctx context.Context, t *table) (list []string, err error) {
	return d.strings(ctx, "SELECT DISTINCT tenant FROM "+t.name+" ORDER BY tenant")
}

// variants are the kinds defined at run time that a tenant has records of.
func (d *DB) variants(ctx context.Context, t *table, tenant string) ([]*table, error) {
	names, err := d.strings(ctx, "SELECT DISTINCT "+kindColumn+" FROM "+t.name+" WHERE tenant = "+literal(tenant)+" ORDER BY 1")
	list := make([]*table, len(names))
	for i, name := range names {
		list[i] = d.table(storage.Entities(name).Schema())
	}
	return list, err
}

func (d *DB) strings(ctx context.Context, text string) ([]string, error) {
	rows, err := d.migrateQuery(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// rebuildTenant makes those of one tenant anew, a batch a transaction.
func (d *DB) rebuildTenant(ctx context.Context, t *table, tenant string) error {
	plan := &storage.Plan{
		Schema: t.schema, Where: &criteria.And{}, Limit: batchRows, Lock: storage.ForUpdate, Deleted: storage.DeletedToo,
		Order: []storage.OrderKey{{Field: t.schema.Field(storage.FieldID)}},
	}
	for {
		tx, err := d.Begin(ctx, tenant, storage.Write)
		if err != nil {
			return err
		}
		n, err := tx.(*transaction).rebuildBatch(ctx, t, plan)
		if err == nil {
			err = tx.Commit(ctx)
		}
		if rolled := tx.Rollback(); err != nil || rolled != nil || n < batchRows {
			return err
		}
	}
}

func (t *transaction) rebuildBatch(ctx context.Context, of *table, plan *storage.Plan) (int, error) {
	list, err := t.Find(ctx, plan)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	plan.After = list[len(list)-1]
	_, err = t.exec(ctx, Statement{Name: "rebuild " + of.base(), SQL: of.rebuildText()}, append(of.ownerArgs(t.tenant), arrays(of.rebuilt(), t.tenant, list)...)...)
	return len(list), err
}

// rebuilt are the columns that are made anew, the id first.
func (t *table) rebuilt() []datum {
	list := []datum{t.data[0]}
	return append(list, slices.DeleteFunc(slices.Clone(t.data), func(d datum) bool { return d.name != termsColumn && d.name != foldedColumn })...)
}

func (t *table) rebuildText() string {
	key, next := t.keyed("t.")
	data := t.rebuilt()
	set := ""
	for _, d := range data[1:] {
		if set != "" {
			set += ", "
		}
		set += d.name + " = u." + d.name + d.cast
	}
	return "UPDATE " + t.name + " AS t SET " + set + " FROM " + looked(data, next) + " WHERE " + key + " AND t.id = u.id"
}
