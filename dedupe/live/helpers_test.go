package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	ann = storage.By("user:ann", "add customer")
	bob = storage.By("user:bob", "add customer")
	job = storage.By("system:duplicates", "sweep")
)

func kinds() []storage.Described {
	return slices.Concat(customer.Kinds(), activity.Kinds(), review.Kinds(), live.Kinds())
}

// onEach runs a test with the checker's watch on every adapter.
func onEach(t *testing.T, c *live.Checker, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) { test(t, watched(t, acme, c)) })
}

func watched(t testing.TB, acme *storage.Tenant, c *live.Checker) *storage.Tenant {
	t.Helper()
	require.NoError(t, c.Valid())
	store, err := acme.Store().Watched(c.Watch())
	require.NoError(t, err)
	return store.Tenant(acme.Name())
}

// add stores a customer with phones and mails in one transaction.
func add(ctx context.Context, acme *storage.Tenant, by storage.Origin, c *customer.Customer, contacts ...string) (uuid.UUID, error) {
	var id uuid.UUID
	err := acme.Update(ctx, by, func(tx *storage.Tx) error {
		put := *c
		if err := customer.Kind.Put(ctx, tx, &put); err != nil {
			return err
		}
		id = put.ID
		return contact(ctx, tx, id, contacts...)
	})
	return id, err
}

func contact(ctx context.Context, tx *storage.Tx, id uuid.UUID, contacts ...string) error {
	for _, text := range contacts {
		typ := customer.Phone
		if strings.Contains(text, "@") {
			typ = customer.Email
		}
		p, err := customer.NewContactPoint(id, typ, text)
		if err != nil {
			return err
		}
		if _, err := customer.AddContactPoints(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

func added(t testing.TB, acme *storage.Tenant, c *customer.Customer, contacts ...string) uuid.UUID {
	t.Helper()
	id, err := add(t.Context(), acme, ann, c, contacts...)
	require.NoError(t, err)
	return id
}

func person(name string) *customer.Customer {
	return &customer.Customer{Type: customer.Person, Name: name}
}

func firm(name string) *customer.Customer {
	return &customer.Customer{Type: customer.Organization, Name: name}
}

// refused returns the candidates of a refusal.
func refused(t testing.TB, err error) []live.Candidate {
	t.Helper()
	require.ErrorIs(t, err, live.ErrPossibleDuplicate)
	var e *live.PossibleDuplicateError
	require.True(t, errors.As(err, &e))
	require.NotEmpty(t, e.Candidates)
	return e.Candidates
}

func count(t testing.TB, acme *storage.Tenant, k storage.Described) int64 {
	t.Helper()
	n, err := storage.Any(k).Count(t.Context(), acme, storage.Query{Deleted: storage.DeletedToo})
	require.NoError(t, err)
	return n
}

// kindNamed finds a kind that is not exported.
func kindNamed(name string) storage.Described {
	for _, k := range live.Kinds() {
		if k.Schema().Name == name {
			return k
		}
	}
	return nil
}

var entries = kindNamed("match_entry")

// waiting returns the pairs in the queue.
func waiting(t testing.TB, acme *storage.Tenant) []*review.Pair {
	t.Helper()
	list, err := storage.Collect(review.Pairs.Find(t.Context(), acme, storage.Query{Where: criteria.Eq("state", review.Open)}))
	require.NoError(t, err)
	return list
}

// change changes a customer.
func change(t testing.TB, ctx context.Context, acme *storage.Tenant, id uuid.UUID, do func(*customer.Customer)) error {
	t.Helper()
	return acme.Update(ctx, ann, func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		do(c)
		return customer.Kind.Put(ctx, tx, c)
	})
}
