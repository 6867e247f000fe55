package customer_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// order fills an order of a customer.
func order(c uuid.UUID, amount int64) func(*customer.Order) error {
	return func(o *customer.Order) error {
		o.Customer, o.PlacedAt, o.Total = c, t0, customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}
		return nil
	}
}

func TestCUS11_UpsertTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		upsert := func(amount int64) (o *customer.Order) {
			update(t, acme, func(tx *storage.Tx) (err error) {
				o, err = customer.Upsert(ctx, tx, customer.Orders, "tmall", "1001", order(c.ID, amount))
				return err
			})
			return o
		}
		first, second := upsert(99), upsert(99)
		require.Equal(t, first.ID, second.ID)
		require.EqualValues(t, 1, second.Version, "the same again is not written")
		require.Len(t, find(t, acme, customer.Orders, storage.Query{}), 1)
		third := upsert(120)
		require.Equal(t, first.ID, third.ID)
		all := find(t, acme, customer.Orders, storage.Query{})
		require.Len(t, all, 1)
		require.Equal(t, "120 CNY", all[0].Total.String())

		history, err := customer.Orders.History(ctx, acme, first.ID)
		require.NoError(t, err)
		var old []string
		for _, h := range history {
			if before, _, ok := h.Value("amount"); ok && before != nil {
				old = append(old, string(before))
			}
		}
		require.Equal(t, []string{`"99"`}, old, "one row with the old value")
	})
}

func TestUpsertAll(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		ids := make([]string, 500)
		for i := range ids {
			ids[i] = fmt.Sprint(i % 400)
		}
		for range 2 {
			update(t, acme, func(tx *storage.Tx) error {
				calls := 0
				list, err := customer.UpsertAll(ctx, tx, customer.Orders, "tmall", ids, func(id string, o *customer.Order) error {
					calls++
					o.Source, o.ExternalID = "elsewhere", "x"
					return order(c.ID, 5)(o)
				})
				if err != nil {
					return err
				}
				require.Equal(t, len(ids), calls)
				require.Same(t, list[0], list[400])
				for i, o := range list {
					require.Equal(t, ids[i], o.ExternalID, "the id is not the function's to change")
				}
				return nil
			})
		}
		require.Len(t, find(t, acme, customer.Orders, storage.Query{Where: criteria.Eq("source", "tmall")}), 400)
		update(t, acme, func(tx *storage.Tx) error {
			list, err := customer.UpsertAll(ctx, tx, customer.Orders, "tmall", nil, func(string, *customer.Order) error { return nil })
			require.Empty(t, list)
			return err
		})
	})
}

func TestUpsert_Refused(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, stop := t.Context(), errors.New("stop")
		try := func(fn func(tx *storage.Tx) error) error { return acme.Update(ctx, ann, fn) }
		nothing := func(*customer.Order) error { return nil }
		require.ErrorIs(t, try(func(tx *storage.Tx) error {
			_, err := customer.Upsert(ctx, tx, customer.Preferences, "tmall", "1", func(*customer.Preference) error { return nil })
			return err
		}), storage.ErrInvalid)
		for _, pair := range [][2]string{{"", "1"}, {"tmall", ""}} {
			require.ErrorIs(t, try(func(tx *storage.Tx) error {
				_, err := customer.Upsert(ctx, tx, customer.Orders, pair[0], pair[1], nothing)
				return err
			}), storage.ErrInvalid)
		}
		require.ErrorIs(t, try(func(tx *storage.Tx) error {
			_, err := customer.Upsert(ctx, tx, customer.Orders, "tmall", "1", func(*customer.Order) error { return stop })
			return err
		}), stop)
		require.ErrorIs(t, try(func(tx *storage.Tx) error {
			_, err := customer.Upsert(ctx, tx, customer.Orders, "tmall", "1", nothing)
			return err
		}), storage.ErrInvalid, "an order of nobody")
		require.Empty(t, find(t, acme, customer.Orders, storage.Query{}))
	})
}

// A number that many bring at once for the first time is one record.
func TestUpsert_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		var at sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			at.Go(func() {
				errs[i] = acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
					_, err := customer.Upsert(t.Context(), tx, customer.Orders, "tmall", "1001", order(c.ID, int64(i+1)))
					return err
				})
			})
		}
		at.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Len(t, find(t, acme, customer.Orders, storage.Query{}), 1)
	})
}

// known returns an external id of a customer.
func known(c uuid.UUID, source, id string) *customer.ExternalID {
	return &customer.ExternalID{Customer: c, Source: source, ExternalID: id}
}

func addIDs(t testing.TB, acme *storage.Tenant, ids ...*customer.ExternalID) error {
	return acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.AddExternalIDs(t.Context(), tx, ids...) })
}

func TestExternalIDs(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		c := &customer.Customer{Type: customer.Person, Name: "王丽", Source: "shop", ExternalID: "S1"}
		put(t, acme, customer.Kind, c)
		other := person(t, acme, "Bob")
		require.NoError(t, addIDs(t, acme, known(c.ID, "erp", "BP10001"), known(c.ID, "shop", "S2"), known(c.ID, "shop", "S1"), known(c.ID, "erp", "BP10001")))
		require.NoError(t, addIDs(t, acme, known(c.ID, "erp", "BP10001")), "its own again")
		require.Len(t, find(t, acme, customer.ExternalIDs, storage.Query{}), 2, "the one in the record is not repeated")
		for _, pair := range [][2]string{{"shop", "S1"}, {"shop", "S2"}, {"erp", "BP10001"}} {
			found, err := customer.FindByExternalID(ctx, acme, pair[0], pair[1])
			require.NoError(t, err)
			require.Equal(t, c.ID, found.ID)
		}
		_, err := customer.FindByExternalID(ctx, acme, "erp", "S1")
		require.ErrorIs(t, err, storage.ErrNotFound)

		for _, taken := range []*customer.ExternalID{known(other.ID, "erp", "BP10001"), known(other.ID, "shop", "S1")} {
			err := addIDs(t, acme, known(other.ID, "crm", "1"), taken)
			var dup *storage.DuplicateError
			require.ErrorAs(t, err, &dup)
			require.Equal(t, c.ID, dup.Existing)
			require.NotErrorIs(t, err, storage.ErrConflict)
		}
		err = addIDs(t, acme, known(other.ID, "crm", "1"), known(c.ID, "crm", "1"))
		require.ErrorIs(t, err, storage.ErrDuplicate, "two of one call")
		require.ErrorIs(t, addIDs(t, acme, nil), storage.ErrInvalid)
		require.ErrorIs(t, addIDs(t, acme, known(other.ID, "crm", "")), storage.ErrInvalid)
		require.Len(t, find(t, acme, customer.ExternalIDs, storage.Query{}), 2)
	})
}

// A customer is upserted by any of its ids; one id of two customers is refused
// and nothing is written.
func TestUpsert_CustomersByAnyID(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		upsert := func(source, id, name string) (c *customer.Customer, err error) {
			err = acme.Update(ctx, ann, func(tx *storage.Tx) (err error) {
				c, err = customer.Upsert(ctx, tx, customer.Kind, source, id, func(c *customer.Customer) error {
					c.Type, c.Name = customer.Person, name
					return nil
				})
				return err
			})
			return c, err
		}
		a, err := upsert("erp", "BP10001", "王丽")
		require.NoError(t, err)
		again, err := upsert("erp", "BP10001", "王丽")
		require.NoError(t, err)
		require.Equal(t, a.ID, again.ID)
		require.EqualValues(t, 1, again.Version)
		require.NoError(t, addIDs(t, acme, known(a.ID, "shop", "S1")))
		byShop, err := upsert("shop", "S1", "王丽丽")
		require.NoError(t, err)
		require.Equal(t, a.ID, byShop.ID)
		require.Equal(t, "erp", byShop.Source, "the first origin stays")
		require.EqualValues(t, 2, byShop.Version)

		b := &customer.Customer{Type: customer.Person, Name: "Bob", Source: "shop", ExternalID: "S1"}
		put(t, acme, customer.Kind, b) // past AddExternalIDs
		_, err = upsert("shop", "S1", "who?")
		require.ErrorIs(t, err, customer.ErrSeveral)
		var several *customer.SeveralError
		require.ErrorAs(t, err, &several)
		require.Equal(t, []uuid.UUID{a.ID, b.ID}, several.Customers)
		require.ErrorContains(t, err, a.ID.String()+", "+b.ID.String())
		require.NotContains(t, err.Error(), "S1")
		_, err = customer.FindByExternalID(ctx, acme, "shop", "S1")
		require.ErrorIs(t, err, customer.ErrSeveral)
		require.Empty(t, find(t, acme, customer.Kind, storage.Query{Where: criteria.Eq("name", "who?")}))

		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, b) })
		found, err := customer.FindByExternalID(ctx, acme, "shop", "S1")
		require.NoError(t, err, "a deleted customer does not count")
		require.Equal(t, a.ID, found.ID)
	})
}
