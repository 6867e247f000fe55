package profile_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/profile"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func order(id uuid.UUID, amount, currency string, at time.Time) *customer.Order {
	return &customer.Order{Customer: id, PlacedAt: at, Total: customer.Money{Amount: decimal.RequireFromString(amount), Currency: currency}}
}

func TestCUS01_ThreeBlocks(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		c := &customer.Customer{Type: customer.Organization, Name: "华星", Size: "51-200"}
		put(t, acme, customer.Kind, c)
		update(t, acme, func(tx *storage.Tx) error {
			var points []*customer.ContactPoint
			for _, p := range [][2]string{{customer.Phone, "138 0013 8000"}, {customer.Phone, "010-62345678"}, {customer.Email, "info@huaxing.cn"}} {
				point, err := customer.NewContactPoint(c.ID, p[0], p[1])
				if err != nil {
					return err
				}
				points = append(points, point)
			}
			if _, err := customer.AddContactPoints(ctx, tx, points...); err != nil {
				return err
			}
			return customer.Addresses.Put(ctx, tx, &customer.Address{Customer: c.ID, City: "上海", Street: "中山路 2 号"})
		})
		put(t, acme, customer.Orders, order(c.ID, "100", "CNY", adapters.Now.AddDate(0, 0, -3)), order(c.ID, "200", "CNY", adapters.Now.AddDate(0, 0, -2)), order(c.ID, "300", "CNY", adapters.Now))
		for day := range 2 {
			put(t, acme, customer.Interactions, &customer.Interaction{Customer: c.ID, Channel: "chat", Type: "service", OccurredAt: adapters.Now.AddDate(0, 0, -day), Text: "客服"})
		}
		p, err := profile.Get360(ctx, acme, c.ID, profile.Options{})
		require.NoError(t, err)
		require.Equal(t, "华星 51-200", p.Customer.Name+" "+p.Customer.Size)
		require.Len(t, p.ContactPoints, 3)
		require.Equal(t, "上海", p.Addresses[0].City)

		require.EqualValues(t, 3, p.Transactions.Orders)
		require.Equal(t, "200.00", p.Transactions.Average("CNY").Amount.StringFixed(2))
		require.Equal(t, "600 CNY", p.Transactions.Totals[0].Ordered.String())
		require.Equal(t, adapters.Now.AddDate(0, 0, -3), p.Transactions.First)
		require.Equal(t, adapters.Now, p.Transactions.Last)
		require.Equal(t, "300", p.Transactions.Recent[0].Total.Amount.String())

		require.EqualValues(t, 2, p.Interactions.Count)
		require.Equal(t, []profile.Channel{{Channel: "chat", Count: 2, Last: adapters.Now}}, p.Interactions.Channels)
		require.Empty(t, p.Sections)

		text, err := json.Marshal(p)
		require.NoError(t, err)
		require.Contains(t, string(text), `"Name":"华星"`)
	})
}

// The part of CUS-17 that is about the profile.
func TestCUS17_CustomObjectsInTheProfile(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		put(t, acme, storage.CustomKinds, &storage.CustomKind{Name: "vehicle"})
		put(t, acme, storage.CustomFields,
			&storage.CustomField{Kind: "vehicle", Name: "plate", Type: "text", Unique: true},
			&storage.CustomField{Kind: "vehicle", Name: "last_service", Type: "date"},
			&storage.CustomField{Kind: "vehicle", Name: "customer", Type: "ref", Target: "customer"})
		for i, want := range []error{nil, storage.ErrDuplicate} {
			v := &storage.Entity{}
			v.Custom.Set("plate", "沪A12345")
			v.Custom.Set("customer", c.ID)
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return storage.Entities("vehicle").Put(t.Context(), tx, v) })
			require.ErrorIs(t, err, want, "vehicle %d", i)
		}
		p, err := profile.Get360(t.Context(), acme, c.ID, profile.Options{})
		require.NoError(t, err)
		require.Len(t, p.Sections, 1)
		require.Equal(t, "vehicle", p.Sections[0].Kind)
		require.EqualValues(t, 1, p.Sections[0].Total)
		text, err := json.Marshal(p.Sections[0])
		require.NoError(t, err)
		require.Contains(t, string(text), "沪A12345")
	})
}

func TestTransactions_RefundsAndCurrencies(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		id := person(t, acme, "王丽").ID
		at := adapters.Now.AddDate(0, 0, -1)
		put(t, acme, customer.Orders, order(id, "10", "CNY", at), order(id, "10", "CNY", at), order(id, "5", "CNY", at), order(id, "1000", "JPY", at),
			order(id, "1", "JPY", at), order(id, "-4", "CNY", adapters.Now), order(id, "-7", "USD", adapters.Now))
		p, err := profile.Get360(t.Context(), acme, id, profile.Options{Limit: 2})
		require.NoError(t, err)
		var lines []string
		for _, total := range p.Transactions.Totals {
			lines = append(lines, fmt.Sprint(total.Orders, " ", total.Ordered, " ", total.Refunded, " ", total.Average))
		}
		require.Equal(t, []string{"3 25 CNY 4 CNY 8.33 CNY", "2 1001 JPY 0 JPY 500 JPY", "0 0 USD 7 USD 0 USD"}, lines)
		require.EqualValues(t, 5, p.Transactions.Orders)
		require.EqualValues(t, 2, p.Transactions.Refunds)
		require.Equal(t, at, p.Transactions.Last, "a refund is no order")
		require.Len(t, p.Transactions.Recent, 2)
	})
}

func ticket(id uuid.UUID, subject string, at time.Time) *service.Ticket {
	return &service.Ticket{Customer: id, Type: "fault", Kind: service.Repair, Phase: service.AfterSale, Subject: subject, State: service.StateOpen, OpenedAt: at}
}

func TestGet360_LeavesOutWhatTheCallerMayNotRead(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		id := person(t, acme, "王丽").ID
		put(t, acme, customer.Orders, order(id, "10", "CNY", adapters.Now))
		put(t, acme, customer.Addresses, &customer.Address{Customer: id, City: "上海"})
		put(t, acme, service.Tickets, ticket(id, "one", adapters.Now), ticket(id, "two", adapters.Now), ticket(id, "three", adapters.Now))
		see := func(g guard) *profile.Profile {
			p, err := profile.Get360(t.Context(), acme.Guarded(g), id, profile.Options{Limit: 2})
			require.NoError(t, err)
			return p
		}
		all := see(guard{})
		require.Len(t, all.Sections, 1)
		require.Equal(t, []string{"customer"}, all.Sections[0].Fields)
		require.EqualValues(t, 3, all.Sections[0].Total)
		require.Len(t, all.Sections[0].Records, 2)
		require.Equal(t, "three", all.Sections[0].Records[0].(*service.Ticket).Subject, "the newest first")
		for _, g := range []guard{{empty: "ticket"}, {refused: "ticket"}, {hidden: "ticket"}} {
			require.Empty(t, see(g).Sections, "%+v", g)
		}
		for _, g := range []guard{{empty: "order"}, {refused: "order"}, {hidden: "order"}} {
			require.Zero(t, see(g).Transactions.Orders, "%+v", g)
			require.Empty(t, see(g).Transactions.Recent, "%+v", g)
		}
		require.Empty(t, see(guard{refused: "address"}).Addresses)
		_, err := profile.Get360(t.Context(), acme.Guarded(guard{empty: "customer"}), id, profile.Options{})
		require.ErrorIs(t, err, storage.ErrNotFound)
		_, err = profile.Get360(t.Context(), acme, uuid.New(), profile.Options{})
		require.ErrorIs(t, err, storage.ErrNotFound)
		_, err = profile.Get360(t.Context(), acme, id, profile.Options{Limit: -1})
		require.ErrorIs(t, err, storage.ErrInvalid)
		p, err := profile.Get360(t.Context(), acme, id, profile.Options{Kinds: []string{"deal"}})
		require.NoError(t, err)
		require.Empty(t, p.Sections)
	})
}
