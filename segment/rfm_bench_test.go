package segment_test

import (
	"cmp"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/clientele-go/clientele/segment"
)

const (
	benchOrders    = 1_000_000
	benchCustomers = 100_000
)

var benchAsOf = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// benchPurchases returns the same orders on every run: customers, moments of a
// year and amounts are uniform and in random order.
func benchPurchases[K comparable](key func(n int64) K) []segment.Purchase[K] {
	random := rand.New(rand.NewPCG(20260101, 1))
	purchases := make([]segment.Purchase[K], benchOrders)
	for i := range purchases {
		purchases[i] = segment.Purchase[K]{
			Customer: key(random.Int64N(benchCustomers)),
			At:       benchAsOf.Add(-time.Duration(random.Int64N(365*24*3600)) * time.Second),
			Minor:    100 + random.Int64N(100_000),
			Currency: "CNY",
		}
	}
	return purchases
}

// ids are spread over the whole range, as ids from outside are.
func benchInt(n int64) int64 { return n*2_654_435_761 + 12_345 }

func benchUUID(n int64) uuid.UUID {
	return uuid.NewSHA1(uuid.Nil, strconv.AppendInt(nil, n, 10))
}

func benchString(n int64) string { return "customer-" + strconv.FormatInt(benchInt(n), 36) }

func sequence[K comparable](purchases []segment.Purchase[K]) iter.Seq2[segment.Purchase[K], error] {
	return func(yield func(segment.Purchase[K], error) bool) {
		for i := range purchases {
			if !yield(purchases[i], nil) {
				return
			}
		}
	}
}

// BenchmarkRFM measures reading and scoring one million orders of 100,000
// customers, by the clock and in CPU time, which counts the garbage collector
// too. The Plain benchmarks only gather what RFM scores, with a map and
// pointers to sums; DecimalSorted then also sorts three times, as scoring
// needs.
func BenchmarkRFM(b *testing.B) {
	b.Run("Segment/int64", func(b *testing.B) { benchSegment(b, benchInt) })
	b.Run("Segment/uuid", func(b *testing.B) { benchSegment(b, benchUUID) })
	b.Run("Segment/string", func(b *testing.B) { benchSegment(b, benchString) })
	b.Run("Plain/int64", func(b *testing.B) { benchPlain(b, benchInt) })
	b.Run("Plain/uuid", func(b *testing.B) { benchPlain(b, benchUUID) })
	b.Run("Plain/string", func(b *testing.B) { benchPlain(b, benchString) })
	b.Run("PlainDecimal/int64", func(b *testing.B) { benchPlainDecimal(b, false) })
	b.Run("DecimalSorted/int64", func(b *testing.B) { benchPlainDecimal(b, true) })
}

func benchSegment[K comparable](b *testing.B, key func(int64) K) {
	purchases := benchPurchases(key)
	b.ReportAllocs()
	defer reportCPU(b)()
	for b.Loop() {
		result, err := segment.RFM(sequence(purchases), segment.Options{AsOf: benchAsOf, WindowDays: 365})
		if err != nil || len(result.Rows) == 0 {
			b.Fatal(err)
		}
	}
}

func benchPlain[K comparable](b *testing.B, key func(int64) K) {
	type sums struct {
		last   time.Time
		orders int
		total  int64
	}
	purchases := benchPurchases(key)
	b.ReportAllocs()
	defer reportCPU(b)()
	for b.Loop() {
		customers := map[K]*sums{}
		for i := range purchases {
			p := &purchases[i]
			s := customers[p.Customer]
			if s == nil {
				s = &sums{}
				customers[p.Customer] = s
			}
			if p.At.After(s.last) {
				s.last = p.At
			}
			s.orders++
			s.total += p.Minor
		}
	}
}

// decimalSums is what a loop over decimals keeps of a customer.
type decimalSums struct {
	last   time.Time
	orders int
	total  decimal.Decimal
}

func benchPlainDecimal(b *testing.B, sorted bool) {
	purchases := benchPurchases(benchInt)
	amounts := make([]decimal.Decimal, len(purchases))
	for i := range purchases {
		amounts[i] = segment.FromMinor(purchases[i].Minor, "CNY")
	}
	b.ReportAllocs()
	defer reportCPU(b)()
	for b.Loop() {
		customers := map[int64]*decimalSums{}
		for i := range purchases {
			p := &purchases[i]
			s := customers[p.Customer]
			if s == nil {
				s = &decimalSums{}
				customers[p.Customer] = s
			}
			if p.At.After(s.last) {
				s.last = p.At
			}
			s.orders++
			s.total = s.total.Add(amounts[i])
		}
		if sorted {
			list := slices.Collect(maps.Values(customers))
			slices.SortFunc(list, func(x, y *decimalSums) int { return x.last.Compare(y.last) })
			slices.SortFunc(list, func(x, y *decimalSums) int { return cmp.Compare(x.orders, y.orders) })
			slices.SortFunc(list, func(x, y *decimalSums) int { return x.total.Cmp(y.total) })
		}
	}
}
