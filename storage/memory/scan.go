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
	// What is found by texts comes in the order of the rows: that of the ids, unless some came late.
	if t := s.view.tables[p.Schema.Name]; c.path.texts != nil && t != nil && !t.rows.disorder {
		c.path.sorted = p.Order[0].Field.Name == storage.FieldID && !p.Order[0].Desc
	}
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

// run calls yield with the records of the plan in its order, in batches, until
// it returns false. A batch is the consumer's only until yield returns.
func (s *scan) run(ctx context.Context, yield func([]storage.Record) bool) error {
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
func (s *scan) runUnsorted(ctx context.Context, yield func([]storage.Record) bool) error {
	found := s.ownMatches()
	err := s.candidates(ctx, func(list []storage.Record) bool {
		found = append(found, list...)
		return true
	})
	if err != nil {
		return err
	}
	s.sort(found)
	if n := s.plan.Limit; n > 0 && len(found) > n {
		found = found[:n]
	}
	if len(found) > 0 {
		yield(found)
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
	list  []storage.Record // to be yielded next
	yield func([]storage.Record) bool
}

func (m *merge) add(list []storage.Record) bool {
	m.list = m.list[:0]
	for _, r := range list {
		for len(m.own) > 0 && order(m.order, m.own[0], r) < 0 {
			m.list = append(m.list, m.own[0])
			m.own = m.own[1:]
		}
		m.list = append(m.list, r)
	}
	return m.emit(m.list)
}

func (m *merge) finish() {
	if !m.done && len(m.own) > 0 {
		m.emit(m.own)
	}
}

// emit yields a list up to the limit and reports whether more is wanted.
func (m *merge) emit(list []storage.Record) bool {
	if m.left > 0 && len(list) >= m.left {
		list, m.done = list[:m.left], true
	}
	m.left -= len(list) // without a limit it is 0 or less for good
	m.done = !m.yield(list) || m.done
	return !m.done
}

// walk gathers the records of a path. found is the tree of a search, if it is one.
func (c *path) walk(t *trees, found *digramTree, p *storage.Plan, to *sink) {
	switch {
	case c.ids != nil:
		for _, id := range c.ids {
			if row, ok := t.ids.get(id); ok && !to.add(row) {
				return
			}
		}
	case c.search != nil:
		found.walk(found.rarest(c.digrams), c.resumed(p), c.reverse, to)
	case c.texts != nil:
		t.sets[c.index].walkAny(c.texts, to)
	case c.index >= 0:
		c.walkIndex(t.ordered[c.index], to)
	default:
		t.ids.walk(c.resumed(p), c.reverse, to)
	}
}

// inPages returns the number of the first record of a path that can be read
// page by page: one through everything, in no order or in that of the ids, where the
// records came in that order, as those with ids of this library do.
func (c *path) inPages(t *trees, p *storage.Plan) (from uint32, ok bool) {
	if c.ids != nil || c.index >= 0 || c.search != nil || c.sorted && (c.reverse || t.rows.disorder) {
		return 0, false
	}
	if after := c.resumed(p); after != uuid.Nil {
		from, ok = t.ids.get(after)
		return from, ok
	}
	return 0, true
}

// resumed returns the id behind which a path in the order of ids goes on, or uuid.Nil.
func (c *path) resumed(p *storage.Plan) uuid.UUID {
	if !c.sorted || p.After == nil {
		return uuid.Nil
	}
	return storage.MetaOf(p.After).ID
}

// walkIndex gathers the one range of an index, or several.
func (c *path) walkIndex(x index, to *sink) {
	if c.points == nil {
		x.walk(c.low, c.high, c.reverse, to)
		return
	}
	for _, at := range c.points {
		if x.walk(at.low, at.high, false, to); to.done {
			return
		}
	}
}
