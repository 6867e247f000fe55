package quality_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestAssess_ManyInTheirOrder(t *testing.T) {
	atEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx, i := t.Context(), &quality.Inspector{}
		require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
		list := organizations(3, uuid.Nil, func(n int) bool { return n == 1 })
		require.NoError(t, put(t, acme, ann, customer.Kind, list...))
		a, err := i.Quality(ctx, acme, customer.Kind, list[0].ID)
		require.NoError(t, err)
		require.Equal(t, 1.0, a.Completeness(), "there is no policy yet")
		require.False(t, a.Stale)

		phone := quality.HasRelated("phone", 2, "contact_point", "customer", criteria.Eq("type", customer.Phone))
		phone.NameZH = "电话"
		require.NoError(t, put(t, acme, ann, quality.Policies, quality.NewPolicy("customer", 10, quality.HasField("size", 3), phone)))
		clock.Advance(10 * day)
		require.NoError(t, acme.View(ctx, func(tx *storage.Tx) error {
			got, err := i.Assess(ctx, tx, customer.Kind, list[1].ID, uuid.New(), list[0].ID, list[1].ID)
			require.NoError(t, err)
			require.Len(t, got, 2)
			require.Equal(t, list[1].ID, got[0].Record)
			require.Zero(t, got[0].Completeness())
			require.Equal(t, []string{"size", "电话"}, []string{got[0].Missing[0].Label("zh"), got[0].Missing[1].Label("zh-CN")})
			require.Equal(t, "phone", got[0].Missing[1].Label("en"))
			require.Len(t, got[0].Issues, 1)
			require.Equal(t, 0.6, got[1].Completeness())
			require.Empty(t, got[1].Issues)
			require.False(t, got[1].Stale, "ten days to the moment")
			return nil
		}))
		clock.Advance(1000)
		a, err = i.Quality(ctx, acme, customer.Kind, list[0].ID)
		require.NoError(t, err)
		require.True(t, a.Stale)
		_, err = i.Quality(ctx, acme, customer.Kind, uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

func TestPolicy_WhatIsRefused(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		for why, p := range map[string]*quality.Policy{
			"a name of its own":         quality.NewPolicy("customer", 0, quality.HasField("size", 1), quality.HasField("size", 1)),
			"weighs 0":                  quality.NewPolicy("customer", 0, quality.HasField("size", 0)),
			"stale_days":                quality.NewPolicy("customer", -1),
			"cannot be written as JSON": quality.NewPolicy("customer", 0, quality.Part{Name: "x", Weight: 1, Filled: quality.Where(criteria.Eq("size", make(chan int)))}),
		} {
			err := put(t, acme, ann, quality.Policies, p)
			require.ErrorIs(t, err, storage.ErrInvalid)
			require.ErrorContains(t, err, why)
		}
		c := organizations(1, uuid.Nil, func(int) bool { return false })
		require.NoError(t, put(t, acme, ann, customer.Kind, c...))
		require.NoError(t, put(t, acme, ann, quality.Policies, quality.NewPolicy("customer", 0, quality.HasField("colour", 1))))
		_, err := (&quality.Inspector{}).Quality(t.Context(), acme, customer.Kind, c[0].ID)
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

func TestFieldUsage_AllFields(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		usage, err := quality.FieldUsage(t.Context(), acme, contracts, 2)
		require.NoError(t, err)
		require.Len(t, usage, 8)
		require.Zero(t, usage[0].FillRate(), "no records at all")
		require.NoError(t, put(t, acme, ann, contracts, &Contract{Note: "x", Start: date("2026-01-01")}, &Contract{Note: "y"}))
		usage, err = quality.FieldUsage(t.Context(), acme, contracts, 2)
		require.NoError(t, err)
		rates := map[string]float64{}
		for n, u := range usage {
			rates[u.Field] = u.FillRate()
			require.True(t, n == 0 || usage[n-1].Filled <= u.Filled)
		}
		require.Equal(t, map[string]float64{"customer": 0, "owner": 0, "start_date": 0.5, "end_date": 0, "amount": 1, "note": 1, "signed": 0, "copies": 1}, rates)
		require.NoError(t, acme.View(t.Context(), func(tx *storage.Tx) error {
			again, err := quality.FieldUsage(t.Context(), tx, contracts, 0.5)
			require.Len(t, again, 4)
			return err
		}))
		_, err = quality.FieldUsage(t.Context(), acme.Guarded(closedShop{}), storage.Entities("nothing"), 1)
		require.Error(t, err)
	})
}
