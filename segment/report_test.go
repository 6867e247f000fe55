package segment_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

// smallResult is five customers with fixed thresholds, so that their segments
// can be told by eye.
func smallResult(t *testing.T) *segment.Result[string] {
	t.Helper()
	purchases := []segment.Purchase[string]{
		order("ann", 1, 500000), order("ann", 20, 350000), order("ann", 30, 150000),
		order("bob", 2, 9000),
		order("cyd", 200, 120000), order("cyd", 210, 80000), order("cyd", 220, 34567),
		order("dan", 300, 2500), order("eve", 300, 7500),
	}
	purchases[0].Currency = "CNY"
	result, err := segment.RFM(stream(purchases...), segment.Options{AsOf: noon, Scoring: segment.Scoring{
		Thresholds: &segment.Thresholds{Recency: []int64{30, 180}, Orders: []int64{2, 3}, Monetary: []int64{10000, 100000}},
	}})
	require.NoError(t, err)
	return result
}

// smallMap fits three bins.
func smallMap() segment.Map {
	r := func(low, high int) segment.Range { return segment.Range{Min: low, Max: high} }
	return segment.Map{Bins: 3, Rules: []segment.Rule{
		{Name: "Champions", Labels: map[segment.Language]string{"zh": "重要价值客户"}, R: r(3, 3), F: r(3, 3)},
		{Name: "New", Labels: map[segment.Language]string{"zh": "新客户"}, R: r(3, 3)},
		{Name: "Win back", Labels: map[segment.Language]string{"zh": "重要挽留客户"}, M: r(3, 3)},
		{Name: "Nobody", Labels: map[segment.Language]string{"zh": "无人"}, R: r(2, 2)},
	}}
}

func TestReportTable(t *testing.T) {
	t.Parallel()
	report, err := smallResult(t).Report(smallMap())
	require.NoError(t, err)
	require.Equal(t, `Segment    Customers  Customers %  Orders  Revenue CNY  Revenue %  Per order
----------------------------------------------------------------------------
Champions          1         20.0       3    10,000.00       79.8   3,333.33
New                1         20.0       1        90.00        0.7      90.00
Win back           1         20.0       3     2,345.67       18.7     781.89
Nobody             0          0.0       0         0.00        0.0          -
Others             2         40.0       2       100.00        0.8      50.00
Total              5        100.0       9    12,535.67      100.0   1,392.85
`, report.Table(segment.English))
	require.Equal(t, `客户分群      客户数  客户占比  订单数  销售额 CNY  销售占比    客单价
----------------------------------------------------------------------
重要价值客户       1      20.0       3   10,000.00      79.8  3,333.33
新客户             1      20.0       1       90.00       0.7     90.00
重要挽留客户       1      20.0       3    2,345.67      18.7    781.89
无人               0       0.0       0        0.00       0.0         -
其他客户           2      40.0       2      100.00       0.8     50.00
合计               5     100.0       9   12,535.67     100.0  1,392.85
`, report.Table(segment.Chinese))
}

func TestReportWithoutCustomers(t *testing.T) {
	t.Parallel()
	result, err := segment.RFM(stream[string](), segment.Options{AsOf: noon})
	require.NoError(t, err)
	report, err := result.Report(segment.DefaultMap())
	require.NoError(t, err)
	require.Len(t, report.Segments, 11)
	require.Contains(t, report.Table(segment.English), "Champions                    0            -")
}

// Two rules with one name are one segment.
func TestReportJoinsRulesOfOneName(t *testing.T) {
	t.Parallel()
	m := smallMap()
	m.Rules[1].Name = "Win back"
	report, err := smallResult(t).Report(m)
	require.NoError(t, err)
	require.Equal(t, []segment.Group{
		{Name: "Champions", Customers: 1, Orders: 3, Revenue: 1000000},
		{Name: "Win back", Customers: 2, Orders: 4, Revenue: 243567},
		{Name: "Nobody"},
		{Name: "Others", Customers: 2, Orders: 2, Revenue: 10000},
	}, report.Segments)
	require.Equal(t, int64(121784), report.Segments[1].PerCustomer(), "half to even")
}

func TestReportRefuses(t *testing.T) {
	t.Parallel()
	_, err := smallResult(t).Report(segment.DefaultMap())
	require.ErrorIs(t, err, segment.ErrInvalid)
	require.ErrorContains(t, err, "the map is for 5 bins, the scores have 3")
	_, err = smallResult(t).Report(segment.Map{Bins: 3, Rules: []segment.Rule{{}}})
	require.ErrorIs(t, err, segment.ErrInvalid)

	rich, err := segment.RFM(stream(order("a", 1, math.MaxInt64-1), order("b", 1, math.MaxInt64-1)), segment.Options{AsOf: noon})
	require.NoError(t, err)
	_, err = rich.Report(segment.DefaultMap())
	require.ErrorIs(t, err, segment.ErrOverflow)
	_, err = rich.HeatMap()
	require.ErrorIs(t, err, segment.ErrOverflow)

	rich, err = segment.RFM(stream(order("a", 1, math.MaxInt64-1), order("b", 9, math.MaxInt64-1)), segment.Options{AsOf: noon})
	require.NoError(t, err)
	_, err = rich.Report(segment.DefaultMap())
	require.ErrorIs(t, err, segment.ErrOverflow, "in the total, though in no segment")
}

// A name that tries to draw lines of its own stays in its cell.
func TestReportTableKeepsLines(t *testing.T) {
	t.Parallel()
	m := smallMap()
	m.Rules[0].Name = "a\nTotal\x1b[31m"
	report, err := smallResult(t).Report(m)
	require.NoError(t, err)
	table := report.Table(segment.English)
	require.Equal(t, 8, strings.Count(table, "\n"))
	require.NotContains(t, table, "\x1b")
}
