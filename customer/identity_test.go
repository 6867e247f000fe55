package customer_test

import (
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// identify adds an identity and returns the error.
func identify(t testing.TB, acme *storage.Tenant, list ...*customer.Identity) error {
	return acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
		_, err := customer.AddIdentities(t.Context(), tx, list...)
		return err
	})
}

func TestCUS24_ChannelIdentities(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c, other := t.Context(), person(t, acme, "王丽"), person(t, acme, "Bob")
		require.NoError(t, identify(t, acme,
			&customer.Identity{Customer: c.ID, Channel: customer.WeCom, Account: "wmA"},
			&customer.Identity{Customer: c.ID, Channel: customer.DingTalk, Account: "d1"},
			&customer.Identity{Customer: c.ID, Channel: customer.OpenID, Account: "o1"}))
		for channel, account := range map[string]string{customer.WeCom: "wmA", customer.DingTalk: "d1", customer.OpenID: "o1"} {
			found, err := customer.ResolveIdentity(ctx, acme, channel, "", account)
			require.NoError(t, err)
			require.Equal(t, c.ID, found.ID)
		}

		err := identify(t, acme, &customer.Identity{Customer: other.ID, Channel: customer.WeCom, Account: "wmA"})
		require.ErrorIs(t, err, customer.ErrIdentityTaken)
		require.ErrorIs(t, err, storage.ErrDuplicate)
		require.NotErrorIs(t, err, storage.ErrConflict)
		var taken *customer.IdentityError
		require.ErrorAs(t, err, &taken)
		require.Equal(t, c.ID, taken.Holder)
		require.NotContains(t, err.Error(), "wmA")

		elsewhere := acme.Store().Tenant(uuid.NewString())
		stranger := person(t, elsewhere, "王丽")
		require.NoError(t, identify(t, elsewhere, &customer.Identity{Customer: stranger.ID, Channel: customer.WeCom, Account: "wmA"}))
	})
}

func TestIdentities_ScopesAndForms(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, a, b := t.Context(), person(t, acme, "A"), person(t, acme, "B")
		require.NoError(t, identify(t, acme,
			&customer.Identity{Customer: a.ID, Channel: customer.OpenID, Scope: "wx1", Account: "o1"},
			&customer.Identity{Customer: b.ID, Channel: customer.OpenID, Scope: "wx2", Account: "o1"},
			&customer.Identity{Customer: a.ID, Channel: customer.Phone, Account: "138 0000 0001"},
			&customer.Identity{Customer: a.ID, Channel: customer.Email, Account: "Ann@Example.com"},
			&customer.Identity{Customer: b.ID, Channel: customer.WeCom, Account: "WMA"},
			&customer.Identity{Customer: a.ID, Channel: customer.WeCom, Account: "wma"}))
		for _, c := range []struct{ channel, scope, account, want string }{
			{"openid", "wx1", "o1", "A"}, {"openid", "wx2", "o1", "B"}, {"openid", "", "o1", ""}, {"openid", "wx3", "o1", ""},
			{"phone", "", "+86-138-0000-0001", "A"}, {"email", "", "ann@example.COM", "A"}, {"phone", "", "no number", ""},
			{"wecom", "", "WMA", "B"}, {"wecom", "", "wma", "A"}, {"wecom", "", "wMa", ""}, {"wechat", "", "wma", ""},
		} {
			found, err := customer.ResolveIdentity(ctx, acme, c.channel, c.scope, c.account)
			if c.want == "" {
				require.ErrorIs(t, err, storage.ErrNotFound, "%v", c)
				continue
			}
			require.NoError(t, err, "%v", c)
			require.Equal(t, c.want, found.Name, "%v", c)
		}

		stored, err := customer.Identities.First(ctx, acme, storage.Query{Where: criteria.Eq("channel", customer.Phone)})
		require.NoError(t, err)
		require.Equal(t, "+8613800000001", stored.Account)
		require.NoError(t, identify(t, acme, &customer.Identity{Customer: a.ID, Channel: customer.Phone, Account: "13800000001"}), "its own again")
		n, err := customer.Identities.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 6, n)

		require.ErrorIs(t, identify(t, acme, &customer.Identity{Customer: a.ID, Channel: customer.Phone, Account: "no number"}), customer.ErrContact)
		require.ErrorIs(t, identify(t, acme, &customer.Identity{Customer: a.ID, Channel: "x\ny", Account: "1"}), storage.ErrInvalid)
		require.ErrorIs(t, identify(t, acme, &customer.Identity{Customer: a.ID, Channel: "x"}), storage.ErrInvalid)
		require.ErrorIs(t, identify(t, acme, nil), storage.ErrInvalid)
	})
}

// A caller who may not see the holder learns that the account is taken, and not
// whose it is; nothing of the call is stored.
func TestIdentities_HiddenHolder(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, a, b := t.Context(), person(t, acme, "A"), person(t, acme, "B")
		require.NoError(t, identify(t, acme, &customer.Identity{Customer: a.ID, Channel: customer.WeCom, Account: "wmA"}))
		for _, kind := range []string{"identity", "customer"} {
			where := criteria.Eq("customer", b.ID)
			if kind == "customer" {
				where = criteria.Eq("id", b.ID)
			}
			desk := acme.Guarded(owning{kind, where})
			err := identify(t, desk, &customer.Identity{Customer: b.ID, Channel: customer.WeCom, Account: "wmA"}, &customer.Identity{Customer: b.ID, Channel: "x", Account: "1"})
			require.ErrorIs(t, err, customer.ErrIdentityTaken, kind)
			var taken *customer.IdentityError
			require.ErrorAs(t, err, &taken)
			require.Zero(t, taken.Holder, kind)
			require.NotContains(t, err.Error(), a.ID.String())
			_, err = customer.ResolveIdentity(ctx, desk, customer.WeCom, "", "wmA")
			require.ErrorIs(t, err, storage.ErrNotFound)
		}
		n, err := customer.Identities.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

// Of many who claim one account at once, one gets it and the others are told.
func TestIdentities_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		errs := make([]error, 8)
		var at sync.WaitGroup
		for i := range errs {
			c := person(t, acme, "A")
			at.Go(func() {
				errs[i] = identify(t, acme, &customer.Identity{Customer: c.ID, Channel: customer.WeCom, Account: "wmA"})
			})
		}
		at.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			var taken *customer.IdentityError
			require.ErrorAs(t, err, &taken)
			require.NotZero(t, taken.Holder)
		}
		require.Equal(t, 1, won)
	})
}
