package memory

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A sample has a field of every type that can be part of an index.
type sample struct {
	storage.Meta
	Text  string
	Int   int64
	Maybe *int64
	Dec   decimal.Decimal
	Flag  bool
	At    time.Time
	Day   storage.Date
	Ref   uuid.UUID
}

var samples = storage.Define[sample]("sample",
	storage.Text("text", func(s *sample) *string { return &s.Text }).Unique(),
	storage.Integer("int", func(s *sample) *int64 { return &s.Int }).Indexed(),
	storage.OptionalInteger("maybe", func(s *sample) **int64 { return &s.Maybe }).Indexed(),
	storage.Decimal("dec", func(s *sample) *decimal.Decimal { return &s.Dec }).Indexed(),
	storage.Bool("flag", func(s *sample) *bool { return &s.Flag }).Indexed(),
	storage.Time("at", func(s *sample) *time.Time { return &s.At }).Indexed(),
	storage.Day("day", func(s *sample) *storage.Date { return &s.Day }).Indexed(),
	storage.Ref("ref", func(s *sample) *uuid.UUID { return &s.Ref }).Indexed(),
).Index("text", "int").Index("int", "text").Index("ref", "text", "at").Index("maybe", "at", "text", "int").
	Index("text", "ref").Index("at", "maybe", "ref").Index("flag", "text").Index("int", "at", "maybe", "text", "ref")

// Values in which the ends of the ranges, ties in the first bytes and absent
// values are frequent.
var (
	someTexts = []string{"", "a", "b", "ab", "abcdefg", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmnopq", "\x01", "é", "王"}
	someInts  = []int64{math.MinInt64, math.MinInt64 + 1, math.MinInt64 + 2, -1, 0, 1, math.MaxInt64}
	someTimes = []time.Time{
		{}, time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.Unix(0, 0).UTC(), time.Unix(0, 1000).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	}
	someRefs = []uuid.UUID{{}, {15: 1}, {7: 1}, {8: 1}, {0: 1}, {0: 1, 15: 1}, uuid.Max}
)

// oneOf draws one of the values. The generator is made anew, for rapid's are
// not safe to share between parallel tests.
func oneOf[V any](t *rapid.T, name string, of []V) V { return rapid.SampledFrom(of).Draw(t, name) }

func drawSample(t *rapid.T) *sample {
	s := &sample{
		Text: oneOf(t, "text", someTexts), Int: oneOf(t, "int", someInts), At: oneOf(t, "at", someTimes), Ref: oneOf(t, "ref", someRefs),
		Dec: decimal.New(rapid.Int64Range(-3, 3).Draw(t, "dec"), 0), Flag: rapid.Bool().Draw(t, "flag"),
		Day: storage.Date{Year: 2026, Month: 1, Day: rapid.IntRange(1, 3).Draw(t, "day")},
	}
	if rapid.Bool().Draw(t, "present") {
		n := oneOf(t, "maybe", someInts)
		s.Maybe = &n
	}
	s.ID = uuid.UUID{0: byte(rapid.IntRange(0, 2).Draw(t, "id")), 15: byte(rapid.IntRange(1, 3).Draw(t, "id"))}
	return s
}

// naive orders two records by fields one after another.
func naive(fields []*storage.Field, a, b storage.Record) int {
	for _, f := range fields {
		if c := f.Compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}

// TestIndexOrder holds every index, whose order goes by packed keys, against
// the order of the fields themselves.
func TestIndexOrder(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	rapid.Check(t, func(t *rapid.T) {
		records := byID(rapid.SliceOfN(rapid.Custom(drawSample), 0, 60).Draw(t, "records"))
		for _, index := range s.Indexes {
			numbers := newRows()
			x := newFieldIndex(numbers, s, index)
			for _, r := range records {
				x.insert(r, numbers.add(r), 0)
			}
			fields := append(slices.Clone(index.Fields), s.Field(storage.FieldID))
			want := slices.Clone(records)
			slices.SortFunc(want, func(a, b *sample) int { return naive(fields, a, b) })
			require.Equal(t, want, walked(numbers, x, nil, nil, false), index.Name())
			checkBounds(t, numbers, x, fields, want)
		}
	})
}

// byID leaves one record of each id.
func byID(list []*sample) []*sample {
	seen := map[uuid.UUID]bool{}
	return slices.DeleteFunc(list, func(s *sample) bool {
		defer func() { seen[s.ID] = true }()
		return seen[s.ID]
	})
}

func walked(numbers *rows, x index, low, high *bound, reverse bool) []*sample {
	list := []*sample{}
	to := newSink(func(batch []uint32) bool {
		for _, n := range batch {
			list = append(list, numbers.get(n).(*sample))
		}
		return true
	})
	x.walk(low, high, reverse, to)
	to.flush()
	return list
}

// checkBounds walks between two random places in both directions.
func checkBounds(t *rapid.T, numbers *rows, x index, fields []*storage.Field, sorted []*sample) {
	low, high := drawBound(t, len(fields)), drawBound(t, len(fields))
	want := slices.DeleteFunc(slices.Clone(sorted), func(s *sample) bool {
		return side(fields, low, s) < 0 || side(fields, high, s) > 0
	})
	require.Equal(t, want, walked(numbers, x, low, high, false))
	slices.Reverse(want)
	require.Equal(t, want, walked(numbers, x, low, high, true))
}

// drawBound makes a bound, sometimes at a time between two microseconds or
// later than what is stored, as a condition may have.
func drawBound(t *rapid.T, fields int) *bound {
	at := drawSample(t)
	switch rapid.IntRange(0, 3).Draw(t, "time") {
	case 0:
		at.At = at.At.Add(1)
	case 1:
		at.At = time.Unix(1<<50, 0)
	}
	return &bound{rec: at, width: rapid.IntRange(1, fields).Draw(t, "width"), after: rapid.Bool().Draw(t, "after")}
}

// side is -1 for a record before the bound and 1 for one after it.
func side(fields []*storage.Field, b *bound, s *sample) int {
	return cmp.Or(naive(fields[:b.width], s, b.rec), sign(!b.after))
}

// TestTableAgreesWithMap writes records to a table and looks whether each is
// found once, where it belongs, by every way, and whether snapshots stay.
func TestTableAgreesWithMap(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	rapid.Check(t, func(t *rapid.T) {
		table, current := newTable(s), map[uuid.UUID]*sample{}
		var taken []*trees
		var then []map[uuid.UUID]*sample
		for _, next := range rapid.SliceOfN(rapid.Custom(drawSample), 0, 80).Draw(t, "writes") {
			if rapid.IntRange(0, 9).Draw(t, "snapshot") == 0 {
				taken, then = append(taken, table.snapshot()), append(then, maps.Clone(current))
			}
			found, row := table.byID.get(next.ID)
			if old := current[next.ID]; old == nil {
				require.Nil(t, found)
				table.insert(table.byID.hash(next.ID), next)
				current[next.ID] = next
			} else if require.Same(t, old, found); rapid.Bool().Draw(t, "remove") {
				table.remove(old, row)
				delete(current, next.ID)
			} else {
				table.replace(table.byID.hash(next.ID), old, next, row)
				current[next.ID] = next
			}
		}
		checkTrees(t, s, &table.trees, current)
		for i := range taken {
			checkTrees(t, s, taken[i], then[i])
		}
	})
}

// checkTrees holds the ordered part of a table against the records it must have.
func checkTrees(t *rapid.T, s *storage.Schema, x *trees, want map[uuid.UUID]*sample) {
	list := slices.AppendSeq([]*sample{}, maps.Values(want))
	for i, index := range s.Indexes {
		if isSet(index) {
			continue
		}
		fields := append(slices.Clone(index.Fields), s.Field(storage.FieldID))
		slices.SortFunc(list, func(a, b *sample) int { return naive(fields, a, b) })
		require.Equal(t, list, walked(x.rows, x.ordered[i], nil, nil, false), index.Name())
	}
	for id, r := range want {
		require.Same(t, r, x.get(id))
	}
}
