package segment

import (
	"cmp"
	"math/bits"
	"slices"
)

// limits finds the thresholds of one dimension from its sorted values.
func (s Scoring) limits(d dimension, sorted []int64, unit int64) []int64 {
	switch {
	case s.Method == Ranks && d == recency:
		return rankLimitsDown(sorted, s.bins())
	case s.Method == Ranks:
		return rankLimitsUp(sorted, s.bins())
	case d == monetary:
		return quantileLimits(sorted, s.bins(), unit)
	}
	return quantileLimits(sorted, s.bins(), 1)
}

// rankLimitsUp returns the limits of Ranks where more is better.
//
// With w worse customers the score 1 + bins*w/n is above k exactly when w is at
// least c = ceil(k*n/bins), that is, when the value is greater than the c-th
// smallest. So the limit is one more than an order statistic, and no rank has
// to be worked out for a customer. Totals stay below the largest int64, so one
// more always exists.
func rankLimitsUp(sorted []int64, bins int) []int64 {
	limits := make([]int64, 0, bins-1)
	for k := 1; k < bins; k++ {
		limits = append(limits, sorted[ceilShare(len(sorted), k, bins)-1]+1)
	}
	return limits
}

// rankLimitsDown returns the limits of Ranks for recency, where fewer days are
// better: the score is above k exactly when the value is below the c-th
// largest. The limits come out in ascending order.
func rankLimitsDown(sorted []int64, bins int) []int64 {
	limits := make([]int64, 0, bins-1)
	for k := bins - 1; k >= 1; k-- {
		limits = append(limits, sorted[len(sorted)-ceilShare(len(sorted), k, bins)])
	}
	return limits
}

// ceilShare returns ceil(k*n/bins).
func ceilShare(n, k, bins int) int { return (k*n + bins - 1) / bins }

// quantileLimits returns the limits of RPackage: the quantile of type 7 (Hyndman
// and Fan 1996: linear between the order statistics around (n-1)*p) plus one
// unit. Values are whole numbers, so the limit is rounded up to one and the
// arithmetic is exact.
func quantileLimits(sorted []int64, bins int, unit int64) []int64 {
	limits := make([]int64, 0, bins-1)
	for k := 1; k < bins; k++ {
		position := (len(sorted) - 1) * k
		low, part := position/bins, uint64(position%bins)
		limit := sorted[low]
		if part > 0 {
			gap := uint64(sorted[low+1]) - uint64(sorted[low])
			hi, lo := bits.Mul64(gap, part)
			quotient, rest := bits.Div64(hi, lo, uint64(bins))
			limit += int64(quotient + min(rest, 1))
		}
		if raised, ok := addMinor(limit, unit); ok {
			limit = raised
		}
		limits = append(limits, limit)
	}
	return limits
}

// scoreNTile replaces values by NTILE(bins) OVER (ORDER BY value), or value DESC
// for recency: with n = q*bins + r, the first r bins take q+1 customers and the
// others q.
func scoreNTile(d dimension, values []int64, bins int) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d == recency {
			a, b = b, a
		}
		return cmp.Compare(values[a], values[b])
	})
	size, larger := len(values)/bins, len(values)%bins
	for place, i := range order {
		bin := place / (size + 1)
		if bin >= larger {
			bin = larger + (place-larger*(size+1))/size
		}
		values[i] = int64(bin + 1)
	}
}
