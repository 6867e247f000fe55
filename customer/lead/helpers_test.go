package lead_test

import (
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// t0 is the moment of the tests.
var t0 = adapters.Now

// Users and origins of the tests.
var (
	annID, bobID = uuid.MustParse("00000000-0000-4000-8000-00000000a001"), uuid.MustParse("00000000-0000-4000-8000-00000000b0b0")
	ann          = storage.By("user:ann", "test")
	eq           = criteria.Eq
)

func kinds() []storage.Described {
	return slices.Concat(customer.Kinds(), deal.Kinds(), lead.Kinds())
}

// onEach runs a test on every adapter with a tenant of its own.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), test)
}

// update runs a transaction and returns its error.
func update(t require.TestingT, acme *storage.Tenant, fn func(tx *storage.Tx) error) error {
	return acme.Update(contextOf(t), ann, fn)
}

// ingest stores leads.
func ingest(t *testing.T, acme *storage.Tenant, leads ...*lead.Lead) []*lead.Lead {
	t.Helper()
	var stored []*lead.Lead
	require.NoError(t, update(t, acme, func(tx *storage.Tx) (err error) {
		stored, err = lead.Ingest(t.Context(), tx, leads...)
		return err
	}))
	return stored
}

// convert converts a lead.
func convert(t *testing.T, acme *storage.Tenant, id uuid.UUID, c lead.Conversion) (result *lead.Result, err error) {
	t.Helper()
	err = update(t, acme, func(tx *storage.Tx) error {
		result, err = lead.Convert(t.Context(), tx, id, c)
		return err
	})
	return result, err
}

// counts returns the number of leads in each state.
func counts(t require.TestingT, acme *storage.Tenant) (m map[string]int64) {
	ctx := contextOf(t)
	require.NoError(t, acme.View(ctx, func(tx *storage.Tx) (err error) {
		m, err = lead.Counts(ctx, tx, nil)
		return err
	}))
	return m
}

// sum adds up the numbers of states.
func sum(m map[string]int64) (n int64) {
	for _, count := range m {
		n += count
	}
	return n
}

// count counts the records of a kind.
func count[T any](t *testing.T, kind *storage.Kind[T], acme *storage.Tenant, where criteria.Criterion) int64 {
	t.Helper()
	n, err := kind.Count(t.Context(), acme, storage.Query{Where: where})
	require.NoError(t, err)
	return n
}

// all returns the records of a kind in an order.
func all[T any](t *testing.T, kind *storage.Kind[T], acme *storage.Tenant, where criteria.Criterion, order ...string) (list []*T) {
	t.Helper()
	q := storage.Query{Where: where}
	for _, field := range order {
		q.Order = append(q.Order, storage.Order{Field: field})
	}
	for r, err := range kind.Find(t.Context(), acme, q) {
		require.NoError(t, err)
		list = append(list, r)
	}
	return list
}

// get returns a lead.
func get(t *testing.T, acme *storage.Tenant, id uuid.UUID) *lead.Lead {
	t.Helper()
	l, err := lead.Leads.Get(t.Context(), acme, id)
	require.NoError(t, err)
	return l
}

// newPipeline saves a pipeline of two stages.
func newPipeline(t *testing.T, acme *storage.Tenant) *deal.Pipeline {
	t.Helper()
	p := &deal.Pipeline{Name: "销售"}
	require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
		return deal.Save(t.Context(), tx, p,
			&deal.Stage{Key: "contact", Probability: 10, Outcome: deal.Open},
			&deal.Stage{Key: "won", Probability: 100, Outcome: deal.Won})
	}))
	return p
}

func cny(amount int64) customer.Money {
	return customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}
}
