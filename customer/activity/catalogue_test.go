package activity_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const phoneA, mailB = "+8613800000001", "b@example.com"

// Given events page_view x2, product_click x3, feedback x1 posted with distinct
// event ids; when the same 6 events are posted again; then the stored event count is
// 6 and counts by type are 2/3/1.
func TestCUS06_BehaviourEventsOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽", phoneA)
		var events []activity.Event
		for n, typ := range []string{"page_view", "page_view", "product_click", "product_click", "product_click", "feedback"} {
			e := event(activity.ChannelWeb, "site", fmt.Sprintf("e%d", n), t0.Add(time.Duration(n)*time.Second))
			e.Type, e.Customer = typ, c.ID
			events = append(events, e)
		}
		require.Len(f, f.ingest(events...).Stored, 6)
		again := f.ingest(events...)
		require.Empty(f, again.Stored)
		require.Equal(f, 6, again.Known)

		require.Len(f, f.of(nil), 6)
		counts, err := activity.Counts(f.Context(), f.acme, criteria.Eq("customer", c.ID))
		require.NoError(f, err)
		require.Equal(f, map[string]int64{"page_view": 2, "product_click": 3, "feedback": 1}, counts)
	})
}

// Given a customer with phone A and mail B; when an inbound call event from A, a
// mail event from B and a meeting with attendee B are ingested; then 3 interactions
// are attached to that customer with channels call, mail, meeting; and an event from
// an unknown phone goes to the unmatched queue, not to any customer.
func TestCUS08_CallsMailsMeetingsFindTheCustomer(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.rec.Channels = activity.Channels{"meeting"}
		c := f.customer("王丽", phoneA, mailB)
		call := event(activity.ChannelCall, "pbx", "1", t0, activity.Party{Phone: "138 0000 0001"})
		call.Direction = customer.Inbound
		mail := event(activity.ChannelMail, "imap", "<1@x>", t0.Add(time.Minute), activity.Party{Email: "B@Example.com"})
		meeting := event("meeting", "calendar", "m1", t0.Add(2*time.Minute), activity.Party{Email: "ann@ours.example"}, activity.Party{Email: mailB})
		stranger := event(activity.ChannelCall, "pbx", "2", t0.Add(3*time.Minute), activity.Party{Phone: "13900000009"})
		done := f.ingest(call, mail, meeting, stranger)
		require.Len(f, done.Stored, 4)
		require.Equal(f, 1, done.Unmatched)

		require.Equal(f, []string{activity.ChannelCall, activity.ChannelMail, "meeting"}, channels(f.with(c)))
		queue := f.queue()
		require.Len(f, queue, 1)
		require.Equal(f, []string{"phone:+8613900000009"}, queue[0].Keys)
		require.False(f, queue[0].Ambiguous)
		waiting, err := customer.Interactions.Get(f.Context(), f.acme, queue[0].Interaction)
		require.NoError(f, err)
		require.Equal(f, uuid.Nil, waiting.Customer)
		require.Equal(f, "2", waiting.ExternalID)
	})
}

// Given a host-supplied CallParser that returns {topic, intent, product}; when a
// call transcript is ingested; then the interaction stores the 3 fields as structured
// values; and if the parser returns an error then the raw transcript is still stored
// and marked unparsed.
func TestCUS09_CallTranscriptsBecomeValues(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.rec.Transcripts = true
		c := f.customer("王丽", phoneA)
		good := event(activity.ChannelCall, "400", "1", t0, activity.Party{Phone: phoneA})
		good.Text = "请问奶粉怎么退货"
		bad := event(activity.ChannelCall, "400", "2", t0.Add(time.Minute), activity.Party{Phone: phoneA})
		bad.Text = "……"
		f.ingest(good, bad)

		down := errors.New("model is down")
		parser := func(_ context.Context, text string) (activity.ParsedCall, error) {
			if text == bad.Text {
				return activity.ParsedCall{}, down
			}
			return activity.ParsedCall{Topic: "售后", Intent: "退货", Product: "奶粉"}, nil
		}
		report, err := activity.Parse(f.Context(), f.acme, ann, parser)
		require.NoError(f, err)
		require.Equal(f, 1, report.Parsed)
		require.Equal(f, 1, report.Failed)
		require.ErrorIs(f, report.Last, down)

		list := f.with(c)
		require.JSONEq(f, `{"topic":"售后","intent":"退货","product":"奶粉"}`, string(list[0].Values))
		require.Equal(f, []string{"售后"}, list[0].Topics)
		require.Empty(f, list[0].State)
		require.Equal(f, bad.Text, list[1].Text)
		require.Equal(f, customer.Unparsed, list[1].State)
		require.Empty(f, list[1].Values)

		report, err = activity.Parse(f.Context(), f.acme, ann, func(context.Context, string) (activity.ParsedCall, error) {
			return activity.ParsedCall{Topic: "沉默"}, nil
		})
		require.NoError(f, err)
		require.Equal(f, activity.ParseReport{Parsed: 1}, report, "only what failed is tried again")
		require.Empty(f, f.of(criteria.Eq("state", customer.Unparsed)))
	})
}

// Given anonymous visitor v1 with 5 page views; when the visitor submits a form with
// phone A that belongs to customer C; then the 5 views are re-attached to C with
// their original timestamps.
func TestCUS10_BrowsingTraceFindsItsCustomer(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽", phoneA)
		var views []activity.Event
		var times []time.Time
		for n := range 5 {
			e := event(activity.ChannelWeb, "site", fmt.Sprintf("view-%d", n), t0.Add(time.Duration(n-60)*time.Minute))
			e.Type, e.Visitor = "page_view", "v1"
			views, times = append(views, e), append(times, e.OccurredAt)
		}
		f.ingest(views...)
		require.Empty(f, f.with(c))
		require.Empty(f, f.queue(), "a visitor is not a party that somebody has to look for")

		form := event(activity.ChannelWeb, "site", "form-1", t0, activity.Party{Phone: phoneA})
		form.Type, form.Visitor = "form", "v1"
		f.ingest(form)

		list := f.with(c)
		require.Len(f, list, 6)
		for n, at := range times {
			require.Equal(f, "page_view", list[n].Type)
			require.True(f, at.Equal(list[n].OccurredAt))
		}
		later := event(activity.ChannelWeb, "site", "view-6", t0.Add(time.Minute))
		later.Visitor = "v1"
		f.ingest(later)
		require.Len(f, f.with(c), 7, "later events go to the customer at once")
	})
}

// Given a scan event {external_user_id, store=S1, scene=cashier}; when it is
// ingested; then a customer with channel identity wecom:external_user_id and source
// store:S1 exists; a second scan at S2 keeps one customer and appends a visit.
func TestCUS23_ScanMakesAMember(t *testing.T) {
	onEach(t, func(f *fixture) {
		scan := func(store string, at time.Time) uuid.UUID {
			var ids []uuid.UUID
			f.update(func(tx *storage.Tx) (err error) {
				ids, err = f.rec.Scans(f.Context(), tx, []activity.Scan{{Channel: customer.WeCom, Account: "wmA", Store: store, Scene: "cashier", At: at}})
				return err
			})
			return ids[0]
		}
		first := scan("S1", t0)
		c, err := customer.ResolveIdentity(f.Context(), f.acme, customer.WeCom, "", "wmA")
		require.NoError(f, err)
		require.Equal(f, first, c.ID)
		require.Equal(f, "store:S1", c.Source)
		require.Len(f, f.with(c), 1)

		require.Equal(f, first, scan("S2", t0.Add(time.Hour)))
		require.Equal(f, first, scan("S2", t0.Add(time.Hour)), "delivered twice")
		require.Len(f, all(f, customer.Kind, storage.Query{}), 1)
		visits := f.with(c)
		require.Equal(f, []string{activity.ChannelVisit, activity.ChannelVisit}, channels(visits))
		require.JSONEq(f, `{"store":"S2","scene":"cashier"}`, string(visits[1].Values))
		require.True(f, f.followedUp(c.ID).IsZero(), "that a customer came by is no follow-up of ours")
	})
}

// Given a host chat adapter delivering messages with seq 1..100 and 2 moment likes;
// when batches overlap (1..60 then 41..100); then 100 messages and 2 likes are stored
// once each, in seq order.
func TestCUS25_ChatMessagesOnceInOrder(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽")
		f.identity(c, "wmA")
		message := func(seq int64) activity.Event {
			e := event(activity.ChannelChat, "", fmt.Sprintf("msg%d", seq), t0.Add(time.Duration(seq)*time.Second), wecom("wmA"))
			e.Seq, e.Conversation = seq, "wmA"
			return e
		}
		like := func(id string) activity.Event {
			e := event(activity.ChannelSocial, "", id, t0, wecom("wmA"))
			e.Type = "like"
			return e
		}
		deliver := func(from, to int64, more ...activity.Event) (d activity.Delivery) {
			for seq := to; seq >= from; seq-- { // in any order
				more = append(more, message(seq))
			}
			f.update(func(tx *storage.Tx) (err error) {
				d, err = f.rec.IngestArchive(f.Context(), tx, "wecom", more)
				return err
			})
			return d
		}
		require.Equal(f, activity.Delivery{Stored: 61, Last: 60}, deliver(1, 60, like("l1")))
		require.Equal(f, activity.Delivery{Stored: 41, Known: 21, Last: 100}, deliver(41, 100, like("l1"), like("l2")))

		chat := all(f, customer.Interactions, storage.Query{Where: criteria.Eq("conversation", "wmA"), Order: []storage.Order{{Field: "seq"}}})
		require.Len(f, chat, 100)
		for n, i := range chat {
			require.Equal(f, int64(n+1), i.Seq)
			require.Equal(f, c.ID, i.Customer)
		}
		stored := all(f, customer.Interactions, storage.Query{Where: criteria.Gt("seq", 0)}) // by id: as they were stored
		require.True(f, slices.IsSortedFunc(stored, func(a, b *customer.Interaction) int { return int(a.Seq - b.Seq) }))
		counts, err := activity.Counts(f.Context(), f.acme, criteria.Eq("channel", activity.ChannelSocial))
		require.NoError(f, err)
		require.Equal(f, map[string]int64{"like": 2}, counts)
	})
}

// Given the closed list of built-in channels; when an interaction with channel=event
// is written it is stored; with channel=foo then ErrUnknownChannel unless foo was
// registered.
func TestCUS26_ChannelsAreAClosedList(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽")
		record := func(channel string) error {
			return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
				return f.rec.Record(f.Context(), tx, &customer.Interaction{Customer: c.ID, Channel: channel, OccurredAt: t0})
			})
		}
		for _, channel := range []string{"call", "mail", "sms", "social", "event", "visit", "chat", "web", "ticket", "order"} {
			require.NoError(f, record(channel))
		}
		require.Len(f, f.with(c), 10)
		err := record("foo")
		require.ErrorIs(f, err, activity.ErrUnknownChannel)
		var refused *activity.ChannelError
		require.ErrorAs(f, err, &refused)
		require.Equal(f, "foo", refused.Channel)
		require.Len(f, refused.Known, 10)
		require.Len(f, f.with(c), 10)

		f.rec.Channels = activity.Channels{"foo"}
		require.NoError(f, record("foo"))
		require.ErrorIs(f, record("bar"), activity.ErrUnknownChannel)
		require.Len(f, f.with(c), 11)
	})
}

// Given a visit with 50 GPS points captured offline with device time and client ids;
// when they are synced 6 hours later in 2 batches of which one is sent twice and out
// of order; then the visit has exactly 50 points in captured-time order, CapturedAt
// is device time and ReceivedAt is server time, and LastFollowUp is the captured time.
func TestCUS27_VisitSyncedLater(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("华星")
		captured := t0.Add(10 * time.Minute)
		point := func(n int) activity.Point {
			return activity.Point{ID: fmt.Sprintf("p%02d", n), CapturedAt: captured.Add(time.Duration(n) * time.Minute), Latitude: 31.2 + float64(n)/1000, Longitude: 121.5, Accuracy: 8}
		}
		report := func(from, to int) activity.VisitReport {
			r := activity.VisitReport{Notes: "聊了续约", Visit: activity.Visit{
				Customer: c.ID, StartedAt: captured, EndedAt: captured.Add(50 * time.Minute), Place: "浦东", Source: "app", ExternalID: "visit-1",
			}}
			for n := from; n < to; n++ {
				r.Track = append(r.Track, point(n))
			}
			slices.Reverse(r.Track)
			return r
		}
		f.clock.Advance(6 * time.Hour)
		server := f.clock.Now()
		sync := func(reports ...activity.VisitReport) (done activity.Synced) {
			f.update(func(tx *storage.Tx) (err error) {
				done, err = f.rec.SyncVisits(f.Context(), tx, reports)
				return err
			})
			return done
		}
		require.Equal(f, activity.Synced{Visits: 1, Points: 25}, sync(report(25, 50))) // the second half first
		require.Equal(f, activity.Synced{Points: 25}, sync(report(0, 25)))
		require.Equal(f, activity.Synced{}, sync(report(25, 50)))

		visits := all(f, activity.Visits, storage.Query{})
		require.Len(f, visits, 1)
		require.Equal(f, int64(50), visits[0].Points)
		require.Equal(f, server, visits[0].ReceivedAt)
		track, err := activity.Track(f.Context(), f.acme, visits[0].ID)
		require.NoError(f, err)
		require.Len(f, track, 50)
		for n, p := range track {
			want := point(n)
			want.ReceivedAt = server
			require.Equal(f, want, p)
		}
		list := f.with(c)
		require.Len(f, list, 1)
		require.Equal(f, visits[0].ID, list[0].ID)
		require.Equal(f, "聊了续约", list[0].Text)
		require.Equal(f, server, list[0].ReceivedAt)
		require.Equal(f, captured, f.followedUp(c.ID))
	})
}

// Given group G with 3 customers and 1 employee from the host adapter; when a
// member leaves and another joins; then membership history has join/leave times, and
// each consultation message is on the right customer's timeline.
func TestCUS65_GroupChats(t *testing.T) {
	onEach(t, func(f *fixture) {
		customers := map[string]*customer.Customer{}
		for _, name := range []string{"wmA", "wmB", "wmC", "wmD"} {
			customers[name] = f.customer(name)
			f.identity(customers[name], name)
		}
		employee := uuid.MustParse("0199aaaa-0000-7000-8000-000000000001")
		member := func(name string) activity.GroupMember {
			return activity.GroupMember{Party: wecom(name), JoinedAt: t0}
		}
		state := activity.GroupState{Source: "wecom", ExternalID: "G", Name: "家长群", At: t0.Add(time.Minute)}
		state.Members = []activity.GroupMember{member("wmA"), member("wmB"), member("wmC"), {User: employee, JoinedAt: t0}}
		f.update(func(tx *storage.Tx) error {
			_, err := f.rec.SyncGroup(f.Context(), tx, state)
			return err
		})
		left, joined := t0.Add(time.Hour), t0.Add(2*time.Hour)
		f.update(func(tx *storage.Tx) error {
			_, err := f.rec.ChangeGroup(f.Context(), tx, "wecom", "G", []activity.GroupChange{
				{GroupMember: member("wmB"), At: left, Left: true},
				{GroupMember: member("wmD"), At: joined},
			})
			return err
		})

		type stay struct{ joined, left time.Time }
		stays := map[string]stay{}
		for _, m := range all(f, activity.Memberships, storage.Query{}) {
			stays[m.Member] = stay{m.JoinedAt, m.LeftAt}
			if c := customers[m.Member[len("wecom:"):]]; c != nil {
				require.Equal(f, c.ID, m.Customer)
			} else {
				require.Equal(f, employee, m.User)
			}
		}
		require.Equal(f, map[string]stay{
			"wecom:wmA": {joined: t0}, "wecom:wmB": {t0, left}, "wecom:wmC": {joined: t0}, "wecom:wmD": {joined: joined},
			"user:" + employee.String(): {joined: t0},
		}, stays)

		var messages []activity.Event
		for n, from := range []string{"wmA", "wmB", "", "wmC", "wmA"} {
			e := event(activity.ChannelChat, "", "", t0.Add(time.Duration(n)*time.Minute))
			e.Seq, e.Conversation, e.Text = int64(n+1), "G", from
			if e.Author = employee; from != "" {
				e.Author, e.With = uuid.Nil, []activity.Party{wecom(from)}
			}
			messages = append(messages, e)
		}
		f.update(func(tx *storage.Tx) error {
			_, err := f.rec.IngestArchive(f.Context(), tx, "wecom", messages)
			return err
		})
		for name, want := range map[string]int{"wmA": 2, "wmB": 1, "wmC": 1, "wmD": 0} {
			list := f.with(customers[name])
			require.Len(f, list, want, name)
			for _, i := range list {
				require.Equal(f, name, i.Text)
			}
		}
		require.Len(f, f.of(criteria.Eq("conversation", "G")), 5)
		require.Empty(f, f.queue(), "what one of ours says to all is nobody's")
	})
}

// Given 20 visits with external ids from the adapter, delivered twice; then 20 visit
// interactions exist and each counts as an effective follow-up for the pool rules.
func TestCUS66_VisitsFromWeCom(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.clock.Advance(24 * time.Hour)
		c := f.customer("华星")
		f.identity(c, "wmA")
		visits := many(20, activity.ChannelVisit, "wecom", wecom("wmA"))
		require.Len(f, f.ingest(visits...).Stored, 20)
		require.Empty(f, f.ingest(visits...).Stored)

		list := f.of(criteria.All(criteria.Eq("channel", activity.ChannelVisit), criteria.Eq("customer", c.ID)))
		require.Len(f, list, 20)
		for _, i := range list {
			require.True(f, i.Effective)
		}
		require.Equal(f, visits[19].OccurredAt, f.followedUp(c.ID))
	})
}
