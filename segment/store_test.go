package segment_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/segment"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// onEach runs a test on every adapter with a tenant of its own.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, customer.Kinds(), test)
}

// buyer stores a customer.
func buyer(t *testing.T, acme *storage.Tenant) uuid.UUID {
	c := &customer.Customer{Type: customer.Person, Name: "buyer"}
	require.NoError(t, acme.Update(t.Context(), storage.By("user:ann", "test"), func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) }))
	return c.ID
}

func sale(buyer uuid.UUID, daysAgo int, amount, currency string) *customer.Order {
	at := adapters.Now.AddDate(0, 0, -daysAgo)
	return &customer.Order{Customer: buyer, PlacedAt: at, Total: customer.Money{Amount: decimal.RequireFromString(amount), Currency: currency}}
}

// SEG-01 over a store: orders on days -3, -40 and -200 of 100, 200 and 300;
// a refund lowers M alone, a deleted order counts nowhere.
func TestSEG01_RFMOverAStore(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		ann, bob := buyer(t, acme), buyer(t, acme)
		gone := sale(ann, 1, "999", "CNY")
		require.NoError(t, acme.Update(ctx, storage.By("user:ann", "test"), func(tx *storage.Tx) error {
			err := customer.Orders.Put(ctx, tx, gone,
				sale(ann, 3, "100", "CNY"), sale(ann, 40, "200", "CNY"), sale(ann, 200, "300", "CNY"),
				sale(bob, 10, "80.50", "CNY"), sale(bob, 5, "-30.50", "CNY"), sale(bob, 400, "7", "CNY"))
			if err != nil {
				return err
			}
			return customer.Orders.Delete(ctx, tx, gone)
		}))
		options := segment.Options{AsOf: adapters.Now, WindowDays: 365}
		result, err := segment.RFM(segment.Purchases(ctx, acme, nil), options)
		require.NoError(t, err)
		require.Len(t, result.Rows, 2)
		for _, row := range result.Rows {
			want := segment.Metrics{Recency: 3, Orders: 3, Total: 600_00, Last: row.Last}
			if row.Customer == bob {
				want = segment.Metrics{Recency: 10, Orders: 1, Total: 50_00, Last: row.Last}
			}
			require.Equal(t, want, row.Metrics)
		}
		result, err = segment.RFM(segment.Purchases(ctx, acme, criteria.Eq("customer", bob)), options)
		require.NoError(t, err)
		require.Len(t, result.Rows, 1)
	})
}

func TestPurchases_Errors(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		options := segment.Options{AsOf: adapters.Now}
		ann := buyer(t, acme)
		require.NoError(t, acme.Update(ctx, storage.By("user:ann", "test"), func(tx *storage.Tx) error {
			return customer.Orders.Put(ctx, tx, sale(ann, 1, "0.001", "CNY"))
		}))
		_, err := segment.RFM(segment.Purchases(ctx, acme, nil), options)
		require.ErrorIs(t, err, segment.ErrPrecision)
		_, err = segment.RFM(segment.Purchases(ctx, acme, criteria.Eq("colour", "red")), options)
		require.ErrorIs(t, err, storage.ErrInvalid)
		ended, cancel := context.WithCancel(ctx)
		cancel()
		_, err = segment.RFM(segment.Purchases(ended, acme, nil), options)
		require.ErrorIs(t, err, context.Canceled)
	})
}
