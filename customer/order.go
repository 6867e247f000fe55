package customer

import (
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// An Order is something that a customer bought, or a refund of it.
type Order struct {
	storage.Meta
	Customer   uuid.UUID
	PlacedAt   time.Time
	Total      Money           // a refund has a negative amount
	Status     string          // a word of the host's
	Refunds    uuid.UUID       // of a refund: the order that it gives money back for, where that is known
	Refunded   decimal.Decimal // of a purchase: how much of Total was given back through PayBack; 0 to Total.Amount
	Source     string          // the shop or system it came from
	ExternalID string          // what it is called there; unique within the source
}

// Refund reports whether the order gives money back.
func (o *Order) Refund() bool { return o.Total.Amount.IsNegative() }

const orderKind = "order"

// Orders is the kind of orders.
var Orders = storage.Define[Order](orderKind,
	storage.Ref("customer", func(o *Order) *uuid.UUID { return &o.Customer }).To(kindName).Existing().Required(),
	storage.Time("placed_at", func(o *Order) *time.Time { return &o.PlacedAt }).Required(),
	storage.Decimal("amount", func(o *Order) *decimal.Decimal { return &o.Total.Amount }),
	storage.Text("currency", func(o *Order) *string { return &o.Total.Currency }).Required(),
	storage.Text("status", func(o *Order) *string { return &o.Status }),
	storage.Ref("refunds", func(o *Order) *uuid.UUID { return &o.Refunds }).To(orderKind).Existing().Indexed(),
	storage.Decimal("refunded", func(o *Order) *decimal.Decimal { return &o.Refunded }),
	storage.Text("source", func(o *Order) *string { return &o.Source }),
	storage.Text("external_id", func(o *Order) *string { return &o.ExternalID }),
).Index("customer", "placed_at").Unique("source", "external_id").Valid((*Order).check)

func (o *Order) check() error {
	switch {
	case o.Refunds != uuid.Nil && !o.Refund():
		return &storage.FieldError{Kind: orderKind, Field: "refunds", Reason: "only an order with a negative amount gives money back", Key: "refund_sign"}
	case o.Refunded.IsNegative() || o.Refunded.IsPositive() && o.Refunded.GreaterThan(o.Total.Amount):
		return &storage.FieldError{Kind: orderKind, Field: "refunded", Reason: "must lie between 0 and the amount of the order; see PayBack", Key: "refund_range"}
	}
	return o.Total.Check()
}
