package segment

import (
	"iter"
	"time"
)

// Options sets one RFM computation. Only AsOf is mandatory.
type Options struct {
	// AsOf is the moment the computation looks back from. Purchases after it
	// are ignored; one at that very moment counts.
	AsOf time.Time

	// WindowDays keeps the purchases whose recency is below so many days: 365
	// keeps 0 to 364. In elapsed days that is everything after AsOf - 365*24h,
	// which itself is outside. 0 keeps the whole past.
	WindowDays int

	// Zone, when set, counts recency and window in calendar days of that zone:
	// a purchase shortly before midnight is one day old shortly after it. When
	// nil, a day is 24 elapsed hours.
	Zone *time.Location

	// Currency is the base currency. When empty it is the currency of the
	// first purchase that counts.
	Currency string

	// Convert brings other currencies to the base. When nil they are refused
	// with ErrCurrency.
	Convert Converter

	// SkipZero ignores orders whose amount is 0, before conversion.
	SkipZero bool

	// Scoring turns metrics into scores. Its zero value is tie-safe quintiles
	// by total amount.
	Scoring Scoring
}

// maxWindowDays keeps the arithmetic in microseconds far from its limits.
const maxWindowDays = 1_000_000

// check returns an InvalidError for options that contradict themselves.
func (o Options) check() error {
	switch {
	case o.AsOf.IsZero():
		return &InvalidError{"Options.AsOf", "missing; set the moment that the computation looks back from"}
	case o.WindowDays < 0 || o.WindowDays > maxWindowDays:
		return &InvalidError{"Options.WindowDays", "must be 1 to 1000000 days, or 0 for the whole past"}
	}
	if err := checkTill("Options", o.Currency, o.Convert); err != nil {
		return err
	}
	return o.Scoring.check()
}

// RFM reads purchases in any order and returns metrics and scores of every
// customer with at least one order in the window.
//
// It stops at the first error: one that the sequence yields, as it is, or a
// PurchaseError naming the row, as Accumulator.Add documents.
func RFM[K comparable](purchases iter.Seq2[Purchase[K], error], options Options) (*Result[K], error) {
	a, err := NewAccumulator[K](options)
	if err != nil {
		return nil, err
	}
	if purchases == nil {
		return a.Result()
	}
	for p, err := range purchases {
		if err != nil {
			return nil, err
		}
		if err := a.add(&p); err != nil {
			return nil, err
		}
	}
	return a.Result()
}

// Result is the outcome of RFM for all customers.
type Result[K comparable] struct {
	AsOf     time.Time
	Currency string // the base currency; all amounts are its minor units
	Bins     int    // the highest score

	// Rows has one entry a customer, in the order in which customers first
	// appeared among the purchases that count.
	Rows []Row[K]

	// Thresholds reproduce the scores when given to Scoring, and put later
	// customers on the same scale. They are empty after NTile, which has none,
	// and when there are no rows.
	Thresholds Thresholds

	Counts Counts
}

// Row is one customer: metrics and the scores made from them.
type Row[K comparable] struct {
	Customer K
	Metrics
	Score Score
}

// Metrics are what a customer did in the window.
type Metrics struct {
	Recency int       // whole days from the last order to AsOf, 0 or more
	Orders  int       // number of orders, refunds not among them
	Total   int64     // orders less refunds, in minor units; can be negative
	Last    time.Time // moment of the last order, UTC
}

// Mean returns Total per order in minor units, rounded half to even. It is 0
// without orders.
func (m Metrics) Mean() int64 {
	if m.Orders <= 0 {
		return 0
	}
	return divideHalfEven(m.Total, int64(m.Orders))
}

// Counts says what became of the input. Purchases is the sum of Orders,
// Refunds, Future, Outside and SkippedZero.
type Counts struct {
	Purchases   int // purchases accepted by Add, counted or ignored
	Orders      int // orders that count
	Refunds     int // refunds that count
	Future      int // ignored: after AsOf
	Outside     int // ignored: before the window
	SkippedZero int // ignored: orders of zero, with SkipZero
	Summed      int // customers given as totals, by AddSummed
	Unscored    int // customers with refunds but no order in the window
}

// add sums counts of two parts, all but those that Result works out.
func (c *Counts) add(o Counts) {
	c.Orders += o.Orders
	c.Refunds += o.Refunds
	c.Future += o.Future
	c.Outside += o.Outside
	c.SkippedZero += o.SkippedZero
	c.Summed += o.Summed
}
