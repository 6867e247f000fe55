package value

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Of returns what a customer bought and gave back, from one committed state. A
// customer without orders, or one that is not there, has a Spend of zeros.
//
// The errors of this package's functions that read: a *RateError that is ErrNoRate
// for an order that cannot be converted, customer.ErrCurrency and
// storage.ErrInvalid for mistaken options, storage.ErrForbidden for a reader who
// may not see the amounts. Orders that a guard hides do not count.
func Of(ctx context.Context, r storage.Reader, id uuid.UUID, o Options) (Spend, error) {
	found, err := OfMany(ctx, r, []uuid.UUID{id}, o)
	return found[id], err
}

// TotalSpend returns what a customer spent: the Net of its Spend.
func TotalSpend(ctx context.Context, r storage.Reader, id uuid.UUID, o Options) (customer.Money, error) {
	s, err := Of(ctx, r, id, o)
	if err != nil {
		return customer.Money{}, err
	}
	return s.Net(), nil
}

// chunk is how many customers one query names.
const chunk = 1000

// OfMany returns the Spend of each of some customers, those without orders
// included, from one committed state.
func OfMany(ctx context.Context, r storage.Reader, ids []uuid.UUID, o Options) (map[uuid.UUID]Spend, error) {
	found := make(map[uuid.UUID]Spend, len(ids))
	for _, id := range ids {
		found[id] = newSpend(id, o.Currency)
	}
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		for some := range slices.Chunk(ids, chunk) {
			where := criteria.All(criteria.In("customer", some...), o.Where)
			if err := sum(ctx, tx, where, o, found); err != nil {
				return err
			}
		}
		return o.check()
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// sum adds the orders that match to the figures of their customers.
func sum(ctx context.Context, tx *storage.Tx, where criteria.Criterion, o Options, to map[uuid.UUID]Spend) error {
	t, err := loadFor(ctx, tx, where, o)
	if err != nil {
		return err
	}
	for order, err := range customer.Orders.Each(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		s := to[order.Customer]
		if err := s.add(order, t); err != nil {
			return orderError(order, err)
		}
		to[order.Customer] = s
	}
	return nil
}

// Together returns what some customers bought and gave back as one: a group of
// companies, the members of a segment. A customer that is named twice counts once.
func Together(ctx context.Context, r storage.Reader, ids []uuid.UUID, o Options) (Spend, error) {
	each, err := OfMany(ctx, r, distinct(ids), o)
	whole := newSpend(uuid.Nil, o.Currency)
	for _, s := range each {
		whole.join(s)
	}
	return whole, err
}

// join adds the figures of another customer.
func (s *Spend) join(other Spend) {
	s.Gross.Amount = s.Gross.Amount.Add(other.Gross.Amount)
	s.Refunded.Amount = s.Refunded.Amount.Add(other.Refunded.Amount)
	s.Orders, s.Refunds = s.Orders+other.Orders, s.Refunds+other.Refunds
	if s.First.IsZero() || !other.First.IsZero() && other.First.Before(s.First) {
		s.First = other.First
	}
	if other.Last.After(s.Last) {
		s.Last = other.Last
	}
}

// All yields the Spend of every customer with orders that count, in the order of
// the customers' ids, from one committed state. It holds one of them at a time.
// An error ends the sequence.
func All(ctx context.Context, r storage.Reader, o Options) iter.Seq2[Spend, error] {
	return func(yield func(Spend, error) bool) {
		err := storage.Inside(ctx, r, func(tx *storage.Tx) error { return all(ctx, tx, o, yield) })
		if err != nil && !errors.Is(err, errStop) {
			yield(Spend{}, err)
		}
	}
}

// errStop ends a sequence whose consumer has had enough.
var errStop = errors.New("stopped by the consumer")

func all(ctx context.Context, tx *storage.Tx, o Options, yield func(Spend, error) bool) error {
	t, err := loadFor(ctx, tx, o.Where, o)
	if err != nil {
		return err
	}
	q := storage.Query{Where: o.Where, Order: []storage.Order{{Field: "customer"}, {Field: "placed_at"}}}
	var at Spend
	for order, err := range customer.Orders.Each(ctx, tx, q) {
		if err != nil {
			return err
		}
		if order.Customer != at.Customer {
			if at.Customer != uuid.Nil && !yield(at, nil) {
				return errStop
			}
			at = newSpend(order.Customer, o.Currency)
		}
		if err := at.add(order, t); err != nil {
			return orderError(order, err)
		}
	}
	if at.Customer != uuid.Nil && !yield(at, nil) {
		return errStop
	}
	return nil
}

func orderError(o *customer.Order, err error) error { return fmt.Errorf("order %s: %w", o.ID, err) }
