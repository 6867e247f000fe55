package customer_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// home returns a new address.
func home(c uuid.UUID, street string) *customer.Address {
	return &customer.Address{Customer: c, Province: "浙江省", City: "杭州市", District: "西湖区", Division: "330106", Postcode: "310000", Street: street, Recipient: "王丽", Phone: "13800138000"}
}

func TestAddresses(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		var stored []*customer.Address
		update(t, acme, func(tx *storage.Tx) (err error) {
			stored, err = customer.AddAddresses(ctx, tx, home(c.ID, "文三路1号"), home(c.ID, "文三路2号"), home(c.ID, "文三路1号"))
			return err
		})
		require.Equal(t, stored[0].ID, stored[2].ID)
		first := func() string {
			found := find(t, acme, customer.Addresses, storage.Query{Where: criteria.All(criteria.Eq("customer", c.ID), criteria.Eq("primary", true))})
			require.Len(t, found, 1)
			return found[0].Street
		}
		require.Equal(t, "文三路1号", first())
		update(t, acme, func(tx *storage.Tx) error { return customer.SetPrimaryAddress(ctx, tx, stored[1].ID) })
		require.Equal(t, "文三路2号", first())
		update(t, acme, func(tx *storage.Tx) error { return customer.RemoveAddresses(ctx, tx, stored[1].ID) })
		require.Equal(t, "文三路1号", first())
		second := home(c.ID, "文三路3号")
		second.Primary = true
		err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Addresses.Put(ctx, tx, second) })
		require.ErrorIs(t, err, storage.ErrDuplicate)
	})
}

func TestAddress_Checked(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		for i, try := range []struct {
			change func(a *customer.Address)
			field  string // refused; empty: it passes
		}{
			{func(*customer.Address) {}, ""},
			{func(a *customer.Address) { a.Country = "CN" }, ""},
			{func(a *customer.Address) { a.Division = "330000" }, ""},
			{func(a *customer.Address) { a.Division = "" }, ""},
			{func(a *customer.Address) { *a = customer.Address{Country: "GB", City: "London", Postcode: "SW1A 1AA"} }, ""},
			{func(a *customer.Address) { a.Division = "33010" }, "division"},
			{func(a *customer.Address) { a.Division = "990106" }, "division"},
			{func(a *customer.Address) { a.Division = "330006" }, "division"},
			{func(a *customer.Address) { a.Division = "33010x" }, "division"},
			{func(a *customer.Address) { a.Country, a.Postcode = "GB", "" }, "division"},
			{func(a *customer.Address) { a.Country = "cn" }, "country"},
			{func(a *customer.Address) { a.Country = "CHN" }, "country"},
			{func(a *customer.Address) { a.Postcode = "31000" }, "postcode"},
			{func(a *customer.Address) { *a = customer.Address{Recipient: "王丽"} }, "street"},
		} {
			a := home(c.ID, "文三路1号")
			try.change(a)
			a.Customer = c.ID
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Addresses.Put(ctx, tx, a) })
			if try.field == "" {
				require.NoError(t, err, "case %d", i)
				continue
			}
			var refused *storage.FieldError
			require.ErrorAs(t, err, &refused, "case %d", i)
			require.Equal(t, try.field, refused.Field, "case %d", i)
		}
	})
}

func TestAddress_String(t *testing.T) {
	t.Parallel()
	require.Equal(t, "310000 浙江省 杭州市 西湖区 文三路1号 王丽 13800138000", home(uuid.Nil, "文三路1号").String())
	require.Equal(t, "CN 北京市 海淀区", (&customer.Address{Country: "CN", Province: "北京市", City: "北京市", District: "海淀区"}).String())
	require.Empty(t, (&customer.Address{}).String())
}
