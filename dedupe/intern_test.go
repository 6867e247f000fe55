package dedupe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Texts are numbered as a map would number them, in batches or one by one, also where
// the room was used before.
func TestInterner_Property_EqualsTheMap(t *testing.T) {
	t.Parallel()
	in := newInterner(0)
	rapid.Check(t, func(t *rapid.T) {
		numbers, texts := map[string]uint32{"": 0}, []string{""}
		want := func(text string) uint32 {
			n, known := numbers[text]
			if !known {
				n = uint32(len(texts))
				numbers[text], texts = n, append(texts, text)
			}
			return n
		}
		some := &batchOf{}
		for range rapid.IntRange(0, 9).Draw(t, "batches") {
			list := rapid.SliceOfN(rapid.StringMatching(`[ab]{0,3}|[a-z]{0,9}`), 0, batch).Draw(t, "texts")
			var expected []uint32
			for _, text := range list {
				some.bytes = append(some.bytes, text...)
				some.end()
				expected = append(expected, want(text))
			}
			require.Equal(t, expected, in.numberAll(some, nil))
			one := rapid.StringMatching(`[ab]{0,3}`).Draw(t, "one")
			require.Equal(t, want(one), in.number(one))
		}
		require.Equal(t, texts, in.take())
	})
}

// Many texts outgrow the table and its blocks.
func TestInterner_Grows(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	in := newInterner(0)
	for round := range 2 {
		for i := range 50_000 {
			text := fmt.Sprint(i, strings.Repeat("x", i%90))
			require.Equal(t, uint32(i+1), in.number(text))
			require.Equal(t, uint32(i/2+1), in.number(fmt.Sprint(i/2, strings.Repeat("x", i/2%90))))
		}
		require.Len(t, in.take(), 50_001, round)
	}
}

// One record with more words than a small table of hashes has places for.
func TestMatch_OneLongText(t *testing.T) {
	t.Parallel()
	var words []string
	for i := range 250 {
		words = append(words, fmt.Sprintf("w%cx%c", 'a'+i%26, 'a'+i/26))
	}
	m := matched(t, []Field{{Name: "note", Type: Text}}, Options{}, []Record{{ID: "1", Values: []string{strings.Join(words, " ")}}})
	require.Equal(t, [][]string{{"1"}}, m.Clusters)
}

// A column is the same in whatever order the records come: its numbers follow the ids.
func TestColumn_Property_FollowsTheIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c]{1,10}`), 0, 40, rapid.ID).Draw(t, "ids")
		var records []Record
		for _, id := range ids {
			records = append(records, Record{ID: id, Values: []string{rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "value")}})
		}
		tb := newTable(records, nil, &work{ctx: context.Background()})
		col := tb.column(func(r *Record, b []byte) []byte { return append(b, r.Values[0]...) })
		require.True(t, slices.IsSortedFunc(tb.records, func(a, b *Record) int { return strings.Compare(a.ID, b.ID) }))
		seen, first := []string{""}, []int32{0}
		for row, r := range tb.records {
			value := r.Values[0]
			require.Equal(t, value, col.values[col.rows[row]])
			if !slices.Contains(seen, value) {
				seen, first = append(seen, value), append(first, int32(row))
			}
		}
		require.Equal(t, seen, col.values)
		require.Equal(t, first, col.firstRows())
		for n, value := range seen[1:] {
			require.Equal(t, len(slices.DeleteFunc(slices.Clone(tb.records), func(r *Record) bool { return r.Values[0] != value })), int(col.count[n+1]))
		}
	})
}

// The short ways to normal forms lead where the long ones do.
func TestForms_Property_EqualTheLongWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching("[abAZ09 .,'`/&@éß王Ｂ\t-]{0,12}|[0-9]{4}[-/.][0-9]{2}[-/.年][0-9]{2}|[0-9/-]{8,11}").Draw(t, "text")
		words := form.Latin(form.Simplify(text))
		require.Equal(t, strings.Join(words, " "), string(appendSqueezed(nil, text)))
		require.Equal(t, strings.Join(words, ""), string(appendJoined([]byte("x "), text)[2:]))
		require.Equal(t, letters(text), string(appendLetters(nil, text)))
		require.Equal(t, dayForm(text), string(appendDay(nil, text)))
	})
}

// A set is its texts in their order, each once.
func TestAppendSet(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]string{"": {"", ""}, "a": {"a", "", "a"}, "a\x1fb\x1fc": {"c", "a", "b", "a"}} {
		require.Equal(t, want, string(appendSet(nil, list)))
	}
}

// The levels of many pairs at a time are those of each.
func TestJudgeAll_Property_EqualsOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "rows")
		records := make([]Record, n)
		for i := range records {
			records[i] = Record{ID: fmt.Sprintf("%03d", i), Values: []string{rapid.StringMatching(`([12]9?){0,2}`).Draw(t, "value")}}
		}
		tb := newTable(records, nil, &work{ctx: context.Background()})
		col := tb.column(func(r *Record, b []byte) []byte { return append(b, r.Values[0]...) })
		c := comparePostcodes("code", col)
		c.memo = newMemo(rapid.SampledFrom([]int{len(col.values), fewValues + 1, manyValues + 1}).Draw(t, "values"))
		var pairs []pair
		for range rapid.SampledFrom([]int{1, 30, 3 * batch}).Draw(t, "pairs") {
			pairs = append(pairs, pair{a: int32(len(pairs) * 7 % n), b: int32(len(pairs) * 3 % n)})
		}
		levels := make([]uint8, len(pairs))
		for range 2 {
			c.judgeAll(pairs, levels)
			for i, p := range pairs {
				require.Equal(t, c.level(p.a, p.b), levels[i])
			}
		}
	})
}
