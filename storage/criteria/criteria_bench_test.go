package criteria

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fourTests is the condition of the benchmarks: text, decimal, set and time.
var fourTests = All(
	Eq("stage", "vip"),
	Ge("credit", "100"),
	HasAny("tags", "wholesale"),
	Gt("seen", Ago(72*time.Hour)),
)

// byHand is the same condition as Go that a careful programmer writes. The
// cost of Decimal.Cmp depends on whether both decimals are written with the
// same number of digits after the point, so the benchmark tries both.
func byHand(p *person, after time.Time, least decimal.Decimal) bool {
	return p.Stage == "vip" &&
		p.Credit != nil && p.Credit.Cmp(least) >= 0 &&
		slices.Contains(p.Tags, "wholesale") &&
		p.Seen.After(after)
}

func benchPeople() []*person {
	match := &person{ID: id(1), Stage: "vip", Credit: ptr(dec("1234.50")), Tags: []string{"retail", "wholesale"}, Seen: noon}
	early := *match
	early.Stage = "new"
	late := *match
	late.Seen = noon.Add(-100 * time.Hour)
	return []*person{match, &early, &late, match}
}

func BenchmarkFourTests(b *testing.B) {
	recs := benchPeople()
	b.Run("compiled", func(b *testing.B) {
		matches := Compile(mustCheck(b, fourTests, people, noon), nil)
		benchMatches(b, recs, func(p *person) bool { return matches(p) })
	})
	after := noon.Add(-72 * time.Hour)
	for _, least := range []string{"100", "100.00"} {
		limit := dec(least)
		b.Run("by hand against "+least, func(b *testing.B) {
			benchMatches(b, recs, func(p *person) bool { return byHand(p, after, limit) })
		})
	}
}

func benchMatches(b *testing.B, recs []*person, matches func(*person) bool) {
	b.ReportAllocs()
	hits := 0
	for i := 0; b.Loop(); i++ {
		if matches(recs[i%len(recs)]) {
			hits++
		}
	}
	require.Positive(b, hits)
}

func BenchmarkCheckAndCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		n, err := Check(fourTests, people, kinds, noon)
		require.NoError(b, err)
		Compile(n, nil)
	}
}

func BenchmarkDecimal(b *testing.B) {
	v, hundred := dec("99.995"), dec("100")
	b.Run("scaled", func(b *testing.B) {
		want := scale(hundred)
		for b.Loop() {
			want.compare(v)
		}
	})
	b.Run("Cmp", func(b *testing.B) {
		for b.Loop() {
			v.Cmp(hundred)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"zhang san trading", "Zhang San Trading", "张三贸易", "Ｚhang Café"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	data, err := fourTests.MarshalJSON()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, err = Parse(data)
	}
	require.NoError(b, err)
}
