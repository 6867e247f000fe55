package segment

import (
	"fmt"
	"time"
)

// Purchase is one order, or one refund, of a customer.
//
// K identifies the customer. It must be strictly comparable: an interface type
// that holds an uncomparable value makes Go's own comparison panic.
type Purchase[K comparable] struct {
	Customer K

	// At is the moment of the order or of the refund. It is mandatory.
	At time.Time

	// Minor is the amount in minor units of Currency. A negative amount is a
	// refund, whatever Refund says.
	Minor int64

	// Currency is the ISO 4217 code in upper case. Empty means the base
	// currency of the computation.
	Currency string

	// Refund marks money given back. The sign of Minor then does not matter:
	// 100 and -100 both take 100 off the total.
	Refund bool
}

// refund reports whether the purchase gives money back.
func (p *Purchase[K]) refund() bool { return p.Refund || p.Minor < 0 }

// signed returns the amount that goes into a sum. It cannot overflow: only a
// positive amount is negated.
func (p *Purchase[K]) signed() int64 {
	if p.Refund && p.Minor > 0 {
		return -p.Minor
	}
	return p.Minor
}

// refused wraps err with what identifies the purchase.
func (p *Purchase[K]) refused(row int, err error) error {
	return &PurchaseError{
		Row: row, Customer: p.Customer, At: p.At, Minor: p.Minor, Currency: p.Currency, Err: err,
	}
}

// till converts purchases to one base currency.
type till struct {
	base    string
	convert Converter
}

// take returns the signed amount of a purchase in the base currency. The first
// currency met becomes the base when none was given. It returns ErrCurrency for
// another currency without a converter, or what the converter returned.
func (t *till) take(minor int64, currency string, at time.Time) (int64, error) {
	if currency == t.base || currency == "" {
		return minor, nil
	}
	if t.convert != nil {
		return t.convert(minor, currency, at)
	}
	if t.base == "" {
		t.base = currency
		return minor, nil
	}
	return 0, fmt.Errorf("%w: %s where the base currency is %s; set Options.Convert or feed one currency",
		ErrCurrency, currency, t.base)
}

// adopt takes over the base of another till, for two parts of one input.
func (t *till) adopt(other till) error {
	if t.base == "" {
		t.base = other.base
	}
	if other.base != "" && other.base != t.base {
		return fmt.Errorf("segment: %w: one part is in %s, the other in %s; set Options.Currency and Options.Convert",
			ErrCurrency, t.base, other.base)
	}
	return nil
}

// checkTill refuses a converter without a currency to convert to.
func checkTill(what, currency string, convert Converter) error {
	if convert != nil && currency == "" {
		return &InvalidError{what + ".Currency", "a converter needs a base currency; set it to the code that Convert returns"}
	}
	return nil
}

// addMinor returns a+b and whether it stayed inside int64.
func addMinor(a, b int64) (sum int64, ok bool) {
	sum = a + b
	return sum, (a^sum)&(b^sum) >= 0
}
