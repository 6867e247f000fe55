package profile

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Transactions are the figures of a customer's orders. Orders with a negative
// amount are refunds: they count in Refunded alone.
type Transactions struct {
	Orders  int64     // how many it placed
	First   time.Time // when it placed the first one; zero: none
	Last    time.Time
	Totals  []Total // by currency
	Refunds int64   // how many refunds there were
	Recent  []*customer.Order
}

// A Total is what a customer ordered in one currency.
type Total struct {
	Orders   int64          // how many
	Ordered  customer.Money // all that was ordered
	Refunded customer.Money // all that was given back, 0 or more
	Average  customer.Money // Ordered by Orders, half to even to a minor unit; 0 without orders
}

// Average returns the average value of the orders in a currency; 0 where there
// are none.
func (t Transactions) Average(currency string) customer.Money {
	for _, total := range t.Totals {
		if total.Ordered.Currency == currency {
			return total.Average
		}
	}
	return customer.Money{Currency: currency}
}

func transactionsOf(ctx context.Context, tx *storage.Tx, id uuid.UUID, limit int) (t Transactions, err error) {
	theirs := criteria.Eq("customer", id)
	rows, err := customer.Orders.Aggregate(ctx, tx, storage.Query{Where: criteria.All(theirs, criteria.Ge("amount", decimal.Zero))},
		storage.Figures{By: []string{"currency"}, Sum: []string{"amount"}, Min: []string{"placed_at"}, Max: []string{"placed_at"}})
	if err != nil {
		return t, allowed(err)
	}
	refunds, err := customer.Orders.Aggregate(ctx, tx, storage.Query{Where: criteria.All(theirs, criteria.Lt("amount", decimal.Zero))},
		storage.Figures{By: []string{"currency"}, Sum: []string{"amount"}})
	if err != nil {
		return t, allowed(err)
	}
	t.add(rows)
	t.refund(refunds)
	page, err := customer.Orders.Page(ctx, tx, storage.Query{Where: theirs, Order: newest("placed_at"), Limit: limit})
	t.Recent = page.Items
	return t, allowed(err)
}

// add takes in the orders of each currency.
func (t *Transactions) add(rows []storage.Row) {
	for _, row := range rows {
		total := t.in(row)
		total.Orders = row.Count
		total.Ordered.Amount = row.Decimal(0)
		total.Average.Amount = row.Decimal(0).Div(decimal.NewFromInt(row.Count))
		total.Average = total.Average.Round()
		t.Orders += row.Count
		first, last := timeOf(row, 1), timeOf(row, 2)
		if t.First.IsZero() || first.Before(t.First) {
			t.First = first
		}
		if last.After(t.Last) {
			t.Last = last
		}
	}
}

// refund takes in the refunds of each currency.
func (t *Transactions) refund(rows []storage.Row) {
	for _, row := range rows {
		t.in(row).Refunded.Amount = row.Decimal(0).Neg()
		t.Refunds += row.Count
	}
}

// in returns the total of the row's currency.
func (t *Transactions) in(row storage.Row) *Total {
	currency, _ := row.By[0].(string)
	for i := range t.Totals {
		if t.Totals[i].Ordered.Currency == currency {
			return &t.Totals[i]
		}
	}
	none := customer.Money{Currency: currency}
	t.Totals = append(t.Totals, Total{Ordered: none, Refunded: none, Average: none})
	return &t.Totals[len(t.Totals)-1]
}

// Interactions are the figures of a customer's interactions.
type Interactions struct {
	Count    int64
	First    time.Time // zero: none
	Last     time.Time
	Channels []Channel // by name
	Recent   []*customer.Interaction
}

// A Channel is how often there was contact on one channel, and when last.
type Channel struct {
	Channel string
	Count   int64
	Last    time.Time
}

func interactionsOf(ctx context.Context, tx *storage.Tx, id uuid.UUID, limit int) (i Interactions, err error) {
	theirs := criteria.Eq("customer", id)
	rows, err := customer.Interactions.Aggregate(ctx, tx, storage.Query{Where: theirs},
		storage.Figures{By: []string{"channel"}, Min: []string{"occurred_at"}, Max: []string{"occurred_at"}})
	if err != nil {
		return i, allowed(err)
	}
	for _, row := range rows {
		channel, _ := row.By[0].(string)
		first, last := timeOf(row, 0), timeOf(row, 1)
		i.Channels = append(i.Channels, Channel{channel, row.Count, last})
		i.Count += row.Count
		if i.First.IsZero() || first.Before(i.First) {
			i.First = first
		}
		if last.After(i.Last) {
			i.Last = last
		}
	}
	page, err := customer.Interactions.Page(ctx, tx, storage.Query{Where: theirs, Order: newest("occurred_at"), Limit: limit})
	i.Recent = page.Items
	return i, allowed(err)
}

// newest orders by a time, the newest first.
func newest(field string) []storage.Order { return []storage.Order{{Field: field, Desc: true}} }

func timeOf(row storage.Row, i int) time.Time {
	t, _ := row.Of[i].(time.Time)
	return t
}
