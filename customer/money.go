package customer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// ErrCurrency: two amounts have different currencies, or a code is not three
// letters.
var ErrCurrency = errors.New("currency")

// Money is an exact amount of a currency.
type Money struct {
	Amount   decimal.Decimal
	Currency string // ISO 4217, such as CNY
}

// NewMoney reads an amount such as "99.50" of a currency.
func NewMoney(amount, currency string) (Money, error) {
	d, err := decimal.NewFromString(amount)
	if err != nil {
		return Money{}, fmt.Errorf("customer: amount %q: %w", amount, err)
	}
	m := Money{Amount: d, Currency: strings.ToUpper(currency)}
	return m, m.Check()
}

// Check reports a currency code that is not three capital letters, as ErrCurrency.
func (m Money) Check() error {
	for _, c := range []byte(m.Currency) {
		if c < 'A' || c > 'Z' {
			return m.badCode()
		}
	}
	if len(m.Currency) != 3 {
		return m.badCode()
	}
	return nil
}

func (m Money) badCode() error {
	return fmt.Errorf("customer: %w %q: use the three letters of ISO 4217, such as CNY", ErrCurrency, m.Currency)
}

// Add returns the sum of two amounts of one currency; different ones are ErrCurrency.
func (m Money) Add(other Money) (Money, error) {
	if m.Currency != other.Currency {
		return Money{}, fmt.Errorf("customer: %w: %s and %s do not add: convert one first", ErrCurrency, m.Currency, other.Currency)
	}
	return Money{Amount: m.Amount.Add(other.Amount), Currency: m.Currency}, nil
}

// String returns the amount and the code: "99.5 CNY".
func (m Money) String() string { return m.Amount.String() + " " + m.Currency }

// MinorDigits returns the number of decimal digits of a currency's minor unit by
// ISO 4217: 0 for JPY, 2 for CNY, 3 for KWD. An unknown code has 2; currencies
// that ISO lists without a minor unit have 0.
func MinorDigits(currency string) int32 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
		"UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// Round returns the amount rounded half to even to a minor unit of its currency.
func (m Money) Round() Money {
	return Money{Amount: m.Amount.RoundBank(MinorDigits(m.Currency)), Currency: m.Currency}
}
