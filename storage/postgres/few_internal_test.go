package postgres

import (
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// TestFew holds the judgement of which plans find few records for certain
// against what conditions say.
func TestFew(t *testing.T) {
	t.Parallel()
	field := func(name string) *criteria.Field { return &specimens.Schema().Field(name).Field }
	is := func(name string) criteria.Node {
		return &criteria.Comparison{Field: field(name), Op: criteria.Equal, Value: "x"}
	}
	in := func(name string, n int) criteria.Node {
		return &criteria.Membership{Field: field(name), Values: make([]any, n)}
	}
	key := func(last criteria.Node) criteria.Node { return allOf(is("region"), allOf(is("city"), last)) }
	for name, c := range map[string]struct {
		where   criteria.Node
		limit   int
		deleted storage.Deleted
		want    bool
	}{
		"all":                                   {where: allOf()},
		"a small limit":                         {where: allOf(), limit: fewRecords, want: true},
		"a large limit":                         {where: allOf(), limit: fewRecords + 1},
		"an id":                                 {where: is("id"), deleted: storage.DeletedToo, want: true},
		"ids":                                   {where: allOf(in("id", fewRecords), is("flag")), want: true},
		"many ids":                              {where: in("id", fewRecords+1)},
		"many ids, one of which is given":       {where: allOf(is("id"), in("id", fewRecords+1)), want: true},
		"the same the other way round":          {where: allOf(in("id", fewRecords+1), is("id")), want: true},
		"many ids within a small limit":         {where: in("id", fewRecords+1), limit: 10},
		"one of two ids":                        {where: &criteria.Or{Of: []criteria.Node{is("id"), is("code")}}},
		"not an id":                             {where: &criteria.Negation{Of: is("id")}},
		"ids from one on":                       {where: &criteria.Comparison{Field: field("id"), Op: criteria.GreaterEqual, Value: "x"}},
		"a unique key":                          {where: is("code"), want: true},
		"a unique key of deleted records":       {where: is("code"), deleted: storage.DeletedToo},
		"unique keys":                           {where: in("code", fewRecords), want: true},
		"many unique keys":                      {where: in("code", fewRecords+1)},
		"a key that is not unique":              {where: is("name")},
		"a unique key of several fields":        {where: key(is("number")), want: true},
		"such keys":                             {where: allOf(in("region", 100), in("city", 10), in("number", 10)), want: true},
		"such keys, more than few":              {where: allOf(in("region", 100), in("city", 10), in("number", 11))},
		"such a key with a field open":          {where: allOf(is("region"), is("city"))},
		"no values at all for a unique key":     {where: in("code", 0)},
		"the same within a small limit of rows": {where: in("code", 0), limit: 1, want: true},
	} {
		require.Equal(t, c.want, few(&storage.Plan{Schema: specimens.Schema(), Where: c.where, Limit: c.limit, Deleted: c.deleted}), name)
	}
}
