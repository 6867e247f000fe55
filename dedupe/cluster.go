package dedupe

import (
	"cmp"
	"slices"
)

// An edge is a pair with its weight.
type edge struct {
	a, b   int32
	weight float32
}

// absent is the weight of a pair within a cluster that no pass proposed: it is
// evidence against, but for two rows of one throng.
const absent = -0.5

// contract joins rows to clusters so that the sum of the weights of pairs within
// clusters grows with every step: the two clusters with the greatest sum between
// them first, as long as it is positive. It returns the cluster of each row, named
// by its first row.
//
// Source: greedy additive edge contraction, M. Keuper et al., "Efficient
// Decomposition of Image and Mesh Graphs by Lifted Multicuts" (ICCV 2015).
func contract(n int, list []edge, crowd float32, throngs []int32, b *bars) []int32 {
	c := &contraction{crowd: crowd, bars: b, parent: make([]int32, n), size: make([]float32, n), near: neighboursOf(n, list, throngs), shares: sharesIn(throngs)}
	for i := range c.parent {
		c.parent[i], c.size[i] = int32(i), 1
	}
	for _, e := range list {
		if e.weight > 0 {
			c.queue = append(c.queue, e)
		}
	}
	c.queue.order()
	for len(c.queue) > 0 {
		e := c.queue.pop()
		if c.parent[e.a] == e.a && c.parent[e.b] == e.b && c.between(e.a, e.b) == e.weight {
			c.join(e.a, e.b)
		}
	}
	return c.roots()
}

// connected returns the pairs, as edges, whose rows a chain of positive edges
// connects: others are never in one cluster. weigh returns the weight of a pair whose
// weight is light.
func connected(n int, pairs []pair, weights []float32, weigh func(i int) float32) []edge {
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
	for i := range parent {
		parent[i] = root(int32(i))
	}
	var kept []edge
	for i, p := range pairs {
		w := weights[i]
		if w != light && w <= floor || parent[p.a] != parent[p.b] {
			continue
		}
		if w == light {
			w = weigh(i)
		}
		if w > floor {
			kept = append(kept, edge{p.a, p.b, w})
		}
	}
	return kept
}

// A contraction is clusters on their way, each known by one of its rows.
type contraction struct {
	parent []int32
	size   []float32
	near   [][]bond // of a cluster, those that pairs bind it to, ascending
	queue  edges
	crowd  float32   // see crowding
	shares []shareIn // of a cluster: the throngs that its rows are in; nil: none is
	bars   *bars
}

// A shareIn is how many rows of a cluster are in each throng.
type shareIn map[int32]float32

// sharesIn are those of single rows.
func sharesIn(throngs []int32) []shareIn {
	if throngs == nil {
		return nil
	}
	list := make([]shareIn, len(throngs))
	for row, throng := range throngs {
		if throng != 0 {
			list[row] = shareIn{throng: 1}
		}
	}
	return list
}

// together is how many pairs of rows of two clusters are in one throng.
func (c *contraction) together(a, b int32) (pairs float32) {
	if c.shares == nil || c.shares[a] == nil || c.shares[b] == nil {
		return 0
	}
	few, many := c.shares[a], c.shares[b]
	if len(many) < len(few) {
		few, many = many, few
	}
	for throng, n := range few {
		pairs += n * many[throng]
	}
	return pairs
}

// share puts the rows of b in throngs to those of a.
func (c *contraction) share(a, b int32) {
	switch {
	case c.shares == nil || c.shares[b] == nil:
	case c.shares[a] == nil:
		c.shares[a] = c.shares[b]
	default:
		for throng, n := range c.shares[b] {
			c.shares[a][throng] += n
		}
	}
}

// A bond is the pairs between two clusters that were proposed, as one of the two
// knows it; of pairs in one throng, the weight alone.
type bond struct {
	to            int32
	weight, pairs float32
}

// neighboursOf lists the bonds of each of n rows, all in one piece. Of two edges
// between the same rows the later one counts.
func neighboursOf(n int, list []edge, throngs []int32) [][]bond {
	sizes, near, all := make([]int, n), make([][]bond, n), make([]bond, 2*len(list))
	for _, e := range list {
		sizes[e.a]++
		sizes[e.b]++
	}
	at := 0
	for row, size := range sizes {
		near[row] = all[at : at : at+size]
		at += size
	}
	for _, e := range list {
		pairs := float32(1)
		if throngs != nil && throngs[e.a] != 0 && throngs[e.a] == throngs[e.b] {
			pairs = 0
		}
		near[e.a] = put(near[e.a], bond{e.b, e.weight, pairs})
		near[e.b] = put(near[e.b], bond{e.a, e.weight, pairs})
	}
	return near
}

// find returns where the bond to a cluster is, or belongs.
func find(list []bond, to int32) (at int, there bool) {
	return slices.BinarySearchFunc(list, to, func(b bond, to int32) int { return cmp.Compare(b.to, to) })
}

// put puts a bond into a list.
func put(list []bond, b bond) []bond {
	at, there := find(list, b.to)
	if !there {
		return slices.Insert(list, at, b)
	}
	list[at] = b
	return list
}

// drop takes the bond to a cluster out of a list.
func drop(list []bond, to int32) []bond {
	if at, there := find(list, to); there {
		return slices.Delete(list, at, at+1)
	}
	return list
}

// between is the sum of the weights of all pairs between two clusters.
func (c *contraction) between(a, b int32) float32 {
	known := bond{}
	if at, there := find(c.near[a], b); there {
		known = c.near[a][at]
	}
	return c.sum(a, known, b)
}

// sum is between with the bond of the two.
func (c *contraction) sum(a int32, known bond, b int32) float32 {
	if c.bars.between(a, b) {
		return never
	}
	w := known.weight + (c.size[a]*c.size[b]-known.pairs-c.together(a, b))*absent
	return w + c.crowd*(beyondTwo(c.size[a]+c.size[b])-beyondTwo(c.size[a])-beyondTwo(c.size[b]))
}

// join makes one cluster of two.
func (c *contraction) join(a, b int32) {
	if len(c.near[a]) < len(c.near[b]) {
		a, b = b, a
	}
	c.parent[b] = a
	c.size[a] += c.size[b]
	c.share(a, b)
	c.bars.join(a, b)
	c.near[a] = drop(c.near[a], b)
	for _, with := range c.near[b] {
		if with.to == a {
			continue
		}
		c.near[with.to] = drop(c.near[with.to], b)
		if at, there := find(c.near[a], with.to); there {
			was := c.near[a][at]
			with.weight, with.pairs = was.weight+with.weight, was.pairs+with.pairs
		}
		c.near[a] = put(c.near[a], with)
		c.near[with.to] = put(c.near[with.to], bond{a, with.weight, with.pairs})
	}
	c.near[b] = nil
	for _, known := range c.near[a] {
		if w := c.sum(a, known, known.to); w > 0 {
			c.queue.push(edge{min(a, known.to), max(a, known.to), w})
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

func (q edges) before(i, j int) bool {
	x, y := &q[i], &q[j]
	if x.weight != y.weight {
		return x.weight > y.weight
	}
	return x.a < y.a || x.a == y.a && x.b < y.b
}

// order makes a heap of edges in any order.
func (q edges) order() {
	for i := len(q)/2 - 1; i >= 0; i-- {
		q.sink(i)
	}
}

// sink lets an edge down to where it belongs.
func (q edges) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if child+1 < len(q) && q.before(child+1, child) {
			child++
		}
		if !q.before(child, i) {
			return
		}
		q[i], q[child] = q[child], q[i]
		i = child
	}
}

func (q *edges) push(e edge) {
	*q = append(*q, e)
	list := *q
	for i := len(list) - 1; i > 0 && list.before(i, (i-1)/2); i = (i - 1) / 2 {
		list[i], list[(i-1)/2] = list[(i-1)/2], list[i]
	}
}

func (q *edges) pop() edge {
	list := *q
	first, end := list[0], len(list)-1
	list[0] = list[end]
	*q = list[:end]
	q.sink(0)
	return first
}
