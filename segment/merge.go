package segment

import (
	"fmt"
	"time"
)

// Merge takes over everything that other has gathered, as if its purchases had
// been added here after the present ones. Other stays usable and unchanged.
//
// It returns an InvalidError when the two were made for different moments,
// windows or zones, ErrCurrency when they are in different base currencies,
// and a PurchaseError wrapping ErrOverflow, after which the receiver is of no
// use. Scoring options are the receiver's.
func (a *Accumulator[K]) Merge(other *Accumulator[K]) error {
	if other == nil || other == a {
		return &InvalidError{"Merge", "needs another accumulator"}
	}
	if err := a.ready(); err != nil {
		return err
	}
	if err := other.ready(); err != nil {
		return err
	}
	if err := a.sameWindow(other); err != nil {
		return err
	}
	if err := a.till.adopt(other.till); err != nil {
		return err
	}
	a.counts.add(other.counts)
	for number := range other.customers.count {
		e := other.customers.at(number)
		if err := a.addSums(e.key, e.sums); err != nil {
			return err
		}
	}
	return nil
}

// ready brings all waiting purchases into the sums.
func (a *Accumulator[K]) ready() error {
	if err := a.usable(); err != nil {
		return err
	}
	return a.flush()
}

// sameWindow returns an InvalidError unless both look at the same days.
func (a *Accumulator[K]) sameWindow(other *Accumulator[K]) error {
	x, y := a.options, other.options
	switch {
	case !x.AsOf.Equal(y.AsOf):
		return &InvalidError{"Merge", fmt.Sprintf("different AsOf: %v and %v", x.AsOf, y.AsOf)}
	case x.WindowDays != y.WindowDays:
		return &InvalidError{"Merge", fmt.Sprintf("different WindowDays: %d and %d", x.WindowDays, y.WindowDays)}
	case !sameZone(x.Zone, y.Zone, x.AsOf):
		return &InvalidError{"Merge", fmt.Sprintf("different Zone: %v and %v", x.Zone, y.Zone)}
	case x.SkipZero != y.SkipZero:
		return &InvalidError{"Merge", "SkipZero is set in one and not in the other"}
	}
	return nil
}

// sameZone tells by the names of two zones, and by their offsets at a moment,
// whether they divide time into the same days.
func sameZone(x, y *time.Location, at time.Time) bool {
	if x == nil || y == nil {
		return x == y
	}
	_, offsetX := at.In(x).Zone()
	_, offsetY := at.In(y).Zone()
	return x.String() == y.String() && offsetX == offsetY
}

// AddSummed takes a customer whose purchases are summed already, for instance
// by GROUP BY in the host's database. Orders, Total and Last of m are used;
// Recency is computed. Total is in the base currency. The sums must have been
// made over the window of the options: AddSummed checks the last order against
// it, but cannot check what lies before that one, nor refunds. A customer may
// come in several parts, which add up.
//
// It returns a PurchaseError wrapping ErrInvalid when the metrics contradict
// themselves or the window, or ErrOverflow as Add does.
func (a *Accumulator[K]) AddSummed(customer K, m Metrics) error {
	if err := a.ready(); err != nil {
		return err
	}
	if why := a.contradiction(m); why != "" {
		return &PurchaseError{
			Customer: customer, At: m.Last, Minor: m.Total, Currency: a.till.base,
			Err: fmt.Errorf("%w: %s", ErrInvalid, why),
		}
	}
	s := noOrders()
	if s.total = m.Total; m.Orders > 0 {
		s.orders, s.last = int64(m.Orders), m.Last.UnixMicro()
	}
	a.counts.Summed++
	return a.addSums(customer, s)
}

// contradiction says what is wrong with totals, or nothing.
func (a *Accumulator[K]) contradiction(m Metrics) string {
	switch {
	case m.Orders < 0:
		return "the number of orders is negative"
	case (m.Orders == 0) != m.Last.IsZero():
		return "Last must be set with orders, and only with orders"
	case m.Orders == 0:
		return ""
	case m.Last.UnixMicro() > a.until:
		return "Last is after AsOf; sum only what lies before it"
	case m.Last.UnixMicro() <= a.after || a.beforeCalendarWindow(m.Last):
		return "Last is before the window; sum only what lies in it"
	}
	return ""
}

// addSums adds a customer's sums to those gathered so far.
func (a *Accumulator[K]) addSums(key K, s sums) error {
	a.customers.reserve(1)
	e := a.customers.find(key, a.customers.hash(key))
	total, ok := addMinor(e.total, s.total)
	if !ok {
		return a.overflow(key, 0, s.total)
	}
	e.total = total
	e.orders += s.orders
	e.last = max(e.last, s.last)
	return nil
}
