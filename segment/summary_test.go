package segment_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clientele-go/clientele/segment"
)

// day parses "2015-01-31".
func day(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return at
}

// cdnow reads the one-tenth sample of the CDNOW purchases.
func cdnow(t *testing.T) []segment.Purchase[int] {
	t.Helper()
	var purchases []segment.Purchase[int]
	for line := range strings.Lines(openData(t, "cdnow/CDNOW_sample.txt")) {
		fields := strings.Fields(line)
		customer, err := strconv.Atoi(fields[1])
		require.NoError(t, err)
		at, err := time.Parse("20060102", fields[2])
		require.NoError(t, err)
		minor, err := segment.ToMinor(decimal.RequireFromString(fields[4]), "USD")
		require.NoError(t, err)
		purchases = append(purchases, segment.Purchase[int]{Customer: customer, At: at, Minor: minor, Currency: "USD"})
	}
	require.Len(t, purchases, 6919)
	return purchases
}

// All customers of the sample against the reference table: x, t_x, T, m_x and
// the purchases of the 39-week holdout.
func TestSummarize_CDNOW(t *testing.T) {
	t.Parallel()
	summaries, err := segment.Summarize(stream(cdnow(t)...), segment.SummaryOptions{
		CalibrationEnd: day(t, "1997-09-30"), HoldoutEnd: day(t, "1998-06-30"),
	})
	require.NoError(t, err)
	require.Len(t, summaries, 2357)
	byID := map[int]segment.Summary[int]{}
	var repeats, holdout int
	for _, s := range summaries {
		byID[s.Customer] = s
		repeats += s.X
		holdout += s.Holdout
	}
	require.Equal(t, 2457, repeats)
	require.Equal(t, 1882, holdout)

	for _, line := range dataCSV(t, "golden_cdnow_customers.csv") {
		id, err := strconv.Atoi(line[0])
		require.NoError(t, err)
		s := byID[id]
		got := []string{strconv.Itoa(s.X), strconv.Itoa(s.Tx), strconv.Itoa(s.T), strconv.Itoa(s.Holdout)}
		require.Equal(t, []string{line[1], line[2], line[3], line[5]}, got, "customer %d", id)
		mean, err := strconv.ParseFloat(line[4], 64)
		require.NoError(t, err)
		require.InDelta(t, mean, s.Mean("USD"), 1e-12*mean, "customer %d", id)
	}
	busiest := byID[1516]
	require.Equal(t, []int{26, 216, 217}, []int{busiest.X, busiest.Tx, busiest.T})
}

// Published figures of m_x over the customers with repeats: Fader, Hardie and
// Lee (2005), "RFM and CLV".
func TestSummarize_CDNOWMeans(t *testing.T) {
	t.Parallel()
	summaries, err := segment.Summarize(stream(cdnow(t)...), segment.SummaryOptions{CalibrationEnd: day(t, "1997-09-30")})
	require.NoError(t, err)
	var n, sum, squares, largest float64
	smallest := math.Inf(1)
	for _, s := range summaries {
		require.Zero(t, s.Holdout)
		if s.X == 0 {
			require.Zero(t, s.Mean("USD"))
			continue
		}
		m := s.Mean("USD")
		n, sum, squares = n+1, sum+m, squares+m*m
		smallest, largest = min(smallest, m), max(largest, m)
	}
	mean := sum / n
	got := []float64{n, mean, math.Sqrt((squares - n*mean*mean) / (n - 1)), smallest, largest}
	for i, want := range []float64{946, 35, 30, 3, 300} {
		require.Equal(t, want, math.Round(got[i]))
	}
}

// smallLog is the log of the test-suite of the Python package lifetimes.
const smallLog = `
1 2015-01-01 1
1 2015-02-06 2
2 2015-01-01 2
3 2015-01-01 3
3 2015-01-02 1
3 2015-01-05 5
4 2015-01-16 6
4 2015-02-02 3
4 2015-02-05 3
5 2015-01-16 3
5 2015-01-17 1
5 2015-01-18 8
6 2015-02-02 5`

func parseLog(t testing.TB, text string) []segment.Purchase[int] {
	t.Helper()
	var purchases []segment.Purchase[int]
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fields := strings.Fields(line)
		id, err := strconv.Atoi(fields[0])
		require.NoError(t, err)
		units, err := strconv.ParseInt(fields[2], 10, 64)
		require.NoError(t, err)
		purchases = append(purchases, segment.Purchase[int]{Customer: id, At: day(t, fields[1]), Minor: 100 * units})
	}
	return purchases
}

func TestSummarize_SmallTable(t *testing.T) {
	t.Parallel()
	type line struct {
		x, tx, t int
		mean     float64
	}
	const more = "\n4 2015-02-05 6" // a second order on the day of the third
	tests := []struct {
		name   string
		log    string
		weekly bool
		want   []line
	}{
		{"daily", smallLog, false, []line{{1, 36, 37, 2}, {0, 0, 37, 0}, {2, 4, 37, 3}, {2, 20, 22, 3}, {2, 2, 22, 4.5}, {0, 0, 5, 0}}},
		{"daily, same day merged", smallLog + more, false, []line{{1, 36, 37, 2}, {0, 0, 37, 0}, {2, 4, 37, 3}, {2, 20, 22, 6}, {2, 2, 22, 4.5}, {0, 0, 5, 0}}},
		{"weekly", smallLog, true, []line{{1, 5, 5, 2}, {0, 0, 5, 0}, {1, 1, 5, 5}, {1, 3, 3, 6}, {0, 0, 3, 0}, {0, 0, 0, 0}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			summaries, err := segment.Summarize(stream(parseLog(t, test.log)...),
				segment.SummaryOptions{CalibrationEnd: day(t, "2015-02-07"), Weekly: test.weekly})
			require.NoError(t, err)
			var got []line
			for _, s := range summaries {
				got = append(got, line{s.X, s.Tx, s.T, s.Mean("USD")})
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestSummarize_Holdout(t *testing.T) {
	t.Parallel()
	summaries, err := segment.Summarize(stream(parseLog(t, smallLog)...),
		segment.SummaryOptions{CalibrationEnd: day(t, "2015-02-01"), HoldoutEnd: day(t, "2015-02-07")})
	require.NoError(t, err)
	require.Len(t, summaries, 5, "customer 6 first bought in the holdout")
	wantMean, wantHoldout := []float64{0, 0, 3, 0, 4.5}, []int64{200, 0, 0, 600, 0}
	for i, s := range summaries {
		require.Equal(t, wantMean[i], s.Mean("USD"))
		require.Equal(t, wantHoldout[i], s.HoldoutMinor)
	}
	summaries, err = segment.Summarize(stream(parseLog(t, smallLog)...),
		segment.SummaryOptions{CalibrationEnd: day(t, "2015-02-01"), HoldoutEnd: day(t, "2015-02-04")})
	require.NoError(t, err)
	require.Equal(t, 0, summaries[0].Holdout)
	require.Equal(t, 1, summaries[3].Holdout)
}

// An hour over midnight is one day or two, as the zone has it.
func TestSummarize_Zone(t *testing.T) {
	t.Parallel()
	purchases := stream(
		segment.Purchase[int]{At: time.Date(2026, 1, 1, 15, 30, 0, 0, time.UTC), Minor: 1},
		segment.Purchase[int]{At: time.Date(2026, 1, 1, 16, 30, 0, 0, time.UTC), Minor: 1})
	for zone, x := range map[*time.Location]int{nil: 0, time.FixedZone("UTC+8", 8*3600): 1} {
		summaries, err := segment.Summarize(purchases, segment.SummaryOptions{CalibrationEnd: day(t, "2026-01-31"), Zone: zone})
		require.NoError(t, err)
		require.Equal(t, x, summaries[0].X)
	}
}

func TestSummarize_Refunds(t *testing.T) {
	t.Parallel()
	back := func(p segment.Purchase[int]) segment.Purchase[int] { p.Refund = true; return p }
	log := parseLog(t, `
1 2026-01-01 10
1 2026-01-05 20
1 2026-01-09 30
1 2026-01-20 40
2 2026-01-03 5`)
	refunds := parseLog(t, `
1 2026-01-05 1
1 2026-01-07 2
1 2026-01-15 4
1 2026-01-25 8
2 2026-01-02 3
3 2026-01-02 3`)
	purchases := log
	for _, r := range refunds {
		purchases = append([]segment.Purchase[int]{back(r)}, purchases...)
	}
	summaries, err := segment.Summarize(stream(purchases...),
		segment.SummaryOptions{CalibrationEnd: day(t, "2026-01-10"), HoldoutEnd: day(t, "2026-01-31")})
	require.NoError(t, err)
	require.ElementsMatch(t, []segment.Summary[int]{
		// Of the refunds 1 falls on an order's own day, 2 on a day after it, 4 into
		// the holdout before any order there, and 8 after one.
		{Customer: 1, X: 2, Tx: 8, T: 9, FirstMinor: 1000, RepeatMinor: 4700, Holdout: 1, HoldoutMinor: 3200},
		// A refund before the first order is of an older one.
		{Customer: 2, T: 7, FirstMinor: 500},
	}, summaries)
}

func TestSummarize_ZeroOrders(t *testing.T) {
	t.Parallel()
	log := parseLog(t, "1 2026-01-01 10\n1 2026-01-05 0")
	for skip, x := range map[bool]int{false: 1, true: 0} {
		summaries, err := segment.Summarize(stream(log...), segment.SummaryOptions{CalibrationEnd: day(t, "2026-01-10"), SkipZero: skip})
		require.NoError(t, err)
		require.Equal(t, x, summaries[0].X)
	}
}

func TestSummarize_Errors(t *testing.T) {
	t.Parallel()
	end := day(t, "2026-01-10")
	at := segment.Purchase[int]{At: end}
	priced := func(minor int64, currency string) segment.Purchase[int] {
		return segment.Purchase[int]{At: end, Minor: minor, Currency: currency}
	}
	tests := []struct {
		name      string
		options   segment.SummaryOptions
		purchases []segment.Purchase[int]
		err       error
	}{
		{"no end", segment.SummaryOptions{}, nil, segment.ErrInvalid},
		{"holdout on the last day", segment.SummaryOptions{CalibrationEnd: end, HoldoutEnd: end.Add(time.Hour)}, nil, segment.ErrInvalid},
		{"converter without currency", segment.SummaryOptions{CalibrationEnd: end, Convert: func(m int64, _ string, _ time.Time) (int64, error) { return m, nil }}, nil, segment.ErrInvalid},
		{"no moment", segment.SummaryOptions{CalibrationEnd: end}, []segment.Purchase[int]{at, {}}, segment.ErrInvalid},
		{"mixed currencies", segment.SummaryOptions{CalibrationEnd: end}, []segment.Purchase[int]{priced(1, "CNY"), priced(1, "USD")}, segment.ErrCurrency},
		{"overflow in a day", segment.SummaryOptions{CalibrationEnd: end}, []segment.Purchase[int]{priced(math.MaxInt64, ""), priced(1, "")}, segment.ErrOverflow},
		{"overflow in a day, apart", segment.SummaryOptions{CalibrationEnd: end}, []segment.Purchase[int]{priced(math.MaxInt64, ""),
			{At: end.AddDate(0, 0, -1)}, priced(1, "")}, segment.ErrOverflow},
		{"overflow of repeats", segment.SummaryOptions{CalibrationEnd: end}, []segment.Purchase[int]{priced(math.MaxInt64, ""),
			{At: end.AddDate(0, 0, -1), Minor: 1}, {At: end.AddDate(0, 0, -2), Minor: 1}}, segment.ErrOverflow},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := segment.Summarize(stream(test.purchases...), test.options)
			require.ErrorIs(t, err, test.err)
		})
	}
	broken := errors.New("connection lost")
	_, err := segment.Summarize(func(yield func(segment.Purchase[int], error) bool) { yield(at, broken) },
		segment.SummaryOptions{CalibrationEnd: end})
	require.ErrorIs(t, err, broken)
	summaries, err := segment.Summarize[int](nil, segment.SummaryOptions{CalibrationEnd: end})
	require.NoError(t, err)
	require.Empty(t, summaries)
}

// The order of rows does not matter, refunds and holdout included.
func TestSummarizeInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		purchases := drawPurchases(t)
		options := segment.SummaryOptions{
			CalibrationEnd: daysAgo(float64(rapid.IntRange(0, 8).Draw(t, "end"))), HoldoutEnd: noon.AddDate(0, 0, 1),
			Weekly: rapid.Bool().Draw(t, "weekly"), SkipZero: rapid.Bool().Draw(t, "skip zero"),
		}
		before := summaryOf(t, purchases, options)
		shuffled := rapid.Permutation(purchases).Draw(t, "shuffled")
		require.Equal(t, before, summaryOf(t, shuffled, options))
		for customer, s := range before {
			require.Equal(t, naiveRepeats(purchases, options, customer), s.X)
			require.True(t, 0 <= s.Tx && s.Tx <= s.T && s.X <= s.Tx, "%+v", s)
		}
	})
}

func summaryOf(t *rapid.T, purchases []segment.Purchase[string], options segment.SummaryOptions) map[string]segment.Summary[string] {
	list, err := segment.Summarize(stream(purchases...), options)
	require.NoError(t, err)
	byName := map[string]segment.Summary[string]{}
	for _, s := range list {
		byName[s.Customer] = s
	}
	return byName
}

// naiveRepeats counts distinct days or weeks with an order, less one.
func naiveRepeats(purchases []segment.Purchase[string], o segment.SummaryOptions, customer string) int {
	periods := map[string]bool{}
	for _, p := range purchases {
		day := p.At.UTC().Format(time.DateOnly)
		if p.Customer != customer || p.Refund || p.Minor < 0 || p.Minor == 0 && o.SkipZero || day > o.CalibrationEnd.UTC().Format(time.DateOnly) {
			continue
		}
		if year, week := p.At.UTC().ISOWeek(); o.Weekly {
			day = strconv.Itoa(100*year + week)
		}
		periods[day] = true
	}
	return len(periods) - 1
}
