package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// An Amount is a sum of money as a cell states it.
type Amount struct {
	Value decimal.Decimal
	// Currency is the ISO 4217 code that is stated or that the symbol usually
	// means: ¥ and 元 are read as CNY, $ as USD. Empty when the cell has neither.
	Currency string
	// Symbol is the symbol that Currency was read from; empty when a code was
	// stated. A currency column may overrule a symbol, see OrderAmount.
	Symbol string
}

// maxAmount is the length of the longest amount in bytes. It keeps a hostile
// cell from costing time that grows with the square of its length.
const maxAmount = 64

var errNotAmount = errors.New("is not an amount; write it like 1234.50, -1,234.50, ¥99.00 or USD 12.30")

// ParseAmount reads an amount exactly: digits with an optional decimal point,
// optional commas between groups of three, a sign or parentheses for negative,
// and a currency before or behind it, in characters of any width:
//
//	1234.50   1,234.50   -12   (12.00)   ¥99.00   -$12.30   USD 12.30   99元
//
// A decimal comma (12,50), an exponent, two signs, two currencies and codes
// that ISO 4217 does not list are refused. RMB is read as CNY.
func ParseAmount(cell string) (Amount, error) {
	if len(cell) > maxAmount {
		return Amount{}, fmt.Errorf("is longer than the %d bytes of an amount", maxAmount)
	}
	s := strings.ReplaceAll(narrow(cell), "\u2212", "-") // the minus sign of typographers
	s, outer := cutSign(cutParentheses(s))
	s, amount, err := cutCurrency(s)
	if err != nil {
		return Amount{}, err
	}
	s, inner := cutSign(s)
	if outer != "" && inner != "" {
		return Amount{}, errNotAmount
	}
	amount.Value, err = parseNumber(s)
	if outer+inner == "-" {
		amount.Value = amount.Value.Neg()
	}
	return amount, err
}

// parseNumber reads digits with an optional fraction and grouping.
func parseNumber(s string) (decimal.Decimal, error) {
	whole, fraction, dotted := strings.Cut(s, ".")
	if scientific(s) {
		return decimal.Decimal{}, ErrSpreadsheetNumber
	}
	digits, ok := ungroup(whole)
	if dotted && whole == "" {
		digits, ok = "0", true // .50
	}
	switch {
	case !ok && strings.Contains(s, ","):
		return decimal.Decimal{}, errors.New("has a comma where no group of three digits follows; write the decimal point as a point, like 1,234.50")
	case !ok || dotted && !digitsOnly(fraction):
		return decimal.Decimal{}, errNotAmount
	case dotted:
		digits += "." + fraction
	}
	value, err := decimal.NewFromString(digits)
	if err != nil {
		return decimal.Decimal{}, errNotAmount
	}
	return value, nil
}

// cutParentheses puts a minus in the place of the parentheses around an amount.
func cutParentheses(s string) string {
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		return "-" + s[1:len(s)-1]
	}
	return s
}

// cutSign splits s behind a sign, if it begins with one.
func cutSign(s string) (rest, sign string) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return trim(s[1:]), s[:1]
	}
	return s, ""
}

// cutCurrency removes the currency before or behind the number, and returns it
// as an Amount without a value.
func cutCurrency(s string) (string, Amount, error) {
	before, s := leadingCurrency(s)
	behind, s := trailingCurrency(s)
	mark := before + behind
	switch {
	case mark == "":
		return s, Amount{}, nil
	case before != "" && behind != "":
		return "", Amount{}, errNotAmount
	}
	code, err := parseCurrency(mark)
	amount := Amount{Currency: code}
	if _, ok := symbols[mark]; ok {
		amount.Symbol = mark
	}
	return trim(s), amount, err
}

// admits reports whether the amount may be one in that currency: nothing was
// stated, or the same code, or a symbol that it shares.
func (a Amount) admits(code string) bool {
	return a.Currency == "" || a.Currency == code || slices.Contains(symbols[a.Symbol], code)
}
