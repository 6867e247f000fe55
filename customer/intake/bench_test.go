package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// benchFile is a customer file of so many rows, about 130 bytes each.
func benchFile(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("客户编号,客户名称,手机,邮箱,公司,性别,生日,标签,城市,地址,来源,注册时间\n")
	for i := range rows {
		fmt.Fprintf(&b, "C%06d,王丽%d,138-0013-%04d,user%d@example.cn,示例科技有限公司,女,1990-05-%02d,VIP;新客,杭州,\"文三路%d号, 2单元\",网站,2025-01-02 15:04:05\n",
			i, i, i%10000, i, i%28+1, i%999)
	}
	return b.Bytes()
}

// BenchmarkCSV sets the steps of an import beside encoding/csv alone, over the
// same 20,000 rows.
func BenchmarkCSV(b *testing.B) {
	const rows = 20_000
	raw := benchFile(rows)
	steps := []struct {
		name string
		read func(testing.TB, io.Reader)
	}{
		{"encoding_csv", readPlain},
		{"Rows", readRows},
		{"Run_text", func(t testing.TB, r io.Reader) { runAll(t, r, textTargets()) }},
		{"Run_customers", func(t testing.TB, r io.Reader) { runAll(t, r, CustomerTargets(Format{})) }},
	}
	for _, step := range steps {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				step.read(b, bytes.NewReader(raw))
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// readPlain reads with encoding/csv alone.
func readPlain(t testing.TB, r io.Reader) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	for {
		_, err := in.Read()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}

// readRows reads the rows of a File, without a mapping.
func readRows(t testing.TB, r io.Reader) {
	f, err := NewCSV(r, TextOptions{})
	require.NoError(t, err)
	for _, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// textTargets are the customer targets without their parsers.
func textTargets() []Target {
	targets := CustomerTargets(Format{})
	for i := range targets {
		targets[i].Parse = nil
	}
	return targets
}

// runAll imports every row.
func runAll(t testing.TB, r io.Reader, targets []Target) {
	f, err := NewCSV(r, TextOptions{})
	require.NoError(t, err)
	report, err := Run(t.Context(), f, mapped(t, f, targets), Options{}, func(context.Context, []Record) ([]Rejection, error) { return nil, nil })
	require.NoError(t, err)
	require.Zero(t, report.Rejected)
}
