package lifecycle_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var ann = storage.By("user:ann", "sell")

func kinds() []storage.Described { return append(customer.Kinds(), lifecycle.Kinds()...) }

// chinese is the policy of the acceptance: three stages in a row.
func chinese() lifecycle.Policy {
	return lifecycle.Policy{
		Stages:  []lifecycle.Stage{{Key: "潜在客户", EN: "Prospect", Strategy: "打电话"}, {Key: "新客户"}, {Key: "老客户"}},
		Allowed: []lifecycle.Transition{{From: "潜在客户", To: "新客户"}, {From: "新客户", To: "老客户"}},
		Orders:  []lifecycle.OrderRule{{From: "潜在客户", To: "新客户", AtLeast: 1}, {From: "新客户", To: "老客户", AtLeast: 2}},
	}
}

// onEach runs a test on every adapter in a store with the watches of a policy.
func onEach(t *testing.T, p lifecycle.Policy, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) { test(t, watched(t, acme, p)) })
}

func watched(t *testing.T, acme *storage.Tenant, p lifecycle.Policy) *storage.Tenant {
	t.Helper()
	watches, err := p.Watches()
	require.NoError(t, err)
	store, err := acme.Store().Watched(watches...)
	require.NoError(t, err)
	return store.Tenant(acme.Name())
}

func update(t *testing.T, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

func newCustomers(t *testing.T, acme *storage.Tenant, stage string, n int) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, n)
	list := make([]*customer.Customer, n)
	for i := range list {
		list[i] = &customer.Customer{Type: customer.Person, Name: "王丽", Stage: stage}
	}
	update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, list...) })
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

func order(of uuid.UUID, amount int64) *customer.Order {
	return &customer.Order{Customer: of, PlacedAt: adapters.Now, Total: customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}}
}

func buy(ctx context.Context, acme *storage.Tenant, orders ...*customer.Order) error {
	return acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Orders.Put(ctx, tx, orders...) })
}

func stageOf(t *testing.T, acme *storage.Tenant, id uuid.UUID) string {
	t.Helper()
	c, err := customer.Kind.Get(t.Context(), acme, id)
	require.NoError(t, err)
	return c.Stage
}

// path returns the stages of a customer's changes, the oldest first.
func path(t *testing.T, acme *storage.Tenant, id uuid.UUID) (stages []string) {
	t.Helper()
	q := storage.Query{Where: criteria.Eq("customer", id), Order: []storage.Order{{Field: "move"}}}
	for c, err := range lifecycle.StageChanges.Find(t.Context(), acme, q) {
		require.NoError(t, err)
		stages = append(stages, c.From+">"+c.To)
	}
	return stages
}

func TestCUS34_Stages(t *testing.T) {
	p := chinese()
	onEach(t, p, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		id := newCustomers(t, acme, "潜在客户", 1)[0]
		require.NoError(t, buy(ctx, acme, order(id, 100)))
		c, err := customer.Kind.Get(ctx, acme, id)
		require.NoError(t, err)
		require.Equal(t, "新客户", c.Stage)
		require.Equal(t, adapters.Now, c.StageSince)

		change, err := lifecycle.StageChanges.First(ctx, acme, storage.Query{Where: criteria.Eq("customer", id)})
		require.NoError(t, err)
		require.Equal(t, []string{"潜在客户", "新客户", "user:ann", "sell"}, []string{change.From, change.To, change.By, change.Why})
		require.Equal(t, adapters.Now, change.At)
		n, err := lifecycle.StageChanges.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1, n, "written once")

		err = acme.Update(ctx, ann, func(tx *storage.Tx) error { return lifecycle.Move(ctx, tx, p, "潜在客户", id) })
		require.ErrorIs(t, err, lifecycle.ErrTransition)
		var refused *lifecycle.TransitionError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []string{"老客户"}, refused.Allowed)
		require.EqualError(t, err, `lifecycle: from "新客户" to "潜在客户": stage not allowed: choose one of ["老客户"]`)

		require.NoError(t, buy(ctx, acme, order(id, 100)))
		require.Equal(t, "老客户", stageOf(t, acme, id))
		require.Equal(t, []string{"潜在客户>新客户", "新客户>老客户"}, path(t, acme, id))
	})
}

// Move checks and records in a store without the watches too, and once with them.
func TestMove(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, bare *storage.Tenant) {
		p := lifecycle.Standard()
		for name, acme := range map[string]*storage.Tenant{"bare": bare, "watched": watched(t, bare, p)} {
			ctx := t.Context()
			ids := newCustomers(t, acme, lifecycle.Prospect, 3)
			move := func(to string, ids ...uuid.UUID) error {
				return acme.Update(ctx, ann.Because("won at the fair"), func(tx *storage.Tx) error { return lifecycle.Move(ctx, tx, p, to, ids...) })
			}
			require.NoError(t, move(lifecycle.New, ids[0]), name)
			require.ErrorIs(t, move(lifecycle.Returning, ids...), lifecycle.ErrTransition, name)
			require.Equal(t, lifecycle.New, stageOf(t, acme, ids[0]), "none has moved")
			require.NoError(t, move(lifecycle.Lost, append(ids, ids...)...), name)
			require.NoError(t, move(lifecycle.Lost, ids...), name)
			require.Equal(t, []string{"prospect>new", "new>lost"}, path(t, acme, ids[0]), name)
			require.Equal(t, []string{"prospect>lost"}, path(t, acme, ids[1]), name)
			require.ErrorIs(t, move(lifecycle.Prospect, uuid.New()), storage.ErrNotFound)
			require.ErrorIs(t, move("vip", ids[0]), lifecycle.ErrTransition)
			change, err := lifecycle.StageChanges.First(ctx, acme, storage.Query{Where: criteria.Eq("customer", ids[1])})
			require.NoError(t, err)
			require.Equal(t, "won at the fair", change.Why)
		}
	})
}

// With the watches a plain Put obeys the policy and is recorded.
func TestWatches_PlainPut(t *testing.T) {
	onEach(t, lifecycle.Standard(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		id := newCustomers(t, acme, lifecycle.Prospect, 1)[0]
		put := func(stage string) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error {
				c, err := customer.Kind.Get(ctx, tx, id)
				if err != nil {
					return err
				}
				c.Stage, c.Notes = stage, "x"
				return customer.Kind.Put(ctx, tx, c)
			})
		}
		require.ErrorIs(t, put(lifecycle.Returning), lifecycle.ErrTransition)
		require.ErrorIs(t, put(""), lifecycle.ErrTransition)
		require.NoError(t, put(lifecycle.Prospect))
		require.Empty(t, path(t, acme, id))
		require.NoError(t, put(lifecycle.New))
		require.Equal(t, []string{"prospect>new"}, path(t, acme, id))
		err := acme.Update(ctx, ann, func(tx *storage.Tx) error {
			return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Person, Name: "N", Stage: "vip"})
		})
		require.ErrorIs(t, err, lifecycle.ErrTransition, "no stage of the policy")
	})
}

// Orders of one customer stored at once move it exactly once through each stage,
// also where no single one of them sees enough of the others.
func TestWatches_OrdersAtOnce(t *testing.T) {
	p := chinese()
	p.Orders[1].AtLeast = 4
	onEach(t, p, func(t *testing.T, acme *storage.Tenant) {
		for range 3 {
			id := newCustomers(t, acme, "", 1)[0]
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					if err := buy(t.Context(), acme, order(id, 10)); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			require.Equal(t, "老客户", stageOf(t, acme, id))
			require.Equal(t, []string{">新客户", "新客户>老客户"}, path(t, acme, id))
		}
	})
}

// Refunds, deleted orders and orders that do not count move nobody.
func TestWatches_WhatCounts(t *testing.T) {
	p := chinese()
	p.Counts = criteria.Eq("status", "paid")
	onEach(t, p, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		id := newCustomers(t, acme, "潜在客户", 1)[0]
		o := order(id, 10)
		require.NoError(t, buy(ctx, acme, order(id, -10), o))
		require.Equal(t, "潜在客户", stageOf(t, acme, id))
		o.Status = "paid"
		require.NoError(t, buy(ctx, acme, o))
		require.Equal(t, "新客户", stageOf(t, acme, id))
		update(t, acme, func(tx *storage.Tx) error { return customer.Orders.Delete(ctx, tx, o) })
		require.Equal(t, "新客户", stageOf(t, acme, id))
	})
}

// A caller who may store orders and nothing else moves customers all the same.
func TestWatches_Guarded(t *testing.T) {
	onEach(t, chinese(), func(t *testing.T, acme *storage.Tenant) {
		id := newCustomers(t, acme, "潜在客户", 1)[0]
		require.NoError(t, buy(t.Context(), acme.Guarded(clerk{}), order(id, 10)))
		require.Equal(t, "新客户", stageOf(t, acme, id))
	})
}

// A clerk writes orders and sees nothing.
type clerk struct{}

func (clerk) Read(context.Context, string) (storage.Access, error) { return storage.Access{}, nil }
func (clerk) Elevate(context.Context, string) error                { return storage.ErrForbidden }
func (clerk) Write(_ context.Context, w storage.Attempt) error {
	if w.Kind != customer.Orders.Name() {
		return storage.ErrForbidden
	}
	return nil
}

// An import of 10,000 orders asks the database some dozens of times, not 10,000.
func TestWatches_Import(t *testing.T) {
	t.Parallel()
	counted := &counting{Driver: memory.New()}
	store, err := storage.New(counted, func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(t, err)
	acme := watched(t, store.Tenant("acme"), lifecycle.Standard())
	ids := newCustomers(t, acme, lifecycle.Prospect, 5000)
	var list []*customer.Order
	for _, id := range ids {
		list = append(list, order(id, 1), order(id, 2))
	}
	counted.calls.Store(0)
	require.NoError(t, buy(t.Context(), acme, list...))
	require.Less(t, counted.calls.Load(), int64(60))
	n, err := customer.Kind.Count(t.Context(), acme, storage.Query{Where: criteria.Eq("stage", lifecycle.Returning)})
	require.NoError(t, err)
	require.EqualValues(t, 5000, n)
	n, err = lifecycle.StageChanges.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 10000, n)
}

// counting counts the calls that a driver gets.
type counting struct {
	storage.Driver
	calls atomic.Int64
}

func (c *counting) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	tx, err := c.Driver.Begin(ctx, tenant, mode)
	return &countingTx{tx, c}, err
}

type countingTx struct {
	storage.Transaction
	of *counting
}

func (c *countingTx) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	c.of.calls.Add(1)
	return c.Transaction.Get(ctx, s, ids, lock)
}

func (c *countingTx) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	c.of.calls.Add(1)
	return c.Transaction.Find(ctx, p)
}

func (c *countingTx) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	c.of.calls.Add(1)
	return c.Transaction.Aggregate(ctx, p, a)
}

func (c *countingTx) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	c.of.calls.Add(1)
	return c.Transaction.Insert(ctx, s, list)
}

func (c *countingTx) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	c.of.calls.Add(1)
	return c.Transaction.Update(ctx, s, list)
}
