package memory

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A state is what a statement reads: committed records, and over them the
// writes of the transaction itself, if it has any.
type state struct {
	view   *view
	writes []*overlay // one for each kind that was written
}

// A scan runs one plan over a state.
type scan struct {
	state
	plan  *storage.Plan
	path  path
	match func(any) bool // for the records of the path; nil: all match
	own   *overlay       // the transaction's writes to this kind, or nil
}

func newScan(s state, p *storage.Plan) *scan {
	c := &scan{state: s, plan: p, path: choose(p), own: overlayOf(s.writes, p.Schema)}
	c.match = s.compile(c.path.rest(p))
	return c
}

// compile returns the function that checks a criterion, or nil if all records match.
func (s state) compile(n criteria.Node) func(any) bool {
	if and, ok := n.(*criteria.And); n == nil || ok && len(and.Of) == 0 {
		return nil
	}
	return criteria.Compile(n, source{s})
}

// behind reports whether a record comes after the position of the plan.
func (s *scan) behind(r storage.Record) bool {
	return s.plan.After == nil || order(s.plan.Order, r, s.plan.After) > 0
}

// order compares two records in the order of a plan.
func order(keys []storage.OrderKey, a, b storage.Record) int {
	for _, key := range keys {
		c := key.Field.Compare(a, b)
		if key.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// run calls yield with the records of the plan in its order, until it returns false.
func (s *scan) run(ctx context.Context, yield func(storage.Record) bool) error {
	if !s.path.sorted {
		return s.runUnsorted(ctx, yield)
	}
	if s.own == nil && s.plan.Limit == 0 {
		return s.candidates(ctx, yield)
	}
	out := &merge{order: s.plan.Order, own: s.ownMatches(), left: s.plan.Limit, yield: yield}
	if err := s.candidates(ctx, out.add); err != nil {
		return err
	}
	out.finish()
	return nil
}

// runUnsorted gathers the records, sorts them and yields the first ones.
func (s *scan) runUnsorted(ctx context.Context, yield func(storage.Record) bool) error {
	found := s.ownMatches()
	err := s.candidates(ctx, func(r storage.Record) bool {
		found = append(found, r)
		return true
	})
	if err != nil {
		return err
	}
	s.sort(found)
	if n := s.plan.Limit; n > 0 && len(found) > n {
		found = found[:n]
	}
	for _, r := range found {
		if !yield(r) {
			break
		}
	}
	return nil
}

func (s *scan) sort(list []storage.Record) {
	slices.SortFunc(list, func(a, b storage.Record) int { return order(s.plan.Order, a, b) })
}

// ownMatches returns the transaction's own records that the plan returns, in order.
func (s *scan) ownMatches() []storage.Record {
	if s.own == nil {
		return nil
	}
	var list []storage.Record
	match := s.compile(s.plan.Where)
	s.own.each(func(r storage.Record) bool {
		if s.plan.Deleted.Admits(storage.MetaOf(r).Live()) && (match == nil || match(r)) && s.behind(r) {
			list = append(list, r)
		}
		return true
	})
	s.sort(list)
	return list
}

// A merge brings committed records and the transaction's own into one order
// and stops at the limit.
type merge struct {
	order []storage.OrderKey
	own   []storage.Record
	left  int // 0: no limit
	done  bool
	yield func(storage.Record) bool
}

func (m *merge) add(r storage.Record) bool {
	for len(m.own) > 0 && order(m.order, m.own[0], r) < 0 {
		if !m.emit(m.own[0]) {
			return false
		}
		m.own = m.own[1:]
	}
	return m.emit(r)
}

func (m *merge) finish() {
	for _, r := range m.own {
		if m.done || !m.emit(r) {
			return
		}
	}
}

func (m *merge) emit(r storage.Record) bool {
	if !m.yield(r) || m.left == 1 {
		m.done = true
		return false
	}
	m.left--
	return true
}

// walk calls visit with the records of a path.
func (c *path) walk(t *trees, p *storage.Plan, visit func(storage.Record) bool) {
	switch {
	case c.ids != nil:
		for _, id := range c.ids {
			if r := t.ids.get(id); r != nil && !visit(r) {
				return
			}
		}
	case c.set:
		t.sets[c.index].walk(c.text, visit)
	case c.index >= 0:
		c.walkIndex(t.ordered[c.index], visit)
	case c.sorted && p.After != nil:
		t.ids.walk(storage.MetaOf(p.After).ID, c.reverse, visit)
	default:
		t.ids.walk(uuid.Nil, c.reverse, visit)
	}
}

// walkIndex visits the one range of an index, or several.
func (c *path) walkIndex(x index, visit func(storage.Record) bool) {
	if c.points == nil {
		x.walk(c.low, c.high, c.reverse, visit)
		return
	}
	on := true
	for _, at := range c.points {
		x.walk(at.low, at.high, false, func(r storage.Record) bool {
			on = visit(r)
			return on
		})
		if !on {
			return
		}
	}
}
