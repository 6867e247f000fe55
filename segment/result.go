package segment

import (
	"math"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// Result scores what has been gathered so far. The result is a copy: adding
// more purchases does not change it. It returns ErrOverflow as Add does.
func (a *Accumulator[K]) Result() (*Result[K], error) {
	if err := a.ready(); err != nil {
		return nil, err
	}
	rows, err := a.rows()
	if err != nil {
		return nil, err
	}
	scoring := a.options.Scoring
	result := &Result[K]{
		AsOf:     a.options.AsOf,
		Currency: a.till.base,
		Bins:     scoring.bins(),
		Rows:     rows,
		Counts:   a.counts,
	}
	c := &result.Counts
	c.Purchases = c.Orders + c.Refunds + c.Future + c.Outside + c.SkippedZero
	c.Unscored = a.customers.count - len(rows)
	unit := int64(powersOfTen[customer.MinorDigits(a.till.base)])
	result.Thresholds = scoreRows(rows, scoring, unit)
	return result, nil
}

// rows returns the customers who have orders. A total of the largest int64 is
// taken for an overflow: the thresholds need a number above every total.
func (a *Accumulator[K]) rows() ([]Row[K], error) {
	rows := make([]Row[K], 0, a.customers.count)
	for number := range a.customers.count {
		e := a.customers.at(number)
		if e.orders == 0 {
			continue
		}
		if e.total == math.MaxInt64 {
			return nil, a.overflow(e.key, 0, e.total)
		}
		rows = append(rows, Row[K]{Customer: e.key, Metrics: Metrics{
			Recency: a.recency(e.last),
			Orders:  int(e.orders),
			Total:   e.total,
			Last:    time.UnixMicro(e.last).UTC(),
		}})
	}
	return rows, nil
}

// recency returns the whole days from a moment to AsOf.
func (a *Accumulator[K]) recency(last int64) int {
	if zone := a.options.Zone; zone != nil {
		return int(a.asOfDay - calendarDay(time.UnixMicro(last), zone))
	}
	return int((a.until - last) / microsPerDay)
}
