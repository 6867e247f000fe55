package quality_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var ann = storage.By("user:ann", "edit")

const day = 24 * time.Hour

// A Contract is a kind of a host, with two dates and an amount.
type Contract struct {
	storage.Meta
	Customer   uuid.UUID
	Owner      uuid.UUID
	Start, End storage.Date
	Amount     decimal.Decimal
	Note       string
	Signed     time.Time
	Copies     int64
}

var contracts = storage.Define[Contract]("quality_contract",
	storage.Ref("customer", func(c *Contract) *uuid.UUID { return &c.Customer }).To("customer"),
	storage.Ref("owner", func(c *Contract) *uuid.UUID { return &c.Owner }),
	storage.Day("start_date", func(c *Contract) *storage.Date { return &c.Start }),
	storage.Day("end_date", func(c *Contract) *storage.Date { return &c.End }),
	storage.Decimal("amount", func(c *Contract) *decimal.Decimal { return &c.Amount }),
	storage.Text("note", func(c *Contract) *string { return &c.Note }),
	storage.Time("signed", func(c *Contract) *time.Time { return &c.Signed }),
	storage.Integer("copies", func(c *Contract) *int64 { return &c.Copies }),
)

func kinds() []storage.Described {
	return slices.Concat(customer.Kinds(), quality.Kinds(), []storage.Described{contracts})
}

// onEach runs a test on every adapter with a tenant whose writes an inspector
// watches.
func onEach(t *testing.T, i *quality.Inspector, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	atEach(t, i, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) { test(t, acme) })
}

// atEach is onEach with a clock that moves.
func atEach(t *testing.T, i *quality.Inspector, test func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock)) {
	t.Helper()
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		test(t, watched(t, acme, i), clock)
	})
}

func watched(t *testing.T, acme *storage.Tenant, i *quality.Inspector) *storage.Tenant {
	t.Helper()
	store, err := acme.Store().Watched(i.Watch())
	require.NoError(t, err)
	return store.Tenant(acme.Name())
}

// A tester is a test or one case of a property.
type tester interface {
	require.TestingT
	Helper()
	Context() context.Context
}

// put stores records and returns what that says.
func put[T any](t tester, acme *storage.Tenant, by storage.Origin, kind *storage.Kind[T], recs ...*T) error {
	t.Helper()
	return acme.Update(t.Context(), by, func(tx *storage.Tx) error { return kind.Put(t.Context(), tx, recs...) })
}

func get[T any](t tester, acme *storage.Tenant, kind *storage.Kind[T], id uuid.UUID) *T {
	t.Helper()
	r, err := kind.Get(t.Context(), acme, id)
	require.NoError(t, err)
	return r
}

// issues returns the issues that a criterion matches.
func issues(t tester, acme *storage.Tenant, where ...criteria.Criterion) (list []*quality.Issue) {
	t.Helper()
	for i, err := range quality.Issues.Find(t.Context(), acme, storage.Query{Where: criteria.All(where...)}) {
		require.NoError(t, err)
		list = append(list, i)
	}
	return list
}

func openIssues(t tester, acme *storage.Tenant) []*quality.Issue {
	t.Helper()
	return issues(t, acme, criteria.Eq("state", quality.Open))
}

// organizations makes n of them; those with a number in lacking have no size.
func organizations(n int, owner uuid.UUID, lacking func(int) bool) []*customer.Customer {
	list := make([]*customer.Customer, n)
	for i := range list {
		list[i] = &customer.Customer{Type: customer.Organization, Name: fmt.Sprintf("公司%03d", i), Owner: owner, Size: "51-200"}
		if lacking(i) {
			list[i].Size = ""
		}
	}
	return list
}

func date(text string) storage.Date {
	d, err := criteria.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}
