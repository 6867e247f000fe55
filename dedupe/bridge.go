package dedupe

import (
	"cmp"
	"slices"
)

// A Bridge is what holds two parts of a cluster together at the weakest place: the
// best pair between them. Where it is weak and the parts are large, the cluster is
// worth a look.
type Bridge struct {
	Pair  Pair     // the best one between the parts
	A, B  []string // the parts, sorted; A has the first record of the cluster
	Sum   float64  // of the weights of all pairs between the parts that were compared
	Pairs int      // how many there are
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
