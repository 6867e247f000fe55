package intake_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

func update(t *testing.T, b *intake.Book, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, b.Tenant.Update(t.Context(), storage.By("user:ann", "edit"), fn))
}

func byNumber(t *testing.T, b *intake.Book, number string) *customer.Customer {
	t.Helper()
	c, err := customer.FindByExternalID(t.Context(), b.Tenant, b.Source, number)
	require.NoError(t, err)
	return c
}

// absorb does what a merge does with numbers: the one that is gone becomes a
// further number of the other.
func absorb(t *testing.T, b *intake.Book, survivor, gone string) {
	t.Helper()
	keep, other := byNumber(t, b, survivor), byNumber(t, b, gone)
	update(t, b, func(tx *storage.Tx) error {
		if err := customer.Kind.Delete(t.Context(), tx, other); err != nil {
			return err
		}
		return customer.AddExternalIDs(t.Context(), tx, &customer.ExternalID{Customer: keep.ID, Source: b.Source, ExternalID: gone})
	})
}

const twins = "客户编号,姓名,城市,备注,标签\n1,王丽,,,甲\n2,Wang Li,宁波,n,乙\n"

// After a merge the number of the one who is gone is the survivor's: its rows fill
// what the survivor lacks, its orders are the survivor's, and nothing changes back
// and forth.
func TestBook_NumbersOfMergedCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		targets := intake.CustomerTargets(intake.Format{})
		read(t, twins, targets, 0, b.Customers)
		absorb(t, b, "1", "2")
		var version int64
		for i, size := range []int{0, 1, 2} {
			report := read(t, twins, targets, size, b.Customers)
			require.Zero(t, report.Rejected)
			require.EqualValues(t, 1, count(t, b, customer.Kind))
			c := byNumber(t, b, "2")
			require.Equal(t, []string{"王丽", "宁波", "n", "1"}, []string{c.Name, c.City, c.Notes, c.ExternalID})
			require.Equal(t, []string{"乙", "甲"}, c.Tags)
			if i > 0 {
				require.Equal(t, version, c.Version, "the same again changes nothing")
			}
			version = c.Version
		}
		b.Currency, b.AddCustomers = "CNY", true
		report := read(t, "订单号,客户编号,下单时间,金额\nA1,2,2026-01-05,100\n", intake.OrderTargets(intake.Format{}), 0, b.Orders)
		require.Zero(t, report.Rejected)
		require.EqualValues(t, 1, count(t, b, customer.Kind))
		o, err := customer.Orders.First(t.Context(), b.Tenant, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, byNumber(t, b, "1").ID, o.Customer)
	})
}

// A customer of another system takes its values from the row of the number that it
// was given first.
func TestBook_NumberBesideThatOfAnotherSystem(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		update(t, b, func(tx *storage.Tx) error {
			c := &customer.Customer{Type: customer.Person, Name: "old", Source: "erp", ExternalID: "BP1"}
			if err := customer.Kind.Put(t.Context(), tx, c); err != nil {
				return err
			}
			for _, number := range []string{"1", "2"} {
				if err := customer.AddExternalIDs(t.Context(), tx, &customer.ExternalID{Customer: c.ID, Source: b.Source, ExternalID: number}); err != nil {
					return err
				}
			}
			return nil
		})
		read(t, twins, intake.CustomerTargets(intake.Format{}), 0, b.Customers)
		c := byNumber(t, b, "2")
		require.Equal(t, []string{"王丽", "宁波", "erp", "BP1"}, []string{c.Name, c.City, c.Source, c.ExternalID})
		require.EqualValues(t, 1, count(t, b, customer.Kind))
	})
}

// A number of several customers rejects the row and nothing else.
func TestBook_NumberOfSeveral(t *testing.T) {
	onEach(t, func(t *testing.T, b *intake.Book) {
		b.Currency, b.AddCustomers = "CNY", true
		targets := intake.CustomerTargets(intake.Format{})
		read(t, twins, targets, 0, b.Customers)
		update(t, b, func(tx *storage.Tx) error { // past AddExternalIDs
			return customer.ExternalIDs.Put(t.Context(), tx, &customer.ExternalID{Customer: byNumber(t, b, "1").ID, Source: b.Source, ExternalID: "2"})
		})
		report := read(t, twins, targets, 0, b.Customers)
		require.EqualValues(t, 1, report.Rejected)
		require.Equal(t, "客户编号", report.Rejections[0].Column)
		require.ErrorIs(t, report.Rejections[0].Err, customer.ErrSeveral)
		report = read(t, "订单号,客户编号,下单时间,金额\nA1,2,2026-01-05,100\nA2,1,2026-01-05,100\n", intake.OrderTargets(intake.Format{}), 0, b.Orders)
		require.EqualValues(t, 1, report.Rejected)
		require.ErrorIs(t, report.Rejections[0].Err, customer.ErrSeveral)
		require.EqualValues(t, 2, count(t, b, customer.Kind))
	})
}
