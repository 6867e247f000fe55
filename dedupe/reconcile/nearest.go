package reconcile

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// match matches events of one key, which are in their order: the nearest two
// first.
//
// Events of one moment and side wait in one stop. The nearest two that the window
// allows always wait at neighbouring stops: an event of either side between them
// would be nearer to one of the two. So the stops form a chain, and a heap holds
// its neighbours of different sides; a stop that gets empty leaves the chain and
// makes two new neighbours.
func (r Rules) match(events []*event) {
	c := &chain{rules: r}
	for from, to := 0, 0; from < len(events); from = to {
		first := events[from]
		for to = from; to < len(events) && events[to].right == first.right && events[to].At.Equal(first.At); to++ {
		}
		c.stops = append(c.stops, stop{waiting: events[from:to], before: len(c.stops) - 1, behind: len(c.stops) + 1})
	}
	for i := range c.stops[:max(len(c.stops)-1, 0)] {
		c.meet(i, i+1)
	}
	for c.queue.Len() > 0 {
		c.join(heap.Pop(&c.queue).(meeting))
	}
}

// A stop is the events of one side at one moment, those that are not matched yet.
type stop struct {
	waiting        []*event // in the order of their ids
	before, behind int      // neighbours that are not empty
}

// A chain is the stops of one key in the order of time.
type chain struct {
	rules Rules
	stops []stop
	queue meetings
}

// A meeting is two neighbouring stops of different sides.
type meeting struct {
	left, right int // stops; numbered by time
	apart       time.Duration
}

// meet notes two neighbours, if they are of different sides and near enough.
func (c *chain) meet(a, b int) {
	if a < 0 || b >= len(c.stops) || c.stops[a].right() == c.stops[b].right() {
		return
	}
	if c.stops[a].right() {
		a, b = b, a
	}
	apart := c.stops[b].waiting[0].At.Sub(c.stops[a].waiting[0].At)
	if c.rules.allow(apart) {
		heap.Push(&c.queue, meeting{a, b, apart.Abs()})
	}
}

func (s *stop) right() bool { return s.waiting[0].right }

// join matches as many events of two stops as both have.
func (c *chain) join(m meeting) {
	left, right := &c.stops[m.left], &c.stops[m.right]
	n := min(len(left.waiting), len(right.waiting))
	for i := range n {
		left.waiting[i].match, right.waiting[i].match = right.waiting[i], left.waiting[i]
	}
	for _, at := range []int{m.left, m.right} {
		c.stops[at].waiting = c.stops[at].waiting[n:]
	}
	first, last := min(m.left, m.right), max(m.left, m.right)
	for _, at := range []int{first, last} {
		if n > 0 && len(c.stops[at].waiting) == 0 {
			c.leave(at)
		}
	}
}

// leave takes an empty stop out of the chain.
func (c *chain) leave(at int) {
	s := c.stops[at]
	if s.before >= 0 {
		c.stops[s.before].behind = s.behind
	}
	if s.behind < len(c.stops) {
		c.stops[s.behind].before = s.before
	}
	if s.before >= 0 && s.behind < len(c.stops) && len(c.stops[s.before].waiting) > 0 && len(c.stops[s.behind].waiting) > 0 {
		c.meet(s.before, s.behind)
	}
}

// meetings is a heap: the nearest first, then the earlier left one, then the
// earlier right one.
type meetings []meeting

func (q meetings) Len() int { return len(q) }
func (q meetings) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].apart, q[j].apart), cmp.Compare(q[i].left, q[j].left), cmp.Compare(q[i].right, q[j].right)) < 0
}
func (q meetings) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *meetings) Push(x any)   { *q = append(*q, x.(meeting)) }
func (q *meetings) Pop() any {
	last := len(*q) - 1
	m := (*q)[last]
	*q = slices.Delete(*q, last, last+1)
	return m
}
