package merge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// trio stores three customers, an hour apart, and custom fields of some types.
func trio(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) []uuid.UUID {
	for name, typ := range map[string]string{"points": "integer", "credit": "decimal", "no_call": "bool", "likes": "texts", "last": "date", "shop": "text"} {
		put(t, acme, storage.CustomFields, &storage.CustomField{Kind: "customer", Name: name, Type: typ})
	}
	list := []*customer.Customer{
		{Type: customer.Person, Name: "a", City: "Rome", Company: "K", Stage: "lead", Source: "web", Since: adapters.Now},
		{Type: customer.Person, Name: "abc", City: "Oslo", Company: "L", Stage: "won", Source: "shop", Since: adapters.Now.Add(-time.Hour)},
		{Type: customer.Person, Name: "ab", City: "Oslo", Stage: "other", Source: "fair", Notes: "n"},
	}
	ids := make([]uuid.UUID, len(list))
	for i, c := range list {
		c.Custom.Set("points", i+1)
		c.Custom.Set("credit", decimal.NewFromFloat(1.5))
		c.Custom.Set("no_call", i == 1)
		c.Custom.Set("likes", []string{[]string{"tea", "jam", "tea"}[i]})
		c.Custom.Set("last", storage.Date{Year: 2026 - i, Month: 1, Day: 1})
		put(t, acme, customer.Kind, c)
		ids[i] = c.ID
		clock.Advance(time.Hour)
	}
	list[0].Notes = "later"
	put(t, acme, customer.Kind, list[0])
	return ids
}

func TestRules(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ids := trio(t, acme, clock)
		q := merge.Request{Survivor: ids[0], Others: ids[1:], Rules: merge.Rules{Sources: []string{"fair", "shop"}, Stages: []string{"lead", "won"}}}
		q.Rules.Custom = map[string]func([]merge.Value) int{"custom.shop": func([]merge.Value) int { return 9 }, "company": func(v []merge.Value) int { return 1 }}
		for _, c := range []struct {
			field string
			rule  merge.Rule
			want  string
		}{
			{"name", merge.KeepSurvivor, `"a"`},
			{"name", merge.MostComplete, `"abc"`},
			{"name", merge.MostRecent, `"ab"`},
			{"name", merge.Oldest, `"a"`},
			{"name", merge.MostRecentVerified, `"ab"`},
			{"name", merge.SourcePriority, `"ab"`},
			{"name", merge.Max, `"abc"`},
			{"name", merge.Union, `"a\nabc\nab"`},
			{"notes", merge.MostRecent, `"later"`},
			{"city", merge.MostFrequent, `"Oslo"`},
			{"company", merge.Custom, `"L"`},
			{"custom.shop", merge.Custom, `null`},
			{"stage", merge.MostAdvanced, `"won"`},
			{"since", merge.Min, `"2026-01-05T00:00:00Z"`},
			{"custom.points", merge.Sum, `6`},
			{"custom.points", merge.Min, `1`},
			{"custom.credit", merge.Sum, `"4.5"`},
			{"custom.no_call", merge.Strictest, `true`},
			{"custom.likes", merge.Union, `["jam","tea"]`},
			{"custom.last", merge.Max, `"2026-01-01"`},
		} {
			q.Rules.Fields = map[string]merge.Rule{c.field: c.rule}
			require.Equal(t, c.want, chosen(preview(t, acme, q), c.field)[c.field], "%s by %s", c.field, c.rule)
		}
		q.Rules.Fields = nil
		plan := preview(t, acme, q)
		require.Equal(t, map[string]string{"stage": `"won"`, "notes": `"later\nn"`, "since": `"2026-01-05T00:00:00Z"`, "source": `"web"`, "custom.likes": `["jam","tea"]`},
			chosen(plan, "stage", "notes", "since", "source", "custom.likes"), "without rules")
		text, err := json.Marshal(plan)
		require.NoError(t, err)
		var again merge.Plan
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, plan.Fields, again.Fields)
	})
}

func preview(t *testing.T, acme *storage.Tenant, q merge.Request) (plan *merge.Plan) {
	require.NoError(t, acme.View(ctx, func(tx *storage.Tx) (err error) {
		plan, err = merge.Preview(ctx, tx, q)
		return err
	}))
	return plan
}

func TestPlan_String(t *testing.T) {
	t.Parallel()
	a, b := uuid.MustParse("019b8c4d-fd40-701e-b8ee-a4e982e67a4a"), uuid.New()
	plan := &merge.Plan{
		Survivor: a, Others: []uuid.UUID{b},
		Fields: []merge.Choice{
			{Field: "name", Rule: merge.MostRecent, Chosen: json.RawMessage(`"王丽"`), Why: "it was written last", Conflict: true,
				Values: []merge.Value{{Customer: a, Value: json.RawMessage(`"王立"`)}, {Customer: b, Value: json.RawMessage(`"王丽"`)}}},
			{Field: "city", Rule: merge.KeepSurvivor, Chosen: json.RawMessage(`null`), Values: []merge.Value{{Value: json.RawMessage(`null`)}}},
		},
		Joined:   []merge.Joined{{Kind: "contact_point", Text: "13800138000", How: "demoted"}},
		Consents: []merge.ConsentChoice{{Channel: "mail", Purpose: "news", States: []string{"granted", ""}, Chosen: "granted", Why: "the strictest"}},
		Records:  map[string]int64{"order": 3},
	}
	require.Equal(t, strings.TrimPrefix(`
2 customers become 019b8c4d-fd40-701e-b8ee-a4e982e67a4a
! name  王立 | 王丽  => 王丽  most_recent: it was written last
contact_point  13800138000  demoted
consent  mail / news  granted | -  => granted  the strictest
order  3  moved
`, "\n"), plan.String())
}
