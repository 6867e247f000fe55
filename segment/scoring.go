package segment

import (
	"fmt"
	"slices"
	"strconv"
)

// Score is a customer's place in each dimension, from 1 to the number of bins.
// Higher is better in all three: a recent customer has a high R.
type Score struct {
	R, F, M int
}

// String returns the usual three digits, such as "543". A score of 10, possible
// with ten bins only, makes it "10-4-3".
func (s Score) String() string {
	if max(s.R, s.F, s.M) < 10 && min(s.R, s.F, s.M) >= 0 {
		return strconv.Itoa(s.R*100 + s.F*10 + s.M)
	}
	return fmt.Sprintf("%d-%d-%d", s.R, s.F, s.M)
}

// A Method says how a dimension is cut into bins.
type Method int

const (
	// Ranks, the default, scores 1 + bins*(rank-1)/n in whole numbers, where n
	// is the number of customers and rank-1 the number of customers who are
	// worse. Equal customers get equal scores, the order of the input does not
	// matter, and neither does the currency's unit. Bins are of equal size only
	// as far as ties allow: when most customers bought once, those all score 1.
	// A single customer scores 1.
	Ranks Method = iota

	// RPackage follows the R package rfm 0.3: limits at the quantiles of type 7
	// plus 1, half open. It exists to reproduce that package's tables. It is
	// not the default because the 1 is one whole unit: amounts that differ by
	// less than one unit of the currency all score 1, and scores change when
	// the same money is expressed in another unit.
	RPackage

	// NTile follows the SQL function NTILE over customers sorted by the metric,
	// ties in the order of Result.Rows. Bins differ in size by at most one, at
	// a price: equal customers can get different scores, and the order of the
	// input decides which. Use it to match existing SQL.
	NTile
)

// Scoring turns metrics into scores.
type Scoring struct {
	// Bins is the number of scores, 2 to 10. 0 means 5. With fixed Thresholds
	// it must be 0 or agree with them.
	Bins int

	// Method finds the limits between bins. It is not used with Thresholds.
	Method Method

	// Thresholds, when set, fixes the limits.
	Thresholds *Thresholds

	// ByMean makes M the mean amount per order, rounded half to even to a
	// minor unit, instead of the total.
	ByMean bool
}

// Thresholds are fixed limits between bins, bins-1 of them in each list, in
// ascending order; equal neighbours leave a bin empty.
//
// F and M are 1 plus the number of limits that the metric has reached. R is
// the number of bins less the limits reached, so Recency {30, 90} gives 3
// below 30 days, 2 below 90 and 1 from 90 days on.
type Thresholds struct {
	Recency  []int64 // days
	Orders   []int64
	Monetary []int64 // minor units of the base currency
}

// bins returns the number of scores with the default applied.
func (s Scoring) bins() int {
	switch {
	case s.Thresholds != nil:
		return len(s.Thresholds.Recency) + 1
	case s.Bins == 0:
		return 5
	}
	return s.Bins
}

// check returns an InvalidError for a scoring that cannot be computed.
func (s Scoring) check() error {
	if s.Method < Ranks || s.Method > NTile {
		return &InvalidError{"Scoring.Method", fmt.Sprintf("%d is none of Ranks, RPackage and NTile", s.Method)}
	}
	if bins := s.bins(); bins < 2 || bins > 10 || s.Bins != 0 && s.Bins != bins {
		return &InvalidError{"Scoring.Bins", fmt.Sprintf("%d bins; 2 to 10 are possible, one more than thresholds", bins)}
	}
	if s.Thresholds != nil {
		return s.Thresholds.check()
	}
	return nil
}

// check returns an InvalidError unless the lists are of one length and sorted.
func (t *Thresholds) check() error {
	for d, limits := range t.lists() {
		name := "Thresholds." + [3]string{"Recency", "Orders", "Monetary"}[d]
		if len(*limits) != len(t.Recency) {
			return &InvalidError{name, fmt.Sprintf("%d limits where Recency has %d; give each the same number", len(*limits), len(t.Recency))}
		}
		if !slices.IsSorted(*limits) {
			return &InvalidError{name, "the limits must ascend"}
		}
	}
	return nil
}

// lists returns the three dimensions in the order of their numbers.
func (t *Thresholds) lists() [3]*[]int64 {
	return [3]*[]int64{recency: &t.Recency, frequency: &t.Orders, monetary: &t.Monetary}
}

// dimension numbers the three parts of a score.
type dimension int

const (
	recency dimension = iota
	frequency
	monetary
)

// columns returns the metrics that are scored, one list a dimension.
func columns[K comparable](rows []Row[K], byMean bool) [3][]int64 {
	n := len(rows)
	all := make([]int64, 3*n)
	r, f, m := all[:n], all[n:2*n], all[2*n:]
	for i := range rows {
		row := &rows[i].Metrics
		r[i], f[i], m[i] = int64(row.Recency), int64(row.Orders), row.Total
		if byMean {
			m[i] = row.Mean()
		}
	}
	return [3][]int64{recency: r, frequency: f, monetary: m}
}

// scoreRows fills in the scores and returns the thresholds found or given. Unit
// is one whole unit of the currency in minor units, for RPackage.
func scoreRows[K comparable](rows []Row[K], s Scoring, unit int64) Thresholds {
	var limits Thresholds
	if len(rows) == 0 {
		return limits
	}
	if s.Thresholds != nil {
		limits = s.Thresholds.clone()
	}
	columns := columns(rows, s.ByMean)
	room := make([]int64, 2*len(rows)) // to sort in
	for d, values := range columns {
		s.score(dimension(d), values, limits.lists()[d], unit, room)
	}
	r, f, m := columns[recency], columns[frequency], columns[monetary]
	for i := range rows {
		rows[i].Score = Score{R: int(r[i]), F: int(f[i]), M: int(m[i])}
	}
	return limits
}

// score replaces the values of one dimension by scores. It finds the limits
// unless they are fixed.
func (s Scoring) score(d dimension, values []int64, limits *[]int64, unit int64, room []int64) {
	switch {
	case s.Thresholds != nil:
	case s.Method == NTile:
		scoreNTile(d, values, s.bins())
		return
	default:
		sorted, spare := room[:len(values)], room[len(values):]
		copy(sorted, values)
		*limits = s.limits(d, sortValues(sorted, spare), unit)
	}
	scoreByLimits(d, values, *limits)
}

// scoreByLimits replaces values by scores, from the number of limits reached.
func scoreByLimits(d dimension, values, limits []int64) {
	for i, v := range values {
		reached := int64(0)
		for _, limit := range limits {
			if v >= limit {
				reached++
			}
		}
		values[i] = 1 + reached
	}
	if d == recency {
		for i := range values {
			values[i] = int64(len(limits)) + 2 - values[i]
		}
	}
}

// clone copies the limits, so that a caller's change to one does not reach
// the other.
func (t *Thresholds) clone() Thresholds {
	return Thresholds{slices.Clone(t.Recency), slices.Clone(t.Orders), slices.Clone(t.Monetary)}
}
