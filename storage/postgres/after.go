package postgres

import (
	"strings"

	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage"
)

// parts splits what comes after a position into conditions whose records
// follow each other in the plan's order, so that each is one range of an index.
// The first is nearly always enough for a page.
//
// After (a, b, id) come: the records with the same a and b and a later id; then
// those with the same a and a later b; then those with a later a. Where absent
// values come last (in a descending order) each step is followed by them.
func (t *transaction) parts(p *storage.Plan) ([]squirrel.Sqlizer, error) {
	if p.After == nil {
		return []squirrel.Sqlizer{nil}, nil
	}
	a := position{scope: t.scope(p), keys: p.Order, at: p.After}
	if a.oneRow() {
		return a.row(), nil
	}
	var parts []squirrel.Sqlizer
	for i := len(p.Order) - 1; i >= 0; i-- {
		for _, later := range a.later(i) {
			parts = append(parts, append(a.same(i), later).join(" AND "))
		}
	}
	return parts, nil
}

// A position is a place in an order.
type position struct {
	scope scope
	keys  []storage.OrderKey
	at    storage.Record
}

// value is the position's value of a key, nil when it is absent.
func (a position) value(i int) any { return parameter(a.keys[i].Field.Value(a.at)) }

// expr is the expression of a key.
func (a position) expr(i int) string { return a.scope.value(&a.keys[i].Field.Field) }

// same is the condition that the keys before i are those of the position.
func (a position) same(i int) conditions {
	var list conditions
	for n := range i {
		if v := a.value(n); v == nil {
			list = append(list, expr(a.expr(n)+" IS NULL"))
		} else {
			list = append(list, expr(a.expr(n)+" = ?", v))
		}
	}
	return list
}

// later are the conditions that key i comes after that of the position, one
// behind the other.
func (a position) later(i int) []squirrel.Sqlizer {
	v, key := a.value(i), a.expr(i)
	switch {
	case v == nil && a.keys[i].Desc: // nothing comes after what is absent
		return nil
	case v == nil:
		return []squirrel.Sqlizer{expr(key + " IS NOT NULL")}
	case !a.keys[i].Desc:
		return []squirrel.Sqlizer{expr(key+" > ?", v)}
	case a.scope.nullable(a.keys[i].Field):
		return []squirrel.Sqlizer{expr(key+" < ?", v), expr(key + " IS NULL")}
	default:
		return []squirrel.Sqlizer{expr(key+" < ?", v)}
	}
}

// oneRow reports whether one comparison of rows says what comes after the
// position: all keys have one direction and values, and absent values come
// before, or only those of the first key come after all.
func (a position) oneRow() bool {
	for i, k := range a.keys {
		if k.Desc != a.keys[0].Desc || a.value(i) == nil {
			return false
		}
		if k.Desc && i > 0 && a.scope.nullable(k.Field) {
			return false
		}
	}
	return true
}

// row is that comparison, and what of the first key is absent behind it.
func (a position) row() []squirrel.Sqlizer {
	names, values := make([]string, len(a.keys)), make([]any, len(a.keys))
	for i := range a.keys {
		names[i], values[i] = a.expr(i), a.value(i)
	}
	op := " > "
	if a.keys[0].Desc {
		op = " < "
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	parts := []squirrel.Sqlizer{expr("("+strings.Join(names, ", ")+")"+op+"("+marks+")", values...)}
	if a.keys[0].Desc && a.scope.nullable(a.keys[0].Field) {
		parts = append(parts, expr(names[0]+" IS NULL"))
	}
	return parts
}
