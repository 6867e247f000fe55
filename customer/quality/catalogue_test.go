package quality_test

import (
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestDED03_IncompleteFields(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		i, owner := &quality.Inspector{}, uuid.New()
		list := organizations(100, owner, func(n int) bool { return n%8 == 0 && n < 96 })
		require.NoError(t, put(t, acme, ann, customer.Kind, list...)) // before there is a rule
		require.NoError(t, put(t, acme, ann, quality.Rules, quality.Required("I002", "customer", "size", criteria.Eq("type", customer.Organization))))
		report, err := i.Scan(t.Context(), acme, storage.By("system:quality", "scan"), quality.ScanOptions{})
		require.NoError(t, err)
		require.EqualValues(t, 12, report.Opened)
		require.EqualValues(t, 100, report.Records)
		found := openIssues(t, acme)
		require.Len(t, found, 12)
		for _, issue := range found {
			require.Equal(t, quality.Incomplete, issue.Class)
			require.Equal(t, "size", issue.Field)
			require.Equal(t, owner, issue.Owner)
			require.Equal(t, adapters.Now, issue.FirstSeen)
		}
		first := get(t, acme, customer.Kind, found[0].Record)
		first.Size = "1-50"
		require.NoError(t, put(t, watched(t, acme, i), ann, customer.Kind, first))
		left := openIssues(t, acme)
		require.Len(t, left, 11)
		over := get(t, acme, quality.Issues, found[0].ID)
		require.Equal(t, quality.Closed, over.State)
		require.Equal(t, adapters.Now, over.ClosedAt)
	})
}

func TestDED04_SignedLastYearShownAsNew(t *testing.T) {
	i := &quality.Inspector{}
	onEach(t, i, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		c := &customer.Customer{Type: customer.Organization, Name: "华星", Stage: "new"}
		fresh := &customer.Customer{Type: customer.Organization, Name: "新客", Stage: "new"}
		require.NoError(t, put(t, acme, ann, customer.Kind, c, fresh))
		order := func(of *customer.Customer, days int) *customer.Order {
			return &customer.Order{Customer: of.ID, PlacedAt: adapters.Now.AddDate(0, 0, -days), Total: customer.Money{Amount: decimal.NewFromInt(1), Currency: "CNY"}}
		}
		require.NoError(t, put(t, acme, ann, customer.Orders, order(c, 400), order(c, 10), order(fresh, 10)))
		require.NoError(t, put(t, acme, ann, quality.Rules, quality.SignedLastYear("L001", "new", "old")))
		_, err := i.Scan(ctx, acme, storage.By("system:quality", "scan"), quality.ScanOptions{})
		require.NoError(t, err)
		found := openIssues(t, acme)
		require.Len(t, found, 1)
		require.Equal(t, "L001", found[0].Rule)
		require.JSONEq(t, `{"stage": "old"}`, string(found[0].Suggest))

		proposals, next, err := i.Propose(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, proposals, 1)
		require.Equal(t, c.ID, proposals[0].Record)
		require.Equal(t, []quality.FieldChange{{Field: "stage", Old: []byte(`"new"`), New: []byte(`"old"`)}}, proposals[0].Changes)
		require.Equal(t, "new", get(t, acme, customer.Kind, c.ID).Stage, "a dry run writes nothing")

		report, err := i.Apply(ctx, acme, storage.By("user:ann", "clean up").Because("ticket 7"), proposals)
		require.NoError(t, err)
		require.Len(t, report.Applied, 1)
		require.Empty(t, report.Skipped)
		require.Equal(t, "old", get(t, acme, customer.Kind, c.ID).Stage)
		require.Equal(t, "new", get(t, acme, customer.Kind, fresh.ID).Stage)
		require.Empty(t, openIssues(t, acme))
		history, err := customer.Kind.History(ctx, acme, c.ID)
		require.NoError(t, err)
		last := history[len(history)-1]
		require.Equal(t, "quality:L001", last.Action)
		require.Equal(t, "user:ann", last.Actor)
		require.Equal(t, "clean up: ticket 7", last.Reason)
		require.Equal(t, []string{"stage"}, last.Fields)
	})
}

func TestDED05_UserDefinedRules(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		rule := &quality.Rule{
			Code: "C001", Kind: "quality_contract", Class: quality.Inconsistent, Mode: quality.Block, On: quality.OnWrite, Active: true,
			When:   quality.Any(quality.Compare("end_date", "lt", "start_date"), quality.Where(criteria.Lt("amount", 0))),
			NameEN: "it ends before it starts, or is negative", NameZH: "结束早于开始或金额为负",
		}
		require.NoError(t, put(t, acme, ann, quality.Rules, rule))
		bad := func() []*Contract {
			return []*Contract{
				{Start: date("2026-02-01"), End: date("2026-01-31")},
				{Start: date("2026-02-01"), End: date("2026-02-01"), Amount: decimal.NewFromInt(-1)},
				{Start: date("2026-02-01"), End: date("2026-01-01"), Amount: decimal.NewFromInt(-1)},
			}
		}
		for _, c := range bad() {
			err := put(t, acme, ann, contracts, c)
			require.ErrorIs(t, err, quality.ErrValidation)
			require.ErrorIs(t, err, storage.ErrInvalid)
			require.NotErrorIs(t, err, quality.ErrFieldRequired)
			var refused *quality.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Len(t, refused.Violations, 1)
			require.Equal(t, "C001: 结束早于开始或金额为负", refused.Text("zh-CN"))
		}
		n, err := contracts.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Zero(t, n)
		require.NoError(t, put(t, acme, ann, contracts, &Contract{Start: date("2026-02-01"), End: date("2026-02-01")}))

		rule.Mode = quality.Flag
		require.NoError(t, put(t, acme, ann, quality.Rules, rule))
		for n, c := range bad() {
			require.NoError(t, put(t, acme, ann, contracts, c))
			found := issues(t, acme, criteria.Eq("record", c.ID))
			require.Len(t, found, 1, "contract %d", n)
			require.Equal(t, "C001", found[0].Rule)
			require.EqualValues(t, 2, found[0].RuleVersion)
		}
		require.Len(t, openIssues(t, acme), 3)
	})
}

func TestCUS16_RequiredByRole(t *testing.T) {
	roles := map[string][]string{"user:sam": {"sales"}, "system:import": {"system"}}
	i := &quality.Inspector{Roles: func(actor string) []string { return roles[actor] }}
	onEach(t, i, func(t *testing.T, acme *storage.Tenant) {
		field := &storage.CustomField{Kind: "customer", Name: "industry_code", Type: "text", Options: []string{"C13", "C14"}}
		require.NoError(t, put(t, acme, ann, storage.CustomFields, field))
		rule := quality.Required("I010", "customer", "custom.industry_code", nil)
		rule.Mode, rule.On, rule.Roles = quality.Block, quality.OnCreate, []string{"sales"}
		require.NoError(t, put(t, acme, ann, quality.Rules, rule))

		sales := storage.By("user:sam", "create")
		err := put(t, acme, sales, customer.Kind, &customer.Customer{Type: customer.Organization, Name: "华星"})
		require.ErrorIs(t, err, quality.ErrFieldRequired)
		require.ErrorIs(t, err, quality.ErrValidation)
		require.ErrorContains(t, err, "custom.industry_code is missing")
		var refused *quality.ValidationError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "custom.industry_code", refused.Violations[0].Rule.Field)
		n, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Zero(t, n)

		coded := &customer.Customer{Type: customer.Organization, Name: "华星"}
		coded.Custom.Set("industry_code", "C13")
		require.NoError(t, put(t, acme, sales, customer.Kind, coded))
		require.Empty(t, openIssues(t, acme))

		imported := &customer.Customer{Type: customer.Organization, Name: "金桥"}
		require.NoError(t, put(t, acme, storage.By("system:import", "import"), customer.Kind, imported))
		found := openIssues(t, acme)
		require.Len(t, found, 1)
		require.Equal(t, imported.ID, found[0].Record)
		require.Equal(t, quality.Incomplete, found[0].Class)
		require.Equal(t, "custom.industry_code", found[0].Field)
	})
}

func TestCUS52_QuarterlyReview(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, job := t.Context(), storage.By("system:review", "review")
		list := organizations(100, uuid.New(), func(int) bool { return false })
		for n, c := range list {
			c.VerifiedAt = adapters.Now.Add(-90 * day) // to the moment: not older
			if n < 30 {
				c.VerifiedAt = c.VerifiedAt.Add(-1000)
			}
		}
		require.NoError(t, put(t, acme, ann, customer.Kind, list...))
		report, err := quality.Review(ctx, acme, job, 90*day, nil)
		require.NoError(t, err)
		require.Equal(t, quality.ReviewReport{Created: 30}, report)
		tasks := func(state string) int64 {
			n, err := quality.ReviewTasks.Count(ctx, acme, storage.Query{Where: criteria.Eq("state", state)})
			require.NoError(t, err)
			return n
		}
		require.EqualValues(t, 30, tasks(quality.Open))
		report, err = quality.Review(ctx, acme, job, 90*day, nil)
		require.NoError(t, err)
		require.Zero(t, report)
		require.EqualValues(t, 30, tasks(quality.Open))

		before := get(t, acme, customer.Kind, list[0].ID)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return quality.Confirm(ctx, tx, list[0].ID) }))
		after := get(t, acme, customer.Kind, list[0].ID)
		require.Equal(t, adapters.Now, after.VerifiedAt)
		history, err := customer.Kind.History(ctx, acme, list[0].ID)
		require.NoError(t, err)
		require.Equal(t, []string{"verified_at"}, history[len(history)-1].Fields)
		after.VerifiedAt, after.Meta = before.VerifiedAt, before.Meta
		require.Equal(t, before, after)
		require.EqualValues(t, 29, tasks(quality.Open))
		require.EqualValues(t, 1, tasks(quality.Closed))
	})
}

func TestCUS53_CompletenessAndVerification(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		require.NoError(t, put(t, acme, ann, storage.CustomFields, &storage.CustomField{Kind: "customer", Name: "code", Type: "text"}))
		require.NoError(t, put(t, acme, ann, quality.Policies, quality.NewPolicy("customer", 90,
			quality.HasField("name", 1), quality.HasField("industry", 1), quality.HasField("size", 1), quality.HasField("city", 1),
			quality.HasField("custom.code", 1), quality.HasField("credit_code", 1), quality.HasField("address", 1),
			quality.HasRelated("phone", 1, "contact_point", "customer", criteria.Eq("type", customer.Phone)),
		)))
		c := &customer.Customer{
			Type: customer.Organization, Name: "华星", Industry: "C13", Size: "51-200", City: "上海",
			VerifiedAt: adapters.Now.AddDate(0, 0, -100),
		}
		c.Custom.Set("code", "A1")
		require.NoError(t, put(t, acme, ann, customer.Kind, c))
		phone, err := customer.NewContactPoint(c.ID, customer.Phone, "13800138000")
		require.NoError(t, err)
		require.NoError(t, put(t, acme, ann, customer.ContactPoints, phone))

		a, err := (&quality.Inspector{}).Quality(ctx, acme, customer.Kind, c.ID)
		require.NoError(t, err)
		require.True(t, a.Stale)
		require.Equal(t, 0.75, a.Completeness())
		require.EqualValues(t, 6, a.Filled)
		require.EqualValues(t, 8, a.Total)
		require.Equal(t, c.VerifiedAt, a.VerifiedAt)
		require.Equal(t, []string{"credit_code", "address"}, []string{a.Missing[0].Name, a.Missing[1].Name})
	})
}

func TestCUS54_UnusedFields(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx := t.Context()
		var fields []*storage.CustomField
		for n := range 20 {
			fields = append(fields, &storage.CustomField{Kind: "customer", Name: fmt.Sprintf("f%02d", n), Label: fmt.Sprintf("字段%d", n), Type: "text", Personal: n == 2})
		}
		require.NoError(t, put(t, acme, ann, storage.CustomFields, fields...))
		list := organizations(10_000, uuid.New(), func(int) bool { return false })
		for n, c := range list {
			for f := range 20 {
				filled := n%2 == 0
				if f < 5 {
					filled = n < 20*f // f00 is in none, f04 in 80 of 10,000
				}
				if f == 5 {
					filled = n < 100 // 1 % to the record: not less
				}
				if filled {
					c.Custom.Set(fields[f].Name, "x")
				}
			}
		}
		require.NoError(t, put(t, acme, storage.By("system:import", "import").WithoutValues(), customer.Kind, list...))
		clock.Advance(day)
		list[0].Custom.Set("f01", "y")
		list[1].Custom.Set("f02", nil)
		require.NoError(t, put(t, acme, ann, customer.Kind, list[0], list[1]))
		clock.Advance(day)
		list[0].Name = "改名" // writes none of them
		require.NoError(t, put(t, acme, ann, customer.Kind, list[0]))

		usage, err := quality.FieldUsage(ctx, acme, customer.Kind, 0.01)
		require.NoError(t, err)
		unused := map[string]quality.Usage{}
		for _, u := range usage {
			if u.Label != "" {
				unused[u.Field] = u
			}
		}
		require.Len(t, unused, 5)
		want := []struct {
			rate float64
			at   int // days after the import; -1: never
		}{{0, -1}, {0.002, 1}, {0.0039, 1}, {0.006, 0}, {0.008, 0}}
		for n, w := range want {
			u := unused[fmt.Sprintf("custom.f%02d", n)]
			require.Equal(t, w.rate, u.FillRate(), u.Field)
			require.EqualValues(t, 10_000, u.Records)
			require.Equal(t, fmt.Sprintf("字段%d", n), u.Label)
			require.Equal(t, n == 2, u.Personal)
			if w.at < 0 {
				require.Zero(t, u.LastWritten, u.Field)
			} else {
				require.Equal(t, adapters.Now.AddDate(0, 0, w.at), u.LastWritten, u.Field)
			}
		}
	})
}
