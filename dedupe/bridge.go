package dedupe

import (
	"cmp"
	"slices"
	"strings"
)

// A Bridge is what holds two parts of a cluster together at the weakest place: the
// best pair between them. Where it is weak and the parts are large, the cluster is
// worth a look.
type Bridge struct {
	Pair  Pair     `json:"pair"` // the best one between the parts
	A     []string `json:"a"`    // the parts, sorted; A has the first record of the cluster
	B     []string `json:"b"`
	Sum   float64  `json:"sum"`   // of the weights of all pairs between the parts that were compared
	Pairs int      `json:"pairs"` // how many there are
}

// Bridge returns the weakest bridge of the cluster that a record is in: of all
// ways to part it in two, one whose best pair is worst, the one that comes first where
// several are. It is false for a record that stands alone, one that is not known, and
// a cluster in which too little was compared to hold it together.
//
// The work is that of reading all pairs of the match.
func (m *Match) Bridge(id string) (Bridge, bool) {
	at := slices.IndexFunc(m.Clusters, func(c []string) bool { _, found := slices.BinarySearch(c, id); return found })
	if at < 0 || len(m.Clusters[at]) < 2 {
		return Bridge{}, false
	}
	members := m.Clusters[at]
	var inside []Pair
	for _, p := range m.Pairs {
		_, a := slices.BinarySearch(members, p.A)
		_, b := slices.BinarySearch(members, p.B)
		if a && b {
			inside = append(inside, p)
		}
	}
	return weakest(members, inside)
}

// WeakestBridge is Bridge for pairs that somebody kept, in any order: those of one group.
// The group is whoever is in a pair. It is false where the pairs do not hold the group
// together. A pair that comes twice counts twice in Sum and Pairs.
func WeakestBridge(pairs []Pair) (Bridge, bool) {
	pairs = slices.Clone(pairs)
	var members []string
	for i, p := range pairs {
		pairs[i].A, pairs[i].B = min(p.A, p.B), max(p.A, p.B)
		members = append(members, p.A, p.B)
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(strings.Compare(x.A, y.A), strings.Compare(x.B, y.B), cmp.Compare(y.Weight, x.Weight), strings.Compare(x.Pass, y.Pass))
	})
	slices.Sort(members)
	return weakest(slices.Compact(members), pairs)
}

// weakest finds the weakest bridge among the pairs of a cluster: the last edge that a
// maximum spanning tree takes in (J. B. Kruskal, 1956).
func weakest(members []string, pairs []Pair) (bridge Bridge, ok bool) {
	best := slices.Clone(pairs)
	slices.SortStableFunc(best, func(a, b Pair) int { return cmp.Compare(b.Weight, a.Weight) })
	part := make(map[string][]string, len(members)) // of each, the members joined with it so far
	for _, id := range members {
		part[id] = []string{id}
	}
	for _, p := range best {
		a, b := part[p.A], part[p.B]
		if a[0] == b[0] {
			continue
		}
		joined := slices.Sorted(slices.Values(slices.Concat(a, b)))
		if len(joined) == len(members) {
			return between(p, slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)), pairs), true
		}
		for _, id := range joined {
			part[id] = joined
		}
	}
	return Bridge{}, false
}

// between describes the bridge between two parts.
func between(best Pair, a, b []string, pairs []Pair) Bridge {
	if b[0] < a[0] {
		a, b = b, a
	}
	bridge := Bridge{Pair: best, A: a, B: b}
	for _, p := range pairs {
		_, left := slices.BinarySearch(a, p.A)
		_, right := slices.BinarySearch(a, p.B)
		if left != right {
			bridge.Sum += p.Weight
			bridge.Pairs++
		}
	}
	return bridge
}
