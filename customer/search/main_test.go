package search_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The opener of the shared database's connections lives as long as the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var (
	ann    = storage.By("user:ann", "test")
	finder = search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version, Sources: []string{"erp", "shop"}}
)

func kinds() []storage.Described { return append(customer.Kinds(), search.Kinds()...) }

// watched returns the same tenant of a store with the watch.
func watched(t testing.TB, acme *storage.Tenant, f search.Finder) *storage.Tenant {
	t.Helper()
	store, err := acme.Store().Watched(f.Watch())
	require.NoError(t, err)
	return store.Tenant(acme.Name())
}

// onEach runs a test on every adapter with a tenant of its own, whose keys follow.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) { test(t, watched(t, acme, finder)) })
}

// inMemory returns a tenant of a new store in memory, whose keys follow.
func inMemory(t testing.TB) *storage.Tenant {
	t.Helper()
	clock := &adapters.Clock{}
	clock.Set(adapters.Now)
	store, err := storage.New(memory.New(), clock.Now, kinds()...)
	require.NoError(t, err)
	return watched(t, store.Tenant("acme"), finder)
}

func update(t testing.TB, acme *storage.Tenant, fn func(ctx context.Context, tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return fn(t.Context(), tx) }))
}

func put[T any](t testing.TB, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) {
	t.Helper()
	update(t, acme, func(ctx context.Context, tx *storage.Tx) error { return kind.Put(ctx, tx, list...) })
}

// person stores a person with contacts, phone numbers and mail addresses.
func person(t testing.TB, acme *storage.Tenant, name string, contacts ...string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	put(t, acme, customer.Kind, c)
	for _, value := range contacts {
		contact(t, acme, c, value)
	}
	return c
}

func contact(t testing.TB, acme *storage.Tenant, c *customer.Customer, value string) *customer.ContactPoint {
	t.Helper()
	p, err := customer.NewContactPoint(c.ID, customer.Phone, value)
	if err != nil {
		p, err = customer.NewContactPoint(c.ID, customer.Email, value)
	}
	require.NoError(t, err)
	put(t, acme, customer.ContactPoints, p)
	return p
}

// hits searches and returns the page's hits.
func hits(t testing.TB, r storage.Reader, text string, o search.Options) []search.Hit {
	t.Helper()
	page, err := finder.Search(t.Context(), r, text, o)
	require.NoError(t, err, text)
	return page.Hits
}

// told writes hits down as "name by look in [marked] text".
func told(list []search.Hit) []string {
	out := []string{}
	for _, h := range list {
		text := h.Text
		for i := len(h.Spans) - 1; i >= 0; i-- {
			s := h.Spans[i]
			text = text[:s.From] + "[" + text[s.From:s.To] + "]" + text[s.To:]
		}
		out = append(out, fmt.Sprintf("%s by %s in %s.%s %s", h.Customer.Name, h.Look, h.Kind, h.Field, text))
	}
	return out
}

func keysOf(customer uuid.UUID) criteria.Criterion { return criteria.Eq("customer", customer) }
