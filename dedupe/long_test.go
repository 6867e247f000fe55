package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// notes are n texts of so many words, and copies of the first ones.
func notes(n, words, copies int) []Record {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]Record, n)
	for i := range list {
		var text []string
		for range words {
			w := r.IntN(5000)
			text = append(text, strings.ToLower(string("bcdfghklmnprstvwz"[w%17])+[]string{"a", "ei", "ou", "il", "or"}[w/17%5]+[]string{"nter", "k", "sting", "m", "rdable", "lp", "t"}[w/85%7]+[]string{"", "s", "ing", "ic", "ance", "ed", "on", "ia", "um"}[w/595]))
		}
		list[i] = Record{ID: fmt.Sprintf("n%04d", i), Values: []string{strings.Join(text, " ")}}
	}
	for i := range copies {
		list = append(list, Record{ID: fmt.Sprintf("o%04d", i), Values: list[i].Values})
	}
	return list
}

var noteFields = []Field{{Name: "note", Type: Text}}

func TestLongTexts_CopiesAreFound(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, size := range [][2]int{{200, 50}, {400, 200}, {1500, 100}} {
		m := matched(t, noteFields, Options{}, notes(size[0], size[1], 20))
		require.Len(t, m.Clusters, size[0])
		for i := range 20 {
			require.Equal(t, []string{fmt.Sprintf("n%04d", i), fmt.Sprintf("o%04d", i)}, found(t, m, fmt.Sprintf("n%04d", i)))
		}
	}
}

// Short texts may be the same by chance, and one text that many rows have is found, too.
func TestLongTexts_OneTextOfManyRows(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	list := notes(500, 60, 20)
	for i := range 100 {
		list = append(list, Record{ID: fmt.Sprintf("x%04d", i), Values: list[7].Values})
	}
	require.Len(t, found(t, matched(t, noteFields, Options{}, list), "n0007"), 102)
	var short []Record
	for i := range 400 {
		short = append(short, Record{ID: fmt.Sprint(i), Values: []string{fmt.Sprintf("called %c", 'a'+i%20)}})
	}
	require.Len(t, matched(t, noteFields, Options{}, short).Clusters, 400)
}

// Of a long text the words that weigh most are compared, whatever its length.
func TestLongTexts_WordsThatAreCompared(t *testing.T) {
	t.Parallel()
	tb := newTable(notes(300, 400, 0), nil, &work{ctx: context.Background()})
	tb.read(noteFields)
	b := tb.sources[0].words
	for id := range uint32(len(b.values) - 1) {
		words := b.of(id)
		require.LessOrEqual(t, len(words), mostWords)
		var marks uint64
		for _, w := range words {
			marks |= mark(w)
		}
		require.Equal(t, marks, b.values[id].marks)
	}
	all := map[string]float32{}
	for n := 1; n < len(b.words); n++ {
		all[b.words[n]] = b.weight[n]
	}
	list := appendWords(nil, tb.records[5].Values[0])
	slices.Sort(list)
	list = slices.Compact(list)
	slices.SortFunc(list, func(x, y string) int {
		if all[x] != all[y] {
			return int(1000 * (all[y] - all[x]))
		}
		return strings.Compare(x, y)
	})
	var kept []string
	for _, n := range b.of(tb.sources[0].column.rows[5]) {
		kept = append(kept, b.words[n])
	}
	require.ElementsMatch(t, list[:mostWords], kept)
}

// Whoever ends the context does not wait until all random pairs, or all that were
// proposed, have been compared.
func TestLongTexts_AnEndedContextEndsComparing(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	tb := newTable(notes(400, 50, 0), nil, &work{ctx: ctx})
	tb.read(noteFields)
	judged, c := 0, tb.comparisons[0]
	judge := c.judge
	c.judge = func(a, b uint32) uint8 {
		if judged++; judged == 10 {
			cancel()
		}
		return judge(a, b)
	}
	tb.atRandom()
	require.LessOrEqual(t, judged, atOnce)
	tb.work, judged = &work{ctx: ctx}, 100
	tb.patterns(somePairs(400), tb.work)
	require.Equal(t, 100, judged)
	require.ErrorIs(t, tb.work.err, context.Canceled)
}
