package value_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var ann = storage.By("user:ann", "test")

func kinds() []storage.Described { return append(customer.Kinds(), value.Kinds()...) }

func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), test)
}

func day(text string) storage.Date {
	d, err := criteria.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func rate(from, to, on, amount string) *value.Rate {
	return &value.Rate{From: from, To: to, Day: day(on), Rate: decimal.RequireFromString(amount)}
}

func money(amount, currency string) customer.Money {
	return customer.Money{Amount: decimal.RequireFromString(amount), Currency: currency}
}

// requireMoney compares by value: 0.3 is 0.30.
func requireMoney(t *testing.T, want string, got customer.Money) {
	t.Helper()
	require.Equal(t, want, got.Amount.StringFixed(customer.MinorDigits(got.Currency))+" "+got.Currency)
}

func update(t *testing.T, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

func putRates(t *testing.T, acme *storage.Tenant, rates ...*value.Rate) {
	t.Helper()
	update(t, acme, func(tx *storage.Tx) error { return value.PutRates(t.Context(), tx, rates...) })
}

func newCustomer(t *testing.T, acme *storage.Tenant) uuid.UUID {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) })
	return c.ID
}

// buy puts orders, one a day counted back from the moment of the tests.
func buy(t *testing.T, acme *storage.Tenant, of uuid.UUID, amounts ...customer.Money) []*customer.Order {
	t.Helper()
	var list []*customer.Order
	for i, m := range amounts {
		list = append(list, &customer.Order{Customer: of, PlacedAt: adapters.Now.AddDate(0, 0, -i), Total: m})
	}
	update(t, acme, func(tx *storage.Tx) error { return customer.Orders.Put(t.Context(), tx, list...) })
	return list
}

func TestCUS49_MultiCurrency(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		id := newCustomer(t, acme)
		putRates(t, acme, rate("USD", "CNY", "2025-12-01", "7.00"), rate("EUR", "CNY", "2025-12-01", "8.00"))
		buy(t, acme, id, money("700", "CNY"), money("100", "USD"), money("100", "EUR"))
		inCNY := value.Options{Currency: "CNY"}
		total, err := value.TotalSpend(ctx, acme, id, inCNY)
		require.NoError(t, err)
		require.True(t, total.Amount.Equal(decimal.RequireFromString("2200.00")), "%s", total)
		requireMoney(t, "2200.00 CNY", total)

		// The orders were placed on 3, 4 and 5 January. Today's rate comes and changes.
		for _, today := range []string{"7.50", "6.50"} {
			putRates(t, acme, rate("USD", "CNY", "2026-01-06", today), rate("EUR", "CNY", "2026-01-06", today))
			total, err = value.TotalSpend(ctx, acme, id, inCNY)
			require.NoError(t, err)
			requireMoney(t, "2200.00 CNY", total)
		}
		found, err := value.Rates.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 4, found, "a rate put again takes the place of the first")
	})
}

func TestCUS58_RefundsAndNetValue(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		id := newCustomer(t, acme)
		bought := buy(t, acme, id, money("600", "CNY"), money("400", "CNY"))
		update(t, acme, func(tx *storage.Tx) error {
			_, err := customer.PayBack(ctx, tx, bought[0].ID, money("300", "CNY"))
			return err
		})
		s, err := value.Of(ctx, acme, id, value.Options{Currency: "CNY"})
		require.NoError(t, err)
		requireMoney(t, "1000.00 CNY", s.Gross)
		requireMoney(t, "700.00 CNY", s.Net())
		require.Equal(t, "0.30", s.RefundRate().StringFixed(2))
		require.Equal(t, "0.3", s.RefundRate().String())
		requireMoney(t, "500.00 CNY", s.Average())
		require.EqualValues(t, 2, s.Orders)
		require.EqualValues(t, 1, s.Refunds)
		require.Equal(t, adapters.Now.AddDate(0, 0, -1), s.First)
		require.Equal(t, adapters.Now, s.Last)
	})
}

// Each order is converted at the rate of its own day in the zone asked for.
func TestOf_DayOfTheOrder(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		id := newCustomer(t, acme)
		putRates(t, acme, rate("USD", "CNY", "2026-01-05", "7"), rate("USD", "CNY", "2026-01-06", "8"), rate("USD", "CNY", "2026-01-07", "100"))
		order := &customer.Order{Customer: id, PlacedAt: time.Date(2026, 1, 5, 20, 0, 0, 0, time.UTC), Total: money("10", "USD")}
		update(t, acme, func(tx *storage.Tx) error { return customer.Orders.Put(t.Context(), tx, order) })
		shanghai, err := time.LoadLocation("Asia/Shanghai")
		require.NoError(t, err)
		for zone, want := range map[*time.Location]string{nil: "70.00 CNY", shanghai: "80.00 CNY"} {
			total, err := value.TotalSpend(t.Context(), acme, id, value.Options{Currency: "CNY", Zone: zone})
			require.NoError(t, err)
			requireMoney(t, want, total)
		}
	})
}

func TestOf_NoRateIsAnError(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		id := newCustomer(t, acme)
		putRates(t, acme, rate("USD", "CNY", "2026-01-01", "7"), rate("GBP", "CNY", "2026-02-01", "9"))
		usd := buy(t, acme, id, money("10", "USD"))
		_, err := value.Of(t.Context(), acme, id, value.Options{Currency: "CNY", MaxAge: 4})
		require.NoError(t, err, "1 January is 4 days before the 5th")
		_, err = value.Of(t.Context(), acme, id, value.Options{Currency: "CNY", MaxAge: 3})
		var missing *value.RateError
		require.ErrorAs(t, err, &missing)
		require.ErrorIs(t, err, value.ErrNoRate)
		require.Equal(t, day("2026-01-01"), missing.Newest)
		require.ErrorContains(t, err, usd[0].ID.String())

		buy(t, acme, id, money("1", "GBP"))
		_, err = value.OfMany(t.Context(), acme, []uuid.UUID{id}, value.Options{Currency: "CNY"})
		require.ErrorAs(t, err, &missing)
		require.Equal(t, "GBP", missing.From)
		require.True(t, missing.Newest.IsZero())
		for _, err := range value.All(t.Context(), acme, value.Options{Currency: "CNY"}) {
			require.ErrorIs(t, err, value.ErrNoRate)
		}
		_, err = value.Of(t.Context(), acme, id, value.Options{Currency: "yuan"})
		require.ErrorIs(t, err, customer.ErrCurrency)
		_, err = value.Of(t.Context(), acme, id, value.Options{Currency: "CNY", MaxAge: -1})
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

func TestOf_Where(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		id := newCustomer(t, acme)
		list := buy(t, acme, id, money("10", "CNY"), money("5", "CNY"))
		list[1].Status = "cancelled"
		update(t, acme, func(tx *storage.Tx) error { return customer.Orders.Put(t.Context(), tx, list[1]) })
		kept := value.Options{Currency: "CNY", Where: criteria.Not(criteria.Eq("status", "cancelled"))}
		s, err := value.Of(t.Context(), acme, id, kept)
		require.NoError(t, err)
		requireMoney(t, "10.00 CNY", s.Net())
		whole, err := value.Together(t.Context(), acme, []uuid.UUID{id, id, uuid.New()}, value.Options{Currency: "CNY"})
		require.NoError(t, err)
		requireMoney(t, "15.00 CNY", whole.Net())
		require.EqualValues(t, 2, whole.Orders)
	})
}

// An amount that a guard hides is refused, not counted as nothing.
func TestOf_HiddenAmounts(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		id := newCustomer(t, acme)
		buy(t, acme, id, money("10", "CNY"))
		_, err := value.Of(t.Context(), acme.Guarded(blind{}), id, value.Options{Currency: "CNY"})
		require.ErrorIs(t, err, storage.ErrForbidden)
	})
}

// blind hides amounts.
type blind struct{}

func (blind) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.All(), Fields: map[string]storage.FieldAccess{"amount": storage.FieldHidden}}, nil
}
func (blind) Write(context.Context, storage.Attempt) error { return nil }
func (blind) Elevate(context.Context, string) error        { return nil }

func TestRates_Refused(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for why, bad := range map[string]*value.Rate{
			"same":     rate("CNY", "CNY", "2026-01-01", "1"),
			"zero":     rate("USD", "CNY", "2026-01-01", "0"),
			"negative": rate("USD", "CNY", "2026-01-01", "-7"),
			"no code":  rate("usd", "CNY", "2026-01-01", "7"),
			"too fine": rate("USD", "CNY", "2026-01-01", "0.000000000000000000001"),
			"no day":   {From: "USD", To: "CNY", Rate: decimal.NewFromInt(7)},
		} {
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return value.PutRates(t.Context(), tx, bad) })
			require.ErrorIs(t, err, storage.ErrInvalid, why)
		}
	})
}

// All, OfMany and Of agree, stop early, and read nothing that is not there.
func TestAll(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		putRates(t, acme, rate("EUR", "USD", "2025-01-01", "1.1"), rate("USD", "CNY", "2025-01-01", "7"))
		var ids []uuid.UUID
		for i := range 5 {
			id := newCustomer(t, acme)
			ids = append(ids, id)
			if i > 0 {
				buy(t, acme, id, money(fmt.Sprint(i), "EUR"), money("3", "CNY"), money("-1", "USD"))
			}
		}
		o := value.Options{Currency: "CNY", Via: "USD"}
		many, err := value.OfMany(ctx, acme, ids, o)
		require.NoError(t, err)
		require.Len(t, many, 5)
		var streamed []uuid.UUID
		for s, err := range value.All(ctx, acme, o) {
			require.NoError(t, err)
			streamed = append(streamed, s.Customer)
			require.Equal(t, many[s.Customer], s)
			one, err := value.Of(ctx, acme, s.Customer, o)
			require.NoError(t, err)
			require.Equal(t, s, one)
		}
		require.Equal(t, ids[1:], streamed)
		requireMoney(t, "0.00 CNY", many[ids[0]].Gross)
		requireMoney(t, "10.70 CNY", many[ids[1]].Gross) // 1 EUR at 1.1 * 7, and 3
		requireMoney(t, "3.70 CNY", many[ids[1]].Net())
		for range value.All(ctx, acme, o) {
			break
		}
		whole, err := value.Together(ctx, acme, ids, o)
		require.NoError(t, err)
		requireMoney(t, "89.00 CNY", whole.Gross)
	})
}

func TestAll_ContextEnds(t *testing.T) {
	t.Parallel()
	store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range value.All(ctx, store.Tenant("acme"), value.Options{Currency: "CNY"}) {
		last = err
	}
	require.True(t, errors.Is(last, context.Canceled), "%v", last)
}
