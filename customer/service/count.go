package service

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Count is how many tickets there are of a phase and kind.
type Count struct {
	Phase, Kind string
	Tickets     int64
}

// CountByPhase counts tickets, those that where matches (nil for all), by phase and
// kind in the order of their names. Reading the counts of one phase is adding up.
func CountByPhase(ctx context.Context, r storage.Reader, where criteria.Criterion) ([]Count, error) {
	rows, err := Tickets.Aggregate(ctx, r, storage.Query{Where: where}, storage.Figures{By: []string{"phase", "kind"}})
	list := make([]Count, len(rows))
	for i, row := range rows {
		list[i] = Count{Phase: row.By[0].(string), Kind: row.By[1].(string), Tickets: row.Count}
	}
	return list, err
}

// PayBack gives money back for the order of a ticket of kind Return: it adds the
// refund, as customer.PayBack does, and notes it on the ticket. So a return lowers
// what the customer spent, and an exchange, which gives goods for goods, does not.
//
// A ticket of another kind, without an order, or that has a refund is
// storage.ErrInvalid; an amount that cannot be paid back is customer.ErrRefund.
func PayBack(ctx context.Context, tx *storage.Tx, ticket uuid.UUID, amount customer.Money) (*customer.Order, error) {
	t, err := Tickets.Get(ctx, tx, ticket)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Kind != Return:
		return nil, &storage.FieldError{Kind: ticketKind, Field: "kind", Reason: t.Kind + ": only a " + Return + " gives money back"}
	case t.Order == uuid.Nil:
		return nil, &storage.FieldError{Kind: ticketKind, Field: "order", Reason: "name the order that is paid back"}
	case t.Refund != uuid.Nil:
		return nil, &storage.FieldError{Kind: ticketKind, Field: "refund", Reason: "it was paid back already: open another ticket for the rest"}
	}
	refund, err := customer.PayBack(ctx, tx, t.Order, amount)
	if err != nil {
		return nil, err
	}
	t.Refund = refund.ID
	return refund, Tickets.Put(ctx, tx, t)
}
