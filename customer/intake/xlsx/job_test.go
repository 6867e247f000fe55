package xlsx_test

import (
	"bytes"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/xlsx"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// A spreadsheet with Chinese headers: the run does what the dry run said, again
// changes nothing, and Undo restores the state before.
func TestDED15_Spreadsheet(t *testing.T) {
	raw := workbook(t, func(f *excelize.File) {
		set(t, f, 1, "客户编号", "客户名称", "手机", "生日")
		set(t, f, 2, "C1", "王丽", 13800138000, "1990年5月1日")
		set(t, f, 3, "C2", "张三", "1.38E+10")
		set(t, f, 4, "C3", "李四", "010-62345678转8001")
		styled(t, f, "D4", "yyyy-mm-dd", 33000)
	})
	adapters.Each(t, append(customer.Kinds(), intake.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		by := storage.By("user:ann", "import")
		book := &intake.Book{Source: "shop"}
		im := &intake.Importer{Tenant: acme, By: by, Store: book.StoreCustomers, Options: intake.Options{MaxRejectedShare: 1}}
		input := func() intake.Input {
			r := open(t, raw, xlsx.Options{})
			m, err := intake.Map(r.Header(), intake.CustomerTargets(intake.Format{}), nil)
			require.NoError(t, err)
			digest, err := intake.Digest(bytes.NewReader(raw))
			require.NoError(t, err)
			return intake.Input{Name: "people.xlsx", Digest: digest, Source: r, Mapping: m}
		}
		count := func() int64 {
			n, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
			require.NoError(t, err)
			return n
		}
		dry, err := im.DryRun(t.Context(), input())
		require.NoError(t, err)
		require.Zero(t, count())
		job, err := im.Begin(t.Context(), input())
		require.NoError(t, err)
		report, err := im.Run(t.Context(), job.ID, input())
		require.NoError(t, err)
		require.Equal(t, dry, report)
		require.EqualValues(t, 2, report.Accepted)
		require.EqualValues(t, 2, count())
		again, err := im.Begin(t.Context(), input())
		require.NoError(t, err)
		_, err = im.Run(t.Context(), again.ID, input())
		require.NoError(t, err)
		require.EqualValues(t, 2, count())
		_, err = intake.Undo(t.Context(), acme, by, job.ID)
		require.NoError(t, err)
		require.Zero(t, count())
	})
}
