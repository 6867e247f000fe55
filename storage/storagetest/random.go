package storagetest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/clientele-go/clientele/storage"
)

// randomCases hold the driver against models, at random.
func randomCases() []Case {
	return []Case{
		{"random/conditions", "random conditions, orders, pages and figures over random records give what a naive evaluator gives", func(t *trial) {
			t.seeded(t.times(25, 2000), randomConditions)
		}},
		{"random/writes", "random sequences of writes in committed and failed transactions leave what a model of them says", func(t *trial) {
			t.seeded(t.times(40, 3000), randomWrites)
		}},
	}
}

// A Draw returns a number from 0 to n-1: the source of what is random. A
// (*rand.Rand).IntN is one. So is a closure over a property-testing library,
// which then finds small counterexamples:
//
//	rapid.Check(t, func(t *rapid.T) {
//		draw := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
//		require.NoError(t, storagetest.RandomConditions(ctx, driver, draw))
//	})
type Draw func(n int) int

// RandomConditions makes random records in a tenant of their own and compares
// what the driver returns for random conditions, orders, limits, pages and
// figures, outside and inside of the transaction that wrote them, with what a
// naive evaluator in this package returns. The error tells the first difference.
//
// Two drivers that pass agree with each other. It does the work of one round:
// call it often.
func RandomConditions(ctx context.Context, driver storage.Driver, draw Draw) error {
	return random(ctx, driver, draw, randomConditions)
}

// RandomWrites puts, deletes, restores and purges records at random, stale and
// duplicate ones among them, in transactions of which some fail, and compares
// every result and the stored records with a model. The error tells the first
// difference. It does the work of one round.
func RandomWrites(ctx context.Context, driver storage.Driver, draw Draw) error {
	return random(ctx, driver, draw, randomWrites)
}

func random(ctx context.Context, driver storage.Driver, draw Draw, round func(*trial, Draw)) error {
	if err := suits(driver); err != nil {
		return err
	}
	return caught(func() { round(newTrial(ctx, recorder{}, driver, nil, false), draw) })
}

// seeded runs rounds with the seeds 0, 1, 2, ... and names the one that failed.
func (t *trial) seeded(rounds int, round func(*trial, Draw)) {
	t.Helper()
	for seed := range rounds {
		source := rand.New(rand.NewPCG(uint64(seed), 0))
		if err := caught(func() { round(newTrial(t.ctx, recorder{}, t.driver, nil, false), source.IntN) }); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// pick draws one of the values.
func pick[V any](draw Draw, values []V) V { return values[draw(len(values))] }

// several draws from low to high things.
func several[V any](draw Draw, low, high int, one func() V) []V {
	list := make([]V, low+draw(high-low+1))
	for i := range list {
		list[i] = one()
	}
	return list
}

// chance is true once in n times.
func chance(draw Draw, n int) bool { return draw(n) == 0 }

// maybe draws one of the values, or nil once in three times.
func maybe[V any](draw Draw, values []V) *V {
	if chance(draw, 3) {
		return nil
	}
	v := pick(draw, values)
	return &v
}

// orZero draws one of the values, or the zero value once in three times.
func orZero[V any](draw Draw, values []V) (v V) {
	if p := maybe(draw, values); p != nil {
		v = *p
	}
	return v
}

// describe shows a query in an error.
func describe(q storage.Query) string {
	where := "everything"
	if q.Where != nil {
		data, err := q.Where.MarshalJSON()
		where = fmt.Sprintf("%s (%v)", data, err)
	}
	return fmt.Sprintf("where %s, order %v, limit %d, deleted %d", where, q.Order, q.Limit, q.Deleted)
}
