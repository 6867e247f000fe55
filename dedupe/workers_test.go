package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// What was compared does not tell how many compared it.
func TestPatterns_AnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	m, err := New(people, Options{})
	require.NoError(t, err)
	tb, err := m.table(town(150, rand.New(rand.NewPCG(8, 8))), &work{ctx: t.Context()})
	require.NoError(t, err)
	pairs := somePairs(len(tb.records))
	require.Greater(t, len(pairs), 2*atOnce)
	one := tb.patterns(pairs, &work{ctx: t.Context()})
	for _, workers := range []int{1, 2, 5} {
		require.Equal(t, one, tb.patterns(pairs, &work{ctx: t.Context(), workers: workers}))
	}
	_, err = New(people, Options{Workers: -1})
	require.ErrorIs(t, err, ErrInvalid)
}

// Workers tell of what they do in the goroutine that matches, end when its context
// ends, and leave it what a host's comparison panics with.
func TestMatch_WorkersEndAndPanic(t *testing.T) {
	t.Parallel()
	records := town(2000, rand.New(rand.NewPCG(9, 9)))
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	m, err := New(people, Options{Workers: 3, Progress: func(p Progress) {
		if told++; p.Stage == Comparing {
			cancel()
		}
	}})
	require.NoError(t, err)
	_, err = m.Match(ctx, records)
	require.ErrorIs(t, err, context.Canceled)
	require.Positive(t, told)

	odd := &Comparison{Name: "odd 1", Levels: []Level{{"another", .1, .9}, {"near", .2, .05}, {"the same", .7, .05}}, Judge: func(a, b string) int { panic("odd") }}
	for i := range records {
		records[i].Values = append(records[i].Values, fmt.Sprint(i%7))
	}
	m, err = New(append(people[:len(people):len(people)], Field{Name: "odd", Type: ByHost, Compare: odd}), Options{Workers: 3})
	require.NoError(t, err)
	require.PanicsWithValue(t, "odd", func() { _, _ = m.Match(t.Context(), records) })
}
