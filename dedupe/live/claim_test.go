package live_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A clerk sees no customers and its own claims without the customer, and decides nothing.
type clerk struct {
	actor  string
	closed bool
}

func (c clerk) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind == live.Claims.Name() {
		return storage.Access{Where: criteria.Eq("by", c.actor), Fields: map[string]storage.FieldAccess{"customer": storage.FieldHidden}}, nil
	}
	return storage.Access{}, nil
}

func (clerk) Write(_ context.Context, w storage.Attempt) error {
	if w.Kind == live.Claims.Name() {
		return storage.ErrForbidden
	}
	return nil
}

func (c clerk) Elevate(context.Context, string) error {
	if c.closed {
		return storage.ErrForbidden
	}
	return nil
}

// A manager sees and may write everything but what a masked field says.
type manager struct{ clerk }

func (manager) Read(_ context.Context, kind string) (storage.Access, error) {
	a := storage.Access{Where: criteria.All()}
	if kind == live.Claims.Name() {
		a.Fields = map[string]storage.FieldAccess{"customer": storage.FieldHidden}
	}
	return a, nil
}

func (manager) Write(context.Context, storage.Attempt) error { return nil }

// Who may file a claim, who sees it and who answers is the guard's to say.
func TestClaims_Guarded(t *testing.T) {
	onEach(t, &live.Checker{}, func(t *testing.T, acme *storage.Tenant) {
		bobs := person("王小明")
		bobs.Owner = uuid.New()
		owned := added(t, acme, bobs, "13810138000")
		anns, bobsDesk := acme.Guarded(clerk{actor: "user:ann"}), acme.Guarded(clerk{actor: "user:bob"})
		_, err := add(t.Context(), anns, ann, person("小明"), "13810138000")
		ref := refused(t, err)[0].Ref

		file := func(desk *storage.Tenant, by storage.Origin, ref uuid.UUID) (id uuid.UUID, err error) {
			err = desk.Update(t.Context(), by, func(tx *storage.Tx) error {
				id, err = live.FileClaim(t.Context(), tx, ref, "he called me")
				return err
			})
			return id, err
		}
		_, err = file(acme.Guarded(clerk{actor: "user:ann", closed: true}), ann, ref)
		require.ErrorIs(t, err, storage.ErrForbidden)
		_, err = file(anns, ann, uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
		require.Zero(t, count(t, acme, live.Claims))
		claim, err := file(anns, ann, ref)
		require.NoError(t, err)
		other, err := file(bobsDesk, bob, ref)
		require.NoError(t, err)
		require.NotEqual(t, claim, other, "each has a claim of its own")

		// The claimant sees that it is open, of its own alone, and not for whom.
		mine, err := storage.Collect(live.Claims.Find(t.Context(), anns, storage.Query{}))
		require.NoError(t, err)
		require.Len(t, mine, 1)
		require.Equal(t, claim, mine[0].ID)
		require.Equal(t, live.Open, mine[0].State)
		require.Equal(t, uuid.Nil, mine[0].Customer)
		_, err = live.Claims.Count(t.Context(), anns, storage.Query{Where: criteria.Eq("customer", owned)})
		require.ErrorIs(t, err, storage.ErrForbidden)
		_, err = customer.Kind.Get(t.Context(), anns, owned)
		require.ErrorIs(t, err, storage.ErrNotFound)

		decide := func(desk *storage.Tenant, by storage.Origin, grant bool) error {
			return desk.Update(t.Context(), by, func(tx *storage.Tx) error {
				_, err := live.DecideClaim(t.Context(), tx, claim, grant, "take him")
				return err
			})
		}
		require.ErrorIs(t, decide(anns, ann, true), storage.ErrForbidden)
		require.ErrorIs(t, decide(bobsDesk, bob, true), storage.ErrNotFound)
		require.NoError(t, decide(acme.Guarded(manager{}), storage.By("user:eve", "decide"), true))
		require.ErrorIs(t, decide(acme.Guarded(manager{}), storage.By("user:eve", "decide"), false), live.ErrDecided)

		stored, err := live.Claims.Get(t.Context(), acme, claim)
		require.NoError(t, err)
		require.Equal(t, owned, stored.Customer, "what the manager may not see stays")
		require.Equal(t, "user:eve", stored.DecidedBy)
		told, err := live.Claims.Get(t.Context(), anns, claim)
		require.NoError(t, err)
		require.Equal(t, live.Granted, told.State)
		require.Equal(t, "take him", told.Answer)
		require.Equal(t, uuid.Nil, told.Customer)

		// What was decided is no open claim: it may be filed again.
		again, err := file(anns, ann, ref)
		require.NoError(t, err)
		require.NotEqual(t, claim, again)
	})
}
