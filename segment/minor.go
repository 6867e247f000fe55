package segment

import (
	"fmt"
	"math/bits"

	"github.com/clientele-go/clientele/customer"
	"github.com/shopspring/decimal"
)

// ToMinor returns a decimal amount of major units in minor units, exactly: 12.5
// CNY is 1250. It never rounds. It returns an AmountError that wraps
// ErrPrecision for 12.345 CNY, and one that wraps ErrOverflow for an amount
// outside int64. Trailing zeros are harmless: 12.5000 CNY is 1250.
func ToMinor(amount decimal.Decimal, currency string) (int64, error) {
	if amount.IsZero() {
		return 0, nil
	}
	shift := int64(amount.Exponent()) + int64(customer.MinorDigits(currency))
	coefficient := amount.Coefficient()
	var minor int64
	var err error
	switch {
	case shift >= int64(len(powersOfTen))-1: // at least 10^19, even for a coefficient of 1
		err = errTooLarge
	case !coefficient.IsInt64():
		minor, err = scaleBig(amount, currency)
	case shift >= 0:
		minor, err = scaleUp(coefficient.Int64(), shift)
	default:
		minor, err = scaleDown(coefficient.Int64(), -shift, currency)
	}
	if err != nil {
		return 0, &AmountError{Amount: amount, Currency: currency, Err: err}
	}
	return minor, nil
}

// FromMinor returns minor units as a decimal of major units: 1250 CNY is 12.50.
func FromMinor(minor int64, currency string) decimal.Decimal {
	return decimal.New(minor, -customer.MinorDigits(currency))
}

// powersOfTen holds 10^0 to 10^19, all that fit into 64 bits.
var powersOfTen = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// errTooLarge is the reason for every amount outside int64.
var errTooLarge = fmt.Errorf("%w: must lie within 64-bit minor units", ErrOverflow)

// errTooFine returns the reason for an amount between two minor units.
func errTooFine(currency string) error {
	return fmt.Errorf("%w: the currency has %d decimals; round the amount first", ErrPrecision, customer.MinorDigits(currency))
}

// scaleUp returns c * 10^shift for 0 <= shift <= 18.
func scaleUp(c, shift int64) (int64, error) {
	hi, lo := bits.Mul64(magnitude(c), powersOfTen[shift])
	return signedMinor(hi, lo, c < 0)
}

// scaleDown returns c / 10^shift where that is a whole number. A c of at most
// 19 digits is never divisible by more than 10^18, except 0.
func scaleDown(c, shift int64, currency string) (int64, error) {
	if shift >= int64(len(powersOfTen))-1 || c%int64(powersOfTen[shift]) != 0 {
		return 0, errTooFine(currency)
	}
	return c / int64(powersOfTen[shift]), nil
}

// scaleBig handles coefficients beyond int64, such as 12 with 30 zeros behind
// the point.
func scaleBig(amount decimal.Decimal, currency string) (int64, error) {
	shifted := amount.Shift(customer.MinorDigits(currency))
	if !shifted.IsInteger() {
		return 0, errTooFine(currency)
	}
	whole := shifted.BigInt()
	if !whole.IsInt64() {
		return 0, errTooLarge
	}
	return whole.Int64(), nil
}

// magnitude returns |v|, correct for the smallest int64 too.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// signedMinor puts a 128-bit magnitude and a sign back together, or returns
// errTooLarge.
func signedMinor(hi, lo uint64, negative bool) (int64, error) {
	const limit = uint64(1) << 63
	switch {
	case hi != 0 || lo > limit || lo == limit && !negative:
		return 0, errTooLarge
	case negative:
		return int64(-lo), nil
	}
	return int64(lo), nil
}

// divideHalfEven returns a/b rounded half to even, for b > 0.
func divideHalfEven(a, b int64) int64 {
	q, r := a/b, a%b
	twice := 2 * magnitude(r)
	if twice > uint64(b) || twice == uint64(b) && q&1 != 0 {
		if a < 0 {
			return q - 1
		}
		return q + 1
	}
	return q
}
