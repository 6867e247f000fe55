package segment_test

import (
	"errors"
	"iter"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

func TestSEG01_MetricsOfThreeOrders(t *testing.T) {
	t.Parallel()
	result, err := segment.RFM(
		stream(order("ann", 40, 20000), order("ann", 3, 10000), order("ann", 200, 30000)),
		segment.Options{AsOf: noon, WindowDays: 365, Currency: "CNY"})
	require.NoError(t, err)
	require.Len(t, result.Rows, 1)
	row := result.Rows[0]
	require.Equal(t, "ann", row.Customer)
	require.Equal(t, 3, row.Recency)
	require.Equal(t, 3, row.Orders)
	require.Equal(t, int64(60000), row.Total, "600 yuan in fen")
	require.Equal(t, int64(20000), row.Mean())
	require.Equal(t, daysAgo(3), row.Last)
	require.Equal(t, segment.Counts{Purchases: 3, Orders: 3}, result.Counts)
}

func TestWindowAndRecency(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("UTC+8", 8*3600)
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, shanghai)
	tests := []struct {
		name    string
		asOf    time.Time
		window  int
		zone    *time.Location
		at      time.Time
		recency int // -1: not counted
	}{
		{"at as-of", noon, 0, nil, noon, 0},
		{"after as-of", noon, 0, nil, noon.Add(time.Microsecond), -1},
		{"below a microsecond after", noon, 0, nil, noon.Add(time.Nanosecond), 0},
		{"just under a day", noon, 0, nil, daysAgo(1).Add(time.Microsecond), 0},
		{"exactly a day", noon, 0, nil, daysAgo(1), 1},
		{"last moment inside 30 days", noon, 30, nil, daysAgo(30).Add(time.Microsecond), 29},
		{"exactly 30 days is outside", noon, 30, nil, daysAgo(30), -1},
		{"no window", noon, 0, nil, daysAgo(100_000), 100_000},
		{"an hour over midnight, elapsed", midnight.Add(30 * time.Minute), 0, nil, midnight.Add(-30 * time.Minute), 0},
		{"an hour over midnight, calendar", midnight.Add(30 * time.Minute), 0, shanghai, midnight.Add(-30 * time.Minute), 1},
		{"23 hours within a day, calendar", midnight.Add(23 * time.Hour), 0, shanghai, midnight, 0},
		{"calendar window of 1 is today", midnight.Add(time.Hour), 1, shanghai, midnight, 0},
		{"calendar window of 1 ends at midnight", midnight.Add(time.Hour), 1, shanghai, midnight.Add(-time.Microsecond), -1},
		{"calendar, after as-of on the same day", midnight, 0, shanghai, midnight.Add(time.Hour), -1},
		{"before 1970", time.Date(1960, 1, 3, 0, 0, 0, 0, time.UTC), 0, time.UTC, time.Date(1959, 12, 31, 23, 0, 0, 0, time.UTC), 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := segment.RFM(stream(segment.Purchase[int]{Customer: 1, At: test.at, Minor: 5}),
				segment.Options{AsOf: test.asOf, WindowDays: test.window, Zone: test.zone})
			require.NoError(t, err)
			if test.recency < 0 {
				require.Empty(t, result.Rows)
				require.Equal(t, 1, result.Counts.Future+result.Counts.Outside)
				return
			}
			require.Len(t, result.Rows, 1)
			require.Equal(t, test.recency, result.Rows[0].Recency)
		})
	}
}

// On the day when clocks go forward, 23 elapsed hours are a calendar day.
func TestRecencyOverDaylightSaving(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err) // Go carries the time zones itself
	asOf := time.Date(2026, 3, 29, 12, 0, 0, 0, berlin)
	before := time.Date(2026, 3, 28, 12, 30, 0, 0, berlin) // 22.5 elapsed hours
	for zone, days := range map[*time.Location]int{nil: 0, berlin: 1} {
		result, err := segment.RFM(stream(segment.Purchase[int]{At: before}), segment.Options{AsOf: asOf, Zone: zone})
		require.NoError(t, err)
		require.Equal(t, days, result.Rows[0].Recency)
	}
}

func TestRefundsAndZeroOrders(t *testing.T) {
	t.Parallel()
	purchases := stream(
		order("ann", 30, 500), refund("ann", 2, 200), // by the mark
		order("bob", 30, 500), order("bob", 2, -200), // by the sign
		order("cyd", 30, 500), refund("cyd", 2, -200), // by both, once
		order("dan", 30, 100), refund("dan", 2, 300), // more than was paid
		refund("eve", 2, 300),                     // nothing else
		order("fay", 20, 0), order("fay", 40, 50), // an order of zero
	)
	result, err := segment.RFM(purchases, segment.Options{AsOf: noon})
	require.NoError(t, err)
	rows := byCustomer(result)
	for _, name := range []string{"ann", "bob", "cyd"} {
		require.Equal(t, segment.Metrics{Recency: 30, Orders: 1, Total: 300, Last: daysAgo(30)}, rows[name].Metrics, name)
	}
	require.Equal(t, int64(-200), rows["dan"].Total)
	require.NotContains(t, rows, "eve")
	require.Equal(t, segment.Metrics{Recency: 20, Orders: 2, Total: 50, Last: daysAgo(20)}, rows["fay"].Metrics)
	require.Equal(t, segment.Counts{Purchases: 11, Orders: 6, Refunds: 5, Unscored: 1}, result.Counts)

	result, err = segment.RFM(purchases, segment.Options{AsOf: noon, SkipZero: true})
	require.NoError(t, err)
	require.Equal(t, segment.Metrics{Recency: 40, Orders: 1, Total: 50, Last: daysAgo(40)}, byCustomer(result)["fay"].Metrics)
	require.Equal(t, 1, result.Counts.SkippedZero)
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	in := func(currency string) segment.Purchase[string] {
		return segment.Purchase[string]{Customer: "ann", At: daysAgo(1), Minor: 100, Currency: currency}
	}
	double := func(minor int64, currency string, at time.Time) (int64, error) {
		if currency != "USD" || !at.Equal(daysAgo(1)) {
			return 0, errors.New("unexpected arguments")
		}
		return 2 * minor, nil
	}
	tests := []struct {
		name      string
		options   segment.Options
		purchases []segment.Purchase[string]
		total     int64
		base      string
		err       error
	}{
		{"first currency is the base", segment.Options{}, []segment.Purchase[string]{in("CNY"), in(""), in("CNY")}, 300, "CNY", nil},
		{"mixed without converter", segment.Options{}, []segment.Purchase[string]{in("CNY"), in("USD")}, 0, "", segment.ErrCurrency},
		{"not the base", segment.Options{Currency: "CNY"}, []segment.Purchase[string]{in("USD")}, 0, "", segment.ErrCurrency},
		{"converted", segment.Options{Currency: "CNY", Convert: double}, []segment.Purchase[string]{in("CNY"), in("USD")}, 300, "CNY", nil},
		{"none at all", segment.Options{}, []segment.Purchase[string]{in("")}, 100, "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.options.AsOf = noon
			result, err := segment.RFM(stream(test.purchases...), test.options)
			require.ErrorIs(t, err, test.err)
			if test.err == nil {
				require.Equal(t, test.total, result.Rows[0].Total)
				require.Equal(t, test.base, result.Currency)
			}
		})
	}
}

// A purchase that does not count needs no rate.
func TestIgnoredPurchaseIsNotConverted(t *testing.T) {
	t.Parallel()
	result, err := segment.RFM(
		stream(segment.Purchase[int]{At: noon.Add(time.Hour), Minor: 1, Currency: "USD"}),
		segment.Options{AsOf: noon, Currency: "CNY"})
	require.NoError(t, err)
	require.Equal(t, segment.Counts{Purchases: 1, Future: 1}, result.Counts)
}

func TestPurchaseErrorNamesTheRow(t *testing.T) {
	t.Parallel()
	_, err := segment.RFM(stream(order("ann", 1, 5), segment.Purchase[string]{Customer: "bob"}), segment.Options{AsOf: noon})
	require.ErrorIs(t, err, segment.ErrInvalid)
	var refused *segment.PurchaseError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 2, refused.Row)
	require.Equal(t, "bob", refused.Customer)
	require.ErrorContains(t, err, "segment: purchase 2 of customer bob: invalid: the moment At is missing")
}

func TestSequenceErrorEndsTheComputation(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection lost")
	var purchases iter.Seq2[segment.Purchase[int], error] = func(yield func(segment.Purchase[int], error) bool) {
		require.False(t, yield(segment.Purchase[int]{}, broken), "asked for more after an error")
	}
	_, err := segment.RFM(purchases, segment.Options{AsOf: noon})
	require.ErrorIs(t, err, broken)
}

func TestNothingToScore(t *testing.T) {
	t.Parallel()
	for _, purchases := range []iter.Seq2[segment.Purchase[string], error]{nil, stream[string]()} {
		result, err := segment.RFM(purchases, segment.Options{AsOf: noon})
		require.NoError(t, err)
		require.Empty(t, result.Rows)
		require.Empty(t, result.Thresholds)
		require.Equal(t, 5, result.Bins)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	convert := func(minor int64, _ string, _ time.Time) (int64, error) { return minor, nil }
	limits := func(r, f, m []int64) *segment.Thresholds {
		return &segment.Thresholds{Recency: r, Orders: f, Monetary: m}
	}
	tests := map[string]segment.Options{
		"Options.AsOf":        {},
		"Options.WindowDays":  {AsOf: noon, WindowDays: -1},
		"Options.Currency":    {AsOf: noon, Convert: convert},
		"Scoring.Bins":        {AsOf: noon, Scoring: segment.Scoring{Bins: 11}},
		"Scoring.Method":      {AsOf: noon, Scoring: segment.Scoring{Method: 3}},
		"Thresholds.Orders":   {AsOf: noon, Scoring: segment.Scoring{Thresholds: limits([]int64{1, 2}, []int64{1}, []int64{1, 2})}},
		"Thresholds.Monetary": {AsOf: noon, Scoring: segment.Scoring{Thresholds: limits([]int64{1, 2}, []int64{1, 2}, []int64{2, 1})}},
	}
	for what, options := range tests {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, err := segment.RFM(stream[int](), options)
			require.ErrorIs(t, err, segment.ErrInvalid)
			var invalid *segment.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, what, invalid.What)
			require.NotEmpty(t, invalid.Why)
		})
	}
}

func TestOverflowIsReportedAndKept(t *testing.T) {
	t.Parallel()
	a, err := segment.NewAccumulator[string](segment.Options{AsOf: noon})
	require.NoError(t, err)
	require.NoError(t, a.Add(order("ann", 1, math.MaxInt64)))
	require.NoError(t, a.Add(order("ann", 2, 1)), "sums are made in batches")
	_, err = a.Result()
	require.ErrorIs(t, err, segment.ErrOverflow)
	var refused *segment.PurchaseError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 2, refused.Row)
	require.ErrorIs(t, a.Add(order("bob", 1, 1)), segment.ErrOverflow)

	_, err = segment.RFM(stream(refund("ann", 1, math.MaxInt64), refund("ann", 1, math.MaxInt64)), segment.Options{AsOf: noon})
	require.ErrorIs(t, err, segment.ErrOverflow)
	_, err = segment.RFM(stream(order("ann", 1, math.MaxInt64)), segment.Options{AsOf: noon})
	require.ErrorIs(t, err, segment.ErrOverflow, "no threshold would fit above")
	result, err := segment.RFM(stream(order("ann", 1, math.MinInt64), order("ann", 1, 3)), segment.Options{AsOf: noon})
	require.NoError(t, err)
	require.Equal(t, int64(math.MinInt64+3), result.Rows[0].Total)
}

func TestMeanRoundsHalfToEven(t *testing.T) {
	t.Parallel()
	tests := []struct{ total, orders, mean int64 }{
		{5, 2, 2}, {7, 2, 4}, {-5, 2, -2}, {-7, 2, -4}, {10, 3, 3}, {11, 3, 4}, {-10, 3, -3}, {-11, 3, -4},
		{0, 3, 0}, {5, 0, 0}, {math.MinInt64, 1, math.MinInt64}, {math.MaxInt64, math.MaxInt64, 1},
		{math.MinInt64, math.MaxInt64, -1},
	}
	for _, test := range tests {
		require.Equal(t, test.mean, segment.Metrics{Orders: int(test.orders), Total: test.total}.Mean(), "%+v", test)
	}
}
