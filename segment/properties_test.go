package segment_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clientele-go/clientele/segment"
)

// purchases draws few customers, days and amounts, so that ties are common.
func drawPurchases(t *rapid.T) []segment.Purchase[string] {
	one := rapid.Custom(func(t *rapid.T) segment.Purchase[string] {
		return segment.Purchase[string]{
			Customer: rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}).Draw(t, "customer"),
			At:       noon.Add(-time.Duration(rapid.IntRange(-20, 200).Draw(t, "hours")) * time.Hour),
			Minor:    rapid.Int64Range(-3, 20).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]string{"", "CNY"}).Draw(t, "currency"),
			Refund:   rapid.IntRange(0, 5).Draw(t, "refund") == 0,
		}
	})
	return rapid.SliceOfN(one, 0, 600).Draw(t, "purchases")
}

func drawOptions(t *rapid.T) segment.Options {
	return segment.Options{
		AsOf:       noon,
		WindowDays: rapid.SampledFrom([]int{0, 0, 1, 5, 8}).Draw(t, "window"),
		Zone:       rapid.SampledFrom([]*time.Location{nil, time.UTC, time.FixedZone("UTC+8", 8*3600)}).Draw(t, "zone"),
		Currency:   rapid.SampledFrom([]string{"", "CNY"}).Draw(t, "base"),
		SkipZero:   rapid.Bool().Draw(t, "skip zero"),
		Scoring: segment.Scoring{
			Bins:   rapid.SampledFrom([]int{0, 2, 3, 4, 5, 10}).Draw(t, "bins"),
			ByMean: rapid.Bool().Draw(t, "by mean"),
		},
	}
}

func drawRFM(t *rapid.T, options segment.Options, purchases []segment.Purchase[string]) *segment.Result[string] {
	result, err := segment.RFM(stream(purchases...), options)
	require.NoError(t, err)
	return result
}

// The engine against the naive loop, for every purchase and every option.
func TestRFMEqualsNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases, options := drawPurchases(t), drawOptions(t)
		require.Equal(t, naiveRFM(purchases, options), byCustomer(drawRFM(t, options, purchases)))
	})
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases, options := drawPurchases(t), drawOptions(t)
		options.Scoring.Method = rapid.SampledFrom([]segment.Method{segment.Ranks, segment.RPackage}).Draw(t, "method")
		before := drawRFM(t, options, purchases)
		after := drawRFM(t, options, rapid.Permutation(purchases).Draw(t, "shuffled"))
		require.Equal(t, byCustomer(before), byCustomer(after))
		require.Equal(t, before.Counts, after.Counts)
		require.Equal(t, before.Thresholds, after.Thresholds)
	})
}

func TestShardsMergeToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases, options := drawPurchases(t), drawOptions(t)
		cut := rapid.IntRange(0, len(purchases)).Draw(t, "cut")
		var parts [2]*segment.Accumulator[string]
		for i, part := range [][]segment.Purchase[string]{purchases[:cut], purchases[cut:]} {
			a, err := segment.NewAccumulator[string](options)
			require.NoError(t, err)
			for _, p := range part {
				require.NoError(t, a.Add(p))
			}
			parts[i] = a
		}
		require.NoError(t, parts[0].Merge(parts[1]))
		merged, err := parts[0].Result()
		require.NoError(t, err)
		require.Equal(t, drawRFM(t, options, purchases), merged, "same rows in the same order, same counts")
	})
}

// Equal customers score alike, better ones never worse, all within 1 to bins.
func TestScoresAreTieSafeAndMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		options := drawOptions(t)
		options.Scoring.Method = rapid.SampledFrom([]segment.Method{segment.Ranks, segment.RPackage}).Draw(t, "method")
		result := drawRFM(t, options, drawPurchases(t))
		money := func(r segment.Row[string]) int64 {
			if options.Scoring.ByMean {
				return r.Mean()
			}
			return r.Total
		}
		for _, x := range result.Rows {
			requireInBins(t, x.Score, result.Bins)
			for _, y := range result.Rows {
				requireOrdered(t, cmp.Compare(x.Recency, y.Recency), cmp.Compare(y.Score.R, x.Score.R))
				requireOrdered(t, cmp.Compare(x.Orders, y.Orders), cmp.Compare(x.Score.F, y.Score.F))
				requireOrdered(t, cmp.Compare(money(x), money(y)), cmp.Compare(x.Score.M, y.Score.M))
			}
		}
	})
}

// requireOrdered allows equal scores for unequal values, but nothing else.
func requireOrdered(t *rapid.T, values, scores int) {
	if values == 0 {
		require.Zero(t, scores, "equal values, unequal scores")
	}
	require.GreaterOrEqual(t, values*scores, 0, "a better value scores worse")
}

func requireInBins(t *rapid.T, s segment.Score, bins int) {
	require.GreaterOrEqual(t, min(s.R, s.F, s.M), 1)
	require.LessOrEqual(t, max(s.R, s.F, s.M), bins)
}

// NTILE makes bins of nearly equal size and follows the value.
func TestNTileSizes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		options := segment.Options{AsOf: noon, Scoring: segment.Scoring{Method: segment.NTile}}
		result := drawRFM(t, options, drawPurchases(t))
		var sizes [6]int
		for i, x := range result.Rows {
			sizes[x.Score.F]++
			for _, y := range result.Rows[i+1:] {
				require.GreaterOrEqual(t, cmp.Compare(x.Orders, y.Orders)*cmp.Compare(x.Score.F, y.Score.F), 0)
				if x.Orders == y.Orders {
					require.LessOrEqual(t, x.Score.F, y.Score.F, "the earlier row first")
				}
			}
		}
		n := len(result.Rows)
		for bin := 1; bin <= 5; bin++ {
			want := n / 5
			if bin <= n%5 {
				want++
			}
			require.Equal(t, want, sizes[bin])
		}
	})
}

// The thresholds of a result, given back, reproduce its scores.
func TestThresholdsReproduceScores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases, options := drawPurchases(t), drawOptions(t)
		options.Scoring.Method = rapid.SampledFrom([]segment.Method{segment.Ranks, segment.RPackage}).Draw(t, "method")
		found := drawRFM(t, options, purchases)
		if len(found.Rows) == 0 {
			return
		}
		options.Scoring = segment.Scoring{Thresholds: &found.Thresholds, ByMean: options.Scoring.ByMean}
		require.Equal(t, found, drawRFM(t, options, purchases))
	})
}

// An order and its refund leave the total as it was.
func TestRefundNets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases, options := drawPurchases(t), drawOptions(t)
		options.SkipZero = false
		extra := segment.Purchase[string]{Customer: "a", At: daysAgo(0.1), Minor: rapid.Int64Range(0, 1e15).Draw(t, "extra")}
		back := extra
		back.Refund = true
		with := byCustomer(drawRFM(t, options, append(slices.Clone(purchases), extra, back)))
		without := byCustomer(drawRFM(t, options, append(slices.Clone(purchases), segment.Purchase[string]{Customer: "a", At: extra.At})))
		require.Equal(t, without["a"].Metrics, with["a"].Metrics)
	})
}
