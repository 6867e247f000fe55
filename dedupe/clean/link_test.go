package clean_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var joiner = storage.By("system:join", "join by phone")

// absorb is a simple merge: orders and contact points become the survivor's, but
// for those that it has already, and the others are deleted.
func absorb(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
	whose := storage.Query{Where: criteria.In("customer", others...)}
	for o, err := range customer.Orders.Find(ctx, tx, whose) {
		if err != nil {
			return err
		}
		o.Customer = survivor
		if err := customer.Orders.Put(ctx, tx, o); err != nil {
			return err
		}
	}
	has := map[string]bool{}
	for p, err := range customer.ContactPoints.Find(ctx, tx, storage.Query{Where: criteria.Eq("customer", survivor)}) {
		if err != nil {
			return err
		}
		has[p.Type+p.Match] = true
	}
	for p, err := range customer.ContactPoints.Find(ctx, tx, whose) {
		if err != nil {
			return err
		}
		if has[p.Type+p.Match] {
			err = customer.ContactPoints.Delete(ctx, tx, p)
		} else {
			has[p.Type+p.Match] = true
			p.Customer, p.Primary = survivor, false
			err = customer.ContactPoints.Put(ctx, tx, p)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range others {
		c, err := customer.Kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := customer.Kind.Delete(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// add stores a customer with phones and, where a shop is named, an order there.
func add(t *testing.T, acme *storage.Tenant, typ, name, shop string, phones ...string) *customer.Customer {
	c := &customer.Customer{Type: typ, Name: name}
	require.NoError(t, acme.Update(t.Context(), joiner, func(tx *storage.Tx) error {
		if err := customer.Kind.Put(t.Context(), tx, c); err != nil {
			return err
		}
		for _, text := range phones {
			p, err := customer.NewContactPoint(c.ID, customer.Phone, text)
			if err != nil {
				return err
			}
			if _, err := customer.AddContactPoints(t.Context(), tx, p); err != nil {
				return err
			}
		}
		if shop == "" {
			return nil
		}
		o := &customer.Order{Customer: c.ID, PlacedAt: adapters.Now, Total: customer.Money{Amount: decimal.New(100, 0), Currency: "CNY"}, Source: shop, ExternalID: name}
		return customer.Orders.Put(t.Context(), tx, o)
	}))
	return c
}

// CUS-12: of 100 customers of the shop and 100 online 26 share a phone; then there
// are 174, and exactly 26 have a purchase in both.
func TestCUS12_ShopAndOnline(t *testing.T) {
	adapters.Each(t, slices.Concat(customer.Kinds(), merge.Kinds()), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		forms := []string{"138%08d", "+86 138%08d", "0086-138%08d", "+86(138)%08d", "１３８%08d"}
		for i := range 100 {
			add(t, acme, customer.Person, fmt.Sprintf("shop %d", i), "pos", fmt.Sprintf("138%08d", i))
			online := i
			if i >= 26 {
				online = 1000 + i
			}
			add(t, acme, customer.Person, fmt.Sprintf("online %d", i), "web", fmt.Sprintf(forms[i%len(forms)], online))
		}
		var pages []clean.LinkReport
		opt := clean.LinkOptions{Merge: merge.Func(merge.Rules{}, 0), Page: 37, Progress: func(r clean.LinkReport) { pages = append(pages, r) }}
		report, err := clean.LinkByPhone(ctx, acme, joiner, opt)
		require.NoError(t, err)
		require.Equal(t, clean.LinkReport{Numbers: 174, Groups: 26, Merged: 26}, report)
		require.Equal(t, report, pages[len(pages)-1])
		require.Equal(t, "phone numbers: 174; groups merged: 26 (customers merged into others: 26); generic numbers: 0; groups refused: 0; left: 0\n", report.Text(clean.English))
		require.Greater(t, len(pages), 3)

		count := func(where criteria.Criterion) int64 {
			n, err := customer.Kind.Count(ctx, acme, storage.Query{Where: where})
			require.NoError(t, err)
			return n
		}
		bought := func(shop string) criteria.Criterion {
			return criteria.Related("order", "customer", criteria.Eq("source", shop))
		}
		require.EqualValues(t, 174, count(nil))
		require.EqualValues(t, 26, count(criteria.All(bought("pos"), bought("web"))))
		require.EqualValues(t, 100, count(bought("pos")))
		require.EqualValues(t, 100, count(bought("web")))

		again, err := clean.LinkByPhone(ctx, acme, joiner, opt)
		require.NoError(t, err)
		require.Equal(t, clean.LinkReport{Numbers: 174}, again)
	})
}

// Chains of numbers join, switchboards do not, and neither do a person and an
// organisation; a second run changes nothing.
func TestLinkByPhone_ChainsAndSwitchboards(t *testing.T) {
	adapters.Each(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		const a, b, desk, office = "13800000001", "13900000002", "010-62345678", "13700000003"
		first := add(t, acme, customer.Person, "1", "", a, desk)
		second := add(t, acme, customer.Person, "2", "", a, b, desk)
		third := add(t, acme, customer.Person, "3", "", b)
		for i := range 2 {
			add(t, acme, customer.Person, fmt.Sprint("colleague ", i), "", desk)
		}
		add(t, acme, customer.Organization, "华星", "", office)
		add(t, acme, customer.Person, "4", "", office)
		opt := clean.LinkOptions{Merge: absorb, Max: 3}
		report, err := clean.LinkByPhone(ctx, acme, joiner, opt)
		require.NoError(t, err)
		require.Equal(t, clean.LinkReport{Numbers: 4, Groups: 2, Merged: 2, Generic: 1, Refused: 1, Left: 4 + 2}, report)
		_, err = customer.Kind.Get(ctx, acme, first.ID)
		require.NoError(t, err)
		for _, gone := range []*customer.Customer{second, third} {
			_, err = customer.Kind.Get(ctx, acme, gone.ID)
			require.ErrorIs(t, err, storage.ErrNotFound)
		}
		// Three have the number of the desk now, and four had it.
		again, err := clean.LinkByPhone(ctx, acme, joiner, opt)
		require.NoError(t, err)
		require.Equal(t, clean.LinkReport{Numbers: 4, Generic: 1, Refused: 1, Left: 3 + 2}, again)
	})
}

// The host chooses who stays and which groups are merged, and an error of Merge
// undoes its group alone.
func TestLinkByPhone_Choices(t *testing.T) {
	adapters.Each(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		var made []*customer.Customer
		for _, phone := range []string{"13800000001", "13800000001", "13800000002", "13800000002", "13800000003", "13800000003"} {
			made = append(made, add(t, acme, customer.Person, "wang "+fmt.Sprint(len(made)), "", phone))
		}
		var merged []uuid.UUID
		broken := errors.New("broken")
		opt := clean.LinkOptions{
			Survivor: func(list []*customer.Customer) int { return len(list) - 1 },
			Agree: func(list []*customer.Customer) bool {
				return !slices.ContainsFunc(list, func(c *customer.Customer) bool { return c.ID == made[2].ID })
			},
			Merge: func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
				if err := absorb(ctx, tx, survivor, others); err != nil {
					return err
				}
				if survivor == made[5].ID {
					return broken
				}
				merged = append(merged, survivor)
				return nil
			},
		}
		report, err := clean.LinkByPhone(ctx, acme, joiner, opt)
		require.ErrorIs(t, err, broken)
		require.Equal(t, clean.LinkReport{Numbers: 3, Groups: 1, Merged: 1, Refused: 1, Left: 2}, report)
		require.Equal(t, []uuid.UUID{made[1].ID}, merged)
		n, err := customer.Kind.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 5, n)
	})
}

// Two jobs at once merge each group once.
func TestLinkByPhone_AtOnce(t *testing.T) {
	adapters.Each(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		for i := range 16 {
			add(t, acme, customer.Person, fmt.Sprint(i), "", fmt.Sprintf("138%08d", i/2))
		}
		var group sync.WaitGroup
		reports, errs := make([]clean.LinkReport, 2), make([]error, 2)
		for i := range reports {
			group.Go(func() {
				reports[i], errs[i] = clean.LinkByPhone(t.Context(), acme, joiner, clean.LinkOptions{Merge: absorb, Page: 3})
			})
		}
		group.Wait()
		require.NoError(t, errors.Join(errs...))
		require.EqualValues(t, 8, reports[0].Merged+reports[1].Merged)
		n, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 8, n)
	})
}

func TestLinkByPhone_Refuses(t *testing.T) {
	adapters.Each(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		for _, opt := range []clean.LinkOptions{{}, {Merge: absorb, Max: 1}, {Merge: absorb, Page: -1}} {
			_, err := clean.LinkByPhone(t.Context(), acme, joiner, opt)
			require.ErrorIs(t, err, clean.ErrInvalid)
		}
		report, err := clean.LinkByPhone(t.Context(), acme, joiner, clean.LinkOptions{Merge: absorb})
		require.NoError(t, err)
		require.Zero(t, report)
		ended, cancel := context.WithTimeout(t.Context(), -time.Second)
		defer cancel()
		_, err = clean.LinkByPhone(ended, acme, joiner, clean.LinkOptions{Merge: absorb})
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
