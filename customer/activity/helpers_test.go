package activity_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// t0 is the moment of the tests.
var t0 = adapters.Now

var ann = storage.By("user:ann", "test")

// A fixture is a tenant under test.
type fixture struct {
	*testing.T
	acme  *storage.Tenant
	clock *adapters.Clock
	rec   activity.Recorder
}

// onEach runs a test on every adapter with a tenant of its own.
func onEach(t *testing.T, test func(f *fixture)) {
	t.Helper()
	kinds := slices.Concat(customer.Kinds(), activity.Kinds())
	adapters.EachAt(t, kinds, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		test(&fixture{T: t, acme: acme, clock: clock})
	})
}

// watch installs the watches.
func (f *fixture) watch() {
	f.Helper()
	store, err := f.acme.Store().Watched(f.rec.Watches()...)
	require.NoError(f, err)
	f.acme = store.Tenant(f.acme.Name())
}

// update runs fn in a transaction that must succeed.
func (f *fixture) update(fn func(tx *storage.Tx) error) {
	f.Helper()
	require.NoError(f, f.acme.Update(f.Context(), ann, fn))
}

// customer stores a customer with contact points: phones, and what has an @ is mail.
func (f *fixture) customer(name string, contacts ...string) *customer.Customer {
	f.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	f.update(func(tx *storage.Tx) error {
		c.Meta = storage.Meta{}
		return customer.Kind.Put(f.Context(), tx, c)
	})
	for _, value := range contacts {
		f.contact(c, value)
	}
	return c
}

// contact adds a contact point.
func (f *fixture) contact(c *customer.Customer, value string) {
	f.Helper()
	typ := customer.Phone
	if slices.Contains([]byte(value), '@') {
		typ = customer.Email
	}
	p, err := customer.NewContactPoint(c.ID, typ, value)
	require.NoError(f, err)
	f.update(func(tx *storage.Tx) error { return customer.ContactPoints.Put(f.Context(), tx, p) })
}

// identity adds an identity on WeCom.
func (f *fixture) identity(c *customer.Customer, account string) {
	f.Helper()
	f.update(func(tx *storage.Tx) error {
		_, err := customer.AddIdentities(f.Context(), tx, &customer.Identity{Customer: c.ID, Channel: customer.WeCom, Account: account})
		return err
	})
}

// ingest ingests events in a transaction that must succeed.
func (f *fixture) ingest(events ...activity.Event) activity.Ingested {
	f.Helper()
	var done activity.Ingested
	f.update(func(tx *storage.Tx) (err error) {
		done, err = f.rec.Ingest(f.Context(), tx, events)
		return err
	})
	return done
}

// of returns the interactions that match, in the order in which they took place.
func (f *fixture) of(where criteria.Criterion) []*customer.Interaction {
	f.Helper()
	return all(f, customer.Interactions, storage.Query{Where: where, Order: []storage.Order{{Field: "occurred_at"}}})
}

// with returns the interactions of a customer.
func (f *fixture) with(c *customer.Customer) []*customer.Interaction {
	f.Helper()
	return f.of(criteria.Eq("customer", c.ID))
}

// queue returns what is unmatched.
func (f *fixture) queue() []*activity.Unmatched {
	f.Helper()
	return all(f, activity.Queue, storage.Query{})
}

// followedUp returns when a customer was followed up.
func (f *fixture) followedUp(id uuid.UUID) time.Time {
	f.Helper()
	c, err := customer.Kind.Get(f.Context(), f.acme, id)
	require.NoError(f, err)
	return c.FollowedUp
}

// all returns the records of a query.
func all[T any](f *fixture, kind *storage.Kind[T], q storage.Query) []*T {
	f.Helper()
	var list []*T
	for r, err := range kind.Find(f.Context(), f.acme, q) {
		require.NoError(f, err)
		list = append(list, r)
	}
	return list
}

// event returns an event of a source.
func event(channel, source, id string, at time.Time, with ...activity.Party) activity.Event {
	return activity.Event{
		Interaction: customer.Interaction{Channel: channel, Source: source, ExternalID: id, OccurredAt: at},
		With:        with,
	}
}

// wecom is a party by its identity on WeCom.
func wecom(account string) activity.Party {
	return activity.Party{Channel: customer.WeCom, Account: account}
}

// channels returns the channels of interactions.
func channels(list []*customer.Interaction) []string {
	names := make([]string, len(list))
	for n, i := range list {
		names[n] = i.Channel
	}
	return names
}

// many returns events of one customer a minute apart.
func many(n int, channel, source string, with ...activity.Party) []activity.Event {
	list := make([]activity.Event, n)
	for k := range list {
		list[k] = event(channel, source, fmt.Sprintf("%s-%d", channel, k+1), t0.Add(time.Duration(k)*time.Minute-time.Hour), with...)
	}
	return list
}

// A crowd does several things at once.
type crowd struct {
	sync.WaitGroup
	mu   sync.Mutex
	errs []error
}

func (c *crowd) do(thing func() error) {
	c.Go(func() {
		err := thing()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.errs = append(c.errs, err)
	})
}

// wait waits for all, none of which may have failed.
func (c *crowd) wait(t require.TestingT) {
	c.Wait()
	for _, err := range c.errs {
		require.NoError(t, err)
	}
}
