package deal

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"
)

// ErrTotal: a quote or one of its lines does not add up.
var ErrTotal = errors.New("does not add up")

// A TotalError is an ErrTotal.
type TotalError struct {
	Line  int             // from 1; 0: the quote as a whole
	Total decimal.Decimal // as stated
	Sum   decimal.Decimal // as it adds up
}

func (e *TotalError) Error() string {
	what := "the quote"
	if e.Line > 0 {
		what = fmt.Sprintf("line %d of the quote", e.Line)
	}
	return fmt.Sprintf("deal: the total of %s %v: it says %s, and it is %s", what, ErrTotal, e.Total, e.Sum)
}

// Unwrap returns the sentinel.
func (e *TotalError) Unwrap() error { return ErrTotal }

// A Line is one position of a quote. All amounts are in its currency.
type Line struct {
	Product   string          `json:"product"` // an id or number of the host's
	Text      string          `json:"text,omitempty"`
	Quantity  decimal.Decimal `json:"quantity"`
	Unit      string          `json:"unit,omitempty"`
	UnitPrice decimal.Decimal `json:"unit_price"`
	Discount  decimal.Decimal `json:"discount"` // taken off the line as a whole
	Tax       decimal.Decimal `json:"tax"`      // put on it; 0 where prices include it
	Total     decimal.Decimal `json:"total"`
}

// Sum returns what the total of the line must be: quantity times unit price,
// less the discount, plus the tax, worked out exactly and then rounded once, half
// away from zero, to so many decimals.
func (l Line) Sum(decimals int64) decimal.Decimal {
	return l.Quantity.Mul(l.UnitPrice).Sub(l.Discount).Add(l.Tax).Round(int32(decimals))
}

// maxDigits is how many digits a number of a line may have, and how many zeros
// before or behind them: far beyond any price, and little to reckon with.
const maxDigits = 30

// checkNumbers refuses numbers such as 1e999999, which would take all memory to add.
func (l Line) checkNumbers(line int) error {
	for _, d := range []decimal.Decimal{l.Quantity, l.UnitPrice, l.Discount, l.Tax, l.Total} {
		if e := d.Exponent(); e > maxDigits || e < -maxDigits || d.Coefficient().BitLen() > maxDigits*4 {
			return invalid(quoteKind, "lines", fmt.Sprintf("line %d has a number of more than %d digits", line, maxDigits))
		}
	}
	return nil
}

// total adds up lines, or reports the first whose total is wrong.
func total(lines []Line, decimals int64) (sum decimal.Decimal, err error) {
	for i, l := range lines {
		if err := l.checkNumbers(i + 1); err != nil {
			return sum, err
		}
		if want := l.Sum(decimals); !l.Total.Equal(want) {
			return sum, &TotalError{Line: i + 1, Total: l.Total, Sum: want}
		}
		sum = sum.Add(l.Total)
	}
	return sum, nil
}
