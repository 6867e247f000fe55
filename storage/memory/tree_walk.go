package memory

import (
	"slices"
	"sort"
)

// ascend calls visit with runs of items in order until it returns false. It
// begins with the first item that from accepts, which must accept all after
// it, and ends before the first that to does not accept, which must accept all
// before it; nil accepts all. Items are not to be changed.
func (t *tree[E]) ascend(from, to func(*E) bool, visit func([]E) bool) {
	if t.root != nil {
		t.root.ascend(from, to, visit)
	}
}

func (n *node[E]) ascend(from, to func(*E) bool, visit func([]E) bool) bool {
	i, end := n.within(from, to)
	if n.children == nil {
		return (i == end || visit(n.items[i:end])) && end == len(n.items)
	}
	if !n.children[i].ascend(from, to, visit) {
		return false
	}
	for ; i < end; i++ {
		if !visit(n.items[i:i+1]) || !n.children[i+1].ascend(nil, to, visit) {
			return false
		}
	}
	return end == len(n.items)
}

// within returns the range of the items of a node that from and to accept.
func (n *node[E]) within(from, to func(*E) bool) (start, end int) {
	end = len(n.items)
	if from != nil {
		start = sort.Search(end, func(i int) bool { return from(&n.items[i]) })
	}
	if to != nil && end > start && !to(&n.items[end-1]) {
		end = start + sort.Search(end-start, func(i int) bool { return !to(&n.items[start+i]) })
	}
	return start, end
}

// descend is ascend backwards: it begins with the last item that to accepts,
// and ends behind the last that from does not accept. The items of a run are in order.
func (t *tree[E]) descend(from, to func(*E) bool, visit func([]E) bool) {
	if t.root != nil {
		t.root.descend(from, to, visit)
	}
}

func (n *node[E]) descend(from, to func(*E) bool, visit func([]E) bool) bool {
	start, i := n.within(from, to)
	if n.children == nil {
		return (i == start || visit(n.items[start:i])) && start == 0
	}
	if !n.children[i].descend(from, to, visit) {
		return false
	}
	for i--; i >= start; i-- {
		if !visit(n.items[i:i+1]) || !n.children[i].descend(from, nil, visit) {
			return false
		}
	}
	return start == 0
}

// insertAt inserts v at a place. A node's list grows up to its greatest size.
func insertAt[V any](list []V, i int, v V) []V {
	if len(list) == cap(list) {
		grown := make([]V, len(list), min(2*cap(list)+1, maxItems+1))
		copy(grown, list)
		list = grown
	}
	list = list[:len(list)+1]
	copy(list[i+1:], list[i:])
	list[i] = v
	return list
}

func removeAt[V any](list []V, i int) []V { return slices.Delete(list, i, i+1) }

// truncate shortens a list and lets go of what it held.
func truncate[V any](list []V, n int) []V {
	clear(list[n:])
	return list[:n]
}

func last[V any](list []V) *V { return &list[len(list)-1] }
