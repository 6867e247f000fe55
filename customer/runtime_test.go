package customer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// The part of CUS-16 that needs no roles: a selection that a tenant requires.
// Which writers it binds is a rule of package quality.
func TestCUS16_RequiredSelection(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		put(t, acme, storage.CustomFields, &storage.CustomField{Kind: "customer", Name: "industry_code", Label: "行业代码", Type: "text", Options: []string{"C39", "F51"}, Required: true})
		for given, reason := range map[string]string{"": "required", "Z99": `"Z99" is not one of C39, F51`} {
			c := &customer.Customer{Type: customer.Organization, Name: "华星"}
			c.Custom.Set("industry_code", given)
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
			var refused *storage.FieldError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, "custom.industry_code", refused.Field)
			require.Contains(t, refused.Reason, reason)
		}
		require.Empty(t, find(t, acme, customer.Kind, storage.Query{Deleted: storage.DeletedToo}), "nothing is stored")
		c := &customer.Customer{Type: customer.Organization, Name: "华星"}
		c.Custom.Set("industry_code", "C39")
		put(t, acme, customer.Kind, c)
		require.Len(t, find(t, acme, customer.Kind, storage.Query{Where: criteria.Eq("custom.industry_code", "C39")}), 1)
	})
}

// Get360 is package profile's; here the vehicles are found from the customer.
func TestCUS17_CustomObjects(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, owner := t.Context(), person(t, acme, "王丽")
		put(t, acme, storage.CustomKinds, &storage.CustomKind{Name: "vehicle", Label: "车辆"})
		put(t, acme, storage.CustomFields,
			&storage.CustomField{Kind: "vehicle", Name: "plate", Type: "text", Unique: true},
			&storage.CustomField{Kind: "vehicle", Name: "last_service", Type: "date"},
			&storage.CustomField{Kind: "vehicle", Name: "customer", Type: "ref", Target: "customer"})
		vehicles := storage.Entities("vehicle")
		for i, want := range []error{nil, storage.ErrDuplicate} {
			v := &storage.Entity{}
			v.Custom.Set("plate", "沪A12345")
			v.Custom.Set("last_service", storage.Date{Year: 2025, Month: 11, Day: 3})
			v.Custom.Set("customer", owner.ID)
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error { return vehicles.Put(ctx, tx, v) })
			require.ErrorIs(t, err, want, "vehicle %d", i)
		}
		list := find(t, acme, vehicles, storage.Query{Where: criteria.Eq("custom.customer", owner.ID)})
		require.Len(t, list, 1)
		require.Equal(t, "2025-11-03", list[0].Custom.Day("last_service").String())
		has := criteria.Related("vehicle", "custom.customer", criteria.Lt("custom.last_service", storage.Date{Year: 2026, Month: 1, Day: 1}))
		require.Equal(t, []string{"王丽"}, namesOf(find(t, acme, customer.Kind, storage.Query{Where: has})))
	})
}

func TestCUS18_SchemaChangesAtRunTime(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		old := &storage.CustomField{Kind: "customer", Name: "fax", Type: "text"}
		put(t, acme, storage.CustomFields, old)
		list := make([]*customer.Customer, 1000)
		for i := range list {
			list[i] = &customer.Customer{Type: customer.Person, Name: fmt.Sprint("客户", i)}
			list[i].Custom.Set("fax", "021-"+fmt.Sprint(i))
		}
		put(t, acme, customer.Kind, list...)

		old.Archived = true
		put(t, acme, storage.CustomFields, old, &storage.CustomField{Kind: "customer", Name: "wechat", Type: "text"})
		n, err := customer.Kind.Count(ctx, acme, storage.Query{Where: criteria.Missing("custom.wechat")})
		require.NoError(t, err)
		require.EqualValues(t, 1000, n, "old records have none")
		c, err := customer.Kind.Get(ctx, acme, list[7].ID)
		require.NoError(t, err)
		require.Empty(t, c.Custom.Text("wechat"))
		require.Equal(t, "021-7", c.Custom.Text("fax"), "the values stay")
		c.Custom.Set("wechat", "wx7")
		put(t, acme, customer.Kind, c)
		c.Custom.Set("fax", "021-8")
		err = acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
		require.ErrorIs(t, err, storage.ErrInvalid)
		require.ErrorContains(t, err, "archived")

		history, err := customer.Kind.History(ctx, acme, c.ID)
		require.NoError(t, err)
		_, value, ok := history[0].Value("custom.fax")
		require.True(t, ok)
		require.Equal(t, `"021-7"`, string(value))
	})
}

func TestCUS32_UnstructuredText(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		var review strings.Builder
		for i := range 20_000 {
			review.WriteRune(rune('一' + i*37%20_000))
		}
		review.WriteString("👍🏽 𠮷野家 味道")
		stored := &customer.Interaction{Customer: c.ID, Channel: "chat", OccurredAt: t0, Text: review.String()}
		put(t, acme, customer.Interactions, stored, &customer.Interaction{Customer: c.ID, Channel: "chat", OccurredAt: t0, Text: "一般"})
		got, err := customer.Interactions.Get(t.Context(), acme, stored.ID)
		require.NoError(t, err)
		require.True(t, got.Text == review.String(), "the bytes are equal")
		for _, word := range []string{"味道", "𠮷野", "👍🏽"} {
			found := find(t, acme, customer.Interactions, storage.Query{Where: criteria.Search("text", word)})
			require.Len(t, found, 1, word)
			require.Equal(t, stored.ID, found[0].ID)
		}
		require.Empty(t, find(t, acme, customer.Interactions, storage.Query{Where: criteria.Search("text", "道味")}))
	})
}

// Whichever handle a customer is read through, it is the one record.
func TestCUS33_OneVersionThroughEveryHandle(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		c.City = "上海"
		put(t, acme, customer.Kind, c)
		other := acme.Store().Tenant(acme.Name())
		desk := acme.Guarded(owning{"customer", criteria.Eq("id", c.ID)})
		high, err := acme.Elevate(ctx, "test")
		require.NoError(t, err)
		for _, r := range []storage.Reader{acme, other, desk, high} {
			got, err := customer.Kind.Get(ctx, r, c.ID)
			require.NoError(t, err)
			require.EqualValues(t, 2, got.Version)
			looked, err := customer.Kind.Look(ctx, r, c.ID)
			require.NoError(t, err)
			require.EqualValues(t, 2, looked.Version)
			anyKind, err := storage.Any(customer.Kind).Get(ctx, r, c.ID)
			require.NoError(t, err)
			require.EqualValues(t, 2, storage.MetaOf(anyKind).Version)
			for each, err := range customer.Kind.Each(ctx, r, storage.Query{}) {
				require.NoError(t, err)
				require.EqualValues(t, 2, each.Version)
			}
		}
		require.NoError(t, desk.Update(ctx, ann, func(tx *storage.Tx) error {
			got, err := customer.Kind.Get(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			got.City = "杭州"
			return customer.Kind.Put(ctx, tx, got)
		}))
		got, err := customer.Kind.Get(ctx, other, c.ID)
		require.NoError(t, err)
		require.EqualValues(t, 3, got.Version)
	})
}
