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
	Total      Money  // a refund has a negative amount
	Status     string // a word of the host's
	Source     string // the shop or system it came from
	ExternalID string // what it is called there; unique within the source
}

// Refund reports whether the order gives money back.
func (o *Order) Refund() bool { return o.Total.Amount.IsNegative() }

// Orders is the kind of orders.
var Orders = storage.Define[Order]("order",
	storage.Ref("customer", func(o *Order) *uuid.UUID { return &o.Customer }).To("customer").Existing().Required(),
	storage.Time("placed_at", func(o *Order) *time.Time { return &o.PlacedAt }).Required(),
	storage.Decimal("amount", func(o *Order) *decimal.Decimal { return &o.Total.Amount }),
	storage.Text("currency", func(o *Order) *string { return &o.Total.Currency }).Required(),
	storage.Text("status", func(o *Order) *string { return &o.Status }),
	storage.Text("source", func(o *Order) *string { return &o.Source }),
	storage.Text("external_id", func(o *Order) *string { return &o.ExternalID }),
).Index("customer", "placed_at").Unique("source", "external_id").Valid((*Order).check)

func (o *Order) check() error { return o.Total.Check() }
