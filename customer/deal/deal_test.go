package deal_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var eq = criteria.Eq

// An opportunity of 100,000 CNY moves from stage 2 to stage 4 of 10/30/50/80/100.
func TestCUS37_StageHistoryAndWeightedAmount(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		_, err := b.move(t, d.ID, "need", "")
		require.NoError(t, err)
		clock.Advance(36*time.Hour + 5*time.Second)
		d, err = b.move(t, d.ID, "contract", "")
		require.NoError(t, err)
		require.Equal(t, "80000", d.Weighted.String())
		stored, err := deal.Deals.Get(t.Context(), acme, d.ID)
		require.NoError(t, err)
		require.Equal(t, "80000", stored.Weighted.String())
		require.EqualValues(t, 80, stored.Probability)
		require.Equal(t, deal.Open, stored.Status)

		moves := b.history(t, d.ID)
		require.Len(t, moves, 3)
		last := moves[2]
		require.Equal(t, "need", last.From)
		require.Equal(t, "contract", last.To)
		require.EqualValues(t, 36*3600+5, last.Seconds)
		require.Equal(t, "user:ann", last.By)
		require.True(t, last.At.Equal(t0.Add(36*time.Hour+5*time.Second)))
		require.Equal(t, b.customer, last.Customer)
	})
}

// The figures of a forecast come out of one aggregate: CUS-38 rests on it.
func TestDeal_ForecastByAggregate(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		due := func(day int) func(*deal.Deal) {
			return func(d *deal.Deal) { d.ExpectedAt = storage.Date{Year: 2026, Month: 1, Day: day} }
		}
		first, second, later, won := b.add(t, due(31)), b.add(t, due(1)), b.add(t, nil), b.add(t, due(2))
		second.Amount = cny(50_000)
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return deal.Deals.Put(t.Context(), tx, second) }))
		for d, stage := range map[*deal.Deal]string{first: "contract", second: "need", later: "offer", won: "won"} {
			_, err := b.move(t, d.ID, stage, "")
			require.NoError(t, err)
		}
		rows, err := deal.Deals.Aggregate(t.Context(), acme, storage.Query{Where: criteria.All(
			eq("status", deal.Open),
			criteria.Ge("expected_at", storage.Date{Year: 2026, Month: 1, Day: 1}),
			criteria.Le("expected_at", storage.Date{Year: 2026, Month: 1, Day: 31}),
		)}, storage.Figures{By: []string{"currency"}, Sum: []string{"weighted", "amount"}})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, []any{"CNY"}, rows[0].By)
		require.Equal(t, "95000", rows[0].Decimal(0).String())
		require.Equal(t, "150000", rows[0].Decimal(1).String())
	})
}

func TestDeal_WinningLosingReopening(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		d, err := b.move(t, d.ID, "lost", "价格")
		require.NoError(t, err)
		require.Equal(t, deal.Lost, d.Status)
		require.Equal(t, "价格", d.LostReason)
		require.True(t, d.LostAt.Equal(t0))
		require.True(t, d.Weighted.IsZero())

		_, err = b.move(t, d.ID, "offer", "")
		var refused *deal.TransitionError
		require.ErrorAs(t, err, &refused)
		require.ErrorIs(t, err, deal.ErrTransition)
		require.Empty(t, refused.Allowed)
		require.Contains(t, err.Error(), "reopens none")

		b.pipeline.Reopens = true
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return deal.Save(t.Context(), tx, b.pipeline, fiveStages()...) }))
		clock.Advance(minutes(1))
		d, err = b.move(t, d.ID, "won", "又来了")
		require.NoError(t, err)
		require.Equal(t, deal.Won, d.Status)
		require.True(t, d.LostAt.IsZero())
		require.Empty(t, d.LostReason)
		require.True(t, d.WonAt.Equal(t0.Add(minutes(1))))
		require.Equal(t, "100000", d.Weighted.String())
		require.EqualValues(t, 60, b.history(t, d.ID)[2].Seconds)
	})
}

func TestMove_WhatStagesAskFor(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		stages := fiveStages()
		stages[2].Requires = []string{"amount", "expected_at", "custom.budget"}
		stages[3].From = []string{"offer"}
		stages[5].Requires = []string{"lost_reason"}
		b := newBook(t, acme, stages...)
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
			return storage.CustomFields.Put(t.Context(), tx, &storage.CustomField{Kind: "deal", Name: "budget", Type: "text"})
		}))
		d := b.add(t, func(d *deal.Deal) { d.Amount = cny(0) })

		var refused *deal.TransitionError
		_, err := b.move(t, d.ID, "contract", "")
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []string{"need", "offer", "won", "lost"}, refused.Allowed)
		_, err = b.move(t, d.ID, "offer", "")
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []string{"amount", "custom.budget", "expected_at"}, refused.Missing)
		_, err = b.move(t, d.ID, "lost", "")
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []string{"lost_reason"}, refused.Missing)
		require.Len(t, b.history(t, d.ID), 1)

		d.Amount, d.ExpectedAt = cny(1), storage.Date{Year: 2026, Month: 2, Day: 1}
		d.Custom.Set("budget", "3000-5000")
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return deal.Deals.Put(t.Context(), tx, d) }))
		clock.Advance(minutes(1))
		for _, stage := range []string{"offer", "contract"} {
			_, err = b.move(t, d.ID, stage, "")
			require.NoError(t, err)
		}
		again, err := b.move(t, d.ID, "contract", "")
		require.NoError(t, err)
		require.Len(t, b.history(t, d.ID), 3, "a move to where it is leaves no row")
		_, err = b.move(t, d.ID, "nowhere", "")
		require.ErrorIs(t, err, storage.ErrNotFound)
		_, err = b.move(t, uuid.New(), "won", "")
		require.ErrorIs(t, err, storage.ErrNotFound)
		require.Equal(t, deal.Open, again.Status)
	})
}

func TestMoveAll_AllOrNone(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		one, two, three := b.add(t, nil), b.add(t, nil), b.add(t, nil)
		_, err := b.move(t, three.ID, "won", "")
		require.NoError(t, err)
		moveAll := func(ids ...uuid.UUID) (list []*deal.Deal, err error) {
			return list, update(t, acme, func(tx *storage.Tx) error {
				list, err = deal.MoveAll(t.Context(), tx, "offer", "", ids...)
				return err
			})
		}
		_, err = moveAll(one.ID, three.ID)
		require.ErrorIs(t, err, deal.ErrTransition)
		stored, err := deal.Deals.Get(t.Context(), acme, one.ID)
		require.NoError(t, err)
		require.EqualValues(t, 10, stored.Probability)
		_, err = moveAll(two.ID, one.ID)
		require.NoError(t, err)
		n, err := deal.Deals.Count(t.Context(), acme, storage.Query{Where: eq("stage_probability", 50)})
		require.NoError(t, err)
		require.EqualValues(t, 2, n)
	})
}

// A hundred moves of one deal at once leave a history without a gap: every row
// begins where the one before ended.
func TestMove_Concurrent(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for i := range 5 {
					to := fiveStages()[(worker+i)%4].Key
					_, err := b.move(t, d.ID, to, "")
					if err != nil && !errors.Is(err, storage.ErrConflict) {
						t.Errorf("move: %v", err)
					}
				}
			})
		}
		wg.Wait()
		moves := b.history(t, d.ID)
		steps := map[string]int{}
		for _, m := range moves {
			steps[m.From]--
			steps[m.To]++
		}
		final, err := deal.Deals.Get(t.Context(), acme, d.ID)
		require.NoError(t, err)
		stage, err := deal.Stages.Get(t.Context(), acme, final.Stage)
		require.NoError(t, err)
		for key, n := range steps {
			want := map[bool]int{true: 1}[key == stage.Key]
			if key == "" {
				want = -1
			}
			require.Equal(t, want, n, "entries less exits of %q", key)
		}
		require.EqualValues(t, final.Version, len(moves), "each version is one move")
	})
}

func TestDeal_Refusals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		percent := func(n int64) *int64 { return &n }
		for name, change := range map[string]func(*deal.Deal){
			"override":  func(d *deal.Deal) { d.Override = percent(101) },
			"amount":    func(d *deal.Deal) { d.Amount = cny(-1) },
			"currency":  func(d *deal.Deal) { d.Amount.Currency = "" },
			"status":    func(d *deal.Deal) { d.Status = "asleep" },
			"won by":    func(d *deal.Deal) { d.Status = deal.Won },
			"lost by":   func(d *deal.Deal) { d.Status = deal.Lost },
			"won at":    func(d *deal.Deal) { d.WonAt = t0 },
			"customer":  func(d *deal.Deal) { d.Customer = uuid.New() },
			"pipelines": func(d *deal.Deal) { d.Pipeline = uuid.New() },
		} {
			d := b.add(t, nil)
			change(d)
			require.Error(t, update(t, acme, func(tx *storage.Tx) error { return deal.Deals.Put(t.Context(), tx, d) }), name)
		}
		d := b.add(t, func(d *deal.Deal) { d.Override = percent(25) })
		require.Equal(t, "25000", d.Weighted.String())
		d.Weighted, d.Probability = decimal.NewFromInt(7), 99 // not the caller's to set
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return deal.Deals.Put(t.Context(), tx, d) }))
		stored, err := deal.Deals.Get(t.Context(), acme, d.ID)
		require.NoError(t, err)
		require.Equal(t, "25000", stored.Weighted.String())
	})
}

// The weighted amount is exact: the sum over all percentages of a hundred deals is
// what the amounts in hundredths say.
func TestDeal_WeightedIsExact(t *testing.T) {
	t.Parallel()
	stage := &deal.Stage{Outcome: deal.Open}
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64Range(0, 1<<53).Draw(t, "minor units")
		stage.Probability = rapid.Int64Range(0, 100).Draw(t, "probability")
		d := &deal.Deal{Amount: cny(0)}
		d.Amount.Amount = decimal.New(units, -2)
		deal.Enter(d, stage)
		require.Equal(t, decimal.NewFromInt(units).Mul(decimal.NewFromInt(stage.Probability)).String(), d.Weighted.Shift(4).String())
	})
}
