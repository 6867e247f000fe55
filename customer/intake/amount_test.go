package intake

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseAmount_Forms(t *testing.T) {
	t.Parallel()
	cases := map[string][3]string{
		"1234.5":                         {"1234.5", "", ""},
		"1,234.50":                       {"1234.5", "", ""},
		"1,234,567":                      {"1234567", "", ""},
		"1234567":                        {"1234567", "", ""},
		"+12":                            {"12", "", ""},
		"-12.30":                         {"-12.3", "", ""},
		"−12.30":                         {"-12.3", "", ""},
		"- 12.30":                        {"-12.3", "", ""},
		"(12.00)":                        {"-12", "", ""},
		"( $12.00 )":                     {"-12", "USD", "$"},
		".50":                            {"0.5", "", ""},
		"0":                              {"0", "", ""},
		"¥99.00":                         {"99", "CNY", "¥"},
		"￥1,200":                         {"1200", "CNY", "¥"},
		"￥１，２００．５":                       {"1200.5", "CNY", "¥"},
		"-¥12":                           {"-12", "CNY", "¥"},
		"¥-12":                           {"-12", "CNY", "¥"},
		"99元":                            {"99", "CNY", "元"},
		"$12.30":                         {"12.3", "USD", "$"},
		"US$ 12.30":                      {"12.3", "USD", "US$"},
		"HK$12":                          {"12", "HKD", "HK$"},
		"€12":                            {"12", "EUR", "€"},
		"12 €":                           {"12", "EUR", "€"},
		"£1,000.01":                      {"1000.01", "GBP", "£"},
		"USD 12.30":                      {"12.3", "USD", ""},
		"usd12.30":                       {"12.3", "USD", ""},
		"12.30 EUR":                      {"12.3", "EUR", ""},
		"12.30eur":                       {"12.3", "EUR", ""},
		"RMB 12":                         {"12", "CNY", ""},
		"人民币12":                          {"12", "CNY", ""},
		"(USD 12.30)":                    {"-12.3", "USD", ""},
		"-USD 12":                        {"-12", "USD", ""},
		"USD -12":                        {"-12", "USD", ""},
		"12345678901234567890.123456789": {"12345678901234567890.123456789", "", ""},
	}
	for cell, want := range cases {
		got, err := ParseAmount(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, [3]string{got.Value.String(), got.Currency, got.Symbol}, cell)
	}
}

func TestParseAmount_Refused(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                       "is not an amount",
		"abc":                    "is not an amount",
		"¥":                      "is not an amount",
		"USD":                    "is not an amount",
		"-":                      "is not an amount",
		"()":                     "is not an amount",
		"--12":                   "is not an amount",
		"-(12)":                  "is not an amount",
		"(-12)":                  "is not an amount",
		"-¥-12":                  "is not an amount",
		"12-":                    "is not an amount",
		"12.":                    "is not an amount",
		"1.2.3":                  "is not an amount",
		"1.234,50":               "is not an amount",
		"12 34":                  "is not an amount",
		"USD 12 EUR":             "is not an amount",
		"$12 USD":                "is not an amount",
		"1,23":                   "comma where no group of three",
		"1,2345":                 "comma where no group of three",
		"1234,567":               "comma where no group of three",
		",123":                   "comma where no group of three",
		"12abc":                  "does not name a currency",
		"XYZ 12":                 "does not name a currency",
		"12万元":                   "does not name a currency",
		"1.38E+10":               "shortened to a number by a spreadsheet",
		strings.Repeat("9", 100): "longer than the 64 bytes",
	}
	for cell, says := range cases {
		_, err := ParseAmount(cell)
		require.ErrorContains(t, err, says, cell)
	}
}

func TestOrderAmount_CurrencyColumn(t *testing.T) {
	t.Parallel()
	cases := []struct{ amount, currency, want string }{
		{"12", "", "12 "},
		{"12", "eur", "12 EUR"},
		{"$12", "", "12 USD"},
		{"$12", "HKD", "12 HKD"},
		{"¥12", "JPY", "12 JPY"},
		{"USD 12", "usd", "12 USD"},
		{"12元", "人民币", "12 CNY"},
		{"USD 12", "EUR", "the amount is in USD and the currency column says EUR; make them agree"},
		{"€12", "USD", "the amount is in EUR and the currency column says USD; make them agree"},
	}
	for _, c := range cases {
		f := openCSV(t, writeCSV(t, []string{"customer", "date", "amount", "currency"}, []string{"1", "2025-01-01", c.amount, c.currency}))
		var got []Record
		_, err := Run(t.Context(), f, mapped(t, f, OrderTargets(Format{})), Options{}, collect(&got))
		require.NoError(t, err)
		amount, err := OrderAmount(got[0])
		if err != nil {
			require.EqualError(t, err, c.want)
			continue
		}
		require.Equal(t, c.want, amount.Value.String()+" "+amount.Currency)
	}
}

// An amount in any dress is the number that it dresses.
func TestParseAmount_Property_Dresses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := decimal.New(rapid.Int64().Draw(t, "digits"), -int32(rapid.IntRange(0, 12).Draw(t, "places")))
		cell := value.Abs().String()
		if rapid.Bool().Draw(t, "grouped") {
			cell = grouped(cell)
		}
		cell = rapid.SampledFrom([]string{"", "¥", "￥", "$", "USD ", "CNY"}).Draw(t, "currency") + cell
		if value.IsNegative() {
			cell = fmt.Sprintf(rapid.SampledFrom([]string{"-%s", "(%s)", "−%s", "（%s）"}).Draw(t, "sign"), cell)
		}
		if rapid.Bool().Draw(t, "wide") && len(wide(cell)) <= maxAmount {
			cell = wide(cell)
		}
		got, err := ParseAmount(cell)
		require.NoError(t, err, cell)
		require.True(t, value.Equal(got.Value), "%s is %s", cell, got.Value)
	})
}

// grouped puts commas between groups of three digits of the whole part.
func grouped(s string) string {
	whole, fraction, dotted := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		return whole + "." + fraction
	}
	return whole
}

// wide returns ASCII in full width.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xFEE0
		}
		return r
	}, s)
}

func TestParseInteger(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]int64{"0": 0, "-7": -7, "+7": 7, "1,200": 1200, "１２": 12, " 5 ": 5, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63} {
		got, err := ParseInteger(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, got)
	}
	for _, cell := range []string{"", "-", "1.0", "1e3", "1,20", "--1", "9223372036854775808", "1 2", "x"} {
		_, err := ParseInteger(cell)
		require.Error(t, err, cell)
	}
}

func TestParseInteger_Property_AgainstBig(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[+-]?[0-9]{1,21}`).Draw(t, "cell")
		want, _ := new(big.Int).SetString(strings.TrimPrefix(cell, "+"), 10)
		got, err := ParseInteger(cell)
		require.Equal(t, want.IsInt64(), err == nil)
		if err == nil {
			require.Equal(t, want.Int64(), got)
		}
	})
}
