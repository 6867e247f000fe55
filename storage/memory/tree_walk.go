package memory

import (
	"slices"
	"sort"
)

// ascend calls visit with the items in order until it returns false. It begins
// with the first item that from accepts, which must accept all after it; a nil
// from accepts all. Items are not to be changed.
func (t *tree[E]) ascend(from func(*E) bool, visit func(*E) bool) {
	if t.root != nil {
		t.root.ascend(from, visit)
	}
}

func (n *node[E]) ascend(from func(*E) bool, visit func(*E) bool) bool {
	i := 0
	if from != nil {
		i = sort.Search(len(n.items), func(i int) bool { return from(&n.items[i]) })
	}
	if n.children == nil {
		for ; i < len(n.items); i++ {
			if !visit(&n.items[i]) {
				return false
			}
		}
		return true
	}
	if !n.children[i].ascend(from, visit) {
		return false
	}
	for ; i < len(n.items); i++ {
		if !visit(&n.items[i]) || !n.children[i+1].ascend(nil, visit) {
			return false
		}
	}
	return true
}

// descend is ascend backwards: it begins with the last item that from accepts,
// which must accept all before it.
func (t *tree[E]) descend(from func(*E) bool, visit func(*E) bool) {
	if t.root != nil {
		t.root.descend(from, visit)
	}
}

func (n *node[E]) descend(from func(*E) bool, visit func(*E) bool) bool {
	i := len(n.items)
	if from != nil {
		i = sort.Search(len(n.items), func(i int) bool { return !from(&n.items[i]) })
	}
	if n.children != nil && !n.children[i].descend(from, visit) {
		return false
	}
	for i--; i >= 0; i-- {
		if !visit(&n.items[i]) || n.children != nil && !n.children[i].descend(nil, visit) {
			return false
		}
	}
	return true
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
