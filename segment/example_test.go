package segment_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/clientele-go/clientele/segment"
)

// A shop's orders in fen, and one refund.
func shop() []segment.Purchase[string] {
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 10, 0, 0, 0, time.UTC) }
	return []segment.Purchase[string]{
		{Customer: "ann", At: day(2, 26), Minor: 19900, Currency: "CNY"},
		{Customer: "ann", At: day(1, 10), Minor: 25900, Currency: "CNY"},
		{Customer: "ann", At: day(1, 3), Minor: 9900, Currency: "CNY"},
		{Customer: "bob", At: day(2, 20), Minor: 5900, Currency: "CNY"},
		{Customer: "bob", At: day(2, 22), Minor: 1900, Currency: "CNY", Refund: true},
		{Customer: "cyd", At: day(1, 2), Minor: 89900, Currency: "CNY"},
	}
}

func ExampleRFM() {
	result, err := segment.RFM(stream(shop()...), segment.Options{
		AsOf:       time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		WindowDays: 365,
		Scoring:    segment.Scoring{Bins: 3},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range result.Rows {
		fmt.Printf("%s: %d days, %d orders, %s %s, score %v\n", row.Customer, row.Recency, row.Orders,
			segment.FromMinor(row.Total, result.Currency).StringFixed(2), result.Currency, row.Score)
	}
	// Output:
	// ann: 2 days, 3 orders, 557.00 CNY, score 332
	// bob: 8 days, 1 orders, 40.00 CNY, score 211
	// cyd: 57 days, 1 orders, 899.00 CNY, score 113
}

func ExampleResult_Report() {
	result, err := segment.RFM(stream(shop()...), segment.Options{
		AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Scoring: segment.Scoring{Thresholds: &segment.Thresholds{
			Recency:  []int64{30},    // days: below is recent
			Orders:   []int64{2},     // orders: from here on is often
			Monetary: []int64{50000}, // fen: from here on is much
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := result.Report(segment.Map{Bins: 2, Rules: []segment.Rule{
		{Name: "regulars", Labels: map[segment.Language]string{"zh": "常客"}, R: segment.Range{Min: 2, Max: 2}, F: segment.Range{Min: 2, Max: 2}},
		{Name: "wake up", Labels: map[segment.Language]string{"zh": "待唤醒"}, R: segment.Range{Min: 1, Max: 1}, M: segment.Range{Min: 2, Max: 2}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report.Table(segment.English))
	// Output:
	// Segment   Customers  Customers %  Orders  Revenue CNY  Revenue %  Per order
	// ---------------------------------------------------------------------------
	// regulars          1         33.3       3       557.00       37.2     185.67
	// wake up           1         33.3       1       899.00       60.1     899.00
	// Others            1         33.3       1        40.00        2.7      40.00
	// Total             3        100.0       5     1,496.00      100.0     299.20
}

func ExampleAccumulator() {
	options := segment.Options{AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	shards := [][]segment.Purchase[string]{shop()[:3], shop()[3:]}
	whole, err := segment.NewAccumulator[string](options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, shard := range shards { // or each in a goroutine of its own
		part, _ := segment.NewAccumulator[string](options)
		for _, p := range shard {
			if err := part.Add(p); err != nil {
				fmt.Println(err)
				return
			}
		}
		if err := whole.Merge(part); err != nil {
			fmt.Println(err)
			return
		}
	}
	result, err := whole.Result()
	fmt.Println(len(result.Rows), "customers,", result.Counts.Orders, "orders,", result.Counts.Refunds, "refund", err)
	// Output: 3 customers, 5 orders, 1 refund <nil>
}

// Scores of later customers on the scale of an earlier day.
func ExampleThresholds() {
	options := segment.Options{AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Scoring: segment.Scoring{Bins: 3}}
	before, err := segment.RFM(stream(shop()...), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	options.AsOf = options.AsOf.AddDate(0, 1, 0)
	options.Scoring = segment.Scoring{Thresholds: &before.Thresholds}
	after, err := segment.RFM(stream(shop()...), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, row := range after.Rows {
		fmt.Println(row.Customer, before.Rows[i].Score, row.Score)
	}
	// Output:
	// ann 332 232
	// bob 211 211
	// cyd 113 113
}

func ExampleMap_Lint() {
	m, err := segment.ParseMap([]byte(`{"bins": 3, "rules": [
		{"name": "regulars", "r": [2, 3], "f": [2, 3]},
		{"name": "recent",   "r": [2, 3]},
		{"name": "champions", "r": [3, 3], "f": [3, 3], "m": [3, 3]}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Lint())
	// Output:
	// rule 3 (champions): can never match, earlier rules take all its scores
	// 9 scores match no rule, from 111 to 133
}

func ExampleDefaultMap() {
	m := segment.DefaultMap()
	for _, score := range []segment.Score{{R: 5, F: 5, M: 5}, {R: 1, F: 5, M: 4}, {R: 5, F: 1, M: 1}} {
		name := m.Name(score)
		fmt.Println(score, name, m.Label(name, segment.Chinese))
	}
	data, _ := json.Marshal(m.Rules[0])
	fmt.Println(string(data))
	// Output:
	// 555 Champions 重要价值客户
	// 154 Can't Lose Them 重要挽留客户
	// 511 New Customers 新客户
	// {"name":"Champions","labels":{"zh":"重要价值客户"},"r":[4,5],"f":[4,5],"m":[4,5]}
}

func ExampleToMinor() {
	for _, text := range []string{"12.5", "12.345"} {
		minor, err := segment.ToMinor(decimal.RequireFromString(text), "CNY")
		fmt.Println(minor, err)
	}
	// Output:
	// 1250 <nil>
	// 0 segment: 12.345 CNY: amount too precise: the currency has 2 decimals; round the amount first
}

// A computation takes them as segment.Options{Currency: "CNY", Convert: rates.Convert}.
func ExampleRates() {
	rates, err := segment.NewRates("CNY",
		segment.Rate{Currency: "USD", From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Value: decimal.RequireFromString("7.30")},
		segment.Rate{Currency: "USD", From: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), Value: decimal.RequireFromString("7.16")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates.Convert(1000, "USD", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)))
	fmt.Println(rates.Convert(1000, "USD", time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)))
	// Output:
	// 7300 <nil>
	// 7160 <nil>
}

func ExampleHighMediumLow() {
	tiers, err := segment.HighMediumLow(decimal.NewFromInt(80), decimal.NewFromInt(40))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, score := range []string{"80", "79.99", "40", "39.99"} {
		name, _ := tiers.Of(decimal.RequireFromString(score))
		fmt.Println(score, name)
	}
	// Output:
	// 80 high
	// 79.99 medium
	// 40 medium
	// 39.99 low
}

func ExampleSummarize() {
	summaries, err := segment.Summarize(stream(shop()...), segment.SummaryOptions{
		CalibrationEnd: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
		HoldoutEnd:     time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range summaries {
		fmt.Printf("%s x=%d t_x=%d T=%d mean=%.2f holdout=%d\n", s.Customer, s.X, s.Tx, s.T, s.Mean("CNY"), s.Holdout)
	}
	// Output:
	// ann x=1 t_x=7 T=28 mean=259.00 holdout=1
	// cyd x=0 t_x=0 T=29 mean=0.00 holdout=0
}
