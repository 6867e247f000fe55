package consent_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The database of the adapters stays open for all tests of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var ann = storage.By("user:ann", "test")

func kinds() []storage.Described { return append(customer.Kinds(), consent.Kinds()...) }

func person(t testing.TB, acme *storage.Tenant, name string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) }))
	return c
}

// add stores statements that must pass.
func add(t testing.TB, acme *storage.Tenant, list ...*consent.Record) (stored []*consent.Record) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) (err error) {
		stored, err = consent.Add(t.Context(), tx, list...)
		return err
	}))
	return stored
}
