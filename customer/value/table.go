package value

import (
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/shopspring/decimal"
)

// A Table converts amounts to one currency at dated rates. It does not change
// and may be used by several goroutines.
type Table struct {
	options Options
	dated   map[pair][]dated // by day, ascending
}

type pair struct{ From, To string }

type dated struct {
	day  storage.Date
	rate decimal.Decimal
}

// NewTable returns a table of some rates. They are given in any order; of two for
// one pair and day the later counts. A currency of the options that is none is
// customer.ErrCurrency, a rate that could not be stored storage.ErrInvalid.
func NewTable(o Options, rates ...*Rate) (*Table, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	t := &Table{options: o, dated: map[pair][]dated{}}
	for _, r := range rates {
		if err := r.check(); err != nil {
			return nil, err
		}
		t.add(r)
	}
	t.sort()
	return t, nil
}

func (t *Table) add(r *Rate) {
	p := pair{r.From, r.To}
	t.dated[p] = append(t.dated[p], dated{r.Day, r.Rate})
}

func (t *Table) sort() {
	for _, list := range t.dated {
		slices.SortStableFunc(list, func(a, b dated) int { return a.day.Compare(b.day) })
	}
}

// A fraction is an exact rate: amounts are multiplied by over and divided by under.
type fraction struct{ over, under decimal.Decimal }

func (f fraction) times(g fraction) fraction {
	return fraction{f.over.Mul(g.over), f.under.Mul(g.under)}
}

// of returns the converted amount, rounded half to even to so many digits.
func (f fraction) of(amount decimal.Decimal, digits int32) decimal.Decimal {
	q, rest := amount.Mul(f.over).QuoRem(f.under, digits) // towards zero
	unit := decimal.New(1, -digits)
	half := rest.Abs().Add(rest.Abs()).Cmp(f.under.Mul(unit))
	odd := q.Shift(digits).BigInt().Bit(0) == 1
	if half < 0 || half == 0 && !odd {
		return q
	}
	if amount.IsNegative() {
		unit = unit.Neg()
	}
	return q.Add(unit)
}

// Convert returns an amount in the currency of the table at the rate of the day of
// a moment; see the package comment. A rate that is missing or too old is a
// *RateError that is ErrNoRate.
func (t *Table) Convert(m customer.Money, at time.Time) (customer.Money, error) {
	to := t.options.Currency
	if m.Currency == to {
		return m, nil
	}
	f, err := t.rate(m.Currency, t.options.dayOf(at))
	if err != nil {
		return customer.Money{}, err
	}
	return customer.Money{Amount: f.of(m.Amount, customer.MinorDigits(to)), Currency: to}, nil
}

// ConvertMinor is Convert for amounts in minor units of their currency: a
// segment.Converter. A result beyond 64 bits is storage.ErrInvalid.
func (t *Table) ConvertMinor(minor int64, currency string, at time.Time) (int64, error) {
	amount := customer.Money{Amount: decimal.New(minor, -customer.MinorDigits(currency)), Currency: currency}
	m, err := t.Convert(amount, at)
	if err != nil {
		return 0, err
	}
	whole := m.Amount.Shift(customer.MinorDigits(m.Currency)).BigInt()
	if !whole.IsInt64() {
		return 0, &storage.FieldError{Kind: "order", Field: "amount", Reason: m.String() + " is more than 64 bits of minor units hold"}
	}
	return whole.Int64(), nil
}

// rate returns the rate from a currency to that of the table.
func (t *Table) rate(from string, day storage.Date) (fraction, error) {
	to, via := t.options.Currency, t.options.Via
	direct, err := t.stored(from, to, day)
	if err == nil || via == "" || via == from || via == to {
		return direct, err
	}
	first, err := t.stored(from, via, day)
	if err != nil {
		return first, err
	}
	second, err := t.stored(via, to, day)
	return first.times(second), err
}

// stored returns the rate that is stored for two currencies, in either direction:
// the newer one, and on the same day the one that need not be turned round.
func (t *Table) stored(from, to string, day storage.Date) (fraction, error) {
	one := decimal.New(1, 0)
	there, back := t.newest(pair{from, to}, day), t.newest(pair{to, from}, day)
	found, f := there, fraction{there.rate, one}
	if back.day.Compare(there.day) > 0 {
		found, f = back, fraction{one, back.rate}
	}
	max := t.options.MaxAge
	if found.day.IsZero() || max > 0 && found.day.AddDays(max).Compare(day) < 0 {
		return fraction{}, &RateError{From: from, To: to, Day: day, Newest: found.day, MaxAge: max}
	}
	return f, nil
}

// newest returns the last rate of a pair on a day or before, or none.
func (t *Table) newest(p pair, day storage.Date) dated {
	list := t.dated[p]
	at, _ := slices.BinarySearchFunc(list, day, func(d dated, day storage.Date) int {
		if d.day.Compare(day) <= 0 {
			return -1
		}
		return 1
	})
	if at == 0 {
		return dated{}
	}
	return list[at-1]
}
