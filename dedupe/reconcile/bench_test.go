package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/dedupe/reconcile"
	"github.com/stretchr/testify/require"
)

// BenchmarkReconcile matches 50,000 events of each side, of 2,000 customers.
func BenchmarkReconcile(b *testing.B) {
	const n = 50_000
	var sides [2][]reconcile.Row
	for side := range sides {
		for i := range n {
			at := base.Add(time.Duration(i*7+3*side) * time.Minute).Format(time.DateTime)
			sides[side] = append(sides[side], reconcile.Row{ID: fmt.Sprint(i), Customer: fmt.Sprint(i % 2000), Time: at})
		}
	}
	r, err := reconcile.New(utc("a"), utc("b"), reconcile.Rules{Before: time.Hour, After: time.Hour})
	require.NoError(b, err)
	for b.Loop() {
		result, err := r.Reconcile(b.Context(), each(sides[0]), each(sides[1]))
		require.NoError(b, err)
		require.Len(b, result.Matched, n)
	}
}
