package activity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestIngest_RefusesWithoutWriting(t *testing.T) {
	onEach(t, func(f *fixture) {
		good := event(activity.ChannelCall, "pbx", "1", t0)
		for name, c := range map[string]struct {
			bad  activity.Event
			want error
		}{
			"channel":   {event("foo", "pbx", "2", t0), activity.ErrUnknownChannel},
			"no time":   {event(activity.ChannelCall, "pbx", "2", time.Time{}), storage.ErrInvalid},
			"no source": {event(activity.ChannelCall, "", "2", t0), storage.ErrInvalid},
		} {
			err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
				_, err := f.rec.Ingest(f.Context(), tx, []activity.Event{good, c.bad})
				return err
			})
			require.ErrorIs(f, err, c.want, name)
			var which *activity.EventError
			require.ErrorAs(f, err, &which, name)
			require.Equal(f, 1, which.Index, name)
		}
		unknown := good
		unknown.Customer = uuid.New()
		err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			_, err := f.rec.Ingest(f.Context(), tx, []activity.Event{unknown})
			return err
		})
		require.ErrorIs(f, err, storage.ErrInvalid)
		require.Empty(f, f.of(nil))
	})
}

// The same events come in any batches, in any order, any number of times.
func TestIngest_AnyBatches(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽", phoneA)
		round := 0
		rapid.Check(f, adapters.Sparing(f.T, func(t *rapid.T) {
			round++
			source := fmt.Sprintf("source-%d", round)
			sent := map[int]bool{}
			for range rapid.IntRange(1, 4).Draw(t, "batches") {
				var batch []activity.Event
				for _, n := range rapid.SliceOfN(rapid.IntRange(0, 9), 0, 8).Draw(t, "events") {
					batch = append(batch, event(activity.ChannelCall, source, fmt.Sprint(n), t0, activity.Party{Phone: phoneA}))
					sent[n] = true
				}
				done := f.ingest(batch...)
				require.Equal(t, len(batch), len(done.Stored)+done.Known)
			}
			require.Len(t, f.of(criteria.All(criteria.Eq("source", source), criteria.Eq("customer", c.ID))), len(sent))
		}))
	})
}

func TestIngest_SameBatchAtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽", phoneA)
		var events []activity.Event
		for n := range 30 {
			e := event(activity.ChannelCall, "pbx", fmt.Sprint(n), t0.Add(-time.Duration(n)*time.Minute), activity.Party{Phone: phoneA})
			e.Effective = true
			events = append(events, e)
		}
		var all crowd
		for n := range 6 {
			all.do(func() error {
				return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
					_, err := f.rec.Ingest(f.Context(), tx, events[n*3:])
					return err
				})
			})
		}
		all.wait(f)
		require.Len(f, f.with(c), 30)
		require.Equal(f, t0, f.followedUp(c.ID))
	})
}

// A meeting with several customers is on the timeline of each.
func TestIngest_SeveralCustomers(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.watch()
		a, b := f.customer("A", phoneA), f.customer("B", mailB)
		meeting := event(activity.ChannelEvent, "calendar", "m1", t0.Add(-time.Hour), activity.Party{Phone: phoneA}, activity.Party{Email: mailB}, activity.Party{Email: "x@y.cn"})
		meeting.Effective = true
		require.Len(f, f.ingest(meeting).Stored, 2)
		require.Equal(f, 1, f.ingest(meeting).Known)
		for _, c := range []*customer.Customer{a, b} {
			list := f.with(c)
			require.Len(f, list, 1)
			require.Equal(f, "m1", list[0].Conversation)
			require.Len(f, list[0].Parties, 3)
			require.Equal(f, t0.Add(-time.Hour), f.followedUp(c.ID))
		}
	})
}

// A number that a deleted customer shares belongs to the live one alone.
func TestIngest_DeletedCustomersAreNotMatched(t *testing.T) {
	onEach(t, func(f *fixture) {
		c, gone := f.customer("A", phoneA), f.customer("gone", phoneA, mailB)
		f.update(func(tx *storage.Tx) error { return customer.Kind.Delete(f.Context(), tx, gone) })
		done := f.ingest(event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: phoneA}), event(activity.ChannelMail, "imap", "1", t0, activity.Party{Email: mailB}))
		require.Equal(f, 1, done.Unmatched)
		require.Equal(f, []string{activity.ChannelCall}, channels(f.with(c)))
	})
}

// A number that several customers share is somebody's decision.
func TestQueue_CandidatesAndResolve(t *testing.T) {
	onEach(t, func(f *fixture) {
		a, b, gone := f.customer("A", phoneA), f.customer("B", phoneA), f.customer("gone", phoneA)
		f.update(func(tx *storage.Tx) error { return customer.Kind.Delete(f.Context(), tx, gone) })
		call := event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: phoneA})
		call.Effective, call.Visitor = true, "v1"
		require.Equal(f, 1, f.ingest(call).Unmatched)

		u := f.queue()[0]
		require.True(f, u.Ambiguous)
		candidates, err := activity.Candidates(f.Context(), f.acme, u)
		require.NoError(f, err)
		require.Len(f, candidates, 2)
		require.Equal(f, a.ID, candidates[0].ID)

		resolve := func(to uuid.UUID) error {
			return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error { return activity.Resolve(f.Context(), tx, u, to) })
		}
		require.ErrorIs(f, resolve(gone.ID), storage.ErrInvalid)
		require.NoError(f, resolve(b.ID))
		require.Len(f, f.with(b), 1)
		require.Equal(f, t0, f.followedUp(b.ID))
		require.True(f, f.followedUp(a.ID).IsZero())
		require.Empty(f, f.queue())
		visitor := all(f, activity.Visitors, storage.Query{})
		require.Equal(f, b.ID, visitor[0].Customer)

		require.ErrorIs(f, resolve(a.ID), storage.ErrConflict, "somebody was faster")
		require.Empty(f, f.with(a))
	})
}

func TestQueue_Dismiss(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.ingest(event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: "unknown"}))
		u := f.queue()[0]
		require.Empty(f, u.Keys, "a number withheld is nobody's address")
		dismiss := func() error {
			return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error { return activity.Dismiss(f.Context(), tx, u) })
		}
		require.NoError(f, dismiss())
		require.ErrorIs(f, dismiss(), storage.ErrConflict)
		require.Len(f, f.of(criteria.Missing("customer")), 1)
		require.Equal(f, 1, f.ingest(event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: phoneA})).Known)
	})
}

// What waits finds its customer when a contact point appears.
func TestWatches_QueueIsTriedAgain(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.watch()
		call := event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: phoneA})
		call.Effective = true
		f.ingest(call, event(activity.ChannelMail, "imap", "1", t0, activity.Party{Email: mailB}), event(activity.ChannelChat, "wecom", "1", t0, wecom("wmA")))
		require.Len(f, f.queue(), 3)
		c := f.customer("王丽", phoneA)
		require.Equal(f, []string{activity.ChannelCall}, channels(f.with(c)))
		require.Equal(f, t0, f.followedUp(c.ID))
		f.identity(c, "wmA")
		require.Len(f, f.with(c), 2)
		require.Len(f, f.queue(), 1)
	})
}

// Without the watches the queue is tried again as a whole.
func TestRematch_WholeQueue(t *testing.T) {
	onEach(t, func(f *fixture) {
		const n = 1205 // more than a page
		f.ingest(many(n, activity.ChannelMail, "imap", activity.Party{Email: mailB})...)
		f.ingest(event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: phoneA}))
		c := f.customer("王丽", mailB)
		rematch := func(keys ...string) (matched int) {
			f.update(func(tx *storage.Tx) (err error) {
				matched, err = activity.Rematch(f.Context(), tx, keys...)
				return err
			})
			return matched
		}
		require.Zero(f, rematch("phone:"+phoneA))
		require.Equal(f, n, rematch())
		require.Zero(f, rematch())
		require.Len(f, f.with(c), n)
		require.Len(f, f.queue(), 1)
	})
}

// The watches work for writers who know nothing of this package.
func TestWatches_DirectWrites(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.rec.Channels = activity.Channels{"fax"}
		f.watch()
		c := f.customer("王丽")
		put := func(channel string, effective bool, at time.Time) error {
			return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
				return customer.Interactions.Put(f.Context(), tx, &customer.Interaction{Customer: c.ID, Channel: channel, Effective: effective, OccurredAt: at})
			})
		}
		require.ErrorIs(f, put("foo", true, t0), activity.ErrUnknownChannel)
		require.NoError(f, put("fax", false, t0))
		require.True(f, f.followedUp(c.ID).IsZero())
		require.NoError(f, put("fax", true, t0.Add(-time.Hour)))
		require.NoError(f, put(activity.ChannelCall, true, t0.Add(-2*time.Hour)))
		require.Equal(f, t0.Add(-time.Hour), f.followedUp(c.ID), "never back")
	})
}

// Many who follow up one customer at once leave the latest moment.
func TestFollowUp_AtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽")
		var all crowd
		for n := range 8 {
			all.do(func() error {
				return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
					at := t0.Add(-time.Duration(n*7%8) * time.Minute)
					return f.rec.Record(f.Context(), tx, &customer.Interaction{Customer: c.ID, Channel: activity.ChannelVisit, OccurredAt: at})
				})
			})
		}
		all.wait(f)
		require.Equal(f, t0, f.followedUp(c.ID))
		require.Len(f, f.with(c), 8)
	})
}

// A device whose clock runs ahead does not protect a customer for a year.
func TestFollowUp_NotInTheFuture(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽", phoneA)
		f.ingest(event(activity.ChannelVisit, "app", "1", t0.AddDate(1, 0, 0), activity.Party{Phone: phoneA}))
		require.Equal(f, t0, f.followedUp(c.ID))
		require.Equal(f, t0.AddDate(1, 0, 0), f.with(c)[0].OccurredAt)
	})
}
