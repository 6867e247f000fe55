package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

func quiet(string, intake.Counts) {}

func runArgs(t *testing.T, args ...string) (*result, string, error) {
	c, err := parse(args)
	require.NoError(t, err)
	var out bytes.Buffer
	r, err := run(t.Context(), c, &out, quiet)
	return r, out.String(), err
}

// The numbers are those that sample/README.md counts.
func TestQuickstart_Sample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r, out, err := runArgs(t, "-out", dir)
	require.NoError(t, err)
	require.EqualValues(t, 120, r.customersRead.Read)
	require.EqualValues(t, 3, r.customersRead.Rejected)
	require.EqualValues(t, 117, r.customers)
	require.EqualValues(t, 595, r.ordersRead.Read)
	require.EqualValues(t, 7, r.ordersRead.Rejected) // 6 of unknown customers, 1 amount
	require.EqualValues(t, 587, r.orders)            // 1 number stands twice
	require.Equal(t, 569, r.rfm.Counts.Orders)
	require.Equal(t, 18, r.rfm.Counts.Refunds)
	require.Equal(t, 94, r.report.Total.Customers)
	require.Contains(t, out, "606,153.82")
	requireXML(t, filepath.Join(dir, "rfm.svg"))
	rejected, err := os.ReadFile(filepath.Join(dir, "orders-rejected.csv"))
	require.NoError(t, err)
	require.Equal(t, 8, bytes.Count(rejected, []byte("\n")))
}

// Of the duplicates of sample/README.md all are found, and none of its traps: people of
// one name, colleagues at one address, sister companies.
func TestQuickstart_Duplicates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r, out, err := runArgs(t, "-out", dir)
	require.NoError(t, err)
	require.EqualValues(t, 117, r.duplicates.report.Customers)
	require.Len(t, r.duplicates.waiting, 18)
	for _, e := range r.duplicates.waiting {
		for _, trap := range []string{"张伟", "程晓", "曹阳", "上海蓝海示例物流有限公司", "北京蓝海示例物流有限公司"} {
			require.NotContains(t, []string{e.First.Name, e.Second.Name}, trap)
		}
	}
	require.Contains(t, out, "phone: the same")
	requireXML(t, filepath.Join(dir, "duplicate.svg"))

	r, out, err = runArgs(t, "-merge", "-lang", "zh")
	require.NoError(t, err)
	require.Contains(t, out, "疑似重复")
	require.Empty(t, r.duplicates.waiting)
	require.EqualValues(t, 117-18, r.customers)
	require.EqualValues(t, 587, r.orders)
	require.Equal(t, 94-5, r.report.Total.Customers)
	require.Equal(t, 569, r.rfm.Counts.Orders)
	require.Contains(t, out, "606,153.82")
}

// A search finds names by pinyin, and the customer who spent most is shown with
// the last of its orders.
func TestQuickstart_Search(t *testing.T) {
	t.Parallel()
	r, out, err := runArgs(t, "-search", "zeng")
	require.NoError(t, err)
	require.NotEmpty(t, r.found)
	for _, hit := range r.found {
		require.Contains(t, hit.Customer.Name, "曾")
		require.Contains(t, out, hit.Customer.Name)
	}
	require.Contains(t, out, "Spent most: "+r.best.profile.Customer.Name)
	require.Len(t, r.best.timeline, recent)
	require.Positive(t, r.best.profile.Transactions.Orders)
}

func requireXML(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else {
			require.NoError(t, err)
		}
	}
}

func TestQuickstart_Chinese(t *testing.T) {
	t.Parallel()
	_, out, err := runArgs(t, "-lang", "zh", "-as-of", "2026-01-01")
	require.NoError(t, err)
	require.Contains(t, out, "RFM 截至 2026-01-01")
	require.Contains(t, out, "客户 117")
}

// CDNOW, Fader and Hardie: 23,570 customers, 69,659 orders.
func TestQuickstart_CDNOW(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	path := "../../../shared/data/segment/cdnow/CDNOW_master.txt"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the CDNOW data are not beside this checkout: ", err)
	}
	r, out, err := runArgs(t, "-orders", path, "-orders-format", "cdnow")
	require.NoError(t, err)
	require.EqualValues(t, 23_570, r.customers)
	require.EqualValues(t, 69_659, r.orders)
	require.Equal(t, 23_570, r.report.Total.Customers)
	require.Equal(t, "USD", r.rfm.Currency)
	require.EqualValues(t, 2_500_315_63, r.report.Total.Revenue)
	require.Contains(t, out, "Stored: 23570 customers, 69659 orders")
}

func TestQuickstart_BadArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-orders-format", "xml"}, {"-lang", "fr"}, {"-customers", "c.csv"}, {"-as-of", "yesterday"}, {"orders.csv"},
		{"-max-rejected", "1.5"}, {"-max-rejected", "-1"}, {"-max-rejected", "NaN"},
	} {
		_, err := parse(args)
		require.Error(t, err, args)
	}
}

// A file that is cut off in a quoted cell is refused, and says where.
func TestQuickstart_TruncatedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte("order_id,customer_id,order_date,amount\nA1,C1,2025-01-01,5.00\nA2,\"C2"), 0o600))
	_, _, err := runArgs(t, "-orders", path)
	require.ErrorIs(t, err, intake.ErrTruncated)
	_, _, err = runArgs(t, "-orders", filepath.Join(t.TempDir(), "none.csv"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Which rows were rejected is shown, also where they are too many, and the limit can be
// raised or set to none.
func TestQuickstart_TooManyRejected(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte("order_id,customer_id,order_date,amount\nA1,C1,2025-01-01,5\nA2,C2,x,7\nA3,C3,2025-02-01,8\n"), 0o600))
	_, out, err := runArgs(t, "-orders", path)
	require.ErrorIs(t, err, intake.ErrTooManyRejected)
	require.ErrorContains(t, err, "1 of 3")
	require.ErrorContains(t, err, "-max-rejected is 0.2")
	require.Contains(t, out, "is not a date")
	_, _, err = runArgs(t, "-orders", path, "-max-rejected", "0")
	require.ErrorIs(t, err, intake.ErrTooManyRejected)
	r, out, err := runArgs(t, "-orders", path, "-max-rejected", "0.5")
	require.NoError(t, err)
	require.EqualValues(t, 2, r.orders)
	require.Contains(t, out, "is not a date")
}

// Orders after the day that is looked back from are named instead of shown as a table of zeros.
func TestQuickstart_AsOfBeforeAllOrders(t *testing.T) {
	t.Parallel()
	_, out, err := runArgs(t, "-as-of", "2020-01-01")
	require.NoError(t, err)
	require.Contains(t, out, "587 orders and refunds come later and are not counted")
	require.Contains(t, out, "There is nothing to score")
	require.NotContains(t, out, "Champions")
	_, out, err = runArgs(t, "-lang", "zh", "-as-of", "2020-01-01")
	require.NoError(t, err)
	require.Contains(t, out, "其后的订单和退款 587 笔未计入")
	_, out, err = runArgs(t)
	require.NoError(t, err)
	require.NotContains(t, out, "come later")
}

// On Postgres the numbers are those of memory, and a second run over the same
// files adds nothing.
func TestQuickstart_Postgres(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	_, want, err := runArgs(t, "-as-of", "2026-01-01")
	require.NoError(t, err)
	for _, args := range [][]string{{"-tenant", "acme"}, {"-tenant", "acme"}, {"-tenant", "globex"}} {
		r, out, err := runArgs(t, append(args, "-as-of", "2026-01-01", "-postgres", dsn)...)
		require.NoError(t, err)
		require.EqualValues(t, 117, r.customers)
		require.EqualValues(t, 587, r.orders)
		require.Equal(t, figures(want), figures(out))
	}
}

// Who was merged stays merged when the files are imported again.
func TestQuickstart_PostgresMergeAgain(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	for _, merged := range []int{18, 0, 0} {
		r, out, err := runArgs(t, "-merge", "-as-of", "2026-01-01", "-postgres", dsn)
		require.NoError(t, err)
		require.EqualValues(t, merged, r.duplicates.report.Merged)
		require.EqualValues(t, 117-18, r.customers)
		require.EqualValues(t, 587, r.orders)
		require.Contains(t, out, "606,153.82")
	}
}

// figures leaves out what was read and when, which a second run tells differently.
func figures(out string) string {
	_, table, found := strings.Cut(out, "RFM")
	if !found {
		return "no table: " + out
	}
	return table
}

func TestQuickstart_PostgresOutOfReach(t *testing.T) {
	t.Parallel()
	_, _, err := runArgs(t, "-postgres", "host=/nowhere sslmode=disable")
	require.ErrorIs(t, err, storage.ErrUnavailable)
}
