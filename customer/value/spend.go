package value

import (
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Spend is what a customer, or several together, bought and gave back, in one
// currency.
type Spend struct {
	Customer uuid.UUID      // uuid.Nil for several together
	Gross    customer.Money // of the purchases: orders whose amount is not negative
	Refunded customer.Money // of the refunds, as a positive amount
	Orders   int64          // how many purchases
	Refunds  int64          // how many refunds
	First    time.Time      // of the first purchase; zero without any
	Last     time.Time      // of the last one
}

// newSpend returns the spend of nobody yet.
func newSpend(id uuid.UUID, currency string) Spend {
	return Spend{Customer: id, Gross: customer.Money{Currency: currency}, Refunded: customer.Money{Currency: currency}}
}

// Net returns what was bought less what was given back. It is negative where
// orders of which a refund belongs to are not counted.
func (s Spend) Net() customer.Money {
	return customer.Money{Amount: s.Gross.Amount.Sub(s.Refunded.Amount), Currency: s.Gross.Currency}
}

// RefundRate returns Refunded divided by Gross, rounded half to even to 4 digits:
// 0.3 when 300 of 1,000 were given back. It is 0 where nothing was bought.
func (s Spend) RefundRate() decimal.Decimal {
	if s.Gross.Amount.IsZero() {
		return decimal.Decimal{}
	}
	return fraction{decimal.New(1, 0), s.Gross.Amount}.of(s.Refunded.Amount, 4)
}

// Average returns the mean amount of a purchase, rounded half to even to a minor
// unit, and zero without purchases.
func (s Spend) Average() customer.Money {
	m := customer.Money{Currency: s.Gross.Currency}
	if s.Orders > 0 {
		m.Amount = fraction{decimal.New(1, 0), decimal.New(s.Orders, 0)}.of(s.Gross.Amount, customer.MinorDigits(m.Currency))
	}
	return m
}

// add counts an order.
func (s *Spend) add(o *customer.Order, t *Table) error {
	m, err := t.Convert(o.Total, o.PlacedAt)
	if err != nil {
		return err
	}
	if o.Refund() {
		s.Refunds++
		s.Refunded.Amount = s.Refunded.Amount.Sub(m.Amount)
		return nil
	}
	s.Orders++
	s.Gross.Amount = s.Gross.Amount.Add(m.Amount)
	if s.First.IsZero() || o.PlacedAt.Before(s.First) {
		s.First = o.PlacedAt
	}
	if o.PlacedAt.After(s.Last) {
		s.Last = o.PlacedAt
	}
	return nil
}
