package memory

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A state is what a statement reads: committed records, and over them the
// writes of the transaction itself, if it has any.
type state struct {
	view   *view
	writes map[string]*overlay // by kind; nil when there are none
}

// checkEvery is how many records a scan passes between two looks at the context.
const checkEvery = 1024

// A scan runs one plan over a state.
type scan struct {
	state
	plan  *storage.Plan
	path  path
	match func(any) bool
	own   *overlay // the transaction's writes to this kind, or nil
}

func newScan(s state, p *storage.Plan) *scan {
	return &scan{state: s, plan: p, path: choose(p), match: criteria.Compile(p.Where, source{s}), own: s.writes[p.Schema.Name]}
}

// admits reports whether the plan returns a record.
func (s *scan) admits(r storage.Record) bool {
	return s.plan.Deleted.Admits(storage.MetaOf(r).Live()) && s.match(r) &&
		(s.plan.After == nil || order(s.plan.Order, r, s.plan.After) > 0)
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
	for _, e := range s.own.rows {
		if e.rec != nil && s.admits(e.rec) {
			list = append(list, e.rec)
		}
	}
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

// candidates calls yield with the committed records that the plan returns and
// the transaction has not written, in the order of the path.
func (s *scan) candidates(ctx context.Context, yield func(storage.Record) bool) error {
	t := s.view.tables[s.plan.Schema.Name]
	if t == nil {
		return ctx.Err()
	}
	passed := 0
	var ended error
	s.path.walk(t, s.plan, func(r storage.Record) bool {
		if passed++; passed%checkEvery == 0 {
			if ended = ctx.Err(); ended != nil {
				return false
			}
		}
		if s.own != nil && s.own.has(r) {
			return true
		}
		return !s.admits(r) || yield(r)
	})
	return ended
}

// walk calls visit with the records of a path.
func (c *path) walk(t *trees, p *storage.Plan, visit func(storage.Record) bool) {
	switch {
	case c.ids != nil:
		for _, id := range c.ids {
			if e, ok := t.ids.Get(idEntry{id: id}); ok && !visit(e.rec) {
				return
			}
		}
	case c.set:
		t.sets[c.index].Ascend(setEntry{text: c.text}, func(e setEntry) bool {
			return e.text == c.text && visit(e.rec)
		})
	case c.index >= 0:
		c.walkIndex(t.ordered[c.index], p.Schema.Indexes[c.index].Fields, visit)
	default:
		c.walkAll(t.ids, p, visit)
	}
}

func (c *path) walkIndex(tree *fieldTree, fields []*storage.Field, visit func(storage.Record) bool) {
	up := func(r storage.Record) bool {
		return (c.high == nil || c.high.compare(fields, r) < 0) && visit(r)
	}
	down := func(r storage.Record) bool {
		return (c.low == nil || c.low.compare(fields, r) > 0) && visit(r)
	}
	switch {
	case c.reverse && c.high != nil:
		tree.Descend(c.high, down)
	case c.reverse:
		tree.Reverse(down)
	case c.low != nil:
		tree.Ascend(c.low, up)
	default:
		tree.Scan(up)
	}
}

func (c *path) walkAll(tree *idTree, p *storage.Plan, visit func(storage.Record) bool) {
	each := func(e idEntry) bool { return visit(e.rec) }
	from := idEntry{}
	if c.sorted && p.After != nil {
		from.id = storage.MetaOf(p.After).ID
	}
	switch {
	case c.reverse && from.id != (idEntry{}).id:
		tree.Descend(from, each)
	case c.reverse:
		tree.Reverse(each)
	case from.id != (idEntry{}).id:
		tree.Ascend(from, each)
	default:
		tree.Scan(each)
	}
}
