package segment

import (
	"fmt"
	"math"
	"time"
)

// An Accumulator gathers purchases one at a time, for a stream or for parts of
// it that are read side by side and merged. Result may be asked for at any
// moment and more purchases added after it.
//
// It must be made with NewAccumulator and not be copied. It is not safe for
// use by several goroutines; give each its own and Merge them. It holds fewer
// than 2^31 customers.
type Accumulator[K comparable] struct {
	options Options
	until   int64 // AsOf in microseconds
	after   int64 // purchases at this microsecond or before are outside or have no moment
	asOfDay int64 // calendar day of AsOf, with Options.Zone

	till      till
	added     int // calls of Add
	counts    Counts
	customers table[K]

	// Purchases wait here and are summed in batches, because the memory
	// accesses of a batch overlap; one after the other they would each wait.
	keys    [batch]K
	hashes  [batch]uint64
	waiting [batch]waiting
	filled  int

	choosy bool  // there is more to check of a purchase than until and after
	broken error // an overflow; every later call returns it
}

// batch is the number of purchases summed together. What waits, and the entries
// it goes to, should stay in the processor's first cache; between 128 and 1024
// the speed hardly changes.
const batch = 256

// sums are what is kept of a customer.
type sums struct {
	last   int64 // the last order, in microseconds since 1970
	total  int64
	orders int64
}

// waiting is a purchase that passed all checks but is not summed yet.
type waiting struct {
	at     int64
	minor  int64
	row    int
	refund bool
}

// noOrders is the sums of a customer who has not ordered yet.
func noOrders() sums { return sums{last: math.MinInt64} }

// NewAccumulator returns an empty accumulator, or an InvalidError for options
// that contradict themselves.
func NewAccumulator[K comparable](options Options) (*Accumulator[K], error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	a := &Accumulator[K]{
		options:   options,
		until:     options.AsOf.UnixMicro(),
		after:     time.Time{}.UnixMicro(),
		till:      till{base: options.Currency, convert: options.Convert},
		customers: newTable[K](),
	}
	a.choosy = options.Zone != nil || options.SkipZero
	switch days := int64(options.WindowDays); {
	case options.Zone != nil:
		a.asOfDay = calendarDay(options.AsOf, options.Zone)
	case days > 0:
		a.after = max(a.after, a.until-days*microsPerDay)
	}
	return a, nil
}

// Add takes one purchase. It returns a PurchaseError when the purchase is
// refused: ErrInvalid without a moment, ErrCurrency, or what the Converter
// returned. A refused purchase changes nothing, and adding may go on.
//
// ErrOverflow, of a customer's running total, is different: it may be reported
// by a later call, the accumulator is of no use after it, and every further
// call returns it.
func (a *Accumulator[K]) Add(p Purchase[K]) error { return a.add(&p) }

// add is Add without the copy. It is the inner loop of RFM, so the usual case
// is decided here and the others in calls.
func (a *Accumulator[K]) add(p *Purchase[K]) error {
	if a.broken != nil || a.customers.slots == nil {
		return a.usable()
	}
	a.added++
	at := p.At.UnixMicro()
	if at > a.until || at <= a.after || a.choosy {
		if ignored, err := a.ignore(p, at); ignored || err != nil {
			return err
		}
	}
	minor := p.signed()
	if p.Currency != a.till.base {
		var err error
		if minor, err = a.till.take(minor, p.Currency, p.At); err != nil {
			return p.refused(a.added, err)
		}
	}
	a.keys[a.filled], a.hashes[a.filled] = p.Customer, a.customers.hash(p.Customer)
	a.waiting[a.filled] = waiting{at: at, minor: minor, row: a.added, refund: p.refund()}
	if a.filled++; a.filled == batch {
		return a.flush()
	}
	return nil
}

// usable returns why the accumulator takes no more calls, if so.
func (a *Accumulator[K]) usable() error {
	if a.customers.slots == nil {
		return &InvalidError{"Accumulator", "not made by NewAccumulator"}
	}
	return a.broken
}

// ignore reports whether a purchase does not count, and counts it as such.
func (a *Accumulator[K]) ignore(p *Purchase[K], at int64) (bool, error) {
	switch {
	case p.At.IsZero():
		return true, p.refused(a.added, fmt.Errorf("%w: the moment At is missing", ErrInvalid))
	case at > a.until:
		a.counts.Future++
	case at <= a.after || a.beforeCalendarWindow(p.At):
		a.counts.Outside++
	case a.options.SkipZero && p.Minor == 0 && !p.Refund:
		a.counts.SkippedZero++
	default:
		return false, nil
	}
	return true, nil
}

// beforeCalendarWindow tells for calendar days what a.after tells for elapsed.
func (a *Accumulator[K]) beforeCalendarWindow(at time.Time) bool {
	zone, days := a.options.Zone, int64(a.options.WindowDays)
	return zone != nil && days > 0 && a.asOfDay-calendarDay(at, zone) >= days
}

// flush sums what is waiting, in the order in which it came.
func (a *Accumulator[K]) flush() error {
	n := a.filled
	a.filled = 0
	a.customers.reserve(n)
	var found [batch]uint32
	a.customers.lookup(a.keys[:n], a.hashes[:n], found[:n])
	for i := range a.waiting[:n] {
		w := &a.waiting[i]
		e := a.entry(i, found[i])
		total, ok := addMinor(e.total, w.minor)
		if !ok {
			return a.overflow(a.keys[i], w.row, w.minor)
		}
		e.total = total
		if w.refund {
			a.counts.Refunds++
			continue
		}
		e.last = max(e.last, w.at)
		e.orders++
		a.counts.Orders++
	}
	return nil
}

// entry returns the customer's entry: the one that was looked up, or else by a
// search, which also adds a customer who is new.
func (a *Accumulator[K]) entry(i int, found uint32) *entry[K] {
	if found != 0 {
		return a.customers.at(int(found - 1))
	}
	return a.customers.find(a.keys[i], a.hashes[i])
}

// overflow breaks the accumulator.
func (a *Accumulator[K]) overflow(key K, row int, minor int64) error {
	a.broken = &PurchaseError{
		Row: row, Customer: key, Minor: minor, Currency: a.till.base,
		Err: fmt.Errorf("%w: the customer's total leaves 64-bit minor units", ErrOverflow),
	}
	return a.broken
}
