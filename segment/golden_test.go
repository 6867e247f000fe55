package segment_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

// thousand returns the purchases of 1,000 customers, the same ones always: few
// with many orders, most with one or two, some refunds, some outside the window.
func thousand() []segment.Purchase[string] {
	random := rand.New(rand.NewPCG(1, 1000))
	var purchases []segment.Purchase[string]
	for c := range 1000 {
		customer := fmt.Sprintf("customer-%04d", c)
		purchases = append(purchases, order(customer, float64(random.IntN(365)), 100*random.Int64N(500)))
		for range random.IntN(1 + random.IntN(12)) {
			purchases = append(purchases, order(customer, float64(random.IntN(500))+0.5, 1+random.Int64N(99_999)))
		}
		if random.IntN(10) == 0 {
			purchases = append(purchases, refund(customer, float64(random.IntN(365)), random.Int64N(9_999)))
		}
	}
	random.Shuffle(len(purchases), func(i, j int) { purchases[i], purchases[j] = purchases[j], purchases[i] })
	return purchases
}

// The golden file is written from the naive implementation, never from ours.
func TestSEG01_ThousandCustomersEqualGoldenFile(t *testing.T) {
	t.Parallel()
	options := segment.Options{AsOf: noon, WindowDays: 365}
	naive := naiveRFM(thousand(), options)
	require.Len(t, naive, 1000)
	want := scoreTable(naive)
	golden(t, "thousand.csv", want)

	result, err := segment.RFM(stream(thousand()...), options)
	require.NoError(t, err)
	require.Equal(t, string(want), string(scoreTable(byCustomer(result))))
}

// scoreTable writes rows as CSV, by customer.
func scoreTable(rows map[string]segment.Row[string]) []byte {
	var names []string
	for name := range rows {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	fmt.Fprintln(&b, "customer,recency,orders,total,score")
	for _, name := range names {
		r := rows[name]
		fmt.Fprintf(&b, "%s,%d,%d,%d,%v\n", name, r.Recency, r.Orders, r.Total, r.Score)
	}
	return b.Bytes()
}

// rfmPackageOrders reads the example orders of the R package rfm. Their amounts
// are whole units.
func rfmPackageOrders(t *testing.T) []segment.Purchase[string] {
	t.Helper()
	var purchases []segment.Purchase[string]
	for _, line := range dataCSV(t, "rfm/rfm_data_orders.csv") {
		at, err := time.Parse(time.DateOnly, line[1])
		require.NoError(t, err)
		units, err := strconv.ParseInt(line[2], 10, 64)
		require.NoError(t, err)
		purchases = append(purchases, segment.Purchase[string]{Customer: line[0], At: at, Minor: 100 * units, Currency: "USD"})
	}
	require.Len(t, purchases, 4906)
	return purchases
}

// rfmPackageResult scores those orders on the analysis date of its manual.
func rfmPackageResult(t *testing.T, scoring segment.Scoring) *segment.Result[string] {
	t.Helper()
	result, err := segment.RFM(stream(rfmPackageOrders(t)...), segment.Options{
		AsOf: time.Date(2006, 12, 31, 0, 0, 0, 0, time.UTC), Scoring: scoring,
	})
	require.NoError(t, err)
	return result
}

// Every row of the R package's own table: metrics and scores.
func TestRPackage_TableRowForRow(t *testing.T) {
	t.Parallel()
	result := rfmPackageResult(t, segment.Scoring{Method: segment.RPackage})
	rows := byCustomer(result)
	lines := dataCSV(t, "rfm/golden_rfm_table_order.csv")
	require.Len(t, lines, 995)
	require.Len(t, rows, 995)
	for _, line := range lines {
		r := rows[line[0]]
		got := []string{r.Customer, strconv.Itoa(r.Recency), strconv.Itoa(r.Orders), strconv.FormatInt(r.Total/100, 10),
			strconv.Itoa(r.Score.R), strconv.Itoa(r.Score.F), strconv.Itoa(r.Score.M), r.Score.String()}
		require.Equal(t, line, got)
	}
	require.Equal(t, segment.Thresholds{
		Recency:  []int64{115, 181, 298, 482}, // 297.4 in whole days
		Orders:   []int64{4, 5, 6, 8},
		Monetary: []int64{25580, 38200, 50640, 66600},
	}, result.Thresholds)
}

// How many customers have each score, by the package's limits and by fixed ones.
func TestRPackage_ScoreCounts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		scoring segment.Scoring
		r, f, m [5]int
	}{
		{"quantiles", segment.Scoring{Method: segment.RPackage},
			[5]int{197, 200, 199, 199, 200}, [5]int{268, 187, 176, 244, 120}, [5]int{200, 200, 198, 202, 195}},
		{"fixed", segment.Scoring{Thresholds: &segment.Thresholds{
			Recency: []int64{115, 181, 297, 482}, Orders: []int64{4, 5, 6, 8}, Monetary: []int64{25600, 38200, 50600, 66600}}},
			[5]int{197, 201, 198, 199, 200}, [5]int{268, 187, 176, 244, 120}, [5]int{200, 200, 197, 203, 195}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var r, f, m [5]int
			for _, row := range rfmPackageResult(t, test.scoring).Rows {
				r[row.Score.R-1]++
				f[row.Score.F-1]++
				m[row.Score.M-1]++
			}
			require.Equal(t, test.r, r)
			require.Equal(t, test.f, f)
			require.Equal(t, test.m, m)
		})
	}
}

// rules reads "Champions 4-5 4-5 4-5" lines.
func rules(t *testing.T, text string) segment.Map {
	t.Helper()
	var m segment.Map
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fields := strings.Split(strings.TrimSpace(line), " | ")
		r := segment.Rule{Name: fields[0]}
		for i, target := range []*segment.Range{&r.R, &r.F, &r.M} {
			_, err := fmt.Sscanf(fields[1+i], "%d-%d", &target.Min, &target.Max)
			require.NoError(t, err)
		}
		m.Rules = append(m.Rules, r)
	}
	return m
}

// The map of the R package's manual, version 0.3.0.
const manualMap = `
Champions | 5-5 | 5-5 | 5-5
Potential Loyalist | 3-5 | 3-5 | 2-5
Loyal Customers | 2-4 | 2-4 | 2-4
Promising | 3-4 | 1-3 | 3-5
New Customers | 4-5 | 1-3 | 1-5
Can't Lose Them | 1-2 | 3-4 | 4-5
At Risk | 1-2 | 2-5 | 4-5
Need Attention | 1-3 | 3-5 | 3-5
About To Sleep | 2-3 | 1-3 | 1-4
Lost | 1-1 | 1-5 | 1-5`

// The map of its tests, version 0.2; three rules are shadowed.
const suiteMap = `
Champions | 4-5 | 4-5 | 4-5
Loyal Customers | 2-5 | 3-5 | 3-5
Potential Loyalist | 3-5 | 1-3 | 1-3
New Customers | 4-5 | 1-1 | 1-1
Promising | 3-4 | 1-1 | 1-1
Need Attention | 2-3 | 2-3 | 2-3
About To Sleep | 2-3 | 1-2 | 1-2
At Risk | 1-2 | 2-5 | 2-5
Can't Lose Them | 1-1 | 4-5 | 4-5
Lost | 1-2 | 1-2 | 1-2`

func TestRPackage_Segments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, rules string
		column      int // of the file with every customer's segment
		want        []segment.Group
		perOrder    []int64
	}{
		{"manual", manualMap, 2, []segment.Group{
			{"Champions", 35, 316, 31646}, {"Potential Loyalist", 342, 2211, 204856}, {"Loyal Customers", 170, 799, 76562},
			{"Promising", 9, 28, 4249}, {"New Customers", 104, 329, 28837}, {"Can't Lose Them", 47, 274, 32446},
			{"At Risk", 28, 216, 22227}, {"Need Attention", 10, 57, 4562}, {"About To Sleep", 102, 283, 23449},
			{"Lost", 148, 393, 35324}},
			[]int64{10015, 9265, 9582, 15175, 8765, 11842, 10290, 8004, 8286, 8988}},
		{"test suite", suiteMap, 1, []segment.Group{
			{"Champions", 158, 1234, 120178}, {"Loyal Customers", 278, 1708, 166712}, {"Potential Loyalist", 229, 801, 65873},
			{"New Customers", 0, 0, 0}, {"Promising", 0, 0, 0}, {"Need Attention", 35, 144, 13287},
			{"About To Sleep", 50, 127, 10914}, {"At Risk", 86, 438, 44178}, {"Can't Lose Them", 0, 0, 0},
			{"Lost", 111, 244, 20955}, {"Others", 48, 210, 22061}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := rules(t, test.rules)
			result := rfmPackageResult(t, segment.Scoring{Method: segment.RPackage})
			rows := byCustomer(result)
			for _, line := range dataCSV(t, "rfm/golden_rfm_segments.csv") {
				require.Equal(t, line[test.column], m.Name(rows[line[0]].Score), line[0])
			}
			report, err := result.Report(m)
			require.NoError(t, err)
			for i := range test.want {
				test.want[i].Revenue *= 100
			}
			require.Equal(t, test.want, report.Segments[:len(test.want)])
			for i, mean := range test.perOrder {
				require.Equal(t, mean, report.Segments[i].PerOrder())
			}
			require.Equal(t, 995, report.Total.Customers)
			require.Equal(t, 4906, report.Total.Orders)
		})
	}
}
