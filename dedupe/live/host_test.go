package live_test

import (
	"sync"
	"testing"

	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A card is a kind of the host's own that belongs to a customer.
type loyaltyCard struct {
	storage.Meta
	Customer uuid.UUID
	Number   string
}

var cards = storage.Define[loyaltyCard]("loyalty_card",
	storage.Ref("customer", func(c *loyaltyCard) *uuid.UUID { return &c.Customer }).To("customer").Existing().Indexed(),
	storage.Text("number", func(c *loyaltyCard) *string { return &c.Number }),
)

// A leaflet belongs to nobody.
type leaflet struct {
	storage.Meta
	Title string
}

var leaflets = storage.Define[leaflet]("leaflet", storage.Text("title", func(l *leaflet) *string { return &l.Title }))

// Columns and rules of the host's may look at what it knows of a customer elsewhere;
// the watch looks again when records of the kinds that it was told of are written.
func TestWatch_FurtherKinds(t *testing.T) {
	all := append(kinds(), cards, leaflets)
	adapters.Each(t, all, func(t *testing.T, acme *storage.Tenant) {
		var numbers sync.Map // what the host knows, by customer
		number := func(s *review.Subject) string {
			text, _ := numbers.Load(s.Customer.ID)
			n, _ := text.(string)
			return n
		}
		c := &live.Checker{
			Reviewer: &review.Reviewer{Persons: append(review.Persons(), review.Column{Field: dedupe.Field{Name: "card", Type: dedupe.Identifier}, Value: number})},
			Rules:    append(live.Rules(), live.Rule{Name: "card", Values: func(s *review.Subject) []string { return []string{number(s)} }}),
		}
		require.NoError(t, c.Valid())
		store, err := acme.Store().Watched(c.Watch(cards, leaflets))
		require.NoError(t, err)
		acme = store.Tenant(acme.Name())
		first, second := added(t, acme, person("王小明")), added(t, acme, person("陈大文"))
		give := func(to uuid.UUID, text string) (*loyaltyCard, error) {
			card := &loyaltyCard{Customer: to, Number: text}
			before, _ := numbers.Swap(to, text)
			err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return cards.Put(t.Context(), tx, card) })
			if err != nil {
				numbers.Store(to, before)
			}
			return card, err
		}
		card, err := give(first, "C-1001")
		require.NoError(t, err)
		_, err = give(second, "C-1001")
		list := refused(t, err)
		require.Equal(t, first, list[0].Customer)
		require.Equal(t, []string{"card"}, list[0].Rules)
		require.EqualValues(t, 1, count(t, acme, cards))

		// The card goes, and its number is free.
		numbers.Delete(first)
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return cards.Purge(t.Context(), tx, card) }))
		card, err = give(second, "C-1001")
		require.NoError(t, err)

		// It is given on: both are looked at again.
		numbers.Delete(second)
		numbers.Store(first, "C-1001")
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			card.Customer = first
			return cards.Put(t.Context(), tx, card)
		}))
		_, err = give(second, "C-1001")
		require.Equal(t, first, refused(t, err)[0].Customer)

		before := versions(t, acme)
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			return leaflets.Put(t.Context(), tx, &leaflet{Title: "C-1001"})
		}))
		require.Equal(t, before, versions(t, acme))
	})
}
