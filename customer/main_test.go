package customer_test

import (
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The opener of the shared database's connections lives as long as the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// update runs fn in a transaction that must succeed.
func update(t testing.TB, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

// put stores records that must pass.
func put[T any](t testing.TB, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) {
	t.Helper()
	update(t, acme, func(tx *storage.Tx) error { return kind.Put(t.Context(), tx, list...) })
}

// person stores a person of some name.
func person(t testing.TB, acme *storage.Tenant, name string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	put(t, acme, customer.Kind, c)
	return c
}

// company stores an organisation of some name.
func company(t testing.TB, acme *storage.Tenant, name string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Organization, Name: name}
	put(t, acme, customer.Kind, c)
	return c
}

// find returns the records of a query.
func find[T any](t testing.TB, r storage.Reader, kind *storage.Kind[T], q storage.Query) (list []*T) {
	t.Helper()
	for rec, err := range kind.Find(t.Context(), r, q) {
		require.NoError(t, err)
		list = append(list, rec)
	}
	return list
}

// inMemory returns a tenant of a new store in memory.
func inMemory(t testing.TB) *storage.Tenant {
	t.Helper()
	store, err := storage.New(memory.New(), clockAt(t0), customer.Kinds()...)
	require.NoError(t, err)
	return store.Tenant("acme")
}

// clockAt returns a clock that stands.
func clockAt(at time.Time) func() time.Time { return func() time.Time { return at } }
