package customer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

func TestCUS02_PersonAndOrganization(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		p := &customer.Customer{Type: customer.Person, Name: "王丽", Birthday: storage.Date{Year: 1991, Month: 3, Day: 8}, Gender: "F"}
		o := &customer.Customer{Type: customer.Organization, Name: "华星科技", Size: "51-200"}
		put(t, acme, customer.Kind, p, o)
		got, err := customer.Kind.Get(ctx, acme, p.ID)
		require.NoError(t, err)
		age, ok := got.Age(storage.Date{Year: 2026, Month: 1, Day: 5})
		require.True(t, ok)
		require.Equal(t, 34, age)
		require.Equal(t, "F", got.Gender)
		got, err = customer.Kind.Get(ctx, acme, o.ID)
		require.NoError(t, err)
		require.Equal(t, "51-200", got.Size)

		for field, c := range map[string]*customer.Customer{
			"gender":      {Type: customer.Organization, Name: "华星", Gender: "F"},
			"birthday":    {Type: customer.Organization, Name: "华星", Birthday: p.Birthday},
			"resident_id": {Type: customer.Organization, Name: "华星", ResidentID: "11010519491231002X"},
			"size":        {Type: customer.Person, Name: "王丽", Size: "51-200"},
		} {
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
			require.ErrorIs(t, err, customer.ErrFieldNotAllowed, field)
			require.ErrorIs(t, err, storage.ErrInvalid)
			var refused *storage.FieldError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, field, refused.Field)
		}
		n, err := customer.Kind.Count(ctx, acme, storage.Query{Deleted: storage.DeletedToo})
		require.NoError(t, err)
		require.EqualValues(t, 2, n)
	})
}

func TestCustomer_Age(t *testing.T) {
	t.Parallel()
	date := func(y int, m time.Month, d int) storage.Date { return storage.Date{Year: y, Month: m, Day: d} }
	for _, c := range []struct {
		born, on storage.Date
		age      int
		ok       bool
	}{
		{date(1990, 5, 10), date(2026, 5, 9), 35, true},
		{date(1990, 5, 10), date(2026, 5, 10), 36, true},
		{date(1990, 5, 10), date(2026, 4, 30), 35, true},
		{date(2024, 2, 29), date(2026, 2, 28), 1, true},
		{date(2024, 2, 29), date(2026, 3, 1), 2, true},
		{date(2024, 2, 29), date(2028, 2, 29), 4, true},
		{date(2026, 1, 5), date(2026, 1, 5), 0, true},
		{date(2026, 1, 5), date(2026, 1, 4), 0, false},
		{storage.Date{}, date(2026, 1, 4), 0, false},
	} {
		age, ok := (&customer.Customer{Birthday: c.born}).Age(c.on)
		require.Equal(t, c.ok, ok, "%v on %v", c.born, c.on)
		require.Equal(t, c.age, age, "%v on %v", c.born, c.on)
	}
}

// Numbers are stored in their normal form; one of another form is refused, one
// with a wrong check character is stored and warned of.
func TestCustomer_Numbers(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		o := &customer.Customer{Type: customer.Organization, Name: "华星", CreditCode: "9135 0100-m000100y43"}
		wrong := &customer.Customer{Type: customer.Organization, Name: "华星", CreditCode: "91350100M000100Y44"}
		p := &customer.Customer{Type: customer.Person, Name: "王丽", ResidentID: "110105 491231 002"}
		slip := &customer.Customer{Type: customer.Person, Name: "王丽", ResidentID: "11010519491231002１"}
		put(t, acme, customer.Kind, o, wrong, p, slip)
		stored := func(c *customer.Customer) *customer.Customer {
			got, err := customer.Kind.Get(ctx, acme, c.ID)
			require.NoError(t, err)
			return got
		}
		require.Equal(t, "91350100M000100Y43", stored(o).CreditCode)
		require.Empty(t, stored(o).Warnings(t0))
		require.Equal(t, "11010519491231002X", stored(p).ResidentID)
		require.Empty(t, stored(p).Warnings(t0))
		require.Equal(t, "110105194912310021", stored(slip).ResidentID)
		for _, c := range []*customer.Customer{wrong, slip} {
			warnings := stored(c).Warnings(t0)
			require.Len(t, warnings, 1)
			require.ErrorIs(t, warnings[0], customer.ErrCheckDigit)
		}

		for c, want := range map[*customer.Customer]error{
			{Type: customer.Organization, Name: "华星", CreditCode: "91350100M000100"}:   customer.ErrCreditCode,
			{Type: customer.Person, Name: "王丽", ResidentID: "1101051949123100AX"}:      customer.ErrResidentID,
			{Type: customer.Person, Name: "王丽", ResidentID: "110105194902300021"}:      customer.ErrResidentID,
			{Type: customer.Organization, Name: "华星", CreditCode: "I1350100M000100Y4"}: customer.ErrCreditCode,
		} {
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
			require.ErrorIs(t, err, want)
			require.ErrorIs(t, err, storage.ErrInvalid)
			if c.ResidentID != "" {
				require.NotContains(t, err.Error(), c.ResidentID[6:14])
			}
		}
	})
}

func TestCustomer_Warnings(t *testing.T) {
	t.Parallel()
	c := &customer.Customer{Type: customer.Person, ResidentID: "11010519491231002X", Birthday: storage.Date{Year: 1950, Month: 1, Day: 1}}
	warnings := c.Warnings(t0)
	require.Len(t, warnings, 1)
	require.ErrorIs(t, warnings[0], customer.ErrResidentID)
	require.ErrorContains(t, warnings[0], "birthday")

	c = &customer.Customer{Type: customer.Person, Birthday: storage.Date{Year: 2026, Month: 1, Day: 6}, CreditCode: "?"}
	warnings = c.Warnings(t0)
	require.Len(t, warnings, 2)
	require.ErrorIs(t, warnings[0], customer.ErrCreditCode)
	var field *storage.FieldError
	require.True(t, errors.As(warnings[1], &field) && field.Field == "birthday")
	require.Len(t, c.Warnings(time.Time{}), 1, "a zero now leaves the future open")
	require.Empty(t, (&customer.Customer{}).Warnings(t0))
}
