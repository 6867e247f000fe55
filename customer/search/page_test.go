package search_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// walk reads all pages and returns the customers in their order.
func walk(t testing.TB, r storage.Reader, text string, o search.Options) []uuid.UUID {
	t.Helper()
	ids := []uuid.UUID{}
	for range 10_000 {
		page, err := finder.Search(t.Context(), r, text, o)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Hits), o.Limit)
		for _, h := range page.Hits {
			ids = append(ids, h.Customer.ID)
		}
		if page.Next == "" {
			return ids
		}
		o.After = page.Next
	}
	t.Fatal("the pages do not end")
	return nil
}

// Pages of any size show the hits of one page, each customer once, though it is
// found by several looks and by several records of one look.
func TestSearch_Pages(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for i := range 9 {
			c := person(t, acme, fmt.Sprintf("Zoe Zhang Zeta%d", i), fmt.Sprintf("138001380%02d", i), fmt.Sprintf("z%d@zeta.com", i), fmt.Sprintf("zz%d@zeta.com", 9-i))
			contact(t, acme, c, fmt.Sprintf("z%d@zeta.com.cn", i))
		}
		person(t, acme, "张震", "zhen@zeta.com")
		for text, n := range map[string]int{"z": 10, "Z": 10, "zeta": 9, "zeta.com": 10, "@zeta": 10, "zz": 10, "eta": 9} {
			all := walk(t, acme, text, search.Options{Limit: search.MaxLimit})
			require.Len(t, all, n, text)
			distinct := slices.Clone(all)
			slices.SortFunc(distinct, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
			require.Len(t, slices.Compact(distinct), n, text)
			for limit := 1; limit <= 11; limit++ {
				require.Equal(t, all, walk(t, acme, text, search.Options{Limit: limit}), "%q by %d", text, limit)
			}
		}
	})
}

// Customers who come and go between two pages do not move the others.
func TestSearch_PagesWhileOthersWrite(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var people []*customer.Customer
		for i := range 6 {
			people = append(people, person(t, acme, fmt.Sprintf("王%d", i)))
		}
		first, err := finder.Search(t.Context(), acme, "王", search.Options{Limit: 3})
		require.NoError(t, err)
		people[1].Name = "李"
		put(t, acme, customer.Kind, people[1])
		person(t, acme, "王00")
		second, err := finder.Search(t.Context(), acme, "王", search.Options{Limit: 3, After: first.Next})
		require.NoError(t, err)
		require.Equal(t, []string{"王3", "王4", "王5"}, []string{second.Hits[0].Customer.Name, second.Hits[1].Customer.Name, second.Hits[2].Customer.Name})
	})
}
