package postgres_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/stretchr/testify/require"
)

// TestSTO02_ConditionsAgree asks both adapters the same random questions over the
// same random records: criteria of all forms, on custom fields of every type
// too, with deleted records, in all orders over absent values, in pages of any
// size, with counts and figures. Each adapter is compared with the kit's naive
// evaluator, and so with the other.
func TestSTO02_ConditionsAgree(t *testing.T) {
	t.Parallel()
	var figures atomic.Int64
	count := func(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
		if strings.HasPrefix(s.Name, "aggregate ") {
			figures.Add(1)
		}
		return ctx, func(error) {}
	}
	pg, err := postgres.New(open(t), postgres.Config{Hook: count})
	require.NoError(t, err)
	conditions := func() int64 { return figures.Load() / 2 } // each is counted, and asked for figures
	wanted := int64(times(2000, 50_000))
	first := rand.Uint64()
	var next atomic.Uint64
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for conditions() < wanted && !t.Failed() {
				seed := first + next.Add(1)
				draw := func() storagetest.Draw { return rand.New(rand.NewPCG(seed, 0)).IntN }
				if err := storagetest.RandomConditions(t.Context(), memory.New(), draw()); err != nil {
					t.Errorf("memory, seed %d: %v", seed, err)
				}
				if err := storagetest.RandomConditions(t.Context(), pg, draw()); err != nil {
					t.Errorf("postgres, seed %d: %v", seed, err)
				}
			}
		})
	}
	wait.Wait()
	t.Logf("%d conditions in %d rounds", conditions(), next.Load())
}
