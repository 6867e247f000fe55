package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"golang.org/x/text/cases"
)

// A Migration is one step that makes or extends the tables. Every step can be
// repeated without harm, and none takes anything away.
type Migration struct {
	Number  int    // 1, 2, 3, ... in the order in which they are to run
	Name    string // such as "table customer" or "index customer.phone"
	SQL     string // one statement
	Outside bool   // it must not run inside a transaction
}

// Migrations returns the steps that make all tables for a store with these
// kinds, those of package storage included, from nothing: for a host that
// prints them into a tool of its own. Pending returns those that a database lacks.
func (d *DB) Migrations(kinds ...storage.Described) []Migration {
	m := &migrations{config: d.config}
	m.layout(&catalog{})
	for _, t := range d.tablesOf(kinds) {
		for _, text := range t.create(d.config) {
			m.add("table "+t.base(), text)
		}
		for _, i := range t.indexes(d.config) {
			m.add("index "+i.plain, i.text(d.config, false))
		}
	}
	return m.list
}

// migrations numbers steps.
type migrations struct {
	config Config
	list   []Migration
}

// layout adds the steps that make what is there but once. Nobody makes a schema
// that is there, for it takes a right to say so.
func (m *migrations) layout(c *catalog) {
	if _, exists := c.columns[fit(m.config.Prefix+layoutName)]; exists {
		return
	}
	if !c.schema {
		m.add("schema", "CREATE SCHEMA IF NOT EXISTS "+quote(m.config.schema()))
	}
	m.add("layout", m.config.layoutTable())
	m.add("layout lease", m.config.leaseRow())
}

func (m *migrations) add(name, text string) {
	m.list = append(m.list, Migration{Number: len(m.list) + 1, Name: name, SQL: text})
}

// tablesOf returns the tables of the library's own kinds and of those given,
// each once.
func (d *DB) tablesOf(kinds []storage.Described) []*table {
	var list []*table
	seen := map[string]bool{}
	for _, k := range append(storage.OwnKinds(), kinds...) {
		if s := k.Schema(); !seen[s.Name] {
			seen[s.Name] = true
			list = append(list, d.table(s))
		}
	}
	return list
}

// base is the name of the kind that the table is of.
func (t *table) base() string {
	if t.schema.Base != nil {
		return t.schema.Base.Name
	}
	return t.schema.Name
}

// A definition is a column as it is declared.
type definition struct {
	name string // quoted
	typ  string // as format_type names it
	rest string // collation and constraints
}

func (c definition) String() string { return strings.TrimSpace(c.name + " " + c.typ + " " + c.rest) }

const byBytes = `COLLATE "C"`

// definitions are the columns of the table.
func (t *table) definitions() []definition {
	list := []definition{{tenantColumn, "text", byBytes + " NOT NULL"}}
	if t.schema.Generic() {
		list = append(list, definition{kindColumn, "text", byBytes + " NOT NULL"})
	}
	for _, c := range t.fields {
		list = append(list, definition{c.name, c.typ, c.rest()})
	}
	if t.custom {
		list = append(list, definition{customColumn, "jsonb", ""})
	}
	if t.folded {
		list = append(list, definition{foldedColumn, "jsonb", ""})
	}
	if t.terms {
		list = append(list, definition{termsColumn, "bigint[]", ""})
	}
	return list
}

// rest is the collation of a column and whether it may be absent. A number
// that is always present has a default, so that it can be added to a table.
func (c column) rest() string {
	var rest []string
	if c.typ == "text" || c.typ == "text[]" {
		rest = append(rest, byBytes)
	}
	if !c.filled {
		return strings.Join(rest, " ")
	}
	rest = append(rest, "NOT NULL")
	switch {
	case c.typ == "boolean":
		rest = append(rest, "DEFAULT false")
	case c.typ == "bigint" && c.field.Name == storage.FieldVersion:
	case c.typ == "bigint" || c.typ == "numeric":
		rest = append(rest, "DEFAULT 0")
	}
	return strings.Join(rest, " ")
}

// primary are the columns of the primary key.
func (t *table) primary() string {
	if t.schema.Generic() {
		return tenantColumn + ", " + kindColumn + ", id"
	}
	return tenantColumn + ", id"
}

// create returns the statements that make the table, in its parts where it has some.
func (t *table) create(c Config) []string {
	lines := make([]string, 0, 16)
	for _, column := range t.definitions() {
		lines = append(lines, "\t"+column.String())
	}
	lines = append(lines, "\tPRIMARY KEY ("+t.primary()+")")
	text := "CREATE TABLE IF NOT EXISTS " + t.name + " (\n" + strings.Join(lines, ",\n") + "\n)"
	if c.partitions == 0 {
		return []string{text}
	}
	list := []string{text + " PARTITION BY HASH (" + tenantColumn + ")"}
	for i := range c.partitions {
		list = append(list, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)",
			c.qualified(fmt.Sprintf("%s_p%d", t.base(), i)), t.name, c.partitions, i))
	}
	return list
}

// An index is one of a table.
type index struct {
	plain  string // its name in the catalog
	table  *table
	method string
	on     string
	with   string // storage parameters
	unique bool
}

// indexes are those of the kind: unique keys over live records, ordered
// indexes that end with the id as orders do, and one inverted index of terms.
// Tables and indexes share their names in a schema; no kind's name has a dot.
func (t *table) indexes(c Config) []index {
	var list []index
	for _, i := range t.schema.Indexes {
		if inverted(i) {
			continue
		}
		name := fit(c.Prefix + t.base() + "." + strings.Join(i.Keys(), "."))
		keys := []string{tenantColumn}
		for _, f := range i.Fields {
			key := quote(f.Name)
			if column, _ := t.column(f.Name); !column.filled && !i.Unique {
				key += " NULLS FIRST"
			}
			keys = append(keys, key)
		}
		if !i.Unique && !slices.ContainsFunc(i.Fields, func(f *storage.Field) bool { return f.Name == storage.FieldID }) {
			keys = append(keys, "id")
		}
		list = append(list, index{plain: name, table: t, on: strings.Join(keys, ", "), unique: i.Unique})
	}
	if t.terms {
		list = append(list, index{plain: fit(c.Prefix + t.base() + "." + termsColumn), table: t, method: "USING gin ", on: termsColumn, with: sortedTerms})
	}
	return list
}

// text is the statement that makes the index.
func (i index) text(c Config, concurrently bool) string {
	text := "CREATE "
	if i.unique {
		text += "UNIQUE "
	}
	text += "INDEX "
	if concurrently {
		text += "CONCURRENTLY "
	}
	text += "IF NOT EXISTS " + quote(i.plain) + " ON " + i.table.name + " " + i.method + "(" + i.on + ")"
	if i.unique {
		text += " WHERE deleted_at IS NULL"
	}
	return text + i.with
}

// sortedTerms has an inverted index sort in at once what is written. It would else keep the
// last four megabytes of terms aside, and every query would read all of them for each of its
// terms: one for 640 took 240 to 500 ms, and 15 with nothing aside. To insert records
// with 15 terms each took 86 instead of 36 microseconds a record.
const sortedTerms = " WITH (fastupdate = off)"

// rules names what the terms and folded texts of a kind are made of, the tables
// of Unicode included that criteria.Fold goes by: when it changes, those of
// stored records must be made anew.
func (t *table) rules() string {
	if !t.terms {
		return ""
	}
	rules := []string{"1 unicode-" + cases.UnicodeVersion}
	for _, i := range t.schema.Indexes {
		if inverted(i) {
			rules = append(rules, i.Fields[0].Name+isValue)
		}
	}
	for _, f := range t.schema.Fields {
		if f.Searchable && f.Type == criteria.Text {
			rules = append(rules, f.Name+hasPair)
		}
	}
	slices.Sort(rules[1:])
	return strings.Join(rules, " ")
}
