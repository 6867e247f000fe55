package storage

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 123456000, time.UTC)

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

func TestNextIDsRiseWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &idSource{}
		var last uuid.UUID
		for _, shift := range rapid.SliceOfN(rapid.Int64Range(-1e9, 1e9), 1, 50).Draw(t, "shifts") {
			id := s.next(noon.Add(time.Duration(shift)))
			require.Positive(t, compareIDs(id, last))
			require.EqualValues(t, 7, id.Version())
			require.Equal(t, uuid.RFC4122, id.Variant())
			last = id
		}
	})
}

func TestNextIDHoldsItsTime(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{noon, time.UnixMilli(0).UTC(), time.Date(2525, 1, 1, 0, 0, 0, 999999000, time.UTC)} {
		id := (&idSource{}).next(at)
		seconds, nanos := id.Time().UnixTime()
		require.WithinDuration(t, at.Truncate(time.Millisecond), time.Unix(seconds, nanos), time.Millisecond)
	}
	before := (&idSource{}).next(time.Unix(-1e9, 0))
	require.EqualValues(t, 7, before.Version(), "a clock before 1970")
}

func TestNextIDsAreDistinctAcrossGoroutines(t *testing.T) {
	t.Parallel()
	s := &idSource{}
	lists := make([][]uuid.UUID, 4)
	var wait sync.WaitGroup
	for i := range lists {
		wait.Go(func() {
			for range 2000 {
				lists[i] = append(lists[i], s.next(noon))
			}
		})
	}
	wait.Wait()
	all := slices.Concat(lists...)
	for _, list := range lists {
		require.True(t, slices.IsSortedFunc(list, compareIDs))
	}
	slices.SortFunc(all, compareIDs)
	require.Len(t, slices.Compact(all), 8000)
}

// However many ids are made of one moment, those of a microsecond later follow,
// from whichever source: the change log rests on this.
func TestIDsOfAMomentPrecedeThoseOfTheNext(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := &idSource{}, &idSource{}
		at := noon.Add(time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "micros")) * time.Microsecond)
		later := (&idSource{}).at(at.Add(time.Microsecond))
		var last uuid.UUID
		for range rapid.IntRange(1, 3000).Draw(t, "ids") {
			id := a.at(at)
			require.Positive(t, compareIDs(id, last), "in the order in which they were made")
			last = id
		}
		require.Negative(t, compareIDs(last, later))
		require.Negative(t, compareIDs(b.at(at), later))
		require.EqualValues(t, 7, last.Version())
	})
}

func TestNameIDs(t *testing.T) {
	t.Parallel()
	require.Equal(t, nameID("a", "b"), nameID("a", "b"))
	require.NotEqual(t, nameID("a", "b"), nameID("ab"))
	require.NotEqual(t, nameID("a", "b"), nameID("b", "a"))
	require.NotEqual(t, nameID("a", ""), nameID("a"))
	require.EqualValues(t, 8, nameID("x").Version())
	require.Equal(t, uuid.RFC4122, nameID("x").Variant())
}
