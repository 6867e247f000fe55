package deal_test

import (
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// t0 is the moment at which the clock of the tests begins.
var t0 = adapters.Now

var ann = storage.By("user:ann", "test")

func kinds() []storage.Described { return slices.Concat(customer.Kinds(), deal.Kinds()) }

// onEach runs a test on every adapter with a tenant of its own, whose store has
// the watches of the package.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock)) {
	t.Helper()
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		store, err := acme.Store().Watched(deal.Watches()...)
		require.NoError(t, err)
		test(t, store.Tenant(acme.Name()), clock)
	})
}

// update runs a transaction and returns its error.
func update(t *testing.T, acme *storage.Tenant, fn func(tx *storage.Tx) error) error {
	t.Helper()
	return acme.Update(t.Context(), ann, fn)
}

// fiveStages are the stages 10/30/50/80/100 of the catalogue, and a lost one.
func fiveStages() []*deal.Stage {
	return []*deal.Stage{
		{Key: "contact", Label: "初步接触", Probability: 10, Outcome: deal.Open},
		{Key: "need", Label: "需求确认", Probability: 30, Outcome: deal.Open},
		{Key: "offer", Label: "方案报价", Probability: 50, Outcome: deal.Open},
		{Key: "contract", Label: "商务谈判", Probability: 80, Outcome: deal.Open},
		{Key: "won", Label: "赢单", Probability: 100, Outcome: deal.Won},
		{Key: "lost", Label: "输单", Outcome: deal.Lost},
	}
}

func cny(amount int64) customer.Money {
	return customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}
}

// A book is a tenant with a customer and a pipeline.
type book struct {
	acme     *storage.Tenant
	customer uuid.UUID
	pipeline *deal.Pipeline
}

// newBook saves a pipeline and a customer.
func newBook(t *testing.T, acme *storage.Tenant, stages ...*deal.Stage) *book {
	t.Helper()
	b := &book{acme: acme, pipeline: &deal.Pipeline{Name: "销售"}}
	require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Organization, Name: "华星设备"}
		if err := customer.Kind.Put(t.Context(), tx, c); err != nil {
			return err
		}
		b.customer = c.ID
		return deal.Save(t.Context(), tx, b.pipeline, stages...)
	}))
	return b
}

// add stores a deal in the first stage.
func (b *book) add(t *testing.T, change func(*deal.Deal)) *deal.Deal {
	t.Helper()
	d := &deal.Deal{Customer: b.customer, Pipeline: b.pipeline.ID, Name: "一期设备", Amount: cny(100_000)}
	if change != nil {
		change(d)
	}
	require.NoError(t, update(t, b.acme, func(tx *storage.Tx) error { return deal.Add(t.Context(), tx, d) }))
	return d
}

func (b *book) move(t *testing.T, id uuid.UUID, to, why string) (d *deal.Deal, err error) {
	t.Helper()
	err = update(t, b.acme, func(tx *storage.Tx) error {
		d, err = deal.Move(t.Context(), tx, id, to, why)
		return err
	})
	return d, err
}

// history returns the moves of a deal, oldest first.
func (b *book) history(t *testing.T, id uuid.UUID) []*deal.StageMove {
	t.Helper()
	var list []*deal.StageMove
	for m, err := range deal.Moves.Find(t.Context(), b.acme, storage.Query{Where: eq("deal", id), Order: []storage.Order{{Field: "at"}, {Field: "id"}}}) {
		require.NoError(t, err)
		list = append(list, m)
	}
	return list
}

// minutes is a number of minutes.
func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
