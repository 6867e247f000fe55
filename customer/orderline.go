package customer

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// An OrderLine is one product of an order. Orders need no lines: their Total is
// what counts, and nothing checks that it is the sum of the lines, to which
// freight and discounts may come.
//
// Lines tell who bought what. "Bought formula and never complementary food":
//
//	bought := func(category string) criteria.Criterion {
//		return criteria.Related("order", "customer",
//			criteria.Related("order_line", "order", criteria.Eq("category", category)))
//	}
//	criteria.All(bought("formula"), criteria.Not(bought("complementary food")))
type OrderLine struct {
	storage.Meta
	Order    uuid.UUID
	Product  string // what the shop calls it: an article number or a name
	Category string // a word of the host's
	Quantity decimal.Decimal
	Amount   decimal.Decimal // of the whole line, in the currency of the order
}

// OrderLines is the kind of order lines.
var OrderLines = storage.Define[OrderLine]("order_line",
	storage.Ref("order", func(l *OrderLine) *uuid.UUID { return &l.Order }).To(orderKind).Existing().Required(),
	storage.Text("product", func(l *OrderLine) *string { return &l.Product }).Required().Indexed(),
	storage.Text("category", func(l *OrderLine) *string { return &l.Category }),
	storage.Decimal("quantity", func(l *OrderLine) *decimal.Decimal { return &l.Quantity }),
	storage.Decimal("amount", func(l *OrderLine) *decimal.Decimal { return &l.Amount }),
).Index("order", "category").Index("category", "order")
