package adapters

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A round is one of a property test.
type round struct{ failed bool }

func (r *round) Failed() bool { return r.failed }

// On PostgreSQL one round in four runs, in memory each does; behind a failure, by
// word or by panic, every one does, so that rapid sees it again.
func TestSparing(t *testing.T) {
	t.Setenv("CLIENTELE_SOAK", "")
	for adapter, want := range map[string]int{"memory": 20, "postgres": 5} {
		t.Run(adapter, func(t *testing.T) {
			ran, failing := 0, false
			property := Sparing(t, func(r *round) { ran, r.failed = ran+1, failing })
			for range 20 {
				property(&round{})
			}
			require.Equal(t, want, ran)
			failing, ran = true, 0
			property(&round{})
			require.Equal(t, 1, ran, "the round behind a whole number of fours")
			property(&round{})
			require.Equal(t, 2, ran)

			property = Sparing(t, func(*round) { ran++; panic("found") })
			for range 3 {
				require.Panics(t, func() { property(&round{}) })
			}
			require.Equal(t, 5, ran)
		})
	}
	t.Run("soak", func(t *testing.T) {
		t.Setenv("CLIENTELE_SOAK", "1")
		t.Run("postgres", func(t *testing.T) {
			ran := 0
			property := Sparing(t, func(*round) { ran++ })
			for range 8 {
				property(&round{})
			}
			require.Equal(t, 8, ran)
		})
	})
}
