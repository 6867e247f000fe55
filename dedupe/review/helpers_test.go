package review_test

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	ann     = storage.By("user:ann", "review")
	bob     = storage.By("user:bob", "review")
	scanner = storage.By("system:duplicates", "scan")
)

func kinds() []storage.Described { return slices.Concat(customer.Kinds(), review.Kinds()) }

func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), test)
}

func update(t testing.TB, acme *storage.Tenant, by storage.Origin, fn func(tx *storage.Tx) error) error {
	t.Helper()
	return acme.Update(t.Context(), by, fn)
}

// person stores a person with phones and mails and returns the id.
func person(t testing.TB, acme *storage.Tenant, name string, contacts ...string) uuid.UUID {
	t.Helper()
	return stored(t, acme, &customer.Customer{Type: customer.Person, Name: name}, contacts...)
}

func stored(t testing.TB, acme *storage.Tenant, c *customer.Customer, contacts ...string) uuid.UUID {
	t.Helper()
	require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
		put := *c
		if err := customer.Kind.Put(t.Context(), tx, &put); err != nil {
			return err
		}
		c.ID = put.ID
		return addContacts(t.Context(), tx, put.ID, contacts...)
	}))
	return c.ID
}

func addContacts(ctx context.Context, tx *storage.Tx, id uuid.UUID, contacts ...string) error {
	for _, text := range contacts {
		typ := customer.Phone
		if slices.Contains([]rune(text), '@') {
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

// A merger is a merge function that moves contact points, deletes the others softly,
// and remembers what it was asked for.
type merger struct {
	mu   sync.Mutex
	done [][]uuid.UUID // the survivor first
	err  error
}

func (m *merger) merge(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
	if m.err != nil {
		return m.err
	}
	ids := append([]uuid.UUID{survivor}, others...)
	m.mu.Lock()
	m.done = append(m.done, ids)
	m.mu.Unlock()
	for p, err := range customer.ContactPoints.Find(ctx, tx, storage.Query{Where: criteria.In("customer", others...)}) {
		if err != nil {
			return err
		}
		if err := customer.RemoveContactPoints(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := addContacts(ctx, tx, survivor, p.Value); err != nil {
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

// A said is what a scorer says of two customers.
type said struct {
	a, b        *uuid.UUID
	probability float64
}

// scorer says what it is told of those who are there.
func scorer(list ...said) func(context.Context, review.Work) ([]review.Scored, error) {
	return func(_ context.Context, w review.Work) ([]review.Scored, error) {
		there := map[string]bool{}
		for _, r := range w.Records {
			there[r.ID] = true
		}
		var out []review.Scored
		for _, s := range list {
			if there[s.a.String()] && there[s.b.String()] {
				out = append(out, scored(*s.a, *s.b, s.probability))
			}
		}
		return out, nil
	}
}

func scored(a, b uuid.UUID, p float64) review.Scored {
	return review.Scored{A: a, B: b, Probability: p, Weight: math.Log2(p / (1 - p)), Together: true, Pass: "test",
		Reasons: []review.Reason{{Name: "name", Level: "both the same", Weight: 3}, {Name: "phone", Level: "the same", Weight: 5}}}
}

func scan(t testing.TB, acme *storage.Tenant, v *review.Reviewer) review.Report {
	t.Helper()
	r, err := v.Scan(t.Context(), acme, scanner, review.Options{})
	require.NoError(t, err)
	return r
}

// queue returns the pairs that wait.
func queue(t testing.TB, acme *storage.Tenant) []review.Entry {
	t.Helper()
	page, err := review.Queue(t.Context(), acme, storage.Query{Limit: 1000})
	require.NoError(t, err)
	require.Empty(t, page.Next)
	return page.Entries
}

// pairOf returns the stored pair of two customers.
func pairOf(t testing.TB, acme *storage.Tenant, a, b uuid.UUID) *review.Pair {
	t.Helper()
	k := review.KeyOf(a, b)
	p, err := review.Pairs.First(t.Context(), acme, storage.Query{Where: criteria.All(criteria.Eq("a", k[0]), criteria.Eq("b", k[1]))})
	require.NoError(t, err)
	return p
}

func decide(t testing.TB, acme *storage.Tenant, by storage.Origin, v *review.Reviewer, pair uuid.UUID, verdict string) error {
	t.Helper()
	return update(t, acme, by, func(tx *storage.Tx) error { return v.Decide(t.Context(), tx, pair, verdict, "looked at both") })
}

func changeCustomer(t testing.TB, acme *storage.Tenant, id uuid.UUID, change func(*customer.Customer)) {
	t.Helper()
	require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(t.Context(), tx, id)
		if err != nil {
			return err
		}
		change(c)
		return customer.Kind.Put(t.Context(), tx, c)
	}))
}
