package activity_test

import (
	"context"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// transcripts ingests calls with a text, marked for the parser.
func (f *fixture) transcripts(n int) []*customer.Interaction {
	f.rec.Transcripts = true
	events := many(n, activity.ChannelCall, "400")
	for k := range events {
		events[k].Text = "text"
	}
	return f.ingest(events...).Stored
}

func TestParse_OnlyTranscripts(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.rec.Transcripts = true
		silent, mail, done := event(activity.ChannelCall, "400", "1", t0), event(activity.ChannelMail, "imap", "2", t0), event(activity.ChannelCall, "400", "3", t0)
		mail.Text, done.Text, done.Values = "text", "text", []byte(`{"intent":"buy"}`)
		f.ingest(silent, mail, done)
		require.Empty(f, f.of(criteria.Eq("state", customer.Unparsed)))
		f.rec.Transcripts = false
		text := event(activity.ChannelCall, "400", "4", t0)
		text.Text = "text"
		f.ingest(text)
		require.Empty(f, f.of(criteria.Eq("state", customer.Unparsed)))
	})
}

// More than a page of transcripts, one of which is deleted and one changed while
// the parser thinks.
func TestParse_WhileOthersWork(t *testing.T) {
	onEach(t, func(f *fixture) {
		const n = 60
		list := f.transcripts(n)
		asked := 0
		report, err := activity.Parse(f.Context(), f.acme, ann, func(context.Context, string) (activity.ParsedCall, error) {
			if asked++; asked == 1 {
				list[0].Text = "corrected"
				f.update(func(tx *storage.Tx) error {
					if err := customer.Interactions.Delete(f.Context(), tx, list[1]); err != nil {
						return err
					}
					return customer.Interactions.Put(f.Context(), tx, list[0])
				})
			}
			return activity.ParsedCall{Intent: "buy"}, nil
		})
		require.NoError(f, err)
		require.Equal(f, n, report.Parsed)
		left := f.of(criteria.Eq("state", customer.Unparsed))
		require.Len(f, left, 1)
		require.Equal(f, "corrected", left[0].Text)
		require.Len(f, f.of(criteria.Not(criteria.Missing("values"))), n-2)
	})
}

func TestParse_EndsWithItsContext(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.transcripts(3)
		ctx, cancel := context.WithCancel(f.Context())
		asked := 0
		report, err := activity.Parse(ctx, f.acme, ann, func(ctx context.Context, _ string) (activity.ParsedCall, error) {
			if asked++; asked == 2 {
				cancel()
				return activity.ParsedCall{}, ctx.Err()
			}
			return activity.ParsedCall{Intent: "buy"}, nil
		})
		require.ErrorIs(f, err, context.Canceled)
		require.Equal(f, activity.ParseReport{Parsed: 1}, report)
		require.Len(f, f.of(criteria.Eq("state", customer.Unparsed)), 2)
	})
}

// A follow-up by the host's own policy.
func TestRecorder_PolicyOfTheHost(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.rec.Effective = func(i *customer.Interaction) bool { return i.Channel == activity.ChannelCall && i.Duration >= 60 }
		c := f.customer("王丽")
		record := func(channel string, seconds int64, at time.Time) {
			f.update(func(tx *storage.Tx) error {
				return f.rec.Record(f.Context(), tx, &customer.Interaction{Customer: c.ID, Channel: channel, Duration: seconds, OccurredAt: at})
			})
		}
		record(activity.ChannelVisit, 3600, t0)
		record(activity.ChannelCall, 59, t0)
		require.True(f, f.followedUp(c.ID).IsZero())
		record(activity.ChannelCall, 60, t0.Add(-time.Minute))
		require.Equal(f, t0.Add(-time.Minute), f.followedUp(c.ID))
	})
}
