package dedupe

import (
	"cmp"
	"container/heap"
)

// An edge is a pair with its weight.
type edge struct {
	a, b   int32
	weight float32
}

// absent is the weight of a pair within a cluster that no pass proposed: it is
// evidence against.
const absent = -0.5

// contract joins rows to clusters so that the sum of the weights of pairs within
// clusters grows with every step: the two clusters with the greatest sum between
// them first, as long as it is positive. It returns the cluster of each row, named
// by its first row.
//
// Source: greedy additive edge contraction, M. Keuper et al., "Efficient
// Decomposition of Image and Mesh Graphs by Lifted Multicuts" (ICCV 2015).
func contract(n int, list []edge, crowd float32, b *bars) []int32 {
	c := &contraction{crowd: crowd, bars: b, parent: make([]int32, n), size: make([]float32, n), near: make([]map[int32]bond, n)}
	for i := range c.parent {
		c.parent[i], c.size[i] = int32(i), 1
	}
	for _, e := range list {
		c.bind(e.a, e.b, bond{e.weight, 1})
		if e.weight > 0 {
			c.queue = append(c.queue, e)
		}
	}
	heap.Init(&c.queue)
	for c.queue.Len() > 0 {
		e := heap.Pop(&c.queue).(edge)
		if c.parent[e.a] == e.a && c.parent[e.b] == e.b && c.between(e.a, e.b) == e.weight {
			c.join(e.a, e.b)
		}
	}
	return c.roots()
}

// connected returns the pairs, as edges, whose rows a chain of positive edges
// connects: others are never in one cluster.
func connected(n int, pairs []pair, weights []float32) []edge {
	parent := make([]int32, n)
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, p := range pairs {
		if weights[i] > 0 {
			parent[root(p.b)] = root(p.a)
		}
	}
	var kept []edge
	for i, p := range pairs {
		if weights[i] > floor && root(p.a) == root(p.b) {
			kept = append(kept, edge{p.a, p.b, weights[i]})
		}
	}
	return kept
}

// A contraction is clusters on their way, each known by one of its rows.
type contraction struct {
	parent []int32
	size   []float32
	near   []map[int32]bond
	queue  edges
	crowd  float32 // see crowding
	bars   *bars
}

// A bond is the pairs between two clusters that were proposed.
type bond struct{ weight, pairs float32 }

func (c *contraction) bind(a, b int32, with bond) {
	for _, end := range [2][2]int32{{a, b}, {b, a}} {
		if c.near[end[0]] == nil {
			c.near[end[0]] = map[int32]bond{}
		}
		c.near[end[0]][end[1]] = with
	}
}

// between is the sum of the weights of all pairs between two clusters.
func (c *contraction) between(a, b int32) float32 {
	if c.bars.between(a, b) {
		return never
	}
	known := c.near[a][b]
	w := known.weight + (c.size[a]*c.size[b]-known.pairs)*absent
	return w + c.crowd*(beyondTwo(c.size[a]+c.size[b])-beyondTwo(c.size[a])-beyondTwo(c.size[b]))
}

// join makes one cluster of two.
func (c *contraction) join(a, b int32) {
	if len(c.near[a]) < len(c.near[b]) {
		a, b = b, a
	}
	c.parent[b] = a
	c.size[a] += c.size[b]
	c.bars.join(a, b)
	delete(c.near[a], b)
	for other, with := range c.near[b] {
		if other == a {
			continue
		}
		delete(c.near[other], b)
		was := c.near[a][other]
		c.bind(a, other, bond{was.weight + with.weight, was.pairs + with.pairs})
	}
	c.near[b] = nil
	for other := range c.near[a] {
		if w := c.between(a, other); w > 0 {
			heap.Push(&c.queue, edge{min(a, other), max(a, other), w})
		}
	}
}

// roots names each row's cluster by the first of its rows.
func (c *contraction) roots() []int32 {
	first := make([]int32, len(c.parent))
	for i := range first {
		first[i] = -1
	}
	roots := make([]int32, len(c.parent))
	for i := range roots {
		root := int32(i)
		for c.parent[root] != root {
			root = c.parent[root]
		}
		if first[root] < 0 {
			first[root] = int32(i)
		}
		roots[i] = first[root]
	}
	return roots
}

// edges is a heap: the heaviest first, ties in the order of rows.
type edges []edge

func (q edges) Len() int { return len(q) }
func (q edges) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[j].weight, q[i].weight), cmp.Compare(q[i].a, q[j].a), cmp.Compare(q[i].b, q[j].b)) < 0
}
func (q edges) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *edges) Push(x any)   { *q = append(*q, x.(edge)) }
func (q *edges) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
