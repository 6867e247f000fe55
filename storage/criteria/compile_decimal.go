package criteria

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// compareDecimal compares decimals exactly and without allocating.
func compareDecimal(read reader[decimal.Decimal], op Op, want decimal.Decimal) predicate {
	scaled := scale(want)
	return func(rec any) bool {
		v, ok := read(rec)
		return ok && op.holds(scaled.compare(v))
	}
}

// memberOfDecimals looks a decimal up among sorted constants. A hash table would
// need a normal form of the value, which allocates.
func memberOfDecimals(read reader[decimal.Decimal], values []decimal.Decimal) predicate {
	points := make([]*scaledDecimal, len(values))
	for i, v := range slices.SortedFunc(slices.Values(values), decimal.Decimal.Cmp) {
		points[i] = scale(v)
	}
	return func(rec any) bool {
		v, ok := read(rec)
		if ok {
			_, ok = slices.BinarySearchFunc(points, v, func(p *scaledDecimal, v decimal.Decimal) int { return -p.compare(v) })
		}
		return ok
	}
}

// The exponents of the values of records for which a constant is kept at hand:
// from eight digits after the point to two zeros before it. Others are compared
// by Decimal.Cmp, which is exact too but slower, and allocates.
const (
	minExponent = -8
	maxExponent = 2
)

// A scaledDecimal is a constant written down with several exponents. Two
// decimals of one exponent are compared by Decimal.Cmp without allocating,
// whatever their size; two of different exponents are not.
type scaledDecimal struct {
	value decimal.Decimal
	at    [maxExponent - minExponent + 1]floored
}

// floored is the constant at one exponent, rounded down if it does not fit.
type floored struct {
	value   decimal.Decimal
	rounded bool
}

// scale writes the constant down with every exponent.
func scale(d decimal.Decimal) *scaledDecimal {
	s := &scaledDecimal{value: d}
	coefficient := d.Coefficient()
	for i := range s.at {
		s.at[i] = floor(coefficient, d.Exponent(), int32(minExponent+i))
	}
	return s
}

// floor returns the largest decimal of the exponent to that is not above
// coefficient * 10^from.
func floor(coefficient *big.Int, from, to int32) floored {
	shift := int64(from) - int64(to)
	if shift >= 0 {
		exact := new(big.Int).Mul(coefficient, power10(shift))
		return floored{value: decimal.NewFromBigInt(exact, to)}
	}
	// DivMod with a positive divisor rounds down.
	quotient, rest := new(big.Int).DivMod(coefficient, power10(-shift), new(big.Int))
	return floored{decimal.NewFromBigInt(quotient, to), rest.Sign() != 0}
}

// power10 returns the nth power of ten; n is not negative.
func power10(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// compare returns -1, 0 or 1 as v is less than, equal to or greater than the constant.
func (s *scaledDecimal) compare(v decimal.Decimal) int {
	i := int(v.Exponent()) - minExponent
	if i < 0 || i >= len(s.at) {
		return v.Cmp(s.value)
	}
	at := &s.at[i]
	if c := v.Cmp(at.value); c != 0 || !at.rounded {
		return c
	}
	return -1
}
