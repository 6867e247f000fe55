package criteria

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// maxDigits is how many digits a decimal constant may have before and after
// the point. It keeps a constant such as 1e999999 from being written out.
const maxDigits = 100

// maxExact is the largest n such that a float64 holds every integer of -n to n.
const maxExact = 1 << 53

// integerConstant takes whole numbers of 64 bits in any Go type. A float64 above
// 2^53 is refused, because it may stand for another integer than was meant.
func integerConstant(p place, f *Field, v any) (any, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case uint64:
		if v <= math.MaxInt64 {
			return int64(v), nil
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) <= maxExact {
			return int64(v), nil
		}
	case json.Number, decimal.Decimal, string:
		return wholeNumber(p, f, v)
	default:
		return nil, wrongType(p, f, v, "a whole number")
	}
	return nil, notWhole(p, f, v)
}

// notWhole refuses a number that no integer field can equal.
func notWhole(p place, f *Field, v any) error {
	return p.refuse(ErrType, f.Name, "%v is not a whole number of 64 bits that an integer can equal", v)
}

// wholeNumber reads an integer through the decimals, so that 3, "3", 3.0 and
// 3e2 are taken and 3.5 is not.
func wholeNumber(p place, f *Field, v any) (any, error) {
	d, err := exact(p, f, v)
	if err != nil {
		return nil, err
	}
	if !d.IsInteger() || !d.BigInt().IsInt64() {
		return nil, notWhole(p, f, v)
	}
	return d.IntPart(), nil
}

// decimalConstant takes numbers of any Go type, and texts.
func decimalConstant(p place, f *Field, v any) (any, error) {
	d, err := exact(p, f, v)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// exact reads a decimal without rounding. A float64 stands for its shortest
// decimal form: 0.1 is one tenth.
func exact(p place, f *Field, v any) (decimal.Decimal, error) {
	text := ""
	switch v := v.(type) {
	case int64:
		return decimal.NewFromInt(v), nil
	case decimal.Decimal:
		return fits(p, f, v)
	case uint64:
		text = strconv.FormatUint(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'g', -1, 64)
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	if !isNumber(text) {
		return decimal.Decimal{}, wrongType(p, f, v, "a number, or a text such as \"12.50\"")
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, tooLong(p, f)
	}
	return fits(p, f, d)
}

// isNumber reports whether the text is a number as JSON writes it. What
// decimal.NewFromString takes beyond that, such as "+1" or ".5", is refused.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789-+.eE") == "" && json.Valid([]byte(s))
}

// fits refuses decimals that are too long to compare at ease. The zeros at the
// end are cut off, so that equal decimals give equal constants.
func fits(p place, f *Field, d decimal.Decimal) (decimal.Decimal, error) {
	digits := d.NumDigits()
	if digits > 2*maxDigits || int(d.Exponent()) < -2*maxDigits || int(d.Exponent())+digits > maxDigits {
		return d, tooLong(p, f)
	}
	d = withoutTrailingZeros(d)
	if d.Exponent() < -maxDigits {
		return d, tooLong(p, f)
	}
	return d, nil
}

// tooLong refuses a number of too many digits.
func tooLong(p place, f *Field) error {
	return p.refuse(ErrValue, f.Name, "the number is too long; give at most %d digits before the point and %d after it", maxDigits, maxDigits)
}

// withoutTrailingZeros returns the same number with no zero at the end of its
// fraction and an exponent of 0 at most.
func withoutTrailingZeros(d decimal.Decimal) decimal.Decimal {
	return decimal.RequireFromString(d.String())
}
