package segment

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Sentinels for what a caller decides on. Each arrives wrapped in one of the
// error types below; test with errors.Is.
var (
	// ErrInvalid marks input that can never be accepted: options, rules or a
	// purchase that contradict their documentation.
	ErrInvalid = errors.New("invalid")

	// ErrCurrency marks an amount in another currency than the base where no
	// converter is set.
	ErrCurrency = errors.New("mixed currencies")

	// ErrNoRate marks an amount for which Rates holds no rate at its moment.
	ErrNoRate = errors.New("no exchange rate")

	// ErrOverflow marks an amount or a sum outside the range of int64 minor
	// units.
	ErrOverflow = errors.New("amount overflow")

	// ErrPrecision marks an amount finer than the currency's minor unit.
	ErrPrecision = errors.New("amount too precise")
)

// InvalidError says which setting or rule was refused. It is ErrInvalid.
type InvalidError struct {
	What string // the setting, such as "Options.AsOf" or "rule 3 (New Customers)"
	Why  string // what is wrong and what would make it pass
}

// Error returns both parts.
func (e *InvalidError) Error() string { return "segment: " + e.What + ": " + e.Why }

// Is reports true for ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// PurchaseError says which purchase was refused. Err is, or wraps, one of the
// sentinels or the error that a Converter or the purchase sequence returned.
type PurchaseError struct {
	Row      int // position in the input, from 1; 0 for a customer's totals
	Customer any // the key, of the type that the caller uses
	At       time.Time
	Minor    int64
	Currency string
	Err      error
}

// Error names the purchase and the reason.
func (e *PurchaseError) Error() string {
	if e.Row == 0 {
		return fmt.Sprintf("segment: customer %v: %v", e.Customer, e.Err)
	}
	return fmt.Sprintf("segment: purchase %d of customer %v: %v", e.Row, e.Customer, e.Err)
}

// Unwrap returns Err.
func (e *PurchaseError) Unwrap() error { return e.Err }

// AmountError says which amount could not be turned into minor units. Err is,
// or wraps, ErrPrecision, ErrOverflow or ErrNoRate.
type AmountError struct {
	Amount   decimal.Decimal
	Currency string
	Err      error
}

// Error names the amount and the reason. A number too long to print is cut
// short, since an amount may come from outside.
func (e *AmountError) Error() string {
	return fmt.Sprintf("segment: %s %s: %v", shortDecimal(e.Amount), e.Currency, e.Err)
}

// Unwrap returns Err.
func (e *AmountError) Unwrap() error { return e.Err }

// shortDecimal prints d, in exponent form when plain digits would be long: the
// text of 1e1000000000 does not fit into memory.
func shortDecimal(d decimal.Decimal) string {
	if d.Exponent() > 20 || d.Exponent() < -40 || d.NumDigits() > 40 {
		return fmt.Sprintf("a number of %d digits times 10^%d", d.NumDigits(), d.Exponent())
	}
	return d.String()
}
