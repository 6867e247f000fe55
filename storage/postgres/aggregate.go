package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Aggregate implements storage.Transaction.
func (t *transaction) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	text, args, err := t.aggregateText(p, a)
	if err != nil {
		return nil, err
	}
	st := Statement{Name: "aggregate " + p.Schema.Name, SQL: text}
	rows, err := t.on.query(ctx, st, args...)
	if err != nil {
		return nil, t.fail(ctx, st.Name, err)
	}
	defer rows.Close()
	var list []storage.Row
	for rows.Next() {
		g := newGroup(a)
		if err := rows.Scan(g.to...); err != nil {
			return nil, t.fail(ctx, st.Name, err)
		}
		list = append(list, g.row)
	}
	return list, t.fail(ctx, st.Name, rows.Err())
}

func (t *transaction) aggregateText(p *storage.Plan, a *storage.Aggregation) (string, []any, error) {
	s := t.scope(p)
	where, err := s.filter(p)
	if err != nil {
		return "", nil, err
	}
	var columns, keys, order []string
	for _, f := range a.By {
		key := s.value(&f.Field)
		columns, keys, order = append(columns, key), append(keys, key), append(order, key+" NULLS FIRST")
	}
	columns = append(columns, "count(*)")
	for _, m := range a.Of {
		columns = append(columns, s.figure(m))
	}
	return squirrel.Select(strings.Join(columns, ", ")).From(s.from()).
		Where(where).GroupBy(keys...).OrderBy(order...).PlaceholderFormat(squirrel.Dollar).ToSql()
}

// figure is the expression of a measure. Ids have no min and max before
// PostgreSQL 18; their text has the same order.
func (s scope) figure(m storage.Measure) string {
	value := s.value(&m.Field.Field)
	name := map[storage.MeasureOp]string{storage.Sum: "sum", storage.Min: "min", storage.Max: "max"}[m.Op]
	if m.Field.Type == criteria.Ref {
		return name + "(" + value + `::text COLLATE "C")`
	}
	return name + "(" + value + ")"
}

// A group receives one row of an aggregation.
type group struct {
	row storage.Row
	to  []any
}

func newGroup(a *storage.Aggregation) *group {
	g := &group{row: storage.Row{By: make([]any, len(a.By)), Of: make([]any, len(a.Of))}}
	for i, f := range a.By {
		g.to = append(g.to, &figure{f.Type, &g.row.By[i]})
	}
	g.to = append(g.to, &g.row.Count)
	for i, m := range a.Of {
		typ := m.Field.Type
		if m.Op == storage.Sum {
			typ = criteria.Decimal
		}
		g.to = append(g.to, &figure{typ, &g.row.Of[i]})
	}
	return g
}

// A figure receives one value, of the Go type that Field.Value returns.
type figure struct {
	typ criteria.Type
	to  *any
}

// Scan implements sql.Scanner.
func (f *figure) Scan(src any) error {
	if src == nil {
		return nil
	}
	switch f.typ {
	case criteria.Text:
		return scanInto(f.to, src, scanText)
	case criteria.Integer:
		return scanInto(f.to, src, scanInteger)
	case criteria.Decimal:
		return scanInto[decimal.Decimal](f.to, src, scanDecimal)
	case criteria.Bool:
		return scanInto(f.to, src, scanBool)
	case criteria.Time:
		return scanInto(f.to, src, scanTime)
	case criteria.Day:
		return scanInto(f.to, src, scanDay)
	case criteria.Ref:
		return scanInto(f.to, src, func(id *uuid.UUID, src any) error { return id.Scan(src) })
	}
	return fmt.Errorf("postgres: a %v is not a figure", f.typ)
}

func scanInto[V any](to *any, src any, scan func(*V, any) error) error {
	var v V
	err := scan(&v, src)
	*to = v
	return err
}
