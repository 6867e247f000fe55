package activity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// view is a page view of a visitor.
func view(visitor string, n int) activity.Event {
	e := event(activity.ChannelWeb, "site", fmt.Sprintf("%s-%d", visitor, n), t0.Add(time.Duration(n)*time.Second))
	e.Type, e.Visitor = "page_view", visitor
	return e
}

func (f *fixture) identify(visitor string, id uuid.UUID) (moved int) {
	f.Helper()
	f.update(func(tx *storage.Tx) (err error) {
		moved, err = activity.Identify(f.Context(), tx, visitor, id)
		return err
	})
	return moved
}

func TestIdentify_AgainAndAsSomebodyElse(t *testing.T) {
	onEach(t, func(f *fixture) {
		a, b := f.customer("A"), f.customer("B")
		f.ingest(view("v1", 1), view("v1", 2), view("v2", 3))
		require.Equal(f, 2, f.identify("v1", a.ID))
		require.Equal(f, 0, f.identify("v1", a.ID))
		f.ingest(view("v1", 4))
		require.Equal(f, 0, f.identify("v1", b.ID), "what is attached stays")
		f.ingest(view("v1", 5))
		require.Len(f, f.with(a), 3)
		require.Len(f, f.with(b), 1)
		require.Len(f, f.of(criteria.Missing("customer")), 1)

		require.Equal(f, 0, f.identify("v3", a.ID), "before it was seen")
		f.ingest(view("v3", 6))
		require.Len(f, f.with(a), 4)
		err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			_, err := activity.Identify(f.Context(), tx, "v2", uuid.New())
			return err
		})
		require.ErrorIs(f, err, storage.ErrInvalid)
	})
}

func TestIdentify_ManyEvents(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("A")
		const n = 2345 // more than two pages
		var events []activity.Event
		for k := range n {
			events = append(events, view("v1", k))
		}
		f.ingest(events...)
		visitors := all(f, activity.Visitors, storage.Query{})
		require.Len(f, visitors, 1)
		require.Equal(f, int64(n), visitors[0].Events)
		require.Equal(f, t0, visitors[0].FirstSeen)
		require.Equal(f, t0.Add((n-1)*time.Second), visitors[0].LastSeen)
		require.Equal(f, n, f.identify("v1", c.ID))
		require.Len(f, f.with(c), n)
	})
}

// What waits in the queue because its sender is not known goes along.
func TestIdentify_TakesTheQueueAlong(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("A")
		form := view("v1", 1)
		form.With = []activity.Party{{Phone: phoneA}}
		f.ingest(form)
		require.Len(f, f.queue(), 1)
		require.Equal(f, 1, f.identify("v1", c.ID))
		require.Empty(f, f.queue())
		require.Len(f, f.with(c), 1)
	})
}

// However events and the identification of their visitor fall together, none stays behind.
func TestIdentify_WhileEventsCome(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("A")
		const rounds, writers = 12, 3
		for round := range rounds {
			visitor := fmt.Sprintf("v%d", round)
			if round%2 == 0 {
				f.ingest(view(visitor, 99))
			}
			var all crowd
			for n := range writers {
				all.do(func() error {
					return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
						_, err := f.rec.Ingest(f.Context(), tx, []activity.Event{view(visitor, n)})
						return err
					})
				})
			}
			all.do(func() error {
				return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
					_, err := activity.Identify(f.Context(), tx, visitor, c.ID)
					return err
				})
			})
			all.wait(f)
		}
		require.Empty(f, f.of(criteria.Missing("customer")))
		require.Len(f, f.with(c), rounds*writers+rounds/2)
	})
}
