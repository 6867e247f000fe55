package xlsx_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/stretchr/testify/require"
)

// columns are those of the files below.
var columns = []string{"客户编号", "客户名称", "手机", "邮箱", "公司", "性别", "生日", "标签", "城市", "地址", "来源", "注册时间"}

// person is row i of a file of customers.
func person(i int) []any {
	return []any{fmt.Sprintf("C%06d", i), fmt.Sprint("王丽", i), int64(13800000000 + i), fmt.Sprintf("user%d@example.cn", i), "示例科技有限公司", "女",
		"1990-05-01", "VIP;新客", "杭州", fmt.Sprintf("文三路%d号, 2单元", i%999), "网站", "2025-01-02 15:04:05"}
}

// fileOf writes the first columns of n customers to a file.
func fileOf(t testing.TB, n, wide int, format string) *os.File {
	f, err := os.Create(filepath.Join(t.TempDir(), "people."+format))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	if format == "shared" {
		shareTexts(t, f, n, wide)
		return f
	}
	var table export.Table
	if format == "csv" {
		table, err = export.NewCSV(f, export.GB18030)
	} else {
		table, err = xlsx.NewWriter(f, "people")
	}
	require.NoError(t, err)
	require.NoError(t, table.Header(columns[:wide]))
	for i := range n {
		require.NoError(t, table.Row(person(i)[:wide]))
	}
	require.NoError(t, table.Close())
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	return f
}

// shareTexts writes a workbook as spreadsheet programs do, with every text in the
// part that the sheets share; those of the first two columns are all different.
func shareTexts(t testing.TB, f *os.File, n, wide int) {
	all := make([][]any, 0, n)
	for i := range n {
		all = append(all, person(i)[:wide])
	}
	names := make([]any, wide)
	for i, name := range columns[:wide] {
		names[i] = name
	}
	var sheet, texts strings.Builder
	number := map[string]int{}
	for _, row := range append([][]any{names}, all...) {
		sheet.WriteString("<row>")
		for _, v := range row {
			text, ok := v.(string)
			if !ok {
				fmt.Fprintf(&sheet, "<c><v>%v</v></c>", v)
				continue
			}
			if _, known := number[text]; !known {
				number[text] = len(number)
				texts.WriteString("<si><t>" + text + "</t></si>")
			}
			fmt.Fprintf(&sheet, `<c t="s"><v>%d</v></c>`, number[text])
		}
		sheet.WriteString("</row>")
	}
	_, err := f.Write(bookXML("sheet1", sheet.String(), texts.String()))
	require.NoError(t, err)
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
}

// sourceOf opens a file.
func sourceOf(t testing.TB, f *os.File, format string) intake.Source {
	if format == "csv" {
		src, err := intake.NewCSV(f, intake.TextOptions{})
		require.NoError(t, err)
		return src
	}
	info, err := f.Stat()
	require.NoError(t, err)
	src, err := xlsx.Open(f, info.Size(), xlsx.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, src.Close()) })
	return src
}

func take(context.Context, []intake.Record) ([]intake.Rejection, error) { return nil, nil }

// narrow is how many columns the files of this test have: enough to see whether
// memory grows, and few enough to be quick.
const narrow = 4

// peak imports a file of n rows and returns the most memory that was alive.
func peak(t testing.TB, n int, format string) uint64 {
	src := sourceOf(t, fileOf(t, n, narrow, format), format)
	m, err := intake.Map(src.Header(), intake.CustomerTargets(intake.Format{}), nil)
	require.NoError(t, err)
	most, rows := uint64(0), 0
	check := func(intake.Record) error {
		if rows++; rows%5000 == 0 {
			var s runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&s)
			most = max(most, s.HeapAlloc)
		}
		return nil
	}
	report, err := intake.Run(t.Context(), src, m, intake.Options{Check: check}, take)
	require.NoError(t, err)
	require.EqualValues(t, n, report.Accepted)
	return most
}

// 100,000 rows take no more memory than 10,000, but for up to 64 bytes for each of
// the 270,000 more texts that the sheet of shared ones has. Not parallel: others allocate too.
func TestImport_MemoryDoesNotGrowWithTheFile(t *testing.T) {
	withoutDetector(t)
	for format, more := range map[string]uint64{"csv": 2 << 20, "xlsx": 2 << 20, "shared": 2<<20 + 270_000*64} {
		few, many := peak(t, 10_000, format), peak(t, 100_000, format)
		t.Logf("%s: %d KiB alive at 10,000 rows, %d KiB at 100,000", format, few>>10, many>>10)
		require.Less(t, many, few+more, format)
	}
}

// BenchmarkImport sets both formats beside encoding/csv alone, over the same
// 20,000 rows of 12 columns.
func BenchmarkImport(b *testing.B) {
	const n = 20_000
	bench := func(name, format string, read func(f *os.File)) {
		b.Run(name, func(b *testing.B) {
			f := fileOf(b, n, len(columns), format)
			b.ReportAllocs()
			for b.Loop() {
				_, err := f.Seek(0, io.SeekStart)
				require.NoError(b, err)
				read(f)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	run := func(format string) func(f *os.File) {
		return func(f *os.File) {
			src := sourceOf(b, f, format)
			m, err := intake.Map(src.Header(), intake.CustomerTargets(intake.Format{}), nil)
			require.NoError(b, err)
			_, err = intake.Run(b.Context(), src, m, intake.Options{}, take)
			require.NoError(b, err)
		}
	}
	bench("encoding_csv", "csv", func(f *os.File) {
		in := csv.NewReader(f)
		in.ReuseRecord, in.LazyQuotes = true, true
		for {
			if _, err := in.Read(); err == io.EOF {
				return
			}
		}
	})
	bench("csv_gb18030", "csv", run("csv"))
	bench("xlsx_rows", "xlsx", func(f *os.File) {
		for _, err := range sourceOf(b, f, "xlsx").Rows() {
			require.NoError(b, err)
		}
	})
	bench("xlsx", "xlsx", run("xlsx"))
	bench("write_xlsx", "csv", func(*os.File) {
		w, err := xlsx.NewWriter(io.Discard, "x")
		require.NoError(b, err)
		for i := range n {
			require.NoError(b, w.Row(person(i)))
		}
		require.NoError(b, w.Close())
	})
}
