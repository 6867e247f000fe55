package dedupe

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is told apart from many pairs at once is what each of them says alone.
func TestWeighFrom_IsWeigh(t *testing.T) {
	t.Parallel()
	fields := []Field{{Name: "surname", Type: Surname}, {Name: "given", Type: GivenName}, {Name: "born", Type: Date}, {Name: "phone", Type: Phone}, {Name: "mail", Type: Email}, {Name: "town", Type: Category}, {Name: "likes", Type: Set}}
	rapid.Check(t, func(rt *rapid.T) {
		records := make([]Record, rapid.IntRange(2, 60).Draw(rt, "records"))
		for i := range records {
			of := func(name string, texts ...string) string { return rapid.SampledFrom(texts).Draw(rt, name) }
			records[i] = Record{ID: fmt.Sprint(i), Values: []string{
				of("surname", "Smith", "Smyth", "Okafor", "王", ""), of("given", "Ann", "Anne", "A", "Bob", "伟", ""), of("born", "1980-01-02", "1980-02-01", "1971-05-06", ""),
				of("phone", "13912345678", "13912345679", "02155556666", ""), of("mail", "ann@example.com", "ann.smith@example.org", "bob@example.com", ""),
				of("town", "Leeds", "York", ""), of("likes", "tea\nchess", "chess", "rain", ""),
			}}
		}
		m, err := New(fields, Options{})
		require.NoError(rt, err)
		tb, err := m.table(records, &work{ctx: context.Background()})
		require.NoError(rt, err)
		pairs := somePairs(len(records))
		seen := tb.patterns(pairs, tb.work)
		md := tb.learn(seen)
		least := float32(rapid.IntRange(-30, 30).Draw(rt, "least"))
		for i, w := range md.weighFrom(least, pairs, seen) {
			levels := tb.pattern(pairs[i].a, pairs[i].b)
			require.Equal(rt, levels, seen.all[seen.of[i]])
			alone := md.weigh(pairs[i:i+1], []pattern{levels})[0]
			if w == light {
				require.Less(rt, alone, least)
			} else {
				require.Equal(rt, alone, w)
			}
		}
	})
}

// Patterns are told apart and counted however many there are.
func TestPatterns_Tallies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.Map(rapid.Uint64Range(0, 3000), func(n uint64) pattern { return pattern(n * n) }), 0, 4000).Draw(rt, "patterns")
		seen, counts := newPatterns(len(list)), map[pattern]float64{}
		for _, p := range list {
			counts[p]++
		}
		seen.add(list[:len(list)/2])
		seen.add(list[len(list)/2:])
		for i, p := range list {
			require.Equal(rt, p, seen.all[seen.of[i]])
		}
		tallies := seen.tallies()
		require.Len(rt, tallies, len(counts))
		for i, k := range tallies {
			require.Equal(rt, counts[k.pattern], k.pairs)
			require.True(rt, i == 0 || tallies[i-1].pattern < k.pattern)
		}
	})
}
