package customer_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// t0 is the moment of the tests.
var t0 = adapters.Now

var ann = storage.By("user:ann", "test")

// onEach runs a test on every adapter with a tenant of its own.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, customer.Kinds(), test)
}

func TestCustomer_TypeIsChecked(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		put := func(c *customer.Customer) error {
			return acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) })
		}
		born := storage.Date{Year: 1990, Month: 2, Day: 29}
		require.ErrorIs(t, put(&customer.Customer{Type: "robot", Name: "R"}), storage.ErrInvalid)
		require.ErrorIs(t, put(&customer.Customer{Type: customer.Person}), storage.ErrInvalid)
		require.ErrorIs(t, put(&customer.Customer{Type: customer.Person, Name: "王丽", Birthday: born}), storage.ErrInvalid)
		born.Day = 28
		require.NoError(t, put(&customer.Customer{Type: customer.Person, Name: "王丽", Birthday: born, Gender: "F"}))
		var refused *storage.FieldError
		require.ErrorAs(t, put(&customer.Customer{Type: customer.Organization, Name: "华星", Gender: "F"}), &refused)
		require.Equal(t, "gender", refused.Field)
		require.ErrorAs(t, put(&customer.Customer{Type: customer.Organization, Name: "华星", Birthday: born}), &refused)
		require.Equal(t, "birthday", refused.Field)
	})
}

func TestOrder_CurrencyIsChecked(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		buyer := &customer.Customer{Type: customer.Person, Name: "王丽"}
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, buyer) }))
		for currency, good := range map[string]bool{"CNY": true, "cny": false, "": false, "YUAN": false} {
			o := &customer.Order{Customer: buyer.ID, PlacedAt: t0, Total: customer.Money{Amount: decimal.NewFromInt(5), Currency: currency}}
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Orders.Put(t.Context(), tx, o) })
			require.Equal(t, good, err == nil, "%q: %v", currency, err)
		}
	})
}

// Orders and interactions are found from the customer's side.
func TestCustomer_Related(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		buyer, visitor := &customer.Customer{Type: customer.Person, Name: "王丽"}, &customer.Customer{Type: customer.Person, Name: "Bob"}
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			if err := customer.Kind.Put(ctx, tx, buyer, visitor); err != nil {
				return err
			}
			for day := range 3 {
				o := &customer.Order{Customer: buyer.ID, PlacedAt: t0.AddDate(0, 0, -60*day), Total: customer.Money{Amount: decimal.NewFromInt(100), Currency: "CNY"}}
				if err := customer.Orders.Put(ctx, tx, o); err != nil {
					return err
				}
			}
			return customer.Interactions.Put(ctx, tx, &customer.Interaction{Customer: visitor.ID, Channel: "call", OccurredAt: t0})
		}))
		names := func(c criteria.Criterion) (list []string) {
			for found, err := range customer.Kind.Find(ctx, acme, storage.Query{Where: c}) {
				require.NoError(t, err)
				list = append(list, found.Name)
			}
			return list
		}
		recent := criteria.Gt("placed_at", criteria.Ago(90*24*time.Hour))
		require.Equal(t, []string{"王丽"}, names(criteria.RelatedCount("order", "customer", recent, criteria.Equal, 2)))
		require.Equal(t, []string{"Bob"}, names(criteria.RelatedSum("order", "customer", "amount", nil, criteria.Less, 300)))
		require.Equal(t, []string{"Bob"}, names(criteria.Related("interaction", "customer", nil)))
	})
}

func TestMoney(t *testing.T) {
	t.Parallel()
	a, err := customer.NewMoney("0.10", "cny")
	require.NoError(t, err)
	b, err := customer.NewMoney("0.20", "CNY")
	require.NoError(t, err)
	sum, err := a.Add(b)
	require.NoError(t, err)
	require.Equal(t, "0.3 CNY", sum.String())
	_, err = sum.Add(customer.Money{Currency: "USD"})
	require.ErrorIs(t, err, customer.ErrCurrency)
	_, err = customer.NewMoney("1", "¥")
	require.ErrorIs(t, err, customer.ErrCurrency)
	_, err = customer.NewMoney("one", "CNY")
	require.Error(t, err)
}

func Example() {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, err := storage.New(memory.New(), now, customer.Kinds()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	err = acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Person, Name: "王丽", Tags: []string{"VIP"}}
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		p, err := customer.NewContactPoint(c.ID, customer.Phone, "138 0013 8000")
		if err != nil {
			return err
		}
		_, err = customer.AddContactPoints(ctx, tx, p)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := customer.FindByPhone(ctx, acme, "+86 138-0013-8000")
	for _, c := range found {
		fmt.Println(c.Name, c.Tags)
	}
	fmt.Println(err)
	// Output:
	// 王丽 [VIP]
	// <nil>
}
