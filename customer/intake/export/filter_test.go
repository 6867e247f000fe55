package export_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// The stored filter says what was asked, without the values of fields that are
// Personal, and is still a criterion.
func TestWrite_FilterWithoutPersonalValues(t *testing.T) {
	const wang = `"sha256:16f2c1"`
	cases := []struct {
		where criteria.Criterion
		want  string
	}{
		{criteria.Eq("name", "王丽"), `{"field":"name","op":"eq","value":` + wang + `}`},
		{criteria.All(criteria.Eq("city", "杭州"), criteria.Not(criteria.Search("name", "王丽"))),
			`{"all":[{"field":"city","op":"eq","value":"杭州"},{"not":{"field":"name","op":"search","value":` + wang + `}}]}`},
		{criteria.Any(criteria.In("name", "王丽", "王丽"), criteria.Missing("name")),
			`{"any":[{"field":"name","op":"in","values":[` + wang + `,` + wang + `]},{"field":"name","op":"missing"}]}`},
		{criteria.Ge("birthday", storage.Date{Year: 1990, Month: 5, Day: 4}), `{"field":"birthday","op":"ge","value":"sha256:c8d6d0"}`},
		{criteria.Ge("birthday", criteria.MonthsFromToday(-36, "")), `{"field":"birthday","op":"ge","value":{"months_from_today":-36}}`},
		{criteria.Anniversary("birthday", 7, ""), `{"field":"birthday","op":"anniversary","days":7}`},
		{criteria.RelatedCount("interaction", "customer", criteria.HasAny("topics", "王丽"), criteria.Equal, 0),
			`{"related":{"kind":"interaction","via":"customer","where":{"field":"topics","op":"has_any","values":[` + wang + `]},"measure":"count","op":"eq","value":0}}`},
		{criteria.Parent("parent", criteria.All(criteria.Eq("name", "王丽"), criteria.Eq("version", 3))),
			`{"parent":{"field":"parent","where":{"all":[{"field":"name","op":"eq","value":` + wang + `},{"field":"version","op":"eq","value":3}]}}}`},
	}
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for _, c := range cases {
			req := export.Request{Kind: customer.Kind, Fields: []string{"name"}, Query: storage.Query{Where: c.where}}
			done, _ := written(t, acme, req)
			require.JSONEq(t, c.want, string(done.Filter))
			_, err := criteria.Parse(done.Filter)
			require.NoError(t, err)
		}
		done, _ := written(t, acme, export.Request{Kind: customer.Kind, Fields: []string{"name"}})
		require.Empty(t, done.Filter)
	})
}

// What is not known to be harmless is a digest, too.
func TestWrite_FilterByUnknownField(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		table, err := export.NewCSV(full{}, export.UTF8)
		require.NoError(t, err)
		req := export.Request{Kind: customer.Kind, Fields: []string{"name"}, Query: storage.Query{Where: criteria.Any(
			criteria.Eq("nmae", "王丽"), criteria.Related("nobody", "customer", criteria.Eq("name", "王丽")))}}
		done, err := export.Write(t.Context(), acme, ann, req, table)
		require.ErrorIs(t, err, criteria.ErrUnknownField)
		require.NotContains(t, string(done.Filter), "王丽")
	})
}
