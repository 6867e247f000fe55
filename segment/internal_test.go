package segment

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSortValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		narrow := rapid.Int64Range(-300, 300)
		values := rapid.SliceOfN(rapid.OneOf(narrow, rapid.Int64()), 0, 3*smallSort).Draw(t, "values")
		want := slices.Clone(values)
		slices.Sort(want)
		require.Equal(t, want, sortValues(values, make([]int64, len(values))))
	})
}

// The table against a map, while it grows.
func TestTableEqualsMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.IntRange(0, 3000), 0, 5000).Draw(t, "keys")
		table := newTable[int]()
		requireTable(t, &table, table.hash, keys)
	})
}

// The table with hashes that are alike in the slot, in the tag, or in both.
func TestTableWithCollisions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SampledFrom([]uint64{0, 0xf, 0xff_00000000}).Draw(t, "hash bits")
		keys := rapid.SliceOfN(rapid.IntRange(0, 200), 300, 600).Draw(t, "keys")
		table := newTable[int]()
		size := len(table.slots)
		requireTable(t, &table, func(key int) uint64 { return table.hash(key) & bits }, keys)
		require.Len(t, table.slots, size, "growing would have taken the whole hashes")
	})
}

// requireTable counts keys in batches, as flush does, and compares with counts in a map and with the order of first appearance.
func requireTable(t *rapid.T, table *table[int], hash func(int) uint64, keys []int) {
	counts := map[int]int64{}
	var order []int
	for chunk := range slices.Chunk(keys, batch) {
		table.reserve(len(chunk))
		found, hashes := make([]uint32, len(chunk)), make([]uint64, len(chunk))
		for i, key := range chunk {
			hashes[i] = hash(key)
		}
		table.lookup(chunk, hashes, found)
		for i, key := range chunk {
			if counts[key]++; counts[key] == 1 {
				order = append(order, key)
			}
			if found[i] != 0 {
				table.at(int(found[i]-1)).orders++
			} else {
				table.find(key, hashes[i]).orders++
			}
		}
	}
	require.Len(t, order, table.count)
	for number, key := range order {
		require.Equal(t, key, table.at(number).key)
		require.Equal(t, counts[key], table.at(number).orders)
	}
}

func TestDisplayWidth(t *testing.T) {
	t.Parallel()
	for text, places := range map[string]int{
		"": 0, "abc": 3, "客户": 4, "ＡＢ": 4, "é": 1, "e\u0301": 1, "ｱ": 1, "한국": 4, "a\u200bb": 2, "¥": 1,
	} {
		require.Equal(t, places, displayWidth(text), text)
	}
}

func TestGroupDigits(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1000": "-1,000", "1234567.5000": "1,234,567.5000", "-999.10": "-999.10",
	} {
		require.Equal(t, want, groupDigits(number))
	}
	require.Equal(t, "-92,233,720,368,547,758.08", formatMinor(-1<<63, "CNY"))
	require.Equal(t, "1,234", formatMinor(1234, "JPY"))
}

func TestWeeksBeginOnMonday(t *testing.T) {
	t.Parallel()
	// 1969-12-28 was a Sunday, 1970-01-05 a Monday.
	for day, week := range map[int64]int64{-4: -1, -3: 0, 0: 0, 3: 0, 4: 1, -11: -2} {
		require.Equal(t, week, isoWeek(day), day)
	}
}
