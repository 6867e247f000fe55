package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var ann = storage.By("user:ann", "serve")

func kinds() []storage.Described { return append(customer.Kinds(), service.Kinds()...) }

// desk has one type of each kind.
func desk() service.Desk {
	return service.Desk{Types: []service.Type{
		{Key: "breakdown", Phase: service.AfterSale, Kind: service.Repair, Steps: []string{"fault_response", "spare_parts", "evaluation"}, Respond: time.Hour, Close: 48 * time.Hour},
		{Key: "question", Phase: service.PreSale, Kind: service.Consult, Steps: []string{"answer"}},
		{Key: "checkout", Phase: service.InSale, Kind: service.PurchaseHelp, Steps: []string{"answer"}, Best: 10},
		{Key: "return", Phase: service.AfterSale, Kind: service.Return, Steps: []string{"receive", "refund"}},
		{Key: "exchange", Phase: service.AfterSale, Kind: service.Exchange, Steps: []string{"receive", "send"}},
	}}
}

// onEach runs a test on every adapter with a clock that it moves and a customer.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock, id uuid.UUID)) {
	t.Helper()
	adapters.EachAt(t, append(kinds(), value.Kinds()...), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		test(t, acme, clock, newCustomer(t, acme, "王丽"))
	})
}

func newCustomer(t *testing.T, acme *storage.Tenant, name string) uuid.UUID {
	t.Helper()
	c := &customer.Customer{Type: customer.Person, Name: name}
	require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) }))
	return c.ID
}

func do(t *testing.T, acme *storage.Tenant, fn func(ctx context.Context, tx *storage.Tx) error) error {
	return acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return fn(t.Context(), tx) })
}

func open(t *testing.T, acme *storage.Tenant, ticket *service.Ticket) uuid.UUID {
	t.Helper()
	require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return desk().Open(ctx, tx, ticket) }))
	return ticket.ID
}

func complete(t *testing.T, acme *storage.Tenant, id uuid.UUID, step string, o service.Outcome) error {
	return do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return desk().Complete(ctx, tx, id, step, o) })
}

func get(t *testing.T, acme *storage.Tenant, id uuid.UUID) *service.Ticket {
	t.Helper()
	found, err := service.Tickets.Get(t.Context(), acme, id)
	require.NoError(t, err)
	return found
}

func score(n int64) *int64 { return &n }

func yuan(amount int64) customer.Money {
	return customer.Money{Amount: decimal.NewFromInt(amount), Currency: "CNY"}
}

func TestCUS39_TicketSteps(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock, buyer uuid.UUID) {
		ctx := t.Context()
		id := open(t, acme, &service.Ticket{Customer: buyer, Type: "breakdown", Subject: "压缩机不制冷"})
		opened := get(t, acme, id)
		require.Equal(t, []string{"open", "fault_response", "repair", "after"}, []string{opened.State, opened.Step, opened.Kind, opened.Phase})
		require.Equal(t, adapters.Now.Add(time.Hour), opened.RespondBy)
		require.Equal(t, adapters.Now.Add(48*time.Hour), opened.CloseBy)

		clock.Advance(10 * time.Minute)
		require.NoError(t, complete(t, acme, id, "fault_response", service.Outcome{Note: "到场"}))
		err := complete(t, acme, id, "evaluation", service.Outcome{Score: score(4)})
		require.ErrorIs(t, err, service.ErrTransition, "spare_parts was left out")
		err = do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			return desk().Skip(ctx, tx, id, "spare_parts", "none needed")
		})
		require.ErrorIs(t, err, service.ErrTransition, "nobody may skip")
		var refused *service.TransitionError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "spare_parts", refused.Next)

		clock.Advance(10 * time.Minute)
		require.NoError(t, complete(t, acme, id, "spare_parts", service.Outcome{Values: json.RawMessage(`{"part":"K-200"}`)}))
		clock.Advance(10 * time.Minute)
		require.ErrorIs(t, complete(t, acme, id, "evaluation", service.Outcome{Score: score(6)}), storage.ErrInvalid)
		require.NoError(t, complete(t, acme, id, "evaluation", service.Outcome{Score: score(4)}))

		closed := get(t, acme, id)
		require.Equal(t, service.StateClosed, closed.State)
		require.EqualValues(t, 4, *closed.Score)
		require.Equal(t, adapters.Now.Add(10*time.Minute), closed.FirstResponseAt)
		require.Equal(t, adapters.Now.Add(30*time.Minute), closed.ClosedAt)
		require.EqualValues(t, 1800, closed.Handled)
		history, err := service.History(ctx, acme, id)
		require.NoError(t, err)
		var told []string
		for _, s := range history {
			told = append(told, fmt.Sprintf("%s %s %d", s.Op, s.Step, s.At.Sub(adapters.Now)/time.Minute))
			require.Equal(t, "user:ann", s.By)
		}
		require.Equal(t, []string{"opened  0", "completed fault_response 10", "completed spare_parts 20", "completed evaluation 30"}, told)
		require.JSONEq(t, `{"part":"K-200"}`, string(history[2].Values))
		require.ErrorIs(t, complete(t, acme, id, "evaluation", service.Outcome{}), service.ErrTransition)
	})
}

func TestCUS40_PhasesAndReturns(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		ctx := t.Context()
		bought := []*customer.Order{{Customer: buyer, PlacedAt: adapters.Now, Total: yuan(600)}, {Customer: buyer, PlacedAt: adapters.Now, Total: yuan(400)}}
		require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return customer.Orders.Put(ctx, tx, bought...) }))
		for _, typ := range []string{"question", "question", "checkout", "breakdown"} {
			open(t, acme, &service.Ticket{Customer: buyer, Type: typ})
		}
		back := open(t, acme, &service.Ticket{Customer: buyer, Type: "return", Order: bought[0].ID})
		swap := open(t, acme, &service.Ticket{Customer: buyer, Type: "exchange", Order: bought[1].ID})

		counts, err := service.CountByPhase(ctx, acme, criteria.Eq("customer", buyer))
		require.NoError(t, err)
		require.Equal(t, []service.Count{
			{"after", "exchange", 1}, {"after", "repair", 1}, {"after", "return", 1},
			{"in", "purchase_help", 1}, {"pre", "consult", 2},
		}, counts)

		net := func() string {
			total, err := value.TotalSpend(ctx, acme, buyer, value.Options{Currency: "CNY"})
			require.NoError(t, err)
			return total.String()
		}
		payBack := func(ticket uuid.UUID, amount int64) error {
			return do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
				_, err := service.PayBack(ctx, tx, ticket, yuan(amount))
				return err
			})
		}
		for _, step := range []string{"receive", "send"} {
			require.NoError(t, complete(t, acme, swap, step, service.Outcome{}))
		}
		require.ErrorIs(t, payBack(swap, 400), storage.ErrInvalid)
		require.Equal(t, "1000 CNY", net(), "an exchange leaves it")
		require.ErrorIs(t, payBack(back, 601), customer.ErrRefund)
		require.NoError(t, payBack(back, 300))
		require.Equal(t, "700 CNY", net(), "a return lowers it")
		require.ErrorIs(t, payBack(back, 300), storage.ErrInvalid, "once")
		refund, err := customer.Orders.Get(ctx, acme, get(t, acme, back).Refund)
		require.NoError(t, err)
		require.Equal(t, bought[0].ID, refund.Refunds)
		without := open(t, acme, &service.Ticket{Customer: buyer, Type: "return"})
		require.ErrorIs(t, payBack(without, 1), storage.ErrInvalid)
	})
}

var errNotYou = errors.New("only the foreman")

func TestSkip_Permission(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		d := desk()
		d.MaySkip = func(_ context.Context, tx *storage.Tx, ticket *service.Ticket, step string) error {
			if tx.Origin().Actor != "user:foreman" {
				return errNotYou
			}
			return nil
		}
		id := open(t, acme, &service.Ticket{Customer: buyer, Type: "breakdown"})
		skip := func(actor, step string) error {
			return acme.Update(t.Context(), storage.By(actor, "serve"), func(tx *storage.Tx) error { return d.Skip(t.Context(), tx, id, step, "none needed") })
		}
		err := skip("user:ann", "fault_response")
		require.ErrorIs(t, err, service.ErrTransition)
		require.ErrorIs(t, err, errNotYou)
		require.ErrorIs(t, skip("user:foreman", "evaluation"), service.ErrTransition, "not the next")
		require.NoError(t, skip("user:foreman", "fault_response"))
		require.NoError(t, complete(t, acme, id, "spare_parts", service.Outcome{}))
		require.NoError(t, skip("user:foreman", "evaluation"))
		require.Equal(t, service.StateClosed, get(t, acme, id).State)
		history, err := service.History(t.Context(), acme, id)
		require.NoError(t, err)
		require.Equal(t, []string{"skipped", "none needed", "user:foreman"}, []string{history[1].Op, history[1].Note, history[1].By})
	})
}

func TestReopen(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock, buyer uuid.UUID) {
		id := open(t, acme, &service.Ticket{Customer: buyer, Type: "question"})
		reopen := func(step string) error {
			return do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return desk().Reopen(ctx, tx, id, step, "again") })
		}
		respond := func() error {
			return do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return desk().Respond(ctx, tx, id, "hello") })
		}
		require.ErrorIs(t, reopen("answer"), service.ErrTransition)
		require.NoError(t, respond())
		require.ErrorIs(t, respond(), service.ErrTransition)
		clock.Advance(time.Minute)
		require.NoError(t, complete(t, acme, id, "answer", service.Outcome{Score: score(5)}))
		clock.Advance(time.Hour)
		require.ErrorIs(t, reopen("evaluation"), service.ErrTransition)
		require.NoError(t, reopen("answer"))
		again := get(t, acme, id)
		require.Nil(t, again.Score)
		require.True(t, again.ClosedAt.IsZero())
		clock.Advance(2 * time.Minute)
		require.NoError(t, complete(t, acme, id, "answer", service.Outcome{}))
		closed := get(t, acme, id)
		require.EqualValues(t, 180, closed.Handled, "a minute and two, not the hour between")
		require.Equal(t, adapters.Now, closed.FirstResponseAt)
	})
}

// Two people complete one step at once: one of them does.
func TestComplete_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		id := open(t, acme, &service.Ticket{Customer: buyer, Type: "breakdown"})
		errs := make([]error, 4)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() { errs[i] = complete(t, acme, id, "fault_response", service.Outcome{}) })
		}
		group.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
				continue
			}
			require.ErrorIs(t, err, service.ErrTransition)
		}
		require.Equal(t, 1, done)
		history, err := service.History(t.Context(), acme, id)
		require.NoError(t, err)
		require.Len(t, history, 2)
	})
}

func TestOpen_Refused(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		d := service.Desk{Types: []service.Type{
			{Key: "no steps", Phase: "pre", Kind: "x"}, {Key: "twice", Phase: "pre", Kind: "x", Steps: []string{"a", "b", "a"}},
			{Key: "empty", Phase: "pre", Kind: "x", Steps: []string{""}}, {Key: "phase", Phase: "later", Kind: "x", Steps: []string{"a"}},
			{Key: "kind", Phase: "pre", Steps: []string{"a"}},
		}}
		for _, typ := range []string{"no steps", "twice", "empty", "phase", "kind", "unknown"} {
			err := do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
				return d.Open(ctx, tx, &service.Ticket{Customer: buyer, Type: typ})
			})
			require.ErrorIs(t, err, storage.ErrInvalid, typ)
		}
	})
}

// A ticket ends by the steps that it began with.
func TestComplete_TypeHasChanged(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		id := open(t, acme, &service.Ticket{Customer: buyer, Type: "return"})
		var changed service.Desk
		for _, step := range []string{"receive", "refund"} {
			require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
				return changed.Complete(ctx, tx, id, step, service.Outcome{})
			}))
		}
		require.Equal(t, service.StateClosed, get(t, acme, id).State)
	})
}

func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	store, err := storage.New(memory.New(), func() time.Time { return now }, append(customer.Kinds(), service.Kinds()...)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	front := service.Desk{Types: []service.Type{{
		Key: "breakdown", Phase: service.AfterSale, Kind: service.Repair,
		Steps: []string{"fault_response", "spare_parts", "evaluation"},
	}}}
	c := &customer.Customer{Type: customer.Organization, Name: "华星"}
	ticket := &service.Ticket{Type: "breakdown", Subject: "压缩机不制冷"}
	err = acme.Update(ctx, storage.By("user:ann", "serve"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		ticket.Customer = c.ID
		if err := front.Open(ctx, tx, ticket); err != nil {
			return err
		}
		if err := front.Complete(ctx, tx, ticket.ID, "fault_response", service.Outcome{Note: "到场"}); err != nil {
			return err
		}
		return front.Complete(ctx, tx, ticket.ID, "evaluation", service.Outcome{})
	})
	fmt.Println(errors.Is(err, service.ErrTransition))
	var refused *service.TransitionError
	if errors.As(err, &refused) {
		fmt.Println(refused.Reason)
	}
	// Output:
	// true
	// "spare_parts" comes next
}
