package search_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// A guard shows customers that a criterion matches and all other records, and
// restricts fields by kind.
type guard struct {
	customers criteria.Criterion
	fields    map[string]map[string]storage.FieldAccess
	closed    string // a kind that may not be read
	elevates  bool
}

func (g guard) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind == g.closed {
		return storage.Access{}, storage.ErrForbidden
	}
	a := storage.Access{Where: criteria.All(), Fields: maps.Clone(g.fields[kind]), Mask: func(string, any) any { return "138****" }}
	if kind == "customer" && g.customers != nil {
		a.Where = g.customers
	}
	return a, nil
}

func (guard) Write(context.Context, storage.Attempt) error { return nil }

func (g guard) Elevate(context.Context, string) error {
	if g.elevates {
		return nil
	}
	return storage.ErrForbidden
}

func kept(kind, field string, a storage.FieldAccess) map[string]map[string]storage.FieldAccess {
	return map[string]map[string]storage.FieldAccess{kind: {field: a}}
}

// Nobody is found by what the caller may not read.
func TestSearch_GuardHidesFields(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "曾小明", "13800138000", "ming@acme.com")
		c.Company = "华星贸易"
		put(t, acme, customer.Kind, c)
		looks := map[string]search.Look{
			"曾小": search.Name, "zxm": search.Spelling, "小明": search.NameInside, "华星": search.Company, "13800138000": search.Phone,
			"8000": search.PhoneTail, "38000": search.PhoneTail, "ming@acme.com": search.Email, "ming@": search.EmailStart, "@acme": search.Domain,
		}
		by := func(g guard) (found, skipped []string) {
			for _, text := range slices.Sorted(maps.Keys(looks)) {
				page, err := finder.Search(t.Context(), acme.Guarded(g), text, search.Options{Looks: []search.Look{looks[text]}})
				require.NoError(t, err, text)
				if len(page.Hits) > 0 {
					found = append(found, text)
				}
				if len(page.Skipped) > 0 {
					require.Equal(t, []search.Look{looks[text]}, page.Skipped)
					require.Empty(t, page.Hits)
					skipped = append(skipped, text)
				}
			}
			return found, skipped
		}
		found, skipped := by(guard{})
		require.Len(t, found, len(looks))
		require.Empty(t, skipped)
		for _, a := range []storage.FieldAccess{storage.FieldHidden, storage.FieldMasked} {
			_, skipped = by(guard{fields: kept("customer", "name", a)})
			require.Equal(t, []string{"zxm", "小明", "曾小"}, skipped)
			_, skipped = by(guard{fields: kept("contact_point", "match", a)})
			require.Equal(t, []string{"13800138000", "38000", "@acme", "ming@", "ming@acme.com"}, skipped)
			_, skipped = by(guard{fields: kept("contact_point", "tail", a)})
			require.Equal(t, []string{"38000", "8000"}, skipped)
			_, skipped = by(guard{fields: kept("search_key", "key", a)})
			require.Equal(t, []string{"@acme", "zxm"}, skipped)
		}
		found, skipped = by(guard{closed: "contact_point"})
		require.Equal(t, []string{"zxm", "华星", "小明", "曾小"}, found)
		require.Len(t, skipped, len(looks)-len(found))
		found, skipped = by(guard{closed: "customer"})
		require.Empty(t, found)
		require.Len(t, skipped, len(looks))
		found, _ = by(guard{customers: criteria.Eq("name", "李四")})
		require.Empty(t, found, "a customer out of sight is not found")
	})
}

// What a hit shows is what the caller may see.
func TestSearch_GuardMasksTexts(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		person(t, acme, "曾小明", "13800138000")
		list := hits(t, acme.Guarded(guard{fields: kept("contact_point", "value", storage.FieldMasked)}), "8000", search.Options{})
		require.Equal(t, []string{"曾小明 by phone_tail in contact_point.value 138****"}, told(list))
		list = hits(t, acme.Guarded(guard{fields: kept("contact_point", "value", storage.FieldHidden)}), "13800138000", search.Options{})
		require.Equal(t, []string{"曾小明 by phone in contact_point.value "}, told(list))
	})
}

// Pages are full of customers in sight.
func TestSearch_GuardedPages(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for i := range 12 {
			c := person(t, acme, "曾小明", "13800138000", "ming@acme.com")
			if i%4 == 3 {
				c.Stage = "mine"
				put(t, acme, customer.Kind, c)
			}
		}
		mine := acme.Guarded(guard{customers: criteria.Eq("stage", "mine")})
		for _, text := range []string{"曾小", "小明", "zxm", "8000", "13800138000", "ming@acme.com", "ming@", "@acme.com"} {
			page, err := finder.Search(t.Context(), mine, text, search.Options{Limit: 2})
			require.NoError(t, err)
			require.Len(t, page.Hits, 2, text)
			require.Len(t, walk(t, mine, text, search.Options{Limit: 2}), 3, text)
		}
	})
}
