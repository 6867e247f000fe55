package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A scope is where a condition stands: the table that its fields belong to,
// under the alias that it has in the statement.
//
// Conditions are built with squirrel, and only conditions, because their form
// depends on the caller. A constant is always a parameter, lists are one
// parameter each, so that conditions of one form are one statement.
type scope struct {
	db     *DB
	tenant string
	table  *table
	alias  string
	depth  int
}

// expr is one condition with its parameters.
func expr(sql string, args ...any) squirrel.Sqlizer { return squirrel.Expr(sql, args...) }

// from names the table and its alias. A question mark in the host's names is
// doubled, for a single one is squirrel's mark of a parameter.
func (s scope) from() string {
	return strings.ReplaceAll(s.table.name, "?", "??") + " AS " + s.alias
}

// here returns the condition that a record belongs to the tenant and the kind.
func (s scope) here() squirrel.Sqlizer {
	if s.table.kind != "" {
		return expr(s.alias+"."+tenantColumn+" = ? AND "+s.alias+"."+kindColumn+" = ?", s.tenant, s.table.kind)
	}
	return expr(s.alias+"."+tenantColumn+" = ?", s.tenant)
}

// below returns the scope of records of another kind inside the condition.
func (s scope) below(k criteria.Kind) (scope, error) {
	schema := storage.SchemaOf(k)
	if schema == nil {
		return s, fmt.Errorf("postgres: kind %s is not of package storage", k.Name())
	}
	inner := s
	inner.table, inner.depth = s.db.table(schema), s.depth+1
	inner.alias = fmt.Sprintf("t%d", inner.depth)
	return inner, nil
}

// node writes a checked criterion. Where a field is absent the result may be
// NULL, which stands for false: a WHERE leaves it out, And and Or carry it on,
// and Negation takes it for false.
func (s scope) node(n criteria.Node) (squirrel.Sqlizer, error) {
	switch n := n.(type) {
	case *criteria.And:
		return s.list(n.Of, " AND ", "TRUE")
	case *criteria.Or:
		return s.list(n.Of, " OR ", "FALSE")
	case *criteria.Negation:
		of, err := s.node(n.Of)
		return expr("((?) IS NOT TRUE)", of), err
	case *criteria.Comparison:
		return s.comparison(n), nil
	case *criteria.Membership:
		return s.membership(n), nil
	case *criteria.Holding:
		return s.holding(n), nil
	case *criteria.Absence:
		return expr(s.value(n.Field) + " IS NULL"), nil
	case *criteria.Matching:
		return s.matching(n), nil
	case *criteria.Annual:
		return s.annual(n), nil
	case *criteria.RelatedTest:
		return s.related(n)
	case *criteria.ParentTest:
		return s.parent(n)
	}
	return nil, fmt.Errorf("postgres: a condition of type %T is not known", n)
}

func (s scope) list(of []criteria.Node, glue, empty string) (squirrel.Sqlizer, error) {
	if len(of) == 0 {
		return expr(empty), nil
	}
	parts := make(conditions, len(of))
	for i, n := range of {
		var err error
		if parts[i], err = s.node(n); err != nil {
			return nil, err
		}
	}
	return parts.join(glue), nil
}

// conditions are several that are joined by AND or OR.
type conditions []squirrel.Sqlizer

func (c conditions) join(glue string) squirrel.Sqlizer {
	if len(c) == 1 {
		return c[0]
	}
	if glue == " AND " {
		return squirrel.And(c)
	}
	return squirrel.Or(c)
}

var operators = map[criteria.Op]string{
	criteria.Equal: "=", criteria.NotEqual: "<>",
	criteria.Less: "<", criteria.LessEqual: "<=",
	criteria.Greater: ">", criteria.GreaterEqual: ">=",
}

func (s scope) comparison(n *criteria.Comparison) squirrel.Sqlizer {
	is := expr(s.value(n.Field)+" "+operators[n.Op]+" ?", parameter(n.Value))
	if n.Op == criteria.Equal && custom(n.Field) && n.Field.Type != criteria.Bool {
		return conditions{s.found("@>", s.termsOf(n.Field, n.Value)), is}.join(" AND ")
	}
	return is
}

func (s scope) membership(n *criteria.Membership) squirrel.Sqlizer {
	is := expr(s.value(n.Field)+" = ANY(?"+castOf(n.Field)+")", arrayOf(n.Values))
	if custom(n.Field) && n.Field.Type != criteria.Bool {
		return conditions{s.found("&&", s.termsOf(n.Field, n.Values...)), is}.join(" AND ")
	}
	return is
}

// castOf gives an array of constants its type where the server could not tell.
func castOf(f *criteria.Field) string {
	if f.Type == criteria.Day && custom(f) {
		return "::text[]"
	}
	return "::" + columnTypes[f.Type] + "[]"
}

// holding asks for texts in a set, first by their terms if the set is indexed.
func (s scope) holding(n *criteria.Holding) squirrel.Sqlizer {
	if s.longLookup(n) {
		return s.anyOfMany(n)
	}
	op, function := "&&", "jsonb_exists_any"
	if n.Every {
		op, function = "@>", "jsonb_exists_all"
	}
	if custom(n.Field) {
		is := expr(function+"("+s.value(n.Field)+", ?::text[])", texts(n.Values))
		return conditions{s.found(op, s.terms(n.Field, n.Values)), is}.join(" AND ")
	}
	is := expr(s.value(n.Field)+" "+op+" ?::text[]", texts(n.Values))
	if s.indexed(n.Field) {
		return conditions{s.found(op, s.terms(n.Field, n.Values)), is}.join(" AND ")
	}
	return is
}

// manyTexts is from how many texts on a set is asked for them in the form of anyOfMany.
const manyTexts = 16

// longLookup reports whether a condition looks for records by any of many texts.
func (s scope) longLookup(n *criteria.Holding) bool {
	return !n.Every && len(n.Values) >= manyTexts && !custom(n.Field) && s.indexed(n.Field)
}

// anyOfMany asks for any of many texts. Two arrays are compared element by element,
// each with each, where the keys of an object are found by halving; so the texts come as one.
// The terms come out of a query, so that the server plans for a hundredth of all
// records instead of adding up, for each of the many, what it assumes of a value that it does
// not know: by that it would read the whole table.
func (s scope) anyOfMany(n *criteria.Holding) squirrel.Sqlizer {
	is := expr("jsonb_exists_any(?::jsonb, "+s.value(n.Field)+")", textKeys(n.Values))
	terms := expr(s.alias+"."+termsColumn+" && (SELECT ?::bigint[])", string(appendTerms(nil, s.terms(n.Field, n.Values))))
	return conditions{is, terms}.join(" AND ")
}

// looksUp reports whether all that a condition finds is found by any of many texts.
func (s scope) looksUp(n criteria.Node) bool {
	switch n := n.(type) {
	case *criteria.And:
		return slices.ContainsFunc(n.Of, s.looksUp)
	case *criteria.Holding:
		return s.longLookup(n)
	}
	return false
}

// indexed reports whether the records' terms hold the texts of a set.
func (s scope) indexed(f *criteria.Field) bool {
	return slices.ContainsFunc(s.table.schema.Indexes, func(i storage.Index) bool {
		return inverted(i) && i.Fields[0].Name == f.Name
	})
}

// found asks for records that have all of some terms, or any of them.
func (s scope) found(op string, terms []int64) squirrel.Sqlizer {
	return expr(s.alias+"."+termsColumn+" "+op+" ?::bigint[]", string(appendTerms(nil, terms)))
}

// terms are those of texts in a set.
func (s scope) terms(f *criteria.Field, list []string) []int64 {
	h := newHasher(s.tenant, s.table.schema.Name).field(f.Name, isValue)
	terms := make([]int64, len(list))
	for i, text := range list {
		terms[i] = h.term(text)
	}
	return terms
}

// termsOf are those of the values of a custom field.
func (s scope) termsOf(f *criteria.Field, values ...any) []int64 {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = keptForm(v)
	}
	return s.terms(f, list)
}
