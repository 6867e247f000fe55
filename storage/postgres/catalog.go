package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// A catalog is what a database has in the schema of the tables.
type catalog struct {
	schema  bool                         // it is there
	columns map[string]map[string]stored // by table and name
	indexes map[string]bool              // whether they are valid, by name
}

// stored is a column as it is there.
type stored struct {
	typ    string // as format_type names it
	filled bool   // NOT NULL
}

func (s stored) String() string {
	if s.filled {
		return s.typ + " NOT NULL"
	}
	return s.typ
}

// stored is the column as the catalog has it once it is made.
func (c definition) stored() stored {
	return stored{strings.Replace(c.typ, "timestamptz", "timestamp with time zone", 1), strings.Contains(c.rest, "NOT NULL")}
}

// catalog reads what is there.
func (d *DB) catalog(ctx context.Context) (*catalog, error) {
	c := &catalog{columns: map[string]map[string]stored{}, indexes: map[string]bool{}}
	err := d.each(ctx, schemaText, func(scan func(...any) error) error { return scan(&c.schema) })
	if err != nil {
		return nil, err
	}
	err = d.each(ctx, columnsText, func(scan func(...any) error) error {
		var table, column string
		var is stored
		if err := scan(&table, &column, &is.typ, &is.filled); err != nil {
			return err
		}
		if c.columns[table] == nil {
			c.columns[table] = map[string]stored{}
		}
		c.columns[table][column] = is
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, d.each(ctx, indexesText, func(scan func(...any) error) error {
		var name string
		var valid bool
		err := scan(&name, &valid)
		c.indexes[name] = valid
		return err
	})
}

const schemaText = `SELECT true FROM pg_catalog.pg_namespace WHERE nspname = %s`

const columnsText = `SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`

const indexesText = `SELECT c.relname, x.indisvalid
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s`

// each runs a query about the schema, whose name goes into the text: through a
// pooler a statement with parameters needs a transaction.
func (d *DB) each(ctx context.Context, text string, row func(scan func(...any) error) error) error {
	rows, err := d.migrateQuery(ctx, fmt.Sprintf(text, literal(d.config.schema())))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// missing returns the steps that a table lacks.
func (c *catalog) missing(m *migrations, t *table) error {
	have, exists := c.columns[t.plain]
	if !exists {
		for _, text := range t.create(m.config) {
			m.add("table "+t.base(), text)
		}
	}
	for _, want := range t.definitions() {
		name := strings.ReplaceAll(strings.Trim(want.name, `"`), `""`, `"`)
		switch is, ok := have[name]; {
		case !exists:
		case !ok:
			m.add("column "+t.base()+"."+name, "ALTER TABLE "+t.name+" ADD COLUMN IF NOT EXISTS "+want.String())
		case is != want.stored():
			return fmt.Errorf("postgres: %w: column %s of table %s is %s, not %s: rename the field, or change the column by hand",
				storage.ErrInvalid, name, t.plain, is, want.stored())
		}
	}
	for _, i := range t.indexes(m.config) {
		c.missingIndex(m, i, exists && m.config.partitions == 0)
	}
	return nil
}

// missingIndex adds the step that makes an index; beside the work of others if
// the table has records. One that such a step has left half made goes first.
func (c *catalog) missingIndex(m *migrations, i index, used bool) {
	valid, exists := c.indexes[i.plain]
	if valid {
		return
	}
	if exists {
		m.add("index "+i.plain, "DROP INDEX IF EXISTS "+quote(m.config.schema())+"."+quote(i.plain))
	}
	m.add("index "+i.plain, i.text(m.config, used))
	m.list[len(m.list)-1].Outside = used
}
