package segment_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/segment"
)

func TestToMinor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		amount, currency string
		minor            int64
		err              error
	}{
		{"12.5", "CNY", 1250, nil},
		{"12.5000", "CNY", 1250, nil},
		{"-0.01", "CNY", -1, nil},
		{"0", "CNY", 0, nil},
		{"0e-9999", "CNY", 0, nil},
		{"0e9999", "CNY", 0, nil},
		{"12.345", "CNY", 0, segment.ErrPrecision},
		{"12", "JPY", 12, nil},
		{"12.5", "JPY", 0, segment.ErrPrecision},
		{"12.345", "KWD", 12345, nil},
		{"1.2345", "CLF", 12345, nil},
		{"12.34", "no such code", 1234, nil},
		{"3e5", "CNY", 30000000, nil},
		{"92233720368547758.07", "CNY", math.MaxInt64, nil},
		{"92233720368547758.08", "CNY", 0, segment.ErrOverflow},
		{"-92233720368547758.08", "CNY", math.MinInt64, nil},
		{"-92233720368547758.09", "CNY", 0, segment.ErrOverflow},
		{"9223372036854775807", "JPY", math.MaxInt64, nil},
		{"9223372036854775807", "CNY", 0, segment.ErrOverflow},
		{"12." + strings.Repeat("0", 40), "CNY", 1200, nil},
		{"12." + strings.Repeat("0", 40) + "1", "CNY", 0, segment.ErrPrecision},
		{"1e30", "CNY", 0, segment.ErrOverflow},
		{"1e9999", "CNY", 0, segment.ErrOverflow},
		{"1e-9999", "CNY", 0, segment.ErrPrecision},
		{"1e17", "JPY", 1e17, nil},
		{"1e18", "JPY", 1e18, nil},
		{"1e19", "JPY", 0, segment.ErrOverflow},
		{"123456789012345678901234567890", "JPY", 0, segment.ErrOverflow},
	}
	for _, test := range tests {
		t.Run(test.amount+" "+test.currency, func(t *testing.T) {
			t.Parallel()
			amount, err := decimal.NewFromString(test.amount)
			require.NoError(t, err)
			minor, err := segment.ToMinor(amount, test.currency)
			require.ErrorIs(t, err, test.err)
			require.Equal(t, test.minor, minor)
			if test.err != nil {
				var refused *segment.AmountError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, test.currency, refused.Currency)
				require.Less(t, len(err.Error()), 200, "an amount from outside must not fill the log")
			}
		})
	}
}

// Exponents at the end of their range neither take long nor fill the memory.
func TestToMinorExtremeExponents(t *testing.T) {
	t.Parallel()
	for exponent, want := range map[int32]error{math.MaxInt32: segment.ErrOverflow, math.MinInt32: segment.ErrPrecision} {
		_, err := segment.ToMinor(decimal.New(7, exponent), "CNY")
		require.ErrorIs(t, err, want)
		require.Less(t, len(err.Error()), 200)
		minor, err := segment.ToMinor(decimal.New(0, exponent), "CNY")
		require.NoError(t, err)
		require.Zero(t, minor)
	}
}

// Every int64 comes back from its decimal form, in every currency.
func TestMinorRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		currency := rapid.SampledFrom([]string{"CNY", "JPY", "KWD", "CLF"}).Draw(t, "currency")
		back, err := segment.ToMinor(segment.FromMinor(minor, currency), currency)
		require.NoError(t, err)
		require.Equal(t, minor, back)
	})
}

// FuzzToMinor compares with arithmetic on fractions.
func FuzzToMinor(f *testing.F) {
	f.Add(int64(1250), -2, "CNY")
	f.Add(int64(math.MinInt64), 3, "JPY")
	f.Add(int64(7), -3, "KWD")
	f.Fuzz(func(t *testing.T, coefficient int64, exponent int, currency string) {
		exponent %= 60
		minor, err := segment.ToMinor(decimal.New(coefficient, int32(exponent)), currency)
		exact := new(big.Rat).SetInt64(coefficient)
		exact.Mul(exact, powerOfTen(exponent+int(customer.MinorDigits(currency))))
		switch {
		case !exact.IsInt():
			require.ErrorIs(t, err, segment.ErrPrecision)
		case !exact.Num().IsInt64():
			require.ErrorIs(t, err, segment.ErrOverflow)
		default:
			require.NoError(t, err)
			require.Equal(t, exact.Num().Int64(), minor)
		}
	})
}

// powerOfTen returns 10^n, also for n < 0.
func powerOfTen(n int) *big.Rat {
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	if n < 0 {
		return power.Inv(power)
	}
	return power
}
