package segment

import (
	"fmt"
	"slices"
	"time"
)

// summarizer gathers the transactions of each customer.
type summarizer[K comparable] struct {
	options SummaryOptions
	zone    *time.Location
	till    till

	calibrationDay, holdoutDay int64 // the last day of each

	numbers   map[K]int
	customers []history[K]
}

// history is a customer's transactions, not yet in order.
type history[K comparable] struct {
	key  K
	days []transaction
}

// transaction is the orders and refunds of one period.
type transaction struct {
	period  int64 // day or week
	minor   int64
	orders  int
	holdout bool
}

// newSummarizer checks the options.
func newSummarizer[K comparable](o SummaryOptions) (*summarizer[K], error) {
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	s := &summarizer[K]{options: o, zone: zone, numbers: map[K]int{}}
	s.till = till{base: o.Currency, convert: o.Convert}
	if o.CalibrationEnd.IsZero() {
		return nil, &InvalidError{"SummaryOptions.CalibrationEnd", "missing; set the last day to learn from"}
	}
	s.calibrationDay = calendarDay(o.CalibrationEnd, zone)
	s.holdoutDay = s.calibrationDay
	if !o.HoldoutEnd.IsZero() {
		s.holdoutDay = calendarDay(o.HoldoutEnd, zone)
		if s.holdoutDay <= s.calibrationDay {
			return nil, &InvalidError{"SummaryOptions.HoldoutEnd", "must be a later day than CalibrationEnd"}
		}
	}
	return s, checkTill("SummaryOptions", o.Currency, o.Convert)
}

// add counts one purchase into the transaction of its day.
func (s *summarizer[K]) add(p *Purchase[K]) error {
	if p.At.IsZero() {
		return fmt.Errorf("%w: the moment At is missing", ErrInvalid)
	}
	day := calendarDay(p.At, s.zone)
	if day > s.holdoutDay || s.options.SkipZero && p.Minor == 0 && !p.Refund {
		return nil
	}
	minor, err := s.till.take(p.signed(), p.Currency, p.At)
	if err != nil {
		return err
	}
	t := transaction{period: s.period(day), minor: minor, holdout: day > s.calibrationDay}
	if !p.refund() {
		t.orders = 1
	}
	number, known := s.numbers[p.Customer]
	if !known {
		number = len(s.customers)
		s.numbers[p.Customer] = number
		s.customers = append(s.customers, history[K]{key: p.Customer})
	}
	h := &s.customers[number]
	if last := len(h.days) - 1; last >= 0 && h.days[last].samePeriod(t) {
		return h.days[last].add(t)
	}
	h.days = append(h.days, t)
	return nil
}

// period returns the number of the day, or of its week.
func (s *summarizer[K]) period(day int64) int64 {
	if s.options.Weekly {
		return isoWeek(day)
	}
	return day
}

// samePeriod reports whether two parts belong to one transaction.
func (t transaction) samePeriod(o transaction) bool {
	return t.period == o.period && t.holdout == o.holdout
}

// add sums two parts, or returns ErrOverflow.
func (t *transaction) add(o transaction) error {
	sum, ok := addMinor(t.minor, o.minor)
	if !ok {
		return errTooLarge
	}
	t.minor = sum
	t.orders += o.orders
	return nil
}

// result turns histories into summaries.
func (s *summarizer[K]) result() ([]Summary[K], error) {
	end := s.period(s.calibrationDay)
	list := make([]Summary[K], 0, len(s.customers))
	for i := range s.customers {
		h := &s.customers[i]
		days, err := settle(h.days)
		if err == nil && len(days) > 0 && !days[0].holdout {
			var summary Summary[K]
			if summary, err = summarize(h.key, days, end); err == nil {
				list = append(list, summary)
			}
		}
		if err != nil {
			return nil, &PurchaseError{Customer: h.key, Currency: s.till.base, Err: err}
		}
	}
	return list, nil
}

// settle sorts transactions by time and merges those of one period. Refunds on
// their own go to the transaction before, or away.
func settle(days []transaction) ([]transaction, error) {
	slices.SortFunc(days, func(a, b transaction) int {
		switch {
		case a.samePeriod(b):
			return b.orders - a.orders // orders first, so that refunds find them
		case a.holdout != b.holdout && b.holdout, a.holdout == b.holdout && a.period < b.period:
			return -1
		}
		return 1
	})
	settled := days[:0]
	for _, t := range days {
		last := len(settled) - 1
		own := last >= 0 && settled[last].samePeriod(t)
		before := t.orders == 0 && last >= 0 && settled[last].holdout == t.holdout
		switch {
		case own || before:
			if err := settled[last].add(t); err != nil {
				return nil, err
			}
		case t.orders > 0:
			settled = append(settled, t)
		}
	}
	return settled, nil
}

// summarize sums up settled transactions, of which the first is in the
// calibration.
func summarize[K comparable](key K, days []transaction, end int64) (Summary[K], error) {
	first := days[0]
	s := Summary[K]{Customer: key, T: int(end - first.period), FirstMinor: first.minor}
	repeat, holdout := transaction{}, transaction{}
	for _, t := range days[1:] {
		sum := &repeat
		if t.holdout {
			sum = &holdout
			s.Holdout++
		} else {
			s.X++
			s.Tx = int(t.period - first.period)
		}
		if err := sum.add(t); err != nil {
			return s, err
		}
	}
	s.RepeatMinor, s.HoldoutMinor = repeat.minor, holdout.minor
	return s, nil
}
