package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/Masterminds/squirrel"
	"github.com/clientele-go/clientele/storage"
)

// Find implements storage.Transaction.
func (t *transaction) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	var list []storage.Record
	err := t.find(ctx, p, p.Limit, func(r storage.Record) bool {
		list = append(list, r)
		return true
	})
	if err == nil && p.Lock != storage.NoLock {
		t.holdAll(t.db.table(p.Schema), list)
	}
	return list, err
}

// find hands out up to limit records of a plan, or all. What comes after a
// position may take more than one statement; see after.go.
func (t *transaction) find(ctx context.Context, p *storage.Plan, limit int, yield func(storage.Record) bool) error {
	parts, err := t.parts(p)
	if err != nil {
		return err
	}
	left, going := limit, true
	for _, part := range parts {
		text, args, err := t.selectText(p, part, left)
		if err != nil {
			return err
		}
		st := Statement{Name: "find " + p.Schema.Name, SQL: text}
		err = t.each(ctx, st, t.db.table(p.Schema), args, func(r storage.Record) bool {
			left--
			going = yield(r)
			return going
		})
		if err != nil || !going || (limit > 0 && left == 0) {
			return err
		}
	}
	return nil
}

// scope returns the scope of the plan's own table.
func (t *transaction) scope(p *storage.Plan) scope {
	return scope{db: t.db, tenant: t.tenant, table: t.db.table(p.Schema), alias: "t"}
}

// filter is the condition on the records of a plan, but for its position.
func (s scope) filter(p *storage.Plan) (squirrel.Sqlizer, error) {
	parts := conditions{s.here()}
	switch p.Deleted {
	case storage.LiveOnly:
		parts = append(parts, expr(s.alias+"."+storage.FieldDeletedAt+" IS NULL"))
	case storage.DeletedOnly:
		parts = append(parts, expr(s.alias+"."+storage.FieldDeletedAt+" IS NOT NULL"))
	}
	where, err := s.node(p.Where)
	return append(parts, where).join(" AND "), err
}

// selectText writes the statement of one part of a plan. The limit stands in
// the text: with a parameter in its place the server plans for a tenth of all. What
// is looked up by many texts is gathered behind a fence, and put in order then: the server
// would else hope to come upon it early, reading all records in their order.
func (t *transaction) selectText(p *storage.Plan, part squirrel.Sqlizer, limit int) (string, []any, error) {
	s := t.scope(p)
	where, err := s.filter(p)
	if err != nil {
		return "", nil, err
	}
	b := squirrel.Select(s.table.columns)
	if p.Lock == storage.NoLock && s.looksUp(p.Where) {
		b = b.FromSelect(squirrel.Select(s.alias+".*").From(s.from()).Where(where).Suffix("OFFSET 0"), s.alias)
	} else {
		b = b.From(s.from()).Where(where)
	}
	if part != nil {
		b = b.Where(part)
	}
	b = b.OrderBy(s.order(p.Order)...)
	if tail := tailOf(limit, p.Lock); tail != "" {
		b = b.Suffix(tail)
	}
	return b.PlaceholderFormat(squirrel.Dollar).ToSql()
}

func tailOf(limit int, lock storage.Lock) string {
	tail := rowLocks[lock]
	if limit > 0 {
		tail = "LIMIT " + strconv.Itoa(limit) + tail
	}
	return strings.TrimPrefix(tail, " ")
}

// order writes the keys: absent values are the least.
func (s scope) order(keys []storage.OrderKey) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = s.value(&k.Field.Field)
		nullable := s.nullable(k.Field)
		switch {
		case k.Desc && nullable:
			list[i] += " DESC NULLS LAST"
		case k.Desc:
			list[i] += " DESC"
		case nullable:
			list[i] += " NULLS FIRST"
		}
	}
	return list
}

// nullable reports whether a field's column may be NULL.
func (s scope) nullable(f *storage.Field) bool {
	c, ok := s.table.column(f.Name)
	return !ok || !c.filled
}

func placeholder(n int) string { return "$" + strconv.Itoa(n) }
