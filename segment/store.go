package segment

import (
	"context"
	"fmt"
	"iter"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Purchases streams the live orders of a store, as RFM takes them: those that
// where matches (nil for all) and the reader may see, from one committed
// state. An order with a negative amount is a refund.
//
// The sequence ends with the first error: of the store, or an AmountError for
// an amount that is no whole number of minor units.
//
//	result, err := segment.RFM(segment.Purchases(ctx, acme, nil), segment.Options{AsOf: now})
func Purchases(ctx context.Context, r storage.Reader, where criteria.Criterion) iter.Seq2[Purchase[uuid.UUID], error] {
	return func(yield func(Purchase[uuid.UUID], error) bool) {
		for order, err := range customer.Orders.Each(ctx, r, storage.Query{Where: where}) {
			if err != nil {
				yield(Purchase[uuid.UUID]{}, err)
				return
			}
			p, err := purchaseOf(order)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

func purchaseOf(o *customer.Order) (Purchase[uuid.UUID], error) {
	minor, err := ToMinor(o.Total.Amount, o.Total.Currency)
	if err != nil {
		return Purchase[uuid.UUID]{}, fmt.Errorf("order %s: %w", o.ID, err)
	}
	return Purchase[uuid.UUID]{Customer: o.Customer, At: o.PlacedAt, Minor: minor, Currency: o.Total.Currency}, nil
}
