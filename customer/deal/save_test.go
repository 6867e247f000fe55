package deal_test

import (
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

func (b *book) save(t *testing.T, stages ...*deal.Stage) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error {
		p, err := deal.Pipelines.Get(t.Context(), tx, b.pipeline.ID)
		if err != nil {
			return err
		}
		return deal.Save(t.Context(), tx, p, stages...)
	})
}

func TestSave_StageWithDealsStays(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		without := fiveStages()[1:]
		err := b.save(t, without...)
		var inUse *deal.StageInUseError
		require.ErrorAs(t, err, &inUse)
		require.ErrorIs(t, err, deal.ErrStageInUse)
		require.Equal(t, deal.StageInUseError{Stage: "contact", Deals: 1}, *inUse)
		n, err := deal.Stages.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 6, n)

		_, err = b.move(t, d.ID, "need", "")
		require.NoError(t, err)
		require.NoError(t, b.save(t, fiveStages()[1:]...))
		require.Len(t, b.history(t, d.ID), 2, "the history outlives the stage")
		require.Equal(t, "contact", b.history(t, d.ID)[0].To)
	})
}

func TestSave_ProbabilityReachesTheDeals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		own := int64(40)
		plain, special := b.add(t, nil), b.add(t, func(d *deal.Deal) { d.Override = &own })
		stages := fiveStages()
		stages[0].Probability, stages[0].Label = 20, "首次接触"
		require.NoError(t, b.save(t, stages...))
		for d, want := range map[*deal.Deal]string{plain: "20000", special: "40000"} {
			stored, err := deal.Deals.Get(t.Context(), acme, d.ID)
			require.NoError(t, err)
			require.Equal(t, want, stored.Weighted.String())
		}
		s, err := deal.Stages.First(t.Context(), acme, storage.Query{Where: eq("key", "contact")})
		require.NoError(t, err)
		require.Equal(t, "首次接触", s.Label)
		require.EqualValues(t, 2, s.Version, "the stage was changed, not replaced")
	})
}

// More deals stand in a stage than are changed at a time.
func TestSave_ProbabilityInBatches(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		deals := make([]*deal.Deal, 1201)
		for i := range deals {
			deals[i] = &deal.Deal{Customer: b.customer, Pipeline: b.pipeline.ID, Name: "批量", Amount: cny(100)}
		}
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return deal.Add(t.Context(), tx, deals...) }))
		stages := fiveStages()
		stages[0].Probability = 11
		require.NoError(t, b.save(t, stages...))
		rows, err := deal.Deals.Aggregate(t.Context(), acme, storage.Query{}, storage.Figures{Sum: []string{"weighted"}})
		require.NoError(t, err)
		require.Equal(t, "13211", rows[0].Decimal(0).String())
	})
}

func TestSave_Refusals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		for name, change := range map[string]func([]*deal.Stage) []*deal.Stage{
			"key twice":        func(s []*deal.Stage) []*deal.Stage { s[1].Key = s[0].Key; return s },
			"no key":           func(s []*deal.Stage) []*deal.Stage { s[1].Key = ""; return s },
			"over 100":         func(s []*deal.Stage) []*deal.Stage { s[1].Probability = 101; return s },
			"below 0":          func(s []*deal.Stage) []*deal.Stage { s[1].Probability = -1; return s },
			"won at 90":        func(s []*deal.Stage) []*deal.Stage { s[4].Probability = 90; return s },
			"unknown outcome":  func(s []*deal.Stage) []*deal.Stage { s[1].Outcome = "maybe"; return s },
			"changed outcome":  func(s []*deal.Stage) []*deal.Stage { s[3].Outcome, s[3].Probability = deal.Won, 100; return s },
			"from nowhere":     func(s []*deal.Stage) []*deal.Stage { s[1].From = []string{"attic"}; return s },
			"nothing open":     func(s []*deal.Stage) []*deal.Stage { return s[4:] },
			"all open retired": func(s []*deal.Stage) []*deal.Stage { s[3].Retired = true; return s[3:] },
			"too many": func(s []*deal.Stage) []*deal.Stage {
				for len(s) <= 100 {
					s = append(s, &deal.Stage{Key: "k" + string(rune(0x4e00+len(s))), Outcome: deal.Open})
				}
				return s
			},
		} {
			require.ErrorIs(t, b.save(t, change(fiveStages())...), storage.ErrInvalid, name)
		}
		err := update(t, acme, func(tx *storage.Tx) error {
			return deal.Save(t.Context(), tx, &deal.Pipeline{Name: "销售"}, fiveStages()...)
		})
		require.ErrorIs(t, err, storage.ErrDuplicate)
	})
}

func TestSave_RetiredStageTakesNoMore(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		stages := fiveStages()
		stages[0].Retired, stages[2].Retired = true, true
		require.NoError(t, b.save(t, stages...))
		_, err := b.move(t, d.ID, "offer", "")
		require.ErrorIs(t, err, deal.ErrTransition)
		next := b.add(t, nil)
		require.EqualValues(t, 30, next.Probability, "a new deal begins in the first stage that is not retired")
		first, err := deal.Stages.First(t.Context(), acme, storage.Query{Where: eq("key", "contact")})
		require.NoError(t, err)
		err = update(t, acme, func(tx *storage.Tx) error {
			return deal.Add(t.Context(), tx, &deal.Deal{Customer: b.customer, Pipeline: b.pipeline.ID, Stage: first.ID, Name: "x", Amount: cny(1)})
		})
		require.ErrorIs(t, err, deal.ErrTransition)
	})
}

// A stage is removed while a deal moves into it: one of the two is refused.
func TestSave_RemovalAgainstMove(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		for range 10 {
			require.NoError(t, b.save(t, fiveStages()...))
			d := b.add(t, nil)
			var moved, removed error
			var wg sync.WaitGroup
			wg.Go(func() { _, moved = b.move(t, d.ID, "offer", "") })
			wg.Go(func() {
				stages := fiveStages()
				removed = b.save(t, append(stages[:2], stages[3:]...)...)
			})
			wg.Wait()
			require.False(t, moved == nil && removed == nil, "the deal stands in a stage that is gone")
			require.True(t, moved == nil || removed == nil, "move: %v; removal: %v", moved, removed)
			if moved == nil {
				_, err := b.move(t, d.ID, "need", "")
				require.NoError(t, err)
			}
		}
	})
}
