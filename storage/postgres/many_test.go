package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/stretchr/testify/require"
)

// A set is asked for any of many texts in a form of its own, which finds what a few
// at a time do: with any characters, absent sets, in any order and page.
func TestHasAny_ManyTexts(t *testing.T) {
	t.Parallel()
	_, _, acme := workshop(t, postgres.Config{})
	texts := []string{`a"b`, `a\b`, "a\tb", "<&>", "上海", "\u2028", "😀", "{}", "x:0", "X", "é", "é"}
	for i := range 40 {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	var list []*gadget
	for i := range 120 {
		g := &gadget{Name: fmt.Sprint("gadget ", i), Size: int64(i % 7)}
		for n := range i % 4 {
			g.Tags = append(g.Tags, texts[(i*5+n*11)%len(texts)])
		}
		list = append(list, g)
	}
	require.NoError(t, acme.Update(t.Context(), author, func(tx *storage.Tx) error { return gadgets.Put(t.Context(), tx, list...) }))
	find := func(q storage.Query) []string {
		found, err := storage.Collect(gadgets.Find(t.Context(), acme, q))
		require.NoError(t, err)
		names := make([]string, len(found))
		for i, g := range found {
			names[i] = g.Name
		}
		return names
	}
	for from := range texts {
		some := slices.Concat(texts, texts)[from : from+len(texts)/2]
		var few []criteria.Criterion
		var want []string
		for _, text := range some {
			few = append(few, criteria.HasAny("tags", text))
		}
		for _, g := range list {
			if slices.ContainsFunc(g.Tags, func(tag string) bool { return slices.Contains(some, tag) }) {
				want = append(want, g.Name)
			}
		}
		many := criteria.HasAny("tags", some...)
		require.NotEmpty(t, want)
		require.Equal(t, want, find(storage.Query{Where: many}))
		require.Equal(t, want, find(storage.Query{Where: criteria.Any(few...)}))
		require.Equal(t, want[:min(7, len(want))], find(storage.Query{Where: many, Limit: 7}))
		require.Len(t, find(storage.Query{Where: criteria.Not(many)}), len(list)-len(want))
		bySize := storage.Query{Where: criteria.All(many, criteria.Gt("size", 2)), Order: []storage.Order{{Field: "size", Desc: true}}, Limit: 5}
		var paged []string
		for more := true; more; more = bySize.After != "" {
			page, err := gadgets.Page(t.Context(), acme, bySize)
			require.NoError(t, err)
			for _, g := range page.Items {
				paged = append(paged, g.Name)
			}
			bySize.After = page.Next
		}
		bySize.Limit, bySize.After = 0, ""
		require.Equal(t, find(bySize), paged)
	}
}
