package value_test

import (
	"math/big"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTable_Convert(t *testing.T) {
	t.Parallel()
	rates := []*value.Rate{
		rate("USD", "CNY", "2026-01-01", "7"), rate("CNY", "USD", "2026-01-03", "0.125"), rate("USD", "CNY", "2026-01-04", "6"), rate("CNY", "USD", "2026-01-04", "0.5"),
		rate("USD", "JPY", "2026-01-01", "150"), rate("KWD", "USD", "2026-01-01", "3.25"),
	}
	for name, c := range map[string]struct {
		on   string
		from customer.Money
		via  string
		want string
	}{
		"direct":                      {"2026-01-02", money("1", "USD"), "", "7.00 CNY"},
		"the newer one, turned round": {"2026-01-03", money("1", "USD"), "", "8.00 CNY"},
		"direct on the same day":      {"2026-01-04", money("1", "USD"), "", "6.00 CNY"},
		"the last one goes on":        {"2027-01-04", money("1", "USD"), "", "6.00 CNY"},
		"cross":                       {"2026-01-02", money("300", "JPY"), "USD", "14.00 CNY"},
		"rounded once":                {"2026-01-02", money("1", "JPY"), "USD", "0.05 CNY"},  // 0.04666...
		"half to even":                {"2026-01-02", money("0.015", "USD"), "", "0.10 CNY"}, // 0.105
		"half to even, up":            {"2026-01-02", money("0.005", "USD"), "", "0.04 CNY"}, // 0.035
		"of a negative amount":        {"2026-01-02", money("-0.005", "USD"), "", "-0.04 CNY"},
		"three digits":                {"2026-01-02", money("0.001", "KWD"), "USD", "0.02 CNY"}, // 0.02275
		"nothing to convert":          {"2020-01-01", money("1.239", "CNY"), "", "1.24 CNY"},
	} {
		table, err := value.NewTable(value.Options{Currency: "CNY", Via: c.via}, rates...)
		require.NoError(t, err)
		got, err := table.Convert(c.from, day(c.on).In(adapters.Now.Location()))
		require.NoError(t, err, name)
		require.Equal(t, c.want, got.Amount.StringFixed(2)+" "+got.Currency, name)
	}
	table, err := value.NewTable(value.Options{Currency: "CNY"}, rates...)
	require.NoError(t, err)
	_, err = table.Convert(money("1", "JPY"), adapters.Now)
	require.ErrorIs(t, err, value.ErrNoRate, "no Via is given")
	_, err = table.Convert(money("1", "USD"), day("2025-12-31").In(adapters.Now.Location()))
	require.EqualError(t, err, "value: no exchange rate from USD to CNY for 2025-12-31: put one of that day or earlier")
	unrounded, err := table.Convert(money("1.239", "CNY"), adapters.Now)
	require.NoError(t, err)
	require.Equal(t, "1.239", unrounded.Amount.String())
	_, err = value.NewTable(value.Options{Currency: "CNY"}, rate("USD", "CNY", "2026-01-01", "0"))
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestTable_ConvertMinor(t *testing.T) {
	t.Parallel()
	table, err := value.NewTable(value.Options{Currency: "CNY"}, rate("JPY", "CNY", "2026-01-01", "0.05"), rate("USD", "CNY", "2026-01-01", "7"))
	require.NoError(t, err)
	minor, err := table.ConvertMinor(300, "JPY", adapters.Now)
	require.NoError(t, err)
	require.EqualValues(t, 1500, minor)
	_, err = table.ConvertMinor(1<<62, "USD", adapters.Now)
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = table.ConvertMinor(1, "EUR", adapters.Now)
	require.ErrorIs(t, err, value.ErrNoRate)
}

// Conversion equals arithmetic on fractions, rounded once, half to even.
func TestTable_EqualsFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := func(label string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(1, 1e9).Draw(t, label), int32(rapid.IntRange(-8, 2).Draw(t, label+" digits")))
		}
		to := rapid.SampledFrom([]string{"CNY", "JPY", "KWD"}).Draw(t, "to")
		first := &value.Rate{From: "AAA", To: "BBB", Day: day("2026-01-01"), Rate: number("first")}
		second := &value.Rate{From: "BBB", To: to, Day: day("2026-01-01"), Rate: number("second")}
		amount := number("amount")
		if rapid.Bool().Draw(t, "refund") {
			amount = amount.Neg()
		}
		exact := new(big.Rat).Mul(amount.Rat(), new(big.Rat).Mul(first.Rate.Rat(), second.Rate.Rat()))
		if rapid.Bool().Draw(t, "first turned round") {
			first.From, first.To = first.To, first.From
			exact.Mul(amount.Rat(), new(big.Rat).Quo(second.Rate.Rat(), first.Rate.Rat()))
		}
		table, err := value.NewTable(value.Options{Currency: to, Via: "BBB"}, first, second)
		require.NoError(t, err)
		got, err := table.Convert(customer.Money{Amount: amount, Currency: "AAA"}, adapters.Now)
		require.NoError(t, err)
		want := halfEven(exact, customer.MinorDigits(to))
		require.True(t, want.Cmp(got.Amount.Rat()) == 0, "%s %s, want %s", exact, got, want)
	})
}

// halfEven rounds a fraction to so many digits.
func halfEven(x *big.Rat, digits int32) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	scaled := new(big.Rat).Mul(x, scale)
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom())
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor)).Cmp(big.NewRat(1, 2))
	if rest > 0 || rest == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).Quo(new(big.Rat).SetInt(floor), scale)
}
