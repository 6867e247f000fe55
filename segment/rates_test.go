package segment_test

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/segment"
)

func rate(currency string, from time.Time, value string) segment.Rate {
	return segment.Rate{Currency: currency, From: from, Value: decimal.RequireFromString(value)}
}

func TestRatesAreDated(t *testing.T) {
	t.Parallel()
	january, july := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	rates, err := segment.NewRates("CNY", rate("USD", july, "7.1"), rate("USD", january, "7.3"), rate("JPY", january, "0.0475"), rate("CHF", january, "1.5"))
	require.NoError(t, err)
	tests := []struct {
		minor    int64
		currency string
		at       time.Time
		want     int64
		err      error
	}{
		{100, "USD", january, 730, nil},
		{100, "USD", july.Add(-1), 730, nil},
		{100, "USD", july, 710, nil},
		{100, "USD", july.AddDate(10, 0, 0), 710, nil},
		{-100, "USD", july, -710, nil},
		{5, "USD", january, 36, nil},   // 36.5 to even
		{15, "USD", january, 110, nil}, // 109.5 to even
		{-5, "USD", january, -36, nil},
		{1000, "JPY", january, 4750, nil}, // whole yen to fen
		{77, "CNY", january, 77, nil},
		{100, "USD", january.Add(-1), 0, segment.ErrNoRate},
		{100, "EUR", july, 0, segment.ErrNoRate},
		{math.MaxInt64, "USD", july, 0, segment.ErrOverflow},
		{math.MinInt64, "USD", july, 0, segment.ErrOverflow},
		{math.MaxInt64, "JPY", january, 0, segment.ErrOverflow},
		{math.MaxInt64, "CHF", january, 0, segment.ErrOverflow},
	}
	for _, test := range tests {
		got, err := rates.Convert(test.minor, test.currency, test.at)
		require.ErrorIs(t, err, test.err, "%+v", test)
		require.Equal(t, test.want, got, "%+v", test)
	}
	_, err = rates.Convert(100, "EUR", july)
	var refused *segment.AmountError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "segment: 1 EUR: no exchange rate to CNY at 2025-07-01T00:00:00Z; add a Rate from then or earlier", err.Error())
}

func TestNewRatesRefuses(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for why, list := range map[string][]segment.Rate{
		"another one":     {rate("CNY", from, "1")},
		"missing":         {rate("USD", time.Time{}, "7")},
		"greater than":    {rate("USD", from, "0")},
		"18 significant":  {rate("USD", from, "1.234567890123456789")},
		"15 of them":      {rate("USD", from, "0.0000000000000001")},
		"two rates from":  {rate("USD", from, "7"), rate("EUR", from, "8"), rate("USD", from.In(time.FixedZone("", 3600)), "7")},
		"rate is too lar": {rate("JPY", from, "123456789012345678e8")},
	} {
		_, err := segment.NewRates("CNY", list...)
		require.ErrorIs(t, err, segment.ErrInvalid, why)
		require.ErrorContains(t, err, why)
	}
}

// Conversion is exact: it equals arithmetic on fractions, rounded half to even.
func TestRatesEqualFractions(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	codes := []string{"CNY", "JPY", "KWD", "CLF"}
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom(codes).Draw(t, "base")
		currency := rapid.SampledFrom(codes).Draw(t, "currency")
		if base == currency {
			return
		}
		coefficient := rapid.Int64Range(1, 1e12).Draw(t, "coefficient")
		exponent := rapid.IntRange(-15, 3).Draw(t, "exponent")
		rates, err := segment.NewRates(base, segment.Rate{Currency: currency, From: from, Value: decimal.New(coefficient, int32(exponent))})
		require.NoError(t, err)
		minor := rapid.Int64().Draw(t, "minor")
		got, err := rates.Convert(minor, currency, from)

		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), new(big.Rat).SetInt64(coefficient))
		exact.Mul(exact, powerOfTen(exponent+int(customer.MinorDigits(base)-customer.MinorDigits(currency))))
		want := halfEven(exact)
		if !want.IsInt64() {
			require.ErrorIs(t, err, segment.ErrOverflow)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), got)
	})
}

// halfEven rounds a fraction.
func halfEven(x *big.Rat) *big.Int {
	floor := new(big.Int).Div(x.Num(), x.Denom())
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	up := rest.Cmp(big.NewRat(1, 2))
	if up > 0 || up == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return floor
}

func TestRFMWithRates(t *testing.T) {
	t.Parallel()
	rates, err := segment.NewRates("CNY", rate("USD", daysAgo(100), "7.3"), rate("USD", daysAgo(10), "7.1"))
	require.NoError(t, err)
	purchases := []segment.Purchase[string]{
		{Customer: "ann", At: daysAgo(50), Minor: 1000, Currency: "USD"},
		{Customer: "ann", At: daysAgo(5), Minor: 1000, Currency: "USD", Refund: true},
		{Customer: "ann", At: daysAgo(5), Minor: 50, Currency: "CNY"},
	}
	result, err := segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Currency: "CNY", Convert: rates.Convert})
	require.NoError(t, err)
	require.Equal(t, int64(7300-7100+50), result.Rows[0].Total)

	purchases[0].At = daysAgo(200)
	_, err = segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Currency: "CNY", Convert: rates.Convert})
	require.ErrorIs(t, err, segment.ErrNoRate)
	var refused *segment.PurchaseError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 1, refused.Row)
}
