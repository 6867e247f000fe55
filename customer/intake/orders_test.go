package intake_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

const orderHeader = "订单号,客户编号,下单时间,金额,状态"

// orders imports rows of orders in CNY, whose customers are added.
func orders(t *testing.T, b *intake.Book, size int, header string, rows ...string) intake.Report {
	t.Helper()
	b.Currency, b.AddCustomers = "CNY", true
	return read(t, header+"\n"+strings.Join(rows, "\n")+"\n", intake.OrderTargets(intake.Format{}), size, b.Orders)
}

// stored lists what is stored of the book's source, sorted: orders as "number total
// refunded status", lines as "number: product quantity amount", and what was paid back
// for an order as "number back amount".
func stored(t *testing.T, b *intake.Book) (list []string) {
	t.Helper()
	numbers, back := map[uuid.UUID]string{}, map[uuid.UUID]decimal.Decimal{}
	for o, err := range customer.Orders.Find(t.Context(), b.Tenant, storage.Query{Where: criteria.Eq("source", b.Source)}) {
		require.NoError(t, err)
		if o.Refunds != uuid.Nil {
			back[o.Refunds] = back[o.Refunds].Add(o.Total.Amount)
			continue
		}
		numbers[o.ID] = o.ExternalID
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", o.ExternalID, o.Total.Amount, o.Refunded, o.Status)))
	}
	for id, amount := range back {
		list = append(list, fmt.Sprintf("%s back %s", numbers[id], amount))
	}
	for l, err := range customer.OrderLines.Find(t.Context(), b.Tenant, storage.Query{}) {
		require.NoError(t, err)
		if number := numbers[l.Order]; number != "" {
			list = append(list, fmt.Sprintf("%s: %s %s %s", number, l.Product, l.Quantity, l.Amount))
		}
	}
	slices.Sort(list)
	return list
}

// inBatches runs a test with batches of several sizes, each in a source of its own.
func inBatches(t *testing.T, sizes []int, test func(t *testing.T, b *intake.Book, size int)) {
	t.Helper()
	onEach(t, func(t *testing.T, b *intake.Book) {
		for _, size := range sizes {
			b := &intake.Book{Tenant: b.Tenant, By: b.By, Source: fmt.Sprint("shop ", size)}
			test(t, b, size)
		}
	})
}

const lineHeader = orderHeader + ",商品,数量,备注"

var basket = []string{
	"A1,1,2026-01-05,100,已付款,奶粉,3,",
	"A1,1,2026-01-05,50,已付款,纸尿裤,1,",
	"A2,1,2026-01-05,30,已付款,奶粉,1,",
	"A1,1,2026-01-05,7,已付款,奶粉,1,the same product again",
	"A2,1,2026-01-05,30,已付款,奶粉,1,", // cell for cell
}

// Rows of one number are the lines of one order, whatever batches they come in, and
// once however often the file is imported.
func TestBook_Lines(t *testing.T) {
	inBatches(t, []int{0, 1, 2, 3}, func(t *testing.T, b *intake.Book, size int) {
		want := []string{"A1 157 0 已付款", "A1: 奶粉 1 7", "A1: 奶粉 3 100", "A1: 纸尿裤 1 50", "A2 30 0 已付款", "A2: 奶粉 1 30"}
		for range 3 {
			report := orders(t, b, size, lineHeader, basket...)
			require.Zero(t, report.Rejected, report)
			require.Equal(t, []string{"备注"}, report.Unmapped)
			require.Equal(t, want, stored(t, b))
		}
		for range 2 { // a later file: another quantity, a new line
			orders(t, b, size, lineHeader, "A1,1,2026-01-05,200,已付款,纸尿裤,4,", "A2,1,2026-01-05,5,已付款,奶嘴,1,")
			require.Equal(t, []string{"A1 307 0 已付款", "A1: 奶粉 1 7", "A1: 奶粉 3 100", "A1: 纸尿裤 4 200", "A2 35 0 已付款", "A2: 奶嘴 1 5", "A2: 奶粉 1 30"}, stored(t, b))
		}
	})
}

// What no order can be made of is rejected with its column.
func TestBook_LinesRefused(t *testing.T) {
	inBatches(t, []int{0, 1}, func(t *testing.T, b *intake.Book, size int) {
		report := orders(t, b, size, lineHeader,
			"A1,1,2026-01-05,100,,奶粉,3,", "A1,1,2026-01-05,10,,,,freight", "A2,1,2026-01-05,10,,,2,",
			"A3,1,2026-01-05,10,,,,", "A3,1,2026-01-05,10,,奶粉,1,", "A3,1,2026-01-05,11,,,,", "A3,1,2026-01-05,10,done,,,")
		columns := map[int64]string{}
		for _, r := range report.Rejections {
			columns[r.Row] = r.Column
		}
		require.Equal(t, map[int64]string{3: "金额", 4: "数量", 6: "金额", 7: "金额"}, columns)
		require.Equal(t, []string{"A1 100 0", "A1: 奶粉 3 100", "A3 10 0 done"}, stored(t, b))
	})
}

func TestBook_TotalInRows(t *testing.T) {
	inBatches(t, []int{0, 1}, func(t *testing.T, b *intake.Book, size int) {
		b.TotalInRows = true
		for range 2 {
			report := orders(t, b, size, lineHeader, "A1,1,2026-01-05,150,,奶粉,3,", "A1,1,2026-01-05,150,,纸尿裤,1,", "A1,1,2026-01-05,151,,奶嘴,1,")
			require.EqualValues(t, 1, report.Rejected)
			require.Equal(t, []string{"A1 150 0", "A1: 奶粉 3 0", "A1: 纸尿裤 1 0"}, stored(t, b))
		}
	})
}

// The lines of an order go with it when the import is undone.
func TestBook_UndoLines(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		b := &intake.Book{Tenant: im.Tenant, Source: "shop", Currency: "CNY", AddCustomers: true}
		im.Store, im.Options.Batch = b.StoreOrders, 2
		run := func(rows ...string) *intake.Job {
			file, err := intake.NewCSV(strings.NewReader(lineHeader+"\n"+strings.Join(rows, "\n")+"\n"), intake.TextOptions{})
			require.NoError(t, err)
			mapping, err := intake.Map(file.Header(), intake.OrderTargets(intake.Format{}), nil)
			require.NoError(t, err)
			in := intake.Input{Source: file, Mapping: mapping}
			job, err := im.Begin(t.Context(), in)
			require.NoError(t, err)
			_, err = im.Run(t.Context(), job.ID, in)
			require.NoError(t, err)
			return job
		}
		undo := func(job *intake.Job) {
			done, err := intake.Undo(t.Context(), im.Tenant, im.By, job.ID)
			require.NoError(t, err)
			for w, err := range intake.Writes.Find(t.Context(), im.Tenant, storage.Query{Where: criteria.Eq("job", job.ID)}) {
				require.NoError(t, err)
				require.Empty(t, w.Kept, w.Kind)
			}
			require.Zero(t, done.Kept)
		}
		undo(run(basket...))
		require.Empty(t, stored(t, b))
		require.Zero(t, count(t, b, customer.Kind))
		run(basket...)
		before := stored(t, b)
		require.Len(t, before, 6)
		undo(run("A1,1,2026-01-05,200,已付款,纸尿裤,4,", "A2,1,2026-01-05,30,已退款,奶粉,1,", "A3,2,2026-01-05,5,,奶嘴,1,"))
		require.Equal(t, before, stored(t, b))
	})
}

// A purchase that turns out to be refunded or closed keeps its amount, and the
// refund stands beside it, once.
func TestBook_PurchasePaidBack(t *testing.T) {
	inBatches(t, []int{0, 1}, func(t *testing.T, b *intake.Book, size int) {
		for i, row := range []string{"100,已退款", "100,退款成功", "100,Refunded", "-100,", "100,交易关闭", "100,Cancelled"} {
			b.Source = fmt.Sprint(size, " ", i)
			orders(t, b, size, orderHeader, "A1,1,2026-01-05,100,已付款")
			_, status, _ := strings.Cut(row, ",")
			for range 2 {
				report := orders(t, b, size, orderHeader, "A1,1,2026-01-06,"+row)
				require.Zero(t, report.Rejected)
				require.Equal(t, []string{"A1 100 100 " + cmp.Or(status, "已付款"), "A1 back -100"}, stored(t, b))
			}
			where := criteria.All(criteria.Eq("source", b.Source), criteria.Eq("external_id", "A1"))
			bought, err := customer.Orders.First(t.Context(), b.Tenant, storage.Query{Where: where})
			require.NoError(t, err)
			require.Equal(t, 5, bought.PlacedAt.Day(), "the day of the purchase")
		}
	})
}

// Refunds in one file with the purchase, in part and line by line, in any batches.
func TestBook_RefundsInOneFile(t *testing.T) {
	cases := map[string]struct {
		header     string
		rows, want []string
	}{
		"in parts": {orderHeader, []string{"A1,1,2026-01-05,100,", "A1,1,2026-01-06,-40,", "A1,1,2026-01-07,-30,"},
			[]string{"A1 100 70", "A1 back -70"}},
		"of a line": {lineHeader, []string{"A1,1,2026-01-05,100,已付款,奶粉,3,", "A1,1,2026-01-05,50,已退款,纸尿裤,1,"},
			[]string{"A1 150 50 已退款", "A1 back -50", "A1: 奶粉 3 100", "A1: 纸尿裤 1 50"}},
		"of the first line": {lineHeader, []string{"A1,1,2026-01-05,50,已退款,纸尿裤,1,", "A1,1,2026-01-05,100,已付款,奶粉,3,"},
			[]string{"A1 150 50 已付款", "A1 back -50", "A1: 奶粉 3 100", "A1: 纸尿裤 1 50"}},
		"void line": {lineHeader, []string{"A1,1,2026-01-05,50,交易关闭,纸尿裤,1,", "A1,1,2026-01-05,100,已付款,奶粉,3,"},
			[]string{"A1 150 50 已付款", "A1 back -50", "A1: 奶粉 3 100", "A1: 纸尿裤 1 50"}},
		"unknown purchase": {lineHeader, []string{"A1,1,2026-01-05,50,已退款,纸尿裤,1,", "A1,1,2026-01-05,100,已退款,奶粉,3,"},
			[]string{"A1 -150 0 已退款", "A1: 奶粉 3 -100", "A1: 纸尿裤 1 -50"}},
		"nothing but void": {lineHeader, []string{"A1,1,2026-01-05,50,待付款,纸尿裤,1,", "A1,1,2026-01-05,100,待付款,奶粉,3,"},
			[]string{"A1 0 0 待付款", "A1: 奶粉 3 100", "A1: 纸尿裤 1 50"}},
	}
	inBatches(t, []int{0, 1}, func(t *testing.T, b *intake.Book, size int) {
		for name, c := range cases {
			b.Source = fmt.Sprint(name, size)
			for i := range 3 {
				report := orders(t, b, size, c.header, c.rows...)
				require.Zero(t, report.Rejected, report)
				require.Equal(t, c.want, stored(t, b), "%s: import %d in batches of %d", name, i, size)
			}
		}
	})
}

// A refund that PayBack recorded counts, and an amount below it is refused.
func TestBook_PaidBackBefore(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		orders(t, b, 0, orderHeader, "B1,1,2026-01-05,100,已付款")
		update(t, b, func(tx *storage.Tx) error {
			o, err := customer.Orders.First(t.Context(), tx, storage.Query{})
			if err != nil {
				return err
			}
			m, _ := customer.NewMoney("80", "CNY")
			_, err = customer.PayBack(t.Context(), tx, o.ID, m)
			return err
		})
		report := orders(t, b, 0, orderHeader, "B1,1,2026-01-05,50,已付款", "B2,1,2026-01-05,5,已付款")
		require.EqualValues(t, 1, report.Rejected)
		require.Equal(t, "金额", report.Rejections[0].Column)
		orders(t, b, 0, orderHeader, "B1,1,2026-01-05,100,已退款")
		require.Equal(t, []string{"B1 100 100 已退款", "B1 back -100", "B2 5 0 已付款"}, stored(t, b))
	})
}

// Orders that were cancelled or are not paid bring nothing until they do.
func TestBook_VoidOrders(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		orders(t, b, 0, orderHeader, "C1,1,2026-01-05,100,退款成功", "C2,1,2026-01-05,100,交易关闭", "C3,1,2026-01-05,100, CANCELLED ", "C4,1,2026-01-05,100,待付款")
		require.Equal(t, []string{"C1 -100 0 退款成功", "C2 0 0 交易关闭", "C3 0 0 CANCELLED", "C4 0 0 待付款"}, stored(t, b))
		orders(t, b, 0, orderHeader, "C4,1,2026-01-05,100,已付款")
		require.Contains(t, stored(t, b), "C4 100 0 已付款")
		b.Void, b.Refunded = []string{"Parked"}, []string{}
		orders(t, b, 0, orderHeader, "D1,1,2026-01-05,7,parked", "D2,1,2026-01-05,8,已退款", "D3,1,2026-01-05,9,待付款")
		require.Subset(t, stored(t, b), []string{"D1 0 0 parked", "D2 8 0 已退款", "D3 9 0 待付款"})
	})
}
