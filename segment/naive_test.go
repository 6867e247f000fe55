package segment_test

import (
	"math/big"
	"time"

	"github.com/clientele-go/clientele/segment"
)

// naiveRFM is the definition written down: a map of lists, and for every
// customer a count of those who are worse. It shares no code with the package.
func naiveRFM(purchases []segment.Purchase[string], o segment.Options) map[string]segment.Row[string] {
	orders := map[string][]time.Time{}
	totals := map[string]int64{}
	for _, p := range purchases {
		isRefund := p.Refund || p.Minor < 0
		if p.At.After(o.AsOf) || o.WindowDays > 0 && naiveDays(p.At, o) >= o.WindowDays || o.SkipZero && !p.Refund && p.Minor == 0 {
			continue
		}
		if isRefund {
			totals[p.Customer] -= max(p.Minor, -p.Minor)
			continue
		}
		totals[p.Customer] += p.Minor
		orders[p.Customer] = append(orders[p.Customer], p.At)
	}
	rows := map[string]segment.Row[string]{}
	for customer, moments := range orders {
		last := moments[0]
		for _, at := range moments {
			if at.After(last) {
				last = at
			}
		}
		rows[customer] = segment.Row[string]{Customer: customer, Metrics: segment.Metrics{
			Recency: naiveDays(last, o), Orders: len(moments), Total: totals[customer], Last: last,
		}}
	}
	naiveScores(rows, o.Scoring)
	return rows
}

// naiveDays counts days one by one.
func naiveDays(at time.Time, o segment.Options) int {
	days := 0
	if o.Zone == nil {
		for at = at.Add(24 * time.Hour); !at.After(o.AsOf); at = at.Add(24 * time.Hour) {
			days++
		}
		return days
	}
	at, asOf := at.In(o.Zone), o.AsOf.In(o.Zone)
	for at.Format(time.DateOnly) != asOf.Format(time.DateOnly) {
		if at.After(asOf) {
			return -1
		}
		at = at.AddDate(0, 0, 1)
		days++
	}
	return days
}

// naiveScores writes 1 + bins*worse/n into every row.
func naiveScores(rows map[string]segment.Row[string], s segment.Scoring) {
	bins := s.Bins
	if bins == 0 {
		bins = 5
	}
	for customer, x := range rows {
		var staler, rarer, poorer int
		for _, y := range rows {
			if y.Recency > x.Recency {
				staler++
			}
			if y.Orders < x.Orders {
				rarer++
			}
			if naiveMoney(y, s.ByMean) < naiveMoney(x, s.ByMean) {
				poorer++
			}
		}
		x.Score = segment.Score{R: 1 + bins*staler/len(rows), F: 1 + bins*rarer/len(rows), M: 1 + bins*poorer/len(rows)}
		rows[customer] = x
	}
}

// naiveMoney is the total, or the mean rounded half to even.
func naiveMoney(r segment.Row[string], byMean bool) int64 {
	if !byMean {
		return r.Total
	}
	mean := big.NewRat(r.Total, int64(r.Orders))
	floor := new(big.Int).Div(mean.Num(), mean.Denom())
	rest := new(big.Rat).Sub(mean, new(big.Rat).SetInt(floor))
	switch rest.Cmp(big.NewRat(1, 2)) {
	case 1:
		return floor.Int64() + 1
	case 0:
		return floor.Int64() + int64(floor.Bit(0))
	}
	return floor.Int64()
}
