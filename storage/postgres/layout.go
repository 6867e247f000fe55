package postgres

import (
	"context"
	"database/sql"
)

// The layout table tells how the other tables were made. One row is the lease
// of Migrate; one for each kind names the rules of its terms.

// layoutName is one that no kind has: they begin with a letter.
const layoutName = "_layout"

func (c Config) layout() string { return c.qualified(layoutName) }

func (c Config) layoutTable() string {
	return "CREATE TABLE IF NOT EXISTS " + c.layout() + " (\n\tname text " + byBytes + " PRIMARY KEY,\n\tvalue text " + byBytes + " NOT NULL\n)"
}

const leaseName = "lease"

func (c Config) leaseRow() string {
	return "INSERT INTO " + c.layout() + " (name, value) VALUES ('" + leaseName + "', '') ON CONFLICT DO NOTHING"
}

// rules are the stored rules of terms, by the name of the kind.
func (d *DB) rules(ctx context.Context) (map[string]string, error) {
	rows, err := d.migrateQuery(ctx, "SELECT name, value FROM "+d.config.layout())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	rules := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		rules[name] = value
	}
	return rules, rows.Err()
}

// setRules stores the rules by which all terms of a kind are made now.
func (d *DB) setRules(ctx context.Context, t *table) error {
	return d.migrateExec(ctx, "INSERT INTO "+d.config.layout()+" (name, value) VALUES ("+literal("terms "+t.base())+", "+literal(t.rules())+") ON CONFLICT (name) DO UPDATE SET value = excluded.value")
}

// migrateQuery and migrateExec run the statements of Migrate, which come once and are
// not worth preparing.
func (d *DB) migrateQuery(ctx context.Context, text string) (rows *sql.Rows, err error) {
	ctx, done := d.config.before(ctx, Statement{Name: "migrate", SQL: text})
	defer func() { done(err) }()
	return d.db.QueryContext(ctx, text)
}

func (d *DB) migrateExec(ctx context.Context, text string) error {
	return d.apply(ctx, Statement{Name: "migrate", SQL: text})
}

// apply runs a statement by itself, unprepared.
func (d *DB) apply(ctx context.Context, st Statement) (err error) {
	ctx, done := d.config.before(ctx, st)
	defer func() { done(err) }()
	_, err = d.db.ExecContext(ctx, st.SQL)
	return err
}
