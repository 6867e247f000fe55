package memory

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// What was kept is remembered exactly until there is too much of it; then every
// record counts as kept, for those who began before.
func TestHolds(t *testing.T) {
	t.Parallel()
	var h holds
	a, b := held{"van", uuid.New()}, held{"van", uuid.New()}
	h.add([]held{a}, 5)
	require.True(t, h.since(a, 4))
	require.False(t, h.since(a, 5))
	require.False(t, h.since(b, 0))
	h.add([]held{a}, 7)
	require.True(t, h.since(a, 6))
	many := make([]held, manyHolds)
	for i := range many {
		many[i] = held{"van", uuid.New()}
	}
	h.add(many, 8)
	require.True(t, h.since(b, 7))
	require.False(t, h.since(b, 8))
	require.Empty(t, h.last)
	h.add(many, 9)
	require.Len(t, h.last, manyHolds)
	require.False(t, h.since(b, 8))
	require.True(t, h.since(many[0], 8))
}
