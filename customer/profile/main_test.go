package profile_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The database of the adapters stays open for all tests of the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

var ann = storage.By("user:ann", "test")

func kinds() (list []storage.Described) {
	for _, of := range [][]storage.Described{
		customer.Kinds(), activity.Kinds(), consent.Kinds(), deal.Kinds(), lead.Kinds(), lifecycle.Kinds(), service.Kinds(), tag.Kinds(),
	} {
		list = append(list, of...)
	}
	return list
}

func update(t testing.TB, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

// put stores records that must pass.
func put[T any](t testing.TB, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) {
	t.Helper()
	update(t, acme, func(tx *storage.Tx) error { return kind.Put(t.Context(), tx, list...) })
}

func person(t testing.TB, acme *storage.Tenant, name string) *customer.Customer {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	put(t, acme, customer.Kind, c)
	return c
}

// A guard without some kinds: those of empty are shown without records, those of
// refused with an error, and of hidden the field customer is.
type guard struct{ empty, refused, hidden string }

func (g guard) Read(_ context.Context, kind string) (storage.Access, error) {
	all := storage.Access{Where: criteria.All()}
	switch kind {
	case g.empty:
		return storage.Access{}, nil
	case g.refused:
		return storage.Access{}, storage.ErrForbidden
	case g.hidden:
		all.Fields = map[string]storage.FieldAccess{"customer": storage.FieldHidden}
	}
	return all, nil
}

func (guard) Write(context.Context, storage.Attempt) error { return nil }
func (guard) Elevate(context.Context, string) error        { return storage.ErrForbidden }
