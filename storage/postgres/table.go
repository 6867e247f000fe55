package postgres

import (
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Columns that are not fields. No field has such a name: those of storage are
// refused there, and the others begin with an underscore.
const (
	tenantColumn = "tenant"
	customColumn = "custom"  // the values of custom fields
	kindColumn   = "_kind"   // in the table of kinds defined at run time: which one
	termsColumn  = "_terms"  // what the inverted index finds a record by; see terms.go
	foldedColumn = "_folded" // the folded form of searchable texts that differ from it
)

// A table is how the records of a kind lie in the database: what statements
// and migrations are written from. It is immutable.
type table struct {
	name    string // qualified and quoted
	plain   string // as the catalog has it
	schema  *storage.Schema
	fields  []column // of Meta, then those described: what every statement reads and writes
	custom  bool     // there is a column for custom fields
	terms   bool     // there is a column of terms
	folded  bool     // there is a column of folded texts
	kind    string   // the value of the kind column, "" where there is none
	columns string   // the list that rows are read by
	data    []datum  // the columns that rows are written to
	unique  []storage.Index

	// The statements that do not depend on the caller.
	getTexts                        map[bool]map[storage.Lock]string // by many and lock
	idsText, deleteText             string
	insertOne, insertMany, copyText string
	updateOne, updateMany           string
	parkText, claimText, unparkText string
}

// A column is a field in the database.
type column struct {
	name   string // quoted
	field  *storage.Field
	typ    string // in a table
	array  string // of an array of its values
	filled bool   // never NULL
}

// newTable describes the table of a kind.
func newTable(c Config, s *storage.Schema) *table {
	base := s
	if s.Base != nil {
		base = s.Base
	}
	t := &table{name: c.qualified(base.Name), plain: fit(c.Prefix + base.Name), schema: s, custom: !s.Fixed()}
	t.terms, t.folded = t.custom, t.custom
	for _, f := range append(s.MetaFields(), s.Fields...) {
		t.fields = append(t.fields, newColumn(f))
		t.folded = t.folded || f.Searchable
		t.terms = t.terms || f.Searchable
	}
	for _, i := range s.Indexes {
		t.terms = t.terms || inverted(i)
	}
	if s.Base != nil {
		t.kind = s.Name
	}
	for _, i := range s.Indexes {
		if i.Unique {
			t.unique = append(t.unique, i)
		}
	}
	t.data = t.newData()
	t.write()
	return t
}

// write writes the statements that do not depend on the caller.
func (t *table) write() {
	t.columns = t.list("t")
	t.getTexts = map[bool]map[storage.Lock]string{}
	for _, many := range []bool{false, true} {
		t.getTexts[many] = map[storage.Lock]string{}
		for lock := range rowLocks {
			t.getTexts[many][lock] = t.getText(many, lock)
		}
	}
	key, n := t.keyed("")
	t.idsText = "SELECT id FROM " + t.name + " WHERE " + key + " AND " + listed("id", n)
	t.deleteText = "DELETE FROM " + t.name + " WHERE " + key + " AND " + listed("id", n)
	t.insertOne, t.insertMany = t.insertTexts()
	t.updateOne, t.updateMany = t.updateTexts()
	t.copyText = t.copyInText()
	if len(t.unique) > 0 {
		t.parkText, t.claimText, t.unparkText = t.claimTexts()
	}
}

// inverted reports whether an index is over a set of texts, which the terms serve.
func inverted(i storage.Index) bool { return i.Fields[0].Type == criteria.Texts }

func newColumn(f *storage.Field) column {
	typ := columnTypes[f.Type]
	c := column{name: quote(f.Name), field: f, typ: typ, array: typ + "[]"}
	if f.Type == criteria.Texts {
		c.array = "text[]" // arrays of arrays must be square: each set comes as text
	}
	switch f.Type {
	case criteria.Integer, criteria.Decimal, criteria.Bool:
		c.filled = !f.Optional
	default:
		c.filled = f.Name == storage.FieldID || f.Name == storage.FieldCreatedAt || f.Name == storage.FieldUpdatedAt
	}
	return c
}

// columnTypes are the types of columns. Text is compared by bytes. Opaque JSON
// is kept as text, because jsonb would lose the order of its keys.
var columnTypes = map[criteria.Type]string{
	criteria.Text:    "text",
	criteria.Integer: "bigint",
	criteria.Decimal: "numeric",
	criteria.Bool:    "boolean",
	criteria.Time:    "timestamptz",
	criteria.Day:     "date",
	criteria.Ref:     "uuid",
	criteria.Texts:   "text[]",
	criteria.JSON:    "text",
}

// list returns the columns that a row is read from, of the table with an alias.
func (t *table) list(alias string) string {
	var b strings.Builder
	for i, c := range t.fields {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(alias + "." + c.name)
	}
	if t.custom {
		b.WriteString(", " + alias + "." + customColumn)
	}
	return b.String()
}

// column returns the column of a described field or of Meta.
func (t *table) column(name string) (column, bool) {
	for _, c := range t.fields {
		if c.field.Name == name {
			return c, true
		}
	}
	return column{}, false
}
