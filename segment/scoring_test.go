package segment_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

func TestScoreString(t *testing.T) {
	t.Parallel()
	require.Equal(t, "543", segment.Score{R: 5, F: 4, M: 3}.String())
	require.Equal(t, "10-4-3", segment.Score{R: 10, F: 4, M: 3}.String())
	require.Equal(t, "111", segment.Score{R: 1, F: 1, M: 1}.String())
}

// customers returns purchases that give customers c0, c1, ... these totals.
func customers(totals ...int64) []segment.Purchase[string] {
	var purchases []segment.Purchase[string]
	for i, total := range totals {
		name := fmt.Sprintf("c%d", i)
		purchases = append(purchases, order(name, 1, max(total, 0)))
		if total < 0 {
			purchases = append(purchases, refund(name, 1, total))
		}
	}
	return purchases
}

// monetaryScores returns M of c0, c1, ...
func monetaryScores(t *testing.T, purchases []segment.Purchase[string], s segment.Scoring) []int {
	t.Helper()
	result, err := segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Scoring: s})
	require.NoError(t, err)
	scores := make([]int, len(result.Rows))
	for i, row := range result.Rows {
		scores[i] = row.Score.M
	}
	return scores
}

func TestMethodsOnTies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		values  []int64
		scoring segment.Scoring
		want    []int
	}{
		{"ranks, all different", []int64{10, 20, 30, 40, 50}, segment.Scoring{}, []int{1, 2, 3, 4, 5}},
		{"ranks, most alike", []int64{1, 1, 1, 1, 1, 1, 1, 2, 2, 50}, segment.Scoring{}, []int{1, 1, 1, 1, 1, 1, 1, 4, 4, 5}},
		{"ranks, all alike", []int64{7, 7, 7}, segment.Scoring{}, []int{1, 1, 1}},
		{"ranks, one customer", []int64{7}, segment.Scoring{}, []int{1}},
		{"ranks, two customers", []int64{9, 7}, segment.Scoring{}, []int{3, 1}},
		{"ranks, two bins", []int64{3, 1, 2}, segment.Scoring{Bins: 2}, []int{2, 1, 1}},
		{"ranks, ten bins", []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, segment.Scoring{Bins: 10}, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{"ranks, below zero", []int64{-5, math.MinInt64 + 1, 0, 3, math.MaxInt64 - 1}, segment.Scoring{}, []int{2, 1, 3, 4, 5}},
		{"ntile cuts ties", []int64{1, 1, 1, 1, 1, 1, 1}, segment.Scoring{Method: segment.NTile}, []int{1, 1, 2, 2, 3, 4, 5}},
		{"ntile, fewer customers than bins", []int64{3, 1, 2}, segment.Scoring{Method: segment.NTile}, []int{3, 1, 2}},
		{"fixed", []int64{99, 100, 499, 500}, segment.Scoring{Thresholds: &segment.Thresholds{
			Recency: []int64{30, 90}, Orders: []int64{2, 5}, Monetary: []int64{100, 500}}}, []int{1, 2, 2, 3}},
		{"fixed, an empty bin", []int64{99, 100}, segment.Scoring{Thresholds: &segment.Thresholds{
			Recency: []int64{30, 90}, Orders: []int64{2, 5}, Monetary: []int64{100, 100}}}, []int{1, 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, monetaryScores(t, customers(test.values...), test.scoring))
		})
	}
}

func TestRecencyScoresAreTurnedRound(t *testing.T) {
	t.Parallel()
	purchases := []segment.Purchase[string]{order("a", 9, 1), order("b", 1, 1), order("c", 5, 1), order("d", 5, 1), order("e", 2, 1)}
	for method, want := range map[segment.Method]string{
		segment.Ranks:    "15224", // no, four, one, one and three customers are staler
		segment.NTile:    "15234",
		segment.RPackage: "15335", // limits at 2.8, 4.8, 6 and 6.8 days
	} {
		result, err := segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Scoring: segment.Scoring{Method: method}})
		require.NoError(t, err)
		got := ""
		for _, row := range result.Rows {
			got += fmt.Sprint(row.Score.R)
		}
		require.Equal(t, want, got, "method %d", method)
	}
}

func TestRecencyByFixedThresholds(t *testing.T) {
	t.Parallel()
	purchases := []segment.Purchase[string]{order("a", 9, 1), order("b", 1, 1), order("c", 5, 1), order("d", 5, 1), order("e", 2, 1)}
	fixed := &segment.Thresholds{Recency: []int64{2, 5}, Orders: []int64{1, 1}, Monetary: []int64{1, 1}}
	result, err := segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Scoring: segment.Scoring{Thresholds: fixed}})
	require.NoError(t, err)
	rows := byCustomer(result)
	require.Equal(t, []int{1, 3, 1, 1, 2}, []int{rows["a"].Score.R, rows["b"].Score.R, rows["c"].Score.R, rows["d"].Score.R, rows["e"].Score.R})
}

func TestMonetaryByMean(t *testing.T) {
	t.Parallel()
	purchases := []segment.Purchase[string]{order("often", 1, 30), order("often", 1, 30), order("often", 1, 30), order("once", 1, 50)}
	require.Equal(t, []int{3, 1}, monetaryScores(t, purchases, segment.Scoring{}), "90 against 50")
	require.Equal(t, []int{1, 3}, monetaryScores(t, purchases, segment.Scoring{ByMean: true}), "30 against 50")
}

// The defect that keeps RPackage from being the default: its "+1" is a unit of
// the currency, so a hundred customers between 0.01 and 1.00 are all alike.
func TestRPackageDependsOnTheUnit(t *testing.T) {
	t.Parallel()
	small := make([]int64, 100)
	for i := range small {
		small[i] = int64(i + 1)
	}
	for _, score := range monetaryScores(t, customers(small...), segment.Scoring{Method: segment.RPackage}) {
		require.Equal(t, 1, score)
	}
	byRank := monetaryScores(t, customers(small...), segment.Scoring{})
	for i := range small {
		require.Equal(t, 1+i/20, byRank[i])
	}
}

// Quantile limits stay exact where the values span the whole of int64.
func TestRPackageAtTheLimits(t *testing.T) {
	t.Parallel()
	values := []int64{math.MinInt64 + 1, math.MaxInt64 - 1, 0}
	require.Equal(t, []int{1, 5, 3}, monetaryScores(t, customers(values...), segment.Scoring{Method: segment.RPackage}))
}

func TestThresholdsAreCopied(t *testing.T) {
	t.Parallel()
	given := &segment.Thresholds{Recency: []int64{30}, Orders: []int64{2}, Monetary: []int64{100}}
	result, err := segment.RFM(stream(order("a", 1, 1)), segment.Options{AsOf: noon, Scoring: segment.Scoring{Thresholds: given}})
	require.NoError(t, err)
	require.Equal(t, *given, result.Thresholds)
	result.Thresholds.Recency[0] = 7
	require.Equal(t, int64(30), given.Recency[0])
	require.Equal(t, 2, result.Bins)
}
