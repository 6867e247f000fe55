package postgres

import (
	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// matches returns the condition that a record of the scope is live and matches
// a criterion; nil matches all.
func (s scope) matches(where criteria.Node) (squirrel.Sqlizer, error) {
	live := expr(s.alias + "." + storage.FieldDeletedAt + " IS NULL")
	if where == nil {
		return conditions{s.here(), live}.join(" AND "), nil
	}
	is, err := s.node(where)
	return conditions{s.here(), live, is}.join(" AND "), err
}

// related looks at the records that point to the one at hand.
func (s scope) related(n *criteria.RelatedTest) (squirrel.Sqlizer, error) {
	inner, err := s.below(n.Kind)
	if err != nil {
		return nil, err
	}
	matching, err := inner.matches(n.Where)
	if err != nil {
		return nil, err
	}
	via, self := inner.value(n.Via), s.value(n.Self)
	if n.Measure == criteria.Exists {
		return expr("EXISTS (SELECT 1 FROM "+inner.from()+" WHERE "+via+" = "+self+" AND ?)", matching), nil
	}
	measure := "count(*)"
	if n.Measure == criteria.Sum {
		measure = "coalesce(sum(" + inner.value(n.Of) + "), 0)"
	}
	return s.grouped(n, inner, via, measure, matching), nil
}

// grouped compares a figure of the related records of each record. They are
// grouped once, not once for each record; a record without any is in no group,
// so where nothing satisfies the comparison the groups that do not are left out.
func (s scope) grouped(n *criteria.RelatedTest, inner scope, via, measure string, matching squirrel.Sqlizer) squirrel.Sqlizer {
	in, op := " IN ", n.Op
	if holds(op, -n.Value.Sign()) {
		in, op = " NOT IN ", opposite[op]
	}
	return expr(s.value(n.Self)+in+"(SELECT "+via+" FROM "+inner.from()+
		" WHERE "+via+" IS NOT NULL AND ? GROUP BY "+via+" HAVING "+measure+" "+operators[op]+" ?)",
		matching, parameter(n.Value))
}

// holds reports whether a comparison that came out as c satisfies an operator.
func holds(op criteria.Op, c int) bool {
	switch op {
	case criteria.Equal:
		return c == 0
	case criteria.NotEqual:
		return c != 0
	case criteria.Less:
		return c < 0
	case criteria.LessEqual:
		return c <= 0
	case criteria.Greater:
		return c > 0
	default:
		return c >= 0
	}
}

var opposite = map[criteria.Op]criteria.Op{
	criteria.Equal: criteria.NotEqual, criteria.NotEqual: criteria.Equal,
	criteria.Less: criteria.GreaterEqual, criteria.GreaterEqual: criteria.Less,
	criteria.Greater: criteria.LessEqual, criteria.LessEqual: criteria.Greater,
}

// parent looks at the record that the one at hand points to.
func (s scope) parent(n *criteria.ParentTest) (squirrel.Sqlizer, error) {
	inner, err := s.below(n.Kind)
	if err != nil {
		return nil, err
	}
	matching, err := inner.matches(n.Where)
	return expr("EXISTS (SELECT 1 FROM "+inner.from()+
		" WHERE "+inner.alias+"."+storage.FieldID+" = "+s.value(n.Field)+" AND ?)", matching), err
}
