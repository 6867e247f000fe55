package review_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func id(n int) uuid.UUID { return uuid.UUID{15: byte(n + 1)} }

func TestSort_Thresholds(t *testing.T) {
	t.Parallel()
	thresholds, err := review.Thresholds{}.Check()
	require.NoError(t, err)
	require.Equal(t, review.Thresholds{Auto: 0.95, Review: 0.75, Largest: 20}, thresholds)
	out := thresholds.Sort([]review.Scored{
		scored(id(0), id(1), 0.95), scored(id(2), id(3), 0.9499), scored(id(5), id(4), 0.75), scored(id(6), id(7), 0.7499),
		scored(id(1), id(0), 0.5), scored(id(8), id(8), 0.99),
	}, nil)
	require.Len(t, out.Merge, 1)
	require.Equal(t, []uuid.UUID{id(0), id(1)}, out.Merge[0].Members)
	require.Len(t, out.Merge[0].Pairs, 1, "the less probable of one pair is left out")
	require.Equal(t, []review.Key{{id(2), id(3)}, {id(4), id(5)}}, keysOf(out.Queue))
	require.Equal(t, []review.Key{{id(6), id(7)}}, keysOf(out.Ignored))
}

func TestSort_Refuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []review.Thresholds{
		{Auto: 0.7, Review: 0.8}, {Auto: 0.5}, {Auto: 1.1}, {Auto: -1}, {Review: -0.1}, {Review: 2}, {Auto: math.NaN()}, {Review: math.NaN()}, {Largest: 1}, {Largest: -3},
	} {
		_, err := bad.Check()
		require.ErrorIs(t, err, storage.ErrInvalid, "%+v", bad)
	}
}

func TestSort_Groups(t *testing.T) {
	t.Parallel()
	thresholds, err := review.Thresholds{Largest: 3}.Check()
	require.NoError(t, err)
	chain := []review.Scored{scored(id(0), id(1), 0.99), scored(id(1), id(2), 0.98), scored(id(0), id(2), 0.3)}

	out := thresholds.Sort(chain, nil)
	require.Len(t, out.Merge, 1)
	require.Len(t, out.Merge[0].Pairs, 3, "what hangs together is merged together")
	require.Empty(t, out.Ignored)

	out = thresholds.Sort(chain, map[review.Key]string{{id(0), id(2)}: review.Distinct})
	require.Equal(t, []uuid.UUID{id(0), id(1)}, out.Merge[0].Members, "the surer pair")
	require.Equal(t, []review.Key{{id(1), id(2)}}, keysOf(out.Queue), "which would join two who are apart")
	require.Equal(t, []review.Key{{id(0), id(2)}}, keysOf(out.Apart))

	out = thresholds.Sort(append(chain, scored(id(2), id(3), 0.97)), nil)
	require.Empty(t, out.Merge, "four are more than Largest")
	require.Len(t, out.Queue, 3)

	alone := scored(id(0), id(1), 0.99)
	alone.Together = false
	require.Len(t, thresholds.Sort([]review.Scored{alone}, nil).Queue, 1, "the matcher kept them in two clusters")

	require.Len(t, thresholds.Sort([]review.Scored{scored(id(0), id(1), 0.1)}, map[review.Key]string{{id(0), id(1)}: review.Same}).Merge, 1)
	out = thresholds.Sort([]review.Scored{scored(id(0), id(1), 0.99)}, map[review.Key]string{{id(0), id(1)}: review.Open})
	require.Len(t, out.Queue, 1, "somebody is to be asked")
}

func keysOf(list []review.Scored) (keys []review.Key) {
	for _, p := range list {
		keys = append(keys, review.KeyOf(p.A, p.B))
	}
	return keys
}

// Sort says what a naive reading of its rules says, whatever the order of the pairs.
func TestSort_Naive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		customers := rapid.IntRange(2, 9).Draw(t, "customers")
		var pairs []review.Scored
		decided := map[review.Key]string{}
		for a := range customers {
			for b := range a {
				switch rapid.SampledFrom([]string{"none", "sure", "sure", "unsure", "improbable", "together not"}).Draw(t, "pair") {
				case "sure":
					pairs = append(pairs, scored(id(a), id(b), rapid.SampledFrom([]float64{0.95, 0.97, 0.99}).Draw(t, "p")))
				case "unsure":
					pairs = append(pairs, scored(id(a), id(b), 0.8))
				case "improbable":
					pairs = append(pairs, scored(id(a), id(b), 0.2))
				case "together not":
					p := scored(id(a), id(b), 0.98)
					p.Together = false
					pairs = append(pairs, p)
				}
				if state := rapid.SampledFrom([]string{"", "", "", "", review.Distinct, review.Same, review.Open}).Draw(t, "state"); state != "" {
					decided[review.KeyOf(id(a), id(b))] = state
				}
			}
		}
		thresholds, err := review.Thresholds{Largest: rapid.IntRange(2, 5).Draw(t, "largest")}.Check()
		require.NoError(t, err)
		got := thresholds.Sort(pairs, decided)
		require.Equal(t, naive(thresholds, pairs, decided), listed(got))
		require.Equal(t, got, thresholds.Sort(rapid.Permutation(pairs).Draw(t, "order"), decided))
	})
}

// listed says of each pair what is done with it.
func listed(s review.Sorted) map[review.Key]string {
	out := map[review.Key]string{}
	for what, list := range map[string][]review.Scored{"queue": s.Queue, "apart": s.Apart, "ignore": s.Ignored} {
		for _, k := range keysOf(list) {
			out[k] = what
		}
	}
	for _, g := range s.Merge {
		for _, p := range g.Pairs {
			if slices.Contains(g.Members, p.A) && slices.Contains(g.Members, p.B) {
				out[review.KeyOf(p.A, p.B)] = "merge"
			}
		}
	}
	return out
}

// naive keeps for every customer the set it is in, and looks at every two of two sets.
func naive(t review.Thresholds, pairs []review.Scored, decided map[review.Key]string) map[review.Key]string {
	ordered := slices.Clone(pairs)
	slices.SortFunc(ordered, func(x, y review.Scored) int {
		if x.Probability != y.Probability {
			return map[bool]int{true: -1, false: 1}[x.Probability > y.Probability]
		}
		a, b := review.KeyOf(x.A, x.B), review.KeyOf(y.A, y.B)
		return bytes.Compare(append(a[0][:], a[1][:]...), append(b[0][:], b[1][:]...))
	})
	set := map[uuid.UUID]map[uuid.UUID]bool{}
	of := func(id uuid.UUID) map[uuid.UUID]bool {
		if set[id] == nil {
			set[id] = map[uuid.UUID]bool{id: true}
		}
		return set[id]
	}
	join := func(p review.Scored) {
		for x := range of(p.A) {
			for y := range of(p.B) {
				if s := decided[review.KeyOf(x, y)]; x != y && (s == review.Distinct || s == review.Open) {
					return
				}
			}
		}
		union := map[uuid.UUID]bool{}
		for _, side := range []uuid.UUID{p.A, p.B} {
			for x := range of(side) {
				union[x] = true
			}
		}
		for x := range union {
			set[x] = union
		}
	}
	for _, p := range ordered {
		if decided[review.KeyOf(p.A, p.B)] == review.Same {
			join(p)
		}
	}
	for _, p := range ordered {
		if decided[review.KeyOf(p.A, p.B)] != review.Same && p.Together && p.Probability >= t.Auto {
			join(p)
		}
	}
	out := map[review.Key]string{}
	for _, p := range ordered {
		k := review.KeyOf(p.A, p.B)
		switch {
		case decided[k] == review.Distinct:
			out[k] = "apart"
		case of(p.A)[p.B] && len(of(p.A)) <= t.Largest:
			out[k] = "merge"
		case p.Probability >= t.Review, decided[k] == review.Same:
			out[k] = "queue"
		default:
			out[k] = "ignore"
		}
	}
	return out
}

func TestGain(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 0.5, review.Gain(0.5, 1, 1), 1e-12)
	require.InDelta(t, 0.2, review.Gain(0.8, 1, 1), 1e-12)
	require.InDelta(t, review.Gain(0.8, 2, 3), review.Gain(0.2, 3, 2), 1e-12)
	require.Greater(t, review.Gain(0.8, 2, 2), review.Gain(0.6, 1, 1), "much hangs on it")
	require.Zero(t, review.Gain(1, 4, 4))
}
