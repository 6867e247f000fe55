package value

import (
	"context"
	"errors"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Load returns a table of all stored rates that lead to the currency of the
// options, for a host that converts amounts of its own: those between it, Via and
// every other currency. It holds them in memory.
func Load(ctx context.Context, r storage.Reader, o Options) (*Table, error) {
	t, err := NewTable(o)
	if err != nil {
		return nil, err
	}
	hubs := o.hubs()
	where := criteria.Any(criteria.In("from", hubs...), criteria.In("to", hubs...))
	err = t.read(ctx, r, where)
	t.sort()
	return t, err
}

// hubs are the currencies that one end of every rate must have.
func (o Options) hubs() []string {
	if o.Via == "" || o.Via == o.Currency {
		return []string{o.Currency}
	}
	return []string{o.Currency, o.Via}
}

// read adds stored rates.
func (t *Table) read(ctx context.Context, r storage.Reader, where criteria.Criterion) error {
	for rate, err := range Rates.Each(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		t.add(rate)
	}
	return nil
}

// A span is what some orders need rates of.
type span struct {
	currencies  []string     // other than that of the result
	first, last storage.Date // their days
}

// add widens the span by the orders of one currency.
func (s *span) add(row storage.Row, o Options) {
	s.currencies = append(s.currencies, row.By[0].(string))
	first, last := o.dayOf(row.Of[1].(time.Time)), o.dayOf(row.Of[2].(time.Time))
	if s.first.IsZero() || first.Compare(s.first) < 0 {
		s.first = first
	}
	if last.Compare(s.last) > 0 {
		s.last = last
	}
}

// spanOf returns the span of the orders that match. It also asks for the figure
// that the totals are made of, so that a caller who may not see the amounts is
// refused and not given totals of nothing.
func spanOf(ctx context.Context, tx *storage.Tx, where criteria.Criterion, o Options) (s span, err error) {
	rows, err := customer.Orders.Aggregate(ctx, tx, storage.Query{Where: where}, storage.Figures{
		By: []string{"currency"}, Sum: []string{"amount"}, Min: []string{"placed_at"}, Max: []string{"placed_at"},
	})
	for _, row := range rows {
		if row.By[0] != o.Currency {
			s.add(row, o)
		}
	}
	return s, err
}

// loadFor returns a table of the rates that the orders that match need.
func loadFor(ctx context.Context, tx *storage.Tx, where criteria.Criterion, o Options) (*Table, error) {
	t, err := NewTable(o)
	if err != nil {
		return nil, err
	}
	s, err := spanOf(ctx, tx, where, o)
	if err != nil || len(s.currencies) == 0 {
		return t, err
	}
	for _, p := range o.pairs(s.currencies) {
		if err := t.readPair(ctx, tx, p, s); err != nil {
			return nil, err
		}
	}
	t.sort()
	return t, nil
}

// pairs are the pairs of which a rate may be used for amounts in some currencies.
func (o Options) pairs(currencies []string) (list []pair) {
	hubs := o.hubs()
	for _, a := range distinct(append(currencies, hubs...)) {
		for _, b := range hubs {
			if a != b {
				list = append(list, pair{a, b}, pair{b, a})
			}
		}
	}
	return distinct(list)
}

// readPair adds the rate of a pair that holds on the first day of a span, and those
// of the days behind it.
func (t *Table) readPair(ctx context.Context, tx *storage.Tx, p pair, s span) error {
	of := criteria.All(criteria.Eq("from", p.From), criteria.Eq("to", p.To))
	before := storage.Query{Where: criteria.All(of, criteria.Le("day", s.first)), Order: []storage.Order{{Field: "day", Desc: true}}}
	first, err := Rates.First(ctx, tx, before)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if err == nil {
		t.add(first)
	}
	return t.read(ctx, tx, criteria.All(of, criteria.Gt("day", s.first), criteria.Le("day", s.last)))
}
