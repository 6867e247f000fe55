package clientele_test

import (
	"strings"
	"testing"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A job imports, a merge follows, and the same file comes again, under the watches
// that Open sets: the duplicate stays gone, orders of either number are the survivor's,
// a tag given by hand stays, and a refund leaves nothing.
func TestOpen_ImportAgainAfterAMerge(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := clientele.Open(memory.New())
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("import"))
	book := &intake.Book{Source: "shop", Currency: "CNY"}
	run := func(text string, targets []intake.Target, im *intake.Importer) {
		file, err := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
		require.NoError(t, err)
		mapping, err := intake.Map(file.Header(), targets, nil)
		require.NoError(t, err)
		im.Tenant, im.By = desk.Records(), desk.By("import")
		job, err := im.Begin(ctx, intake.Input{Source: file, Mapping: mapping})
		require.NoError(t, err)
		report, err := im.Run(ctx, job.ID, intake.Input{Source: file, Mapping: mapping})
		require.NoError(t, err)
		require.Zero(t, report.Rejected, report)
	}
	customers := func() {
		run("客户编号,姓名,手机,标签\n1,王丽,13800138000,甲\n2,Wang Li,13800138000,乙\n", intake.CustomerTargets(intake.Format{}), &intake.Importer{Store: book.StoreCustomers})
	}
	orders := func(rows string) {
		run("订单号,客户编号,下单时间,金额,状态\n"+rows, intake.OrderTargets(intake.Format{}), &intake.Importer{Store: book.StoreOrders})
	}
	find := func(number string) *customer.Customer {
		c, err := customer.FindByExternalID(ctx, desk.Records(), "shop", number)
		require.NoError(t, err)
		return c
	}
	customers()
	survivor, other := find("1"), find("2")
	require.NoError(t, desk.Update(ctx, "merge", func(tx *storage.Tx) error {
		_, err := merge.Merge(ctx, tx, merge.Request{Survivor: survivor.ID, Others: []uuid.UUID{other.ID}})
		return err
	}))
	require.NoError(t, desk.Update(ctx, "tag", func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(ctx, tx, survivor.ID)
		if err != nil {
			return err
		}
		c.Tags = append(c.Tags, "手")
		return customer.Kind.Put(ctx, tx, c)
	}))
	for range 2 {
		customers()
		orders("A1,2,2026-01-05,100,已付款\nA2,1,2026-01-05,30,已付款\n")
		orders("A1,2,2026-01-05,100,已退款\n")
	}
	n, err := customer.Kind.Count(ctx, desk.Records(), storage.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.Equal(t, survivor.ID, find("2").ID)
	require.Equal(t, "王丽", find("2").Name)
	require.Equal(t, []string{"乙", "手", "甲"}, find("1").Tags)
	spend, err := value.Of(ctx, desk.Records(), survivor.ID, value.Options{Currency: "CNY"})
	require.NoError(t, err)
	require.Equal(t, []string{"130 CNY", "100 CNY", "30 CNY"}, []string{spend.Gross.String(), spend.Refunded.String(), spend.Net().String()})
}
