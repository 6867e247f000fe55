package customer_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestCUS62_DecisionRoles(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, a, b := t.Context(), company(t, acme, "华星科技"), company(t, acme, "蓝海贸易")
		tech, buyer, user := person(t, acme, "张工"), person(t, acme, "李采"), person(t, acme, "王用")
		update(t, acme, func(tx *storage.Tx) error {
			_, err := customer.Relate(ctx, tx,
				&customer.Relation{Person: tech.ID, Company: a.ID, Roles: []string{"技术决策者"}, Title: "总工"},
				&customer.Relation{Person: buyer.ID, Company: a.ID, Roles: []string{"采购"}},
				&customer.Relation{Person: user.ID, Company: a.ID, Roles: []string{"使用者"}},
				&customer.Relation{Person: tech.ID, Company: b.ID, Roles: []string{"顾问", "使用者"}})
			return err
		})
		contacts := find(t, acme, customer.Relations, storage.Query{Where: criteria.All(criteria.Eq("company", a.ID), criteria.HasAny("roles", "采购"))})
		require.Len(t, contacts, 1)
		require.Equal(t, buyer.ID, contacts[0].Person)

		people := func(company uuid.UUID, roles ...string) []string {
			return namesOf(find(t, acme, customer.Kind, storage.Query{Where: customer.HasRole(company, "Asia/Shanghai", roles...)}))
		}
		require.Equal(t, []string{"张工"}, people(a.ID, "技术决策者"))
		require.Equal(t, []string{"张工", "李采"}, people(a.ID, "技术决策者", "采购"))
		require.Equal(t, []string{"张工", "李采", "王用"}, people(a.ID))
		require.Equal(t, []string{"张工"}, people(b.ID, "使用者"), "one person holds roles at two companies")
		require.Empty(t, people(b.ID, "采购"))
		require.Len(t, find(t, acme, customer.Relations, storage.Query{Where: criteria.Eq("person", tech.ID)}), 2)
	})
}

func TestRelate_ChangesAndEnds(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, a, p := t.Context(), company(t, acme, "华星科技"), person(t, acme, "张工")
		relate := func(r customer.Relation) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error { _, err := customer.Relate(ctx, tx, &r); return err })
		}
		here := func() int { return len(find(t, acme, customer.Kind, storage.Query{Where: customer.HasRole(a.ID, "")})) }
		today := criteria.DateOf(t0)
		require.NoError(t, relate(customer.Relation{Person: p.ID, Company: a.ID, Roles: []string{"采购"}, Since: today}))
		require.NoError(t, relate(customer.Relation{Person: p.ID, Company: a.ID, Roles: []string{"使用者"}, Since: today, Until: today}))
		all := find(t, acme, customer.Relations, storage.Query{})
		require.Len(t, all, 1)
		require.Equal(t, []string{"使用者"}, all[0].Roles)
		require.Equal(t, 1, here(), "the last day counts")
		require.NoError(t, relate(customer.Relation{Person: p.ID, Company: a.ID, Until: today.AddDays(-1)}))
		require.Zero(t, here())
		require.NoError(t, relate(customer.Relation{Person: p.ID, Company: a.ID, Since: today.AddDays(1)}))
		require.Zero(t, here(), "not yet")

		for _, bad := range []customer.Relation{
			{Person: a.ID, Company: a.ID}, {Person: p.ID, Company: p.ID}, {Person: p.ID}, {Company: a.ID},
			{Person: a.ID, Company: company(t, acme, "蓝海").ID}, {Person: p.ID, Company: person(t, acme, "B").ID},
			{Person: uuid.New(), Company: a.ID}, {Person: p.ID, Company: uuid.New()},
			{Person: p.ID, Company: a.ID, Since: today, Until: today.AddDays(-1)},
		} {
			require.ErrorIs(t, relate(bad), storage.ErrInvalid, "%+v", bad)
		}
		self := &customer.Relation{Person: p.ID, Company: p.ID}
		require.ErrorIs(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Relations.Put(ctx, tx, self) }), storage.ErrInvalid)
		require.ErrorIs(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { _, err := customer.Relate(ctx, tx, nil); return err }), storage.ErrInvalid)
	})
}
