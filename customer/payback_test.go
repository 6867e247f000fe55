package customer_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// withLines are the kinds of the package with that of order lines.
func withLines() []storage.Described {
	kinds := customer.Kinds()
	if !slices.Contains(kinds, storage.Described(customer.OrderLines)) {
		kinds = append(kinds, customer.OrderLines)
	}
	return kinds
}

func yuan(amount int64) customer.Money {
	return customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}
}

// sold puts a customer with an order of 100 CNY.
func sold(t *testing.T, acme *storage.Tenant, name string) *customer.Order {
	t.Helper()
	ctx := t.Context()
	c := &customer.Customer{Type: customer.Person, Name: name}
	o := &customer.Order{PlacedAt: t0, Total: yuan(100)}
	require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		o.Customer = c.ID
		return customer.Orders.Put(ctx, tx, o)
	}))
	return o
}

func TestPayBack(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		bought := sold(t, acme, "王丽")
		pay := func(m customer.Money) (refund *customer.Order, err error) {
			err = acme.Update(ctx, ann, func(tx *storage.Tx) error {
				refund, err = customer.PayBack(ctx, tx, bought.ID, m)
				return err
			})
			return refund, err
		}
		refund, err := pay(yuan(60))
		require.NoError(t, err)
		require.True(t, refund.Refund())
		require.Equal(t, bought.ID, refund.Refunds)
		require.Equal(t, bought.Customer, refund.Customer)

		_, err = pay(yuan(41))
		var refused *customer.RefundError
		require.ErrorAs(t, err, &refused)
		require.ErrorIs(t, err, customer.ErrRefund)
		require.True(t, refused.Left.Amount.Equal(decimal.NewFromInt(40)))
		for _, bad := range []customer.Money{yuan(0), yuan(-1), {Amount: decimal.NewFromInt(1), Currency: "USD"}} {
			_, err = pay(bad)
			require.ErrorIs(t, err, customer.ErrRefund)
		}
		_, err = pay(yuan(40))
		require.NoError(t, err)
		require.ErrorIs(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			_, err := customer.PayBack(ctx, tx, refund.ID, yuan(1))
			return err
		}), customer.ErrRefund, "a refund is not paid back")
		n, err := customer.Orders.Count(ctx, acme, storage.Query{Where: criteria.Eq("refunds", bought.ID)})
		require.NoError(t, err)
		require.EqualValues(t, 2, n)
	})
}

// Ten clerks pay the same order back at once: one in full, the others not at all.
func TestPayBack_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		bought := sold(t, acme, "王丽")
		errs := make([]error, 10)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				errs[i] = acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
					_, err := customer.PayBack(t.Context(), tx, bought.ID, yuan(100))
					return err
				})
			})
		}
		group.Wait()
		paid := 0
		for _, err := range errs {
			if err == nil {
				paid++
				continue
			}
			require.ErrorIs(t, err, customer.ErrRefund)
		}
		require.Equal(t, 1, paid)
	})
}

func TestOrder_RefundsAreChecked(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		bought := sold(t, acme, "王丽")
		for field, bad := range map[string]*customer.Order{
			"refunds":  {Customer: bought.Customer, PlacedAt: t0, Total: yuan(1), Refunds: bought.ID},
			"refunded": {Customer: bought.Customer, PlacedAt: t0, Total: yuan(1), Refunded: decimal.NewFromInt(2)},
		} {
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Orders.Put(t.Context(), tx, bad) })
			var refused *storage.FieldError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, field, refused.Field)
		}
	})
}

// "Bought formula and never complementary food", as OrderLine says it.
func TestOrderLines_BoughtAndNever(t *testing.T) {
	adapters.Each(t, withLines(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		for name, categories := range map[string][]string{"王丽": {"formula"}, "李雷": {"formula", "complementary food"}, "韩梅": {"toys"}} {
			o := sold(t, acme, name)
			require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
				for _, category := range categories {
					line := &customer.OrderLine{Order: o.ID, Product: "P", Category: category, Quantity: decimal.NewFromInt(1), Amount: decimal.NewFromInt(50)}
					if err := customer.OrderLines.Put(ctx, tx, line); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		bought := func(category string) criteria.Criterion {
			return criteria.Related("order", "customer",
				criteria.Related("order_line", "order", criteria.Eq("category", category)))
		}
		where := criteria.All(bought("formula"), criteria.Not(bought("complementary food")))
		var names []string
		for c, err := range customer.Kind.Find(ctx, acme, storage.Query{Where: where}) {
			require.NoError(t, err)
			names = append(names, c.Name)
		}
		require.Equal(t, []string{"王丽"}, names)
	})
}

func TestMoney_Round(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"0.125 CNY": "0.12 CNY", "0.135 CNY": "0.14 CNY", "2.5 JPY": "2 JPY", "-3.5 JPY": "-4 JPY", "1.0005 KWD": "1 KWD", "0.00005 CLF": "0 CLF"} {
		m, err := customer.NewMoney(text[:len(text)-4], text[len(text)-3:])
		require.NoError(t, err)
		require.Equal(t, want, m.Round().String())
	}
}

func TestMinorDigits(t *testing.T) {
	t.Parallel()
	for currency, digits := range map[string]int32{
		"CNY": 2, "USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "TND": 3, "CLF": 4, "": 2, "XYZ": 2,
	} {
		require.Equal(t, digits, customer.MinorDigits(currency), currency)
	}
}
