package intake

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// importSample imports a file of the quickstart. Its README states the counts
// that the tests below expect.
func importSample(t *testing.T, name string, targets []Target) (Report, []Record) {
	t.Helper()
	in, err := os.Open("../../examples/quickstart/sample/" + name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	f, err := NewCSV(in, TextOptions{})
	require.NoError(t, err)
	var got []Record
	report, err := Run(t.Context(), f, mapped(t, f, targets), Options{}, collect(&got))
	require.NoError(t, err)
	return report, got
}

// count returns how many records fit.
func count(list []Record, fits func(Record) bool) int {
	n := 0
	for _, rec := range list {
		if fits(rec) {
			n++
		}
	}
	return n
}

func TestSample_Customers(t *testing.T) {
	t.Parallel()
	report, got := importSample(t, "customers.csv", CustomerTargets(Format{}))
	require.Equal(t, [3]int64{120, 117, 3}, [3]int64{report.Read, report.Accepted, report.Rejected})
	require.Equal(t, []string{"微信"}, report.Unmapped)
	var rejected []string
	for _, r := range report.Rejections {
		rejected = append(rejected, r.Column+" "+r.Value)
	}
	require.Equal(t, []string{"手机 1.38E+10", "生日 1991-02-30", "客户名称 "}, rejected)

	require.Equal(t, 10, count(got, func(r Record) bool { return r.Text("phone") == "" }))
	require.Equal(t, 15, count(got, func(r Record) bool { return r.Text("email") == "" }))
	require.Equal(t, 40, count(got, func(r Record) bool { return r.Value("tags") != nil }))
	require.Equal(t, 27, count(got, func(r Record) bool { tags, _ := Get[[]string](r, "tags"); return len(tags) == 2 }))
	require.Equal(t, 33, count(got, func(r Record) bool { return r.Text("kind") == "企业" }))
	require.Equal(t, 2, count(got, func(r Record) bool { return strings.ToLower(r.Text("email")) != r.Text("email") }))
	require.Equal(t, 3, count(got, func(r Record) bool {
		return narrow(r.Text("name")+r.Text("phone")) != r.Text("name")+r.Text("phone")
	}))
	for _, rec := range got {
		require.Regexp(t, `(?i)(@|\.)example\.(cn|com)$|^$`, rec.Text("email"))
	}
}

func TestSample_Orders(t *testing.T) {
	t.Parallel()
	_, customers := importSample(t, "customers.csv", CustomerTargets(Format{}))
	known := map[string]bool{}
	for _, rec := range customers {
		known[rec.Text("external_id")] = true
	}
	report, got := importSample(t, "orders.csv", OrderTargets(Format{Location: time.FixedZone("", 8*3600)}))
	require.Equal(t, [3]int64{595, 594, 1}, [3]int64{report.Read, report.Accepted, report.Rejected})
	require.Equal(t, []string{"channel", "notes"}, report.Unmapped, "orders have no such fields")
	require.EqualValues(t, 596, report.Rejections[0].Row)
	require.Equal(t, "12,9O", report.Rejections[0].Value)

	require.Equal(t, 6, count(got, func(r Record) bool { return !known[r.Text("customer")] }))
	require.Equal(t, 9, count(got, func(r Record) bool { return r.Text("status") == "已退款" }))
	require.Equal(t, 9, count(got, func(r Record) bool { a, _ := OrderAmount(r); return a.Value.IsNegative() }))
	for currency, n := range map[string]int{"CNY": 386, "USD": 109, "EUR": 99} { // the rejected row is in CNY too
		require.Equal(t, n, count(got, func(r Record) bool { a, err := OrderAmount(r); return err == nil && a.Currency == currency }))
	}
	numbers, buyers := map[string]int64{}, map[string]bool{}
	for _, rec := range got {
		if row, twice := numbers[rec.Text("external_id")]; twice {
			require.Equal(t, [2]int64{303, 307}, [2]int64{row, rec.Row})
		}
		numbers[rec.Text("external_id")] = rec.Row
		buyers[rec.Text("customer")] = buyers[rec.Text("customer")] || known[rec.Text("customer")]
	}
	require.Len(t, numbers, 593)
	require.Len(t, buyers, 94+6)
}
