package segment

import (
	"iter"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// SummaryOptions sets what Summarize counts. CalibrationEnd is mandatory.
type SummaryOptions struct {
	// CalibrationEnd is any moment of the last day that a model may learn
	// from. The whole day belongs to the calibration.
	CalibrationEnd time.Time

	// HoldoutEnd is any moment of the last day on which purchases are counted
	// to test the model. Zero means no holdout.
	HoldoutEnd time.Time

	// Zone is the calendar that divides purchases into days. Nil means UTC.
	Zone *time.Location

	// Weekly counts ISO weeks, Monday to Sunday, instead of days.
	Weekly bool

	// Currency, Convert and SkipZero mean what they mean in Options.
	Currency string
	Convert  Converter
	SkipZero bool
}

// Summary is what purchase models such as BG/NBD, Pareto/NBD and Gamma-Gamma
// need to know of a customer. All purchases of one day (or week) are one
// transaction. The convention is that of Fader, Hardie and Lee (2005), "Counting
// Your Customers the Easy Way".
type Summary[K comparable] struct {
	Customer K

	X  int // repeat transactions: days with an order, the first one not counted
	Tx int // days from the first transaction to the last one; 0 without repeats
	T  int // days from the first transaction to the end of the calibration

	// FirstMinor and RepeatMinor are the amounts of the first and of all
	// repeat transactions, in minor units of the base currency.
	FirstMinor, RepeatMinor int64

	// Holdout is the number of transactions in the holdout, HoldoutMinor their
	// amount.
	Holdout      int
	HoldoutMinor int64
}

// Mean returns the mean amount of a repeat transaction in major units of a
// currency, or 0 without repeats: the m_x of Gamma-Gamma models. It is a float
// for statistics; for money, divide RepeatMinor.
func (s Summary[K]) Mean(currency string) float64 {
	if s.X == 0 {
		return 0
	}
	unit := float64(powersOfTen[customer.MinorDigits(currency)])
	return float64(s.RepeatMinor) / float64(s.X) / unit
}

// Summarize reads purchases in any order and returns a summary of every customer
// with an order in the calibration, in the order in which customers first
// appeared. Orders after the last day are ignored.
//
// A refund is not a transaction. It is taken off the latest transaction, of the
// same part (calibration or holdout), on its own day or before. A refund
// without such a transaction is ignored: calibration must not know what
// happened later, nor does the holdout contain the order.
//
// Memory grows with customers and transactions. Summarize returns an InvalidError for contradicting options and a PurchaseError for a
// purchase that is refused, as Accumulator.Add does, and stops there.
func Summarize[K comparable](purchases iter.Seq2[Purchase[K], error], options SummaryOptions) ([]Summary[K], error) {
	s, err := newSummarizer[K](options)
	if err != nil || purchases == nil {
		return nil, err
	}
	row := 0
	for p, err := range purchases {
		if err != nil {
			return nil, err
		}
		row++
		if err := s.add(&p); err != nil {
			return nil, p.refused(row, err)
		}
	}
	return s.result()
}
