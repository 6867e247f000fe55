package privacy_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The database of the adapters stays open for all tests of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var (
	ann   = storage.By("user:ann", "test")
	erase = storage.By("user:dpo", "erase").Because("request 2026-17")
)

func update(t testing.TB, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

// put stores records that must pass.
func put[T any](t testing.TB, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) {
	t.Helper()
	update(t, acme, func(tx *storage.Tx) error { return kind.Put(t.Context(), tx, list...) })
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

func person(t testing.TB, acme *storage.Tenant, name string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	put(t, acme, customer.Kind, c)
	return c
}

func erased(t testing.TB, acme *storage.Tenant, id uuid.UUID, o privacy.Options) *privacy.Erasure {
	t.Helper()
	e, err := privacy.Erase(t.Context(), acme, erase, id, o, nil)
	require.NoError(t, err)
	require.Equal(t, privacy.Done, e.State)
	return e
}
