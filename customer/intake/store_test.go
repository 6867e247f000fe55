package intake_test

import (
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// onEach runs a test on every adapter with a book of its own.
func onEach(t *testing.T, test func(t *testing.T, b *intake.Book)) {
	t.Helper()
	adapters.Each(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		test(t, &intake.Book{Tenant: acme, By: storage.By("user:ann", "import"), Source: "shop"})
	})
}

// read imports text with a batch size, 0 for the default.
func read(t *testing.T, text string, targets []intake.Target, batch int, sink intake.Sink) intake.Report {
	t.Helper()
	file, err := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
	require.NoError(t, err)
	mapping, err := intake.Map(file.Header(), targets, nil)
	require.NoError(t, err)
	report, err := intake.Run(t.Context(), file, mapping, intake.Options{Batch: batch, MaxRejectedShare: 1}, sink)
	require.NoError(t, err)
	require.Equal(t, report.Read, report.Accepted+report.Rejected)
	return report
}

func count[T any](t *testing.T, b *intake.Book, kind *storage.Kind[T]) int64 {
	t.Helper()
	n, err := kind.Count(t.Context(), b.Tenant, storage.Query{})
	require.NoError(t, err)
	return n
}

const people = `客户编号,姓名,手机,邮箱,生日,标签,备注
C1,王丽,138 0013 8000,WangLi@example.cn,1990-05-04,VIP，老客,
C2,Müller GmbH,+49 30 901820,,,,
C3,李雷,12345,,,,
C1,王丽,,,,,second row of C1
`

// Importing again, in other batches, changes what differs and adds nothing twice.
func TestBook_CustomersOnceHoweverOften(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		for _, size := range []int{0, 1, 2} {
			report := read(t, people, intake.CustomerTargets(intake.Format{}), size, b.Customers)
			require.EqualValues(t, 4, report.Read)
			require.EqualValues(t, 1, report.Rejected)
			require.Equal(t, "手机", report.Rejections[0].Column)
			require.EqualValues(t, 4, report.Rejections[0].Row)
			require.EqualValues(t, 2, count(t, b, customer.Kind))
			require.EqualValues(t, 3, count(t, b, customer.ContactPoints))
		}
		c, err := customer.Kind.First(t.Context(), b.Tenant, storage.Query{Where: criteria.Eq("external_id", "C1")})
		require.NoError(t, err)
		require.Equal(t, customer.Person, c.Type)
		require.Equal(t, storage.Date{Year: 1990, Month: 5, Day: 4}, c.Birthday)
		require.Equal(t, []string{"VIP", "老客"}, c.Tags)
		require.Equal(t, "second row of C1", c.Notes)
		p, err := customer.ContactPoints.First(t.Context(), b.Tenant, storage.Query{Where: criteria.Eq("match", "wangli@example.cn")})
		require.NoError(t, err)
		require.Equal(t, c.ID, p.Customer)
		firm, err := customer.Kind.First(t.Context(), b.Tenant, storage.Query{Where: criteria.Eq("external_id", "C2")})
		require.NoError(t, err)
		require.Equal(t, customer.Organization, firm.Type)
	})
}

const sales = `order_id,customer_id,date,amount,currency,status
O1,C1,2025-01-02,100.00,CNY,done
O2,C1,2025-01-03,40.00,CNY,已退款
O3,C1,2025-01-04,-5.00,CNY,
O4,C9,2025-01-05,1.00,CNY,
O5,C2,2025-01-06,1.00,,
O1,C1,2025-01-02,120.00,CNY,done
`

func TestBook_Orders(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		read(t, people, intake.CustomerTargets(intake.Format{}), 0, b.Customers)
		for _, size := range []int{0, 1} {
			report := read(t, sales, intake.OrderTargets(intake.Format{}), size, b.Orders)
			require.EqualValues(t, 3, report.Rejected) // O4: no customer, O5: no currency, O1: two amounts
			columns := map[int64]string{}
			for _, r := range report.Rejections {
				columns[r.Row] = r.Column
			}
			require.Equal(t, map[int64]string{5: "customer_id", 6: "amount", 7: "amount"}, columns)
		}
		rows, err := customer.Orders.Aggregate(t.Context(), b.Tenant, storage.Query{}, storage.Figures{Sum: []string{"amount"}})
		require.NoError(t, err)
		require.EqualValues(t, 3, rows[0].Count)
		require.Equal(t, "55", rows[0].Decimal(0).String()) // 100 - 40 - 5
	})
}

// With AddCustomers a file of orders is enough; with Currency it needs no column.
func TestBook_OrdersAlone(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		b.AddCustomers, b.Currency = true, "CNY"
		report := read(t, sales, intake.OrderTargets(intake.Format{}), 2, b.Orders)
		require.EqualValues(t, 1, report.Rejected) // O1 has two amounts
		require.EqualValues(t, 7, report.Rejections[0].Row)
		require.EqualValues(t, 3, count(t, b, customer.Kind))
		require.EqualValues(t, 5, count(t, b, customer.Orders))
	})
}

// A batch that fails leaves nothing behind.
func TestBook_FailedBatch(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		b.By = storage.Origin{}
		file, err := intake.NewCSV(strings.NewReader(people), intake.TextOptions{})
		require.NoError(t, err)
		mapping, err := intake.Map(file.Header(), intake.CustomerTargets(intake.Format{}), nil)
		require.NoError(t, err)
		report, err := intake.Run(t.Context(), file, mapping, intake.Options{MaxRejectedShare: 1}, b.Customers)
		require.ErrorIs(t, err, storage.ErrNoActor)
		require.Zero(t, report.Accepted)
		require.Zero(t, count(t, b, customer.Kind))
	})
}

var t0 = adapters.Now

// A cell may hold several numbers, each of which must be one.
func TestSplitPhones(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]string{
		"":                                   nil,
		"13800138000":                        {"13800138000"},
		"13800138000/010-62345678":           {"13800138000", "010-62345678"},
		"010/62345678":                       {"010/62345678"},
		"010-62345678/79":                    {"010-62345678/79"},
		"13800138000；13900139000、, ":         {"13800138000", "13900139000"},
		"+861062345678;ext=8001;13800138000": {"+861062345678;ext=8001", "13800138000"},
		"010-62345678转8001":                  {"010-62345678转8001"},
		"none":                               {"none"},
		" / ":                                {"/"},
	} {
		require.Equal(t, want, intake.SplitPhones(cell, nil), "%q", cell)
	}
}

func TestBook_SeveralPhones(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		for range 2 {
			report := read(t, "客户编号,姓名,手机\nC1,王丽,13800138000/010-62345678转8001\nC2,李雷,13800138000/79\n", intake.CustomerTargets(intake.Format{}), 0, b.Customers)
			require.EqualValues(t, 1, report.Rejected)
		}
		primary := map[string]bool{}
		for p, err := range customer.ContactPoints.Find(t.Context(), b.Tenant, storage.Query{}) {
			require.NoError(t, err)
			primary[p.Match] = p.Primary
		}
		require.Equal(t, map[string]bool{"+8613800138000": true, "+861062345678;ext=8001": false}, primary)
	})
}
