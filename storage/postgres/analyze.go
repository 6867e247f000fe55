package postgres

import "context"

// manyRows is from how many copied rows on a transaction looks whether the
// server's statistics still fit the table.
const manyRows = 1000

// refresh brings the statistics of tables up to date that a committed
// transaction has filled. The server does so by itself, within a minute or so; but
// the rest of an import does not wait, and meanwhile the server takes every
// condition for one that half the table meets, and reads all of it each time.
// Whatever fails here, the records are committed.
func (d *DB) refresh(ctx context.Context, copied map[*table]int) {
	for table, n := range copied {
		if n >= manyRows && d.outgrown(ctx, table) {
			_ = d.apply(ctx, Statement{Name: "analyze " + table.schema.Name, SQL: "ANALYZE (SKIP_LOCKED) " + table.name})
		}
	}
}

// outgrown reports whether a table has ten times the size that the server
// knows of. It asks without parameters, which a pooler might part.
func (d *DB) outgrown(ctx context.Context, t *table) (outgrown bool) {
	st := Statement{Name: "size " + t.schema.Name, SQL: "SELECT c.relpages * 10.0 < pg_catalog.pg_relation_size(c.oid) / 8192" +
		" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" +
		" WHERE n.nspname = " + literal(d.config.schema()) + " AND c.relname = " + literal(t.plain)}
	ctx, done := d.config.before(ctx, st)
	err := d.db.QueryRowContext(ctx, st.SQL).Scan(&outgrown)
	done(err)
	return err == nil && outgrown
}
