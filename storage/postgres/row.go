package postgres

import (
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A datum is a column as rows are written: how its text form is made from a
// record, and what it is on the way and in the table.
type datum struct {
	name   string // quoted
	array  string // the type of an array that carries many of them
	cast   string // from an element of that array to the column; "" for none
	quoted bool   // its text form may hold characters that mean something in an array
	text   func(dst []byte, tenant string, r storage.Record) ([]byte, bool)
}

// data returns the columns that rows are written to, without tenant and kind.
func (t *table) newData() []datum {
	var list []datum
	for _, c := range t.fields {
		f := c.field
		d := datum{name: c.name, array: c.array, quoted: quotable(f.Type)}
		if f.Type == criteria.Texts {
			d.cast = "::text[]"
		}
		d.text = func(dst []byte, _ string, r storage.Record) ([]byte, bool) { return appendField(dst, f, r) }
		list = append(list, d)
	}
	if t.custom {
		list = append(list, datum{name: customColumn, array: "text[]", cast: "::jsonb", quoted: true, text: customText})
	}
	if t.folded {
		list = append(list, datum{name: foldedColumn, array: "text[]", cast: "::jsonb", quoted: true, text: t.foldedText})
	}
	if t.terms {
		list = append(list, datum{name: termsColumn, array: "text[]", cast: "::bigint[]", quoted: true, text: t.termsText})
	}
	return list
}

func customText(dst []byte, _ string, r storage.Record) ([]byte, bool) {
	c := storage.MetaOf(r).Custom
	if c.Len() == 0 {
		return dst, false
	}
	text, err := c.MarshalJSON()
	return append(dst, text...), err == nil
}

func (t *table) foldedText(dst []byte, _ string, r storage.Record) ([]byte, bool) {
	text := t.foldedOf(r)
	return append(dst, text...), text != ""
}

func (t *table) termsText(dst []byte, tenant string, r storage.Record) ([]byte, bool) {
	terms := t.termsOf(tenant, r)
	return appendTerms(dst, terms), len(terms) > 0
}

// arrays returns one array for each column, with an element for each record.
func arrays(data []datum, tenant string, list []storage.Record) []any {
	args := make([]any, len(data))
	var scratch []byte
	for i, d := range data {
		a := newArray(16 * len(list))
		for _, r := range list {
			var present bool
			scratch, present = d.text(scratch[:0], tenant, r)
			switch {
			case !present:
				a.null()
			case d.quoted:
				a.quoted(scratch)
			default:
				a.plain(scratch)
			}
		}
		args[i] = a.String()
	}
	return args
}

// single returns the columns of one record as parameters.
func single(data []datum, tenant string, r storage.Record) []any {
	args := make([]any, len(data))
	var scratch []byte
	for i, d := range data {
		text, present := d.text(scratch[:0], tenant, r)
		if present {
			args[i] = string(text)
		}
		scratch = text
	}
	return args
}

// names lists the columns.
func names(data []datum, prefix string) string {
	list := make([]string, len(data))
	for i, d := range data {
		list[i] = prefix + d.name
	}
	return strings.Join(list, ", ")
}

// elements lists the columns of unnested arrays, cast to those of the table.
func elements(data []datum) string {
	list := make([]string, len(data))
	for i, d := range data {
		list[i] = "u." + d.name + d.cast
	}
	return strings.Join(list, ", ")
}

// unnested is the table of arrays that begin at a parameter, named u.
func unnested(data []datum, first int) string {
	return unnest(data, func(i int) string { return placeholder(first+i) + "::" + data[i].array })
}

// looked is unnested for rows that are looked up by their ids.
func looked(data []datum, first int) string {
	return unnest(data, func(i int) string { return veiled(first+i, data[i].array) })
}

func unnest(data []datum, param func(int) string) string {
	list := make([]string, len(data))
	for i := range data {
		list[i] = param(i)
	}
	return "unnest(" + strings.Join(list, ", ") + ") AS u(" + names(data, "") + ")"
}

// listed is the condition that an id is one of an array parameter.
func listed(id string, n int) string { return id + " IN (SELECT unnest(" + veiled(n, "uuid[]") + "))" }

// veiled is an array parameter whose length the server does not see when it
// plans: it takes it for ten elements then, and looks each of them up by the index
// that fits. If it sees thousands, and has no statistics of the table yet, it
// reads all records of the tenant instead, which it thinks to be few.
func veiled(n int, array string) string { return "(SELECT " + placeholder(n) + "::" + array + ")" }

// owner are the columns before the data, and their parameters.
func (t *table) owner() (columns, params string, next int) {
	if t.kind == "" {
		return tenantColumn, "$1::text", 2
	}
	return tenantColumn + ", " + kindColumn, "$1::text, $2::text", 3
}

// ownerArgs are the parameters of owner and of keyed.
func (t *table) ownerArgs(tenant string) []any { return append([]any{tenant}, t.kindArg()...) }
