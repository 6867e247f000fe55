package segment

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/shopspring/decimal"
)

// A Converter returns an amount of minor units in minor units of the base
// currency, at the rate that held at a moment. Refunds come with a negative
// amount. It is not called for amounts that are in the base currency already.
// It must return the same answer for the same arguments; an error refuses the
// purchase. Rates.Convert is one.
type Converter func(minor int64, currency string, at time.Time) (int64, error)

// Rate says that from a moment on, one major unit of Currency is worth Value
// major units of the base currency, until the next rate of that currency.
type Rate struct {
	Currency string
	From     time.Time // inclusive
	Value    decimal.Decimal
}

// Rates is a table of dated exchange rates to one base currency. It does not
// change after NewRates and may be used by several goroutines.
type Rates struct {
	base  string
	dated map[string][]datedRate // by From, ascending
}

// datedRate is a rate between minor units: amount * factor / 10^digits.
type datedRate struct {
	from   time.Time
	factor uint64
	digits int
}

// NewRates returns a table of rates to the base currency, in any order. It
// returns an InvalidError for a rate that is not positive, has no date, is of
// the base currency, stands twice for one currency and moment, or has more
// digits than the exact arithmetic holds: 18 significant, 15 after the point.
func NewRates(base string, rates ...Rate) (*Rates, error) {
	table := &Rates{base: base, dated: make(map[string][]datedRate)}
	for i, r := range rates {
		exact, why := table.exact(r)
		if why != "" {
			return nil, &InvalidError{fmt.Sprintf("rate %d (%s from %s)", i+1, r.Currency, r.From.Format(time.DateOnly)), why}
		}
		table.dated[r.Currency] = append(table.dated[r.Currency], exact)
	}
	for currency, list := range table.dated {
		slices.SortFunc(list, func(a, b datedRate) int { return a.from.Compare(b.from) })
		for i := 1; i < len(list); i++ {
			if list[i].from.Equal(list[i-1].from) {
				return nil, &InvalidError{"rates of " + currency, "two rates from " + list[i].from.Format(time.RFC3339) + "; keep one"}
			}
		}
	}
	return table, nil
}

// exact brings a rate into its integer form, or says why it cannot.
func (t *Rates) exact(r Rate) (exact datedRate, why string) {
	switch {
	case r.Currency == "" || r.Currency == t.base:
		return exact, "the currency must be another one than the base currency"
	case r.From.IsZero():
		return exact, "the moment from which it holds is missing"
	case r.Value.Sign() <= 0:
		return exact, "a rate must be greater than zero"
	case r.Value.NumDigits() > 18 || r.Value.Exponent() < -15 || r.Value.Exponent() > 8:
		return exact, "a rate may have 18 significant digits, 15 of them after the point"
	}
	digits := int(customer.MinorDigits(r.Currency)-customer.MinorDigits(t.base)) - int(r.Value.Exponent())
	factor := uint64(r.Value.CoefficientInt64())
	if digits < 0 {
		hi, lo := bits.Mul64(factor, powersOfTen[-digits])
		if hi != 0 {
			return exact, "the rate is too large"
		}
		factor, digits = lo, 0
	}
	return datedRate{from: r.From, factor: factor, digits: digits}, ""
}

// Convert returns the amount in the base currency at the rate that held at the
// moment, rounded half to even to a minor unit. The arithmetic is exact. It
// returns an AmountError that wraps ErrNoRate when the currency is unknown or
// the moment lies before its first rate, or ErrOverflow when the result leaves
// int64. Convert is a Converter.
func (t *Rates) Convert(minor int64, currency string, at time.Time) (int64, error) {
	if currency == t.base {
		return minor, nil
	}
	rate, err := t.at(currency, at)
	if err == nil {
		minor, err = rate.apply(minor)
	}
	if err != nil {
		return 0, &AmountError{Amount: FromMinor(minor, currency), Currency: currency, Err: err}
	}
	return minor, nil
}

// at finds the last rate from the moment or before it.
func (t *Rates) at(currency string, at time.Time) (datedRate, error) {
	list := t.dated[currency]
	after, _ := slices.BinarySearchFunc(list, at, func(r datedRate, at time.Time) int {
		return cmp.Or(r.from.Compare(at), -1) // a rate from this very moment holds
	})
	if after == 0 {
		return datedRate{}, fmt.Errorf("%w to %s at %s; add a Rate from then or earlier",
			ErrNoRate, t.base, at.Format(time.RFC3339))
	}
	return list[after-1], nil
}

// apply multiplies and divides in 128 bits, then rounds half to even.
func (r datedRate) apply(minor int64) (int64, error) {
	divisor := powersOfTen[r.digits]
	hi, lo := bits.Mul64(magnitude(minor), r.factor)
	if hi >= divisor {
		return minor, errTooLarge
	}
	quotient, rest := bits.Div64(hi, lo, divisor)
	up := rest > divisor-rest || rest == divisor-rest && quotient&1 != 0
	if up && quotient < math.MaxUint64 { // which is too large in any case
		quotient++
	}
	converted, err := signedMinor(0, quotient, minor < 0)
	if err != nil {
		return minor, err
	}
	return converted, nil
}
