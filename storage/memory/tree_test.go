package memory

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A pair is an item whose order is that of its key.
type pair struct{ key, value int }

func newPairTree() *tree[pair] {
	return newTree(func(a, b *pair) int { return cmp.Compare(a.key, b.key) })
}

// A model is a tree beside the map that shows what it must hold.
type model struct {
	tree *tree[pair]
	want map[int]int
}

func (m *model) pairs() []pair {
	list := make([]pair, 0, len(m.want))
	for k, v := range m.want {
		list = append(list, pair{k, v})
	}
	slices.SortFunc(list, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	return list
}

// fork returns a copy of both.
func (m *model) fork() *model {
	c := &model{tree: m.tree.copy(), want: make(map[int]int, len(m.want))}
	for k, v := range m.want {
		c.want[k] = v
	}
	return c
}

// check holds the tree against the map: its items in both directions from a
// place, each look-up, and the sizes of its nodes.
func (m *model) check(t require.TestingT, from int) {
	want := m.pairs()
	require.Equal(t, want, collect(m.tree.ascend, false, nil, nil))
	require.Equal(t, reversed(want), collect(m.tree.descend, true, nil, nil))
	place := func(k int) int {
		at, _ := slices.BinarySearchFunc(want, k, func(p pair, k int) int { return cmp.Compare(p.key, k) })
		return at
	}
	for _, to := range []int{from - 50, from, from + 1, from + 200} {
		behind, before := func(p *pair) bool { return p.key >= from }, func(p *pair) bool { return p.key < to }
		require.Equal(t, want[place(from):], collect(m.tree.ascend, false, behind, nil))
		require.Equal(t, reversed(want[:place(to)]), collect(m.tree.descend, true, nil, before))
		between := want[place(from):max(place(from), place(to))]
		require.Equal(t, between, collect(m.tree.ascend, false, behind, before))
		require.Equal(t, reversed(between), collect(m.tree.descend, true, behind, before))
	}
	for _, p := range want {
		require.Equal(t, p, *m.tree.get(&pair{key: p.key}))
	}
	require.Nil(t, m.tree.get(&pair{key: -1}))
	if m.tree.root != nil {
		checkNode(t, m.tree.root)
	}
}

func reversed(list []pair) []pair {
	c := slices.Clone(list)
	slices.Reverse(c)
	return c
}

type walk = func(from, to func(*pair) bool, visit func([]pair) bool)

func collect(walk walk, reverse bool, from, to func(*pair) bool) []pair {
	list := []pair{}
	walk(from, to, func(run []pair) bool {
		if reverse {
			run = reversed(run)
		}
		list = append(list, run...)
		return true
	})
	return list
}

// checkNode checks the shape below a node and returns its height.
func checkNode(t require.TestingT, n *node[pair]) int {
	require.LessOrEqual(t, len(n.items), maxItems)
	require.NotEmpty(t, n.items)
	if n.children == nil {
		return 1
	}
	require.Len(t, n.children, len(n.items)+1)
	height := 0
	for i, c := range n.children {
		h := checkNode(t, c)
		require.True(t, i == 0 || h == height, "leaves lie at different heights")
		height = h
	}
	return height + 1
}

// TestTreeAgreesWithMap makes random changes to several copies of a tree and
// of a map, each of which must show its own changes and no other's.
func TestTreeAgreesWithMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		models := []*model{{newPairTree(), map[int]int{}}}
		keys := rapid.IntRange(0, rapid.SampledFrom([]int{20, 300, 3000}).Draw(t, "keys"))
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			m := rapid.SampledFrom(models).Draw(t, "model")
			switch rapid.SampledFrom([]string{"fork", "fill", "clear", "mix", "mix"}).Draw(t, "what") {
			case "fork":
				models = append(models, m.fork())
			case "fill":
				first := keys.Draw(t, "first")
				for k := range rapid.IntRange(1, 400).Draw(t, "n") {
					m.insert(pair{first + k, step})
				}
			case "clear":
				first := keys.Draw(t, "first")
				for k := range rapid.IntRange(1, 400).Draw(t, "n") {
					m.remove(first + k)
				}
			default:
				m.mix(rapid.SliceOfN(keys, 0, 200).Draw(t, "changes"), step)
			}
		}
		for _, m := range models {
			m.check(t, keys.Draw(t, "from"))
		}
	})
}

func (m *model) insert(p pair) {
	m.tree.insert(&p)
	m.want[p.key] = p.value
}

func (m *model) remove(key int) {
	m.tree.remove(&pair{key: key})
	delete(m.want, key)
}

// mix removes the keys that are there, every third of them replaced instead,
// and inserts the others.
func (m *model) mix(keys []int, value int) {
	for i, k := range keys {
		_, there := m.want[k]
		switch {
		case there && i%3 == 0:
			if m.tree.replace(&pair{key: k}, &pair{k, value}) {
				m.want[k] = value
			}
		case there:
			m.remove(k)
		default:
			if !m.tree.replace(&pair{key: k}, &pair{k, value}) {
				m.insert(pair{k, value})
			}
		}
	}
}

// TestTreeFillsUpInOrder shows that items which come in order leave full nodes
// behind, which keeps the memory of an index over ids or times low.
func TestTreeFillsUpInOrder(t *testing.T) {
	t.Parallel()
	const n = 100_000
	tr := newPairTree()
	for k := range n {
		tr.insert(&pair{key: k})
	}
	nodes := 0
	var count func(*node[pair])
	count = func(n *node[pair]) {
		nodes++
		for _, c := range n.children {
			count(c)
		}
	}
	count(tr.root)
	require.Less(t, nodes*maxItems, n*11/10)
}

// TestTreeStopsEarly shows that a visitor can end a walk at any item.
func TestTreeStopsEarly(t *testing.T) {
	t.Parallel()
	tr := newPairTree()
	for k := range 1000 {
		tr.insert(&pair{key: k})
	}
	for _, walk := range []walk{tr.ascend, tr.descend} {
		for stop := 1; stop <= 1000; stop += 37 {
			seen, ended := 0, false
			walk(nil, nil, func(run []pair) bool {
				require.False(t, ended)
				seen += len(run)
				ended = seen >= stop
				return !ended
			})
			require.GreaterOrEqual(t, seen, stop)
		}
	}
}
