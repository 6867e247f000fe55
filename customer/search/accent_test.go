package search_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// Each word of a name is found with its accents and without them, umlauts as one
// letter and as two, and ü of pinyin as u.
func TestSearch_Accents(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		zoe := person(t, acme, "Zoë Müller-Lüdenscheidt")
		person(t, acme, "Jörg Weiß")
		person(t, acme, "吕布")
		person(t, acme, "女娲")
		for text, want := range map[string][]string{
			"müller":                {"Zoë Müller-Lüdenscheidt by spelling in customer.name Zoë [Müller]-Lüdenscheidt"},
			"muller":                {"Zoë Müller-Lüdenscheidt by spelling in customer.name Zoë [Müller]-Lüdenscheidt"},
			"MUELLER":               {"Zoë Müller-Lüdenscheidt by spelling in customer.name Zoë [Müller]-Lüdenscheidt"},
			"ludensch":              {"Zoë Müller-Lüdenscheidt by spelling in customer.name Zoë Müller-[Lüdensch]eidt"},
			"Luedensch":             {"Zoë Müller-Lüdenscheidt by spelling in customer.name Zoë Müller-[Lüdensch]eidt"},
			"zoe muller":            {"Zoë Müller-Lüdenscheidt by spelling in customer.name [Zoë Müller]-Lüdenscheidt"},
			"zoe mueller-luedensch": {"Zoë Müller-Lüdenscheidt by spelling in customer.name [Zoë Müller-Lüdensch]eidt"},
			"mullerluedensch":       {},
			"mullar":                {},
			"jorg":                  {"Jörg Weiß by spelling in customer.name [Jörg] Weiß"},
			"joerg weiss":           {"Jörg Weiß by spelling in customer.name [Jörg Weiß]"},
			"weiss":                 {"Jörg Weiß by spelling in customer.name Jörg [Weiß]"},
			"weiß":                  {"Jörg Weiß by spelling in customer.name Jörg [Weiß]"},
			"lubu":                  {"吕布 by spelling in customer.name [吕布]"},
			"Lu Bu":                 {"吕布 by spelling in customer.name [吕布]"},
			"lvbu":                  {"吕布 by spelling in customer.name [吕布]"},
			"lyubu":                 {"吕布 by spelling in customer.name [吕布]"},
			"nuwa":                  {"女娲 by spelling in customer.name [女娲]"},
			"nvwa":                  {"女娲 by spelling in customer.name [女娲]"},
		} {
			got := told(hits(t, acme, text, search.Options{Looks: []search.Look{search.Spelling}}))
			require.Equal(t, want, got, "%q", text)
		}
		zoe.Name = "Zoë Schmidt"
		put(t, acme, customer.Kind, zoe)
		require.Empty(t, hits(t, acme, "mueller", search.Options{}))
		require.Len(t, hits(t, acme, "zoe schm", search.Options{}), 1)
	})
}

// Keys of the version before this one count as old, and Rebuild makes them again.
func TestRebuild_OlderKeys(t *testing.T) {
	unwatched(t, func(t *testing.T, acme *storage.Tenant) {
		person(t, acme, "Zoë Müller")
		require.NoError(t, finder.Rebuild(t.Context(), acme, ann, nil))
		keys, states := storage.Any(search.Kinds()[0]), storage.Any(search.Kinds()[1])
		all := func(kind storage.AnyKind, tx storage.Reader) (list []storage.Record) {
			for rec, err := range kind.Find(t.Context(), tx, storage.Query{}) {
				require.NoError(t, err)
				list = append(list, rec)
			}
			return list
		}
		update(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			if err := keys.Purge(ctx, tx, all(keys, tx)...); err != nil {
				return err
			}
			list := all(states, tx)
			for _, s := range list {
				if err := search.Kinds()[1].Schema().Field("forms").Set(s, "1/1"); err != nil {
					return err
				}
			}
			return states.Put(ctx, tx, list...)
		})
		require.False(t, ready(t, finder, acme))
		require.Empty(t, hits(t, acme, "mueller", search.Options{}))
		require.NoError(t, finder.Rebuild(t.Context(), acme, ann, nil))
		require.True(t, ready(t, finder, acme))
		require.Len(t, hits(t, acme, "mueller", search.Options{}), 1)
	})
}
