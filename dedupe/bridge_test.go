package dedupe

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The weakest bridge is what a look at every way to part a cluster finds.
func TestBridge_Oracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(t, "members")
		members := make([]string, n)
		for i := range members {
			members[i] = fmt.Sprint("r", i)
		}
		var pairs []Pair
		for i := range n {
			for j := i + 1; j < n; j++ {
				if rapid.IntRange(0, 3).Draw(t, "compared") > 0 {
					pairs = append(pairs, Pair{A: members[i], B: members[j], Weight: float64(rapid.IntRange(-9, 9).Draw(t, "weight"))})
				}
			}
		}
		worst := math.Inf(1)
		for parts := 1; parts < 1<<(n-1); parts++ { // the first member is never in the part
			best := math.Inf(-1)
			for _, p := range pairs {
				if in(parts, members, p.A) != in(parts, members, p.B) {
					best = max(best, p.Weight)
				}
			}
			worst = min(worst, best)
		}
		m := &Match{Clusters: [][]string{members}, Pairs: pairs}
		bridge, ok := m.Bridge(members[n-1])
		require.Equal(t, !math.IsInf(worst, 0), ok)
		if !ok {
			return
		}
		require.Equal(t, worst, bridge.Pair.Weight)
		require.Equal(t, members, slices.Sorted(slices.Values(slices.Concat(bridge.A, bridge.B))))
		require.Equal(t, members[0], bridge.A[0])
		sum, count := 0.0, 0
		for _, p := range pairs {
			if slices.Contains(bridge.A, p.A) != slices.Contains(bridge.A, p.B) {
				sum, count = sum+p.Weight, count+1
				require.LessOrEqual(t, p.Weight, bridge.Pair.Weight)
			}
		}
		require.Equal(t, sum, bridge.Sum)
		require.Equal(t, count, bridge.Pairs)
	})
}

// in reports whether a member is in a part, whose bits leave out the first member.
func in(part int, members []string, id string) bool {
	return part<<1>>slices.Index(members, id)&1 == 1
}

func TestBridge_None(t *testing.T) {
	t.Parallel()
	m := &Match{Clusters: [][]string{{"a"}, {"b", "c"}}, Pairs: []Pair{{A: "a", B: "b", Weight: 1}}}
	for _, id := range []string{"a", "b", "nobody"} {
		_, ok := m.Bridge(id)
		require.False(t, ok, id)
	}
}
