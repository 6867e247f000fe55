package lifecycle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestPolicy_Decide(t *testing.T) {
	t.Parallel()
	p := lifecycle.Standard()
	require.NoError(t, p.Check())
	for _, c := range []struct {
		from, to string
		good     bool
	}{
		{"prospect", "new", true}, {"prospect", "returning", false}, {"new", "prospect", false},
		{"lost", "returning", true}, {"new", "new", true}, {"", "returning", true}, {"", "", false},
		{"abolished", "new", true}, {"new", "abolished", false}, {"abolished", "abolished", false},
	} {
		err := p.Decide(c.from, c.to)
		require.Equal(t, c.good, err == nil, "%+v: %v", c, err)
		if !c.good {
			require.ErrorIs(t, err, lifecycle.ErrTransition)
		}
	}
}

func TestPolicy_AfterOrders(t *testing.T) {
	t.Parallel()
	p := lifecycle.Standard()
	for orders, want := range [][]string{nil, {"new"}, {"new", "returning"}, {"new", "returning"}} {
		require.Equal(t, want, p.AfterOrders("", int64(orders)))
		require.Equal(t, want, p.AfterOrders("prospect", int64(orders)))
	}
	require.Empty(t, p.AfterOrders("lost", 9))
	require.Empty(t, lifecycle.Policy{}.AfterOrders("", 9))
}

func TestPolicy_Labels(t *testing.T) {
	t.Parallel()
	s, ok := lifecycle.Standard().Stage(lifecycle.New)
	require.True(t, ok)
	require.Equal(t, []string{"新客户", "新客户", "New customer", "New customer"}, []string{s.Label("zh"), s.Label("zh-CN"), s.Label("en"), s.Label("")})
	require.Equal(t, "x", lifecycle.Stage{Key: "x"}.Label("zh"))
	for _, s := range lifecycle.Standard().Stages {
		require.NotEmpty(t, s.Strategy)
	}
}

func TestPolicy_Check(t *testing.T) {
	t.Parallel()
	for why, spoil := range map[string]func(*lifecycle.Policy){
		"no stages":  func(p *lifecycle.Policy) { *p = lifecycle.Policy{} },
		"two of one": func(p *lifecycle.Policy) { p.Stages = append(p.Stages, lifecycle.Stage{Key: "new"}) },
		"no key":     func(p *lifecycle.Policy) { p.Stages[0].Key = "" },
		"unknown":    func(p *lifecycle.Policy) { p.Allowed = append(p.Allowed, lifecycle.Transition{From: "new", To: "vip"}) },
		"itself":     func(p *lifecycle.Policy) { p.Allowed = append(p.Allowed, lifecycle.Transition{From: "new", To: "new"}) },
		"no order":   func(p *lifecycle.Policy) { p.Orders[0].AtLeast = 0 },
		"not allowed": func(p *lifecycle.Policy) {
			p.Orders = append(p.Orders, lifecycle.OrderRule{From: "returning", To: "new", AtLeast: 1})
		},
		"circle": func(p *lifecycle.Policy) {
			p.Orders = []lifecycle.OrderRule{{From: "prospect", To: "lost", AtLeast: 1}, {From: "lost", To: "prospect", AtLeast: 1}}
		},
	} {
		p := lifecycle.Standard()
		spoil(&p)
		require.ErrorIs(t, p.Check(), storage.ErrInvalid, why)
		_, err := p.Watches()
		require.ErrorIs(t, err, storage.ErrInvalid, why)
	}
}

func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	store, err := storage.New(memory.New(), func() time.Time { return now }, append(customer.Kinds(), lifecycle.Kinds()...)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := lifecycle.Standard()
	watches, err := policy.Watches()
	if err == nil {
		store, err = store.Watched(watches...)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	c := &customer.Customer{Type: customer.Person, Name: "王丽", Stage: lifecycle.Prospect}
	err = acme.Update(ctx, storage.By("user:ann", "first order"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		return customer.Orders.Put(ctx, tx, &customer.Order{Customer: c.ID, PlacedAt: now, Total: customer.Money{Amount: decimal.NewFromInt(99), Currency: "CNY"}})
	})
	fmt.Println(err)
	for change, err := range lifecycle.StageChanges.Find(ctx, acme, storage.Query{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		stage, _ := policy.Stage(change.To)
		fmt.Println(change.From, "->", change.To, stage.Label("zh-CN"), change.By, change.Why)
	}
	// Output:
	// <nil>
	// prospect -> new 新客户 user:ann first order
}
