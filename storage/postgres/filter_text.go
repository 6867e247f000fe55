package postgres

import (
	"unicode/utf8"

	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage/criteria"
)

// matching asks for a text inside another, byte for byte.
func (s scope) matching(n *criteria.Matching) squirrel.Sqlizer {
	switch n.Mode {
	case criteria.PrefixMode:
		return s.prefix(n)
	case criteria.ContainsMode:
		return expr("strpos("+s.value(n.Field)+", ?) > 0", n.Text)
	default:
		return s.search(n)
	}
}

// prefix asks for a range, which an index on the column serves: LIKE with a
// parameter does not.
func (s scope) prefix(n *criteria.Matching) squirrel.Sqlizer {
	value := s.value(n.Field)
	if n.Text == "" {
		return expr(value + " IS NOT NULL")
	}
	from := expr(value+" >= ?", n.Text)
	if end, ok := behind(n.Text); ok {
		return conditions{from, expr(value+" < ?", end)}.join(" AND ")
	}
	return conditions{from, expr("starts_with("+value+", ?)", n.Text)}.join(" AND ")
}

// behind returns the least text that is greater than all that begin with a
// text, if there is one.
func behind(text string) (string, bool) {
	for text != "" {
		last, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		for next := last + 1; next <= utf8.MaxRune; next++ {
			if utf8.ValidRune(next) {
				return text + string(next), true
			}
		}
	}
	return "", false
}

// search asks for a folded text inside the folded form of a field: first by
// its pairs of characters, if it has two and the field's are kept.
func (s scope) search(n *criteria.Matching) squirrel.Sqlizer {
	is := expr("strpos("+s.folded(n.Field)+", ?) > 0", n.Text)
	if custom(n.Field) || utf8.RuneCountInString(n.Text) < 2 {
		return is
	}
	h := newHasher(s.tenant, s.table.schema.Name).field(n.Field.Name, hasPair)
	return conditions{s.found("@>", h.pairs(nil, n.Text)), is}.join(" AND ")
}

// annual asks for days of the year. Where Go and the server know a zone by
// different rules, days at its edges differ.
func (s scope) annual(n *criteria.Annual) squirrel.Sqlizer {
	days := make([]any, len(n.Days))
	for i, d := range n.Days {
		days[i] = int64(d)
	}
	value := s.value(n.Field)
	if n.Field.Type == criteria.Day && custom(n.Field) {
		return expr("(substr("+value+", 6, 2) || substr("+value+", 9, 2))::integer = ANY(?::integer[])", arrayOf(days))
	}
	if n.Field.Type == criteria.Time {
		at := "(" + value + " AT TIME ZONE ?)"
		return expr("(extract(month FROM "+at+") * 100 + extract(day FROM "+at+"))::integer = ANY(?::integer[])", n.Zone.String(), n.Zone.String(), arrayOf(days))
	}
	return expr("(extract(month FROM "+value+") * 100 + extract(day FROM "+value+"))::integer = ANY(?::integer[])", arrayOf(days))
}
