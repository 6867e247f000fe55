package memory

// A tree keeps items in order: a B-tree whose copies share their nodes until
// one of them is changed. A copy costs nothing by itself; the first change of a
// shared node copies that node. Different copies may be used by different
// goroutines at the same time; one copy is for one writer or any number of readers.
type tree[E any] struct {
	compare func(a, b *E) int // must not change or keep what it is given
	root    *node[E]          // nil while empty
	owner   *owner
}

// An owner marks the nodes that a tree may change in place. It is not empty,
// so that each has an address of its own.
type owner struct{ _ byte }

// A node has one child more than items, or none.
type node[E any] struct {
	owner    *owner
	items    []E
	children []*node[E]
}

// A wideNode is a node with the room for its items beside it, so that who comes to the
// one has the other at hand. Only the root of a small tree is none.
type wideNode[E any] struct {
	node[E]
	room [maxItems]E
}

// newNode returns a node with so many items.
func newNode[E any](o *owner, n int) *node[E] {
	w := &wideNode[E]{}
	w.owner, w.items = o, w.room[:n]
	return &w.node
}

// Bounds of the number of items of a node. A node that has fewer than minItems
// after a removal is mended; a new one may have fewer. Nodes of this size are
// cheap to search and, while snapshots are read, cheap to copy.
const (
	maxItems = 32
	minItems = 10
)

func newTree[E any](compare func(a, b *E) int) *tree[E] {
	return &tree[E]{compare: compare, owner: new(owner)}
}

// copy returns a tree with the same items. Neither shows later changes of the other.
func (t *tree[E]) copy() *tree[E] {
	t.owner = new(owner)
	return &tree[E]{compare: t.compare, root: t.root, owner: new(owner)}
}

// own returns the node at a place, which the tree may change from now on.
func (t *tree[E]) own(at **node[E]) *node[E] {
	n := *at
	if n.owner == t.owner {
		return n
	}
	c := newNode[E](t.owner, len(n.items))
	copy(c.items, n.items)
	if n.children != nil {
		c.children = make([]*node[E], len(n.children), maxItems+1)
		copy(c.children, n.children)
	}
	*at = c
	return c
}

// search returns the place of the item that equals e in a node, or the place
// where it belongs.
func (t *tree[E]) search(n *node[E], e *E) (i int, found bool) {
	low, high := 0, len(n.items)
	for low < high {
		middle := int(uint(low+high) / 2)
		switch c := t.compare(e, &n.items[middle]); {
		case c == 0:
			return middle, true
		case c < 0:
			high = middle
		default:
			low = middle + 1
		}
	}
	return low, false
}

// get returns the item that equals e, or nil. It is not to be changed.
func (t *tree[E]) get(e *E) *E {
	for n := t.root; n != nil; {
		i, found := t.search(n, e)
		if found {
			return &n.items[i]
		}
		if n.children == nil {
			return nil
		}
		n = n.children[i]
	}
	return nil
}

// replace puts next in the place of the item that equals old, as next does
// too, and reports whether there was one.
func (t *tree[E]) replace(old, next *E) bool {
	if t.root == nil {
		return false
	}
	for n := t.own(&t.root); ; {
		i, found := t.search(n, old)
		if found {
			n.items[i] = *next
			return true
		}
		if n.children == nil {
			return false
		}
		n = t.own(&n.children[i])
	}
}

// insert adds e, or puts it in the place of the item that equals it.
func (t *tree[E]) insert(e *E) {
	if t.root == nil {
		t.root = &node[E]{owner: t.owner, items: []E{*e}}
		return
	}
	n := t.own(&t.root)
	if len(n.items) == maxItems {
		n = newNode[E](t.owner, 0)
		n.children = make([]*node[E], 1, maxItems+1)
		n.children[0], t.root = t.root, n
		t.split(n, 0, e)
	}
	t.insertBelow(n, e)
}

// insertAll inserts a list of items, which finds more of the tree in the cache
// than one after the other does.
func (t *tree[E]) insertAll(list []E) {
	for len(list) > 0 {
		group := list[:min(len(list), groupSize)]
		if t.root != nil {
			t.touch(group)
		}
		for i := range group {
			t.insert(&group[i])
		}
		list = list[len(group):]
	}
}

// groupSize is how many places of memory a processor fetches side by side.
const groupSize = 16

// touch reads the nodes on the way to items, step by step for all of them: at each step
// first what the nodes hold, before anything in it decides how to go on, so that the
// processor fetches it from memory side by side. It returns something of that, for the
// reading not to be left out.
func (t *tree[E]) touch(group []E) (seen E) {
	var nodes [groupSize]*node[E]
	var items [groupSize][]E
	for i := range group {
		nodes[i] = t.root
	}
	for {
		for i := range group {
			items[i] = nodes[i].items
		}
		for _, list := range items[:len(group)] {
			for i := 0; i < len(list); i += 2 {
				seen = list[i]
			}
		}
		if nodes[0].children == nil { // all leaves lie at the same height
			return seen
		}
		for i := range group {
			place, _ := t.search(nodes[i], &group[i])
			nodes[i] = nodes[i].children[min(place, len(nodes[i].children)-1)]
		}
	}
}

// insertBelow adds e under a node that is not full. Full nodes on the way are
// split, so that there is room above wherever one is needed.
func (t *tree[E]) insertBelow(n *node[E], e *E) {
	for {
		i, found := t.search(n, e)
		switch {
		case found:
			n.items[i] = *e
			return
		case n.children == nil:
			n.items = insertAt(n.items, i, *e)
			return
		}
		if child := t.own(&n.children[i]); len(child.items) < maxItems {
			n = child
			continue
		}
		t.split(n, i, e)
	}
}

// split parts the full child at a place in two, to make room for e: in the
// middle or, if e comes after all items of the child, near its end. So items
// that come in order, be it within a part of the tree, leave full nodes behind.
func (t *tree[E]) split(n *node[E], place int, e *E) {
	left := n.children[place]
	at := maxItems / 2
	if t.compare(e, last(left.items)) > 0 {
		at = maxItems - 2
	}
	right := newNode[E](t.owner, maxItems-at-1)
	copy(right.items, left.items[at+1:])
	if left.children != nil {
		right.children = make([]*node[E], maxItems-at, maxItems+1)
		copy(right.children, left.children[at+1:])
		left.children = truncate(left.children, at+1)
	}
	n.items = insertAt(n.items, place, left.items[at])
	n.children = insertAt(n.children, place+1, right)
	left.items = truncate(left.items, at)
}

// remove takes the item that equals e away, if there is one.
func (t *tree[E]) remove(e *E) {
	if t.root == nil {
		return
	}
	n := t.own(&t.root)
	t.removeBelow(n, e)
	switch {
	case len(n.items) > 0:
	case n.children == nil:
		t.root = nil
	default:
		t.root = n.children[0]
	}
}

func (t *tree[E]) removeBelow(n *node[E], e *E) {
	i, found := t.search(n, e)
	if n.children == nil {
		if found {
			n.items = removeAt(n.items, i)
		}
		return
	}
	child := t.own(&n.children[i])
	if found {
		n.items[i] = t.removeLast(child)
	} else {
		t.removeBelow(child, e)
	}
	t.mend(n, i)
}

// removeLast takes the greatest item below a node away and returns it.
func (t *tree[E]) removeLast(n *node[E]) E {
	if n.children == nil {
		e := *last(n.items)
		n.items = truncate(n.items, len(n.items)-1)
		return e
	}
	i := len(n.children) - 1
	e := t.removeLast(t.own(&n.children[i]))
	t.mend(n, i)
	return e
}

// mend fills up the child at a place from one beside it, or joins the two, if
// it has become too small.
func (t *tree[E]) mend(n *node[E], i int) {
	if len(n.children[i].items) >= minItems {
		return
	}
	left := max(i-1, 0) // the pair to work on is left and left+1
	a, b := t.own(&n.children[left]), t.own(&n.children[left+1])
	switch {
	case len(a.items)+len(b.items) < maxItems:
		a.items = append(append(a.items, n.items[left]), b.items...)
		a.children = append(a.children, b.children...)
		n.items = removeAt(n.items, left)
		n.children = removeAt(n.children, left+1)
	case i > left: // the last of the left one goes up, the one above comes down
		b.items = insertAt(b.items, 0, n.items[left])
		n.items[left] = *last(a.items)
		a.items = truncate(a.items, len(a.items)-1)
		if a.children != nil {
			b.children = insertAt(b.children, 0, *last(a.children))
			a.children = truncate(a.children, len(a.children)-1)
		}
	default:
		a.items = insertAt(a.items, len(a.items), n.items[left])
		n.items[left] = b.items[0]
		b.items = removeAt(b.items, 0)
		if b.children != nil {
			a.children = append(a.children, b.children[0])
			b.children = removeAt(b.children, 0)
		}
	}
}
