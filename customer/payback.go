package customer

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// ErrRefund: an order cannot be paid back so.
var ErrRefund = errors.New("refund")

// A RefundError is an ErrRefund: it says how much can still be paid back.
type RefundError struct {
	Order  uuid.UUID
	Asked  Money
	Left   Money // what was not paid back yet
	Reason string
}

func (e *RefundError) Error() string {
	return fmt.Sprintf("customer: %v of %s for order %s, of which %s is left: %s", ErrRefund, e.Asked, e.Order, e.Left, e.Reason)
}

// Is makes errors.Is(err, ErrRefund) true.
func (e *RefundError) Is(target error) bool { return target == ErrRefund }

// PayBack records that money is given back for an order, all of it or a part: it
// adds an order of the negative amount, placed now, and returns it. The amount is
// positive and in the currency of the order.
//
// All that is paid back for an order this way is never more than its Total,
// whatever transactions run at the same time; the order's Refunded keeps the
// sum. A *RefundError says why an amount is refused; an order that is not there
// is storage.ErrNotFound. Refunds that an import puts as orders by itself are not counted.
func PayBack(ctx context.Context, tx *storage.Tx, order uuid.UUID, amount Money) (*Order, error) {
	bought, err := Orders.Get(ctx, tx, order)
	if err != nil {
		return nil, err
	}
	if err := bought.mayPayBack(amount); err != nil {
		return nil, err
	}
	bought.Refunded = bought.Refunded.Add(amount.Amount)
	if err := Orders.Put(ctx, tx, bought); err != nil {
		return nil, err
	}
	refund := &Order{
		Customer: bought.Customer, PlacedAt: tx.Now(), Refunds: order, Source: bought.Source,
		Total: Money{Amount: amount.Amount.Neg(), Currency: amount.Currency},
	}
	return refund, Orders.Put(ctx, tx, refund)
}

// mayPayBack refuses an amount that cannot be given back for the order.
func (o *Order) mayPayBack(m Money) error {
	left := Money{Amount: o.Total.Amount.Sub(o.Refunded), Currency: o.Total.Currency}
	refused := &RefundError{Order: o.ID, Asked: m, Left: left}
	switch {
	case o.Refund():
		refused.Reason = "it is a refund itself: name the order that was paid"
	case m.Currency != o.Total.Currency:
		refused.Reason = "pay back in the currency of the order"
	case !m.Amount.IsPositive():
		refused.Reason = "give an amount above zero"
	case m.Amount.GreaterThan(left.Amount):
		refused.Reason = "pay back no more than that"
	default:
		return nil
	}
	return refused
}
