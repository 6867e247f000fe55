package postgres

import (
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
)

// custom reports whether a field is one that a tenant has added.
func custom(f *criteria.Field) bool { return strings.HasPrefix(f.Name, customPrefix) }

// value is the expression for the value of a field, NULL when it is absent.
func (s scope) value(f *criteria.Field) string {
	if custom(f) {
		return s.customValue(f)
	}
	return s.alias + "." + quote(f.Name)
}

// customValue is the expression for the value of a custom field. A value of
// another type, which an earlier definition of the name has left, is absent;
// so each cast is behind a test that it cannot fail.
func (s scope) customValue(f *criteria.Field) string {
	key := literal(strings.TrimPrefix(f.Name, customPrefix))
	raw := "(" + s.alias + "." + customColumn + "->" + key + ")"
	text := "(" + s.alias + "." + customColumn + "->>" + key + ")"
	of := func(typ, test, value string) string {
		if test != "" {
			test = " AND " + text + " ~ '" + test + "'"
		}
		return "(CASE WHEN jsonb_typeof(" + raw + ") = '" + typ + "'" + test + " THEN " + value + " END)"
	}
	switch f.Type {
	case criteria.Integer:
		return of("number", "", text+"::bigint")
	case criteria.Bool:
		return of("boolean", "", text+"::boolean")
	case criteria.Texts:
		return of("array", "", raw)
	case criteria.Decimal:
		return of("string", `^[-]{0,1}[0-9]+([.][0-9]+){0,1}$`, text+"::numeric")
	case criteria.Time:
		return of("string", `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$`, text+"::timestamptz")
	case criteria.Day:
		return "(" + of("string", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, text) + ` COLLATE "C")` // text orders days
	case criteria.Ref:
		return of("string", `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, text+"::uuid")
	default:
		return "(" + of("string", "", text) + ` COLLATE "C")`
	}
}

// keptForm is the text under which a custom value has its term: as storage
// keeps it.
func keptForm(value any) string {
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	text, _ := parameter(value).(string)
	return text
}

// folded is the expression for the folded form of a searchable text.
func (s scope) folded(f *criteria.Field) string {
	return "coalesce(" + s.alias + "." + foldedColumn + "->>" + literal(f.Name) + ", " + s.value(f) + ")"
}
