package memory

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/shopspring/decimal"
)

// aggregate groups the records of a plan.
func aggregate(ctx context.Context, s state, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	plan := *p
	plan.Limit, plan.After = 0, nil
	g := &groups{a: a, rows: map[string]*group{}}
	if len(a.By) == 0 {
		g.of(nil)
	}
	scan := newScan(s, &plan)
	scan.path.sorted = false // figures have no order
	for _, r := range scan.ownMatches() {
		g.add(r)
	}
	err := scan.candidates(ctx, func(batch []storage.Record) bool {
		for _, r := range batch {
			g.add(r)
		}
		return true
	})
	return g.result(), err
}

// groups gathers the records of each group.
type groups struct {
	a    *storage.Aggregation
	rows map[string]*group
	key  []byte
}

// A group keeps, for each measure, the sum so far or the record with the least
// or greatest value.
type group struct {
	first storage.Record // of the group; nil for the one group of everything
	count int64
	sums  []sum
	best  []storage.Record
}

// A sum adds integers and decimals; any tells whether there was a value.
type sum struct {
	any      bool
	integers int64
	decimals decimal.Decimal
}

func (g *groups) add(r storage.Record) {
	grp := g.of(r)
	grp.count++
	for i, m := range g.a.Of {
		if m.Field.Absent(r) {
			continue
		}
		if m.Op == storage.Sum {
			grp.sums[i].add(m.Field, r)
		} else {
			grp.compete(i, m, r)
		}
	}
}

// of returns the group of a record.
func (g *groups) of(r storage.Record) *group {
	g.key = g.key[:0]
	for _, f := range g.a.By {
		if !f.Absent(r) {
			g.key = f.AppendJSON(g.key, r)
		}
		g.key = append(g.key, 0)
	}
	grp := g.rows[string(g.key)]
	if grp == nil {
		grp = &group{first: r, sums: make([]sum, len(g.a.Of)), best: make([]storage.Record, len(g.a.Of))}
		g.rows[string(g.key)] = grp
	}
	return grp
}

func (s *sum) add(f *storage.Field, r storage.Record) {
	s.any = true
	if f.Integer == nil {
		d, _ := f.Decimal(r)
		s.decimals = s.decimals.Add(d)
		return
	}
	n, _ := f.Integer(r)
	if total := s.integers + n; (total > s.integers) == (n > 0) {
		s.integers = total
		return
	}
	s.decimals = s.decimals.Add(decimal.NewFromInt(n))
}

func (s *sum) value() any {
	if !s.any {
		return nil
	}
	return s.decimals.Add(decimal.NewFromInt(s.integers))
}

func (grp *group) compete(i int, m storage.Measure, r storage.Record) {
	best := grp.best[i]
	if best == nil || (m.Field.Compare(r, best) < 0) == (m.Op == storage.Min) {
		grp.best[i] = r
	}
}

// result returns the rows in the order of their groups.
func (g *groups) result() []storage.Row {
	list := make([]*group, 0, len(g.rows))
	for _, grp := range g.rows {
		list = append(list, grp)
	}
	slices.SortFunc(list, func(a, b *group) int {
		for _, f := range g.a.By {
			if c := f.Compare(a.first, b.first); c != 0 {
				return c
			}
		}
		return 0
	})
	rows := make([]storage.Row, len(list))
	for i, grp := range list {
		rows[i] = g.row(grp)
	}
	return rows
}

func (g *groups) row(grp *group) storage.Row {
	row := storage.Row{Count: grp.count, By: make([]any, len(g.a.By)), Of: make([]any, len(g.a.Of))}
	for i, f := range g.a.By {
		row.By[i] = f.Value(grp.first)
	}
	for i, m := range g.a.Of {
		switch {
		case m.Op == storage.Sum:
			row.Of[i] = grp.sums[i].value()
		case grp.best[i] != nil:
			row.Of[i] = m.Field.Value(grp.best[i])
		}
	}
	return row
}
