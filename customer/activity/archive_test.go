package activity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// messages returns messages with the numbers from..to.
func messages(from, to int64) []activity.Event {
	var list []activity.Event
	for seq := from; seq <= to; seq++ {
		e := event(activity.ChannelChat, "", "", t0.Add(time.Duration(seq)*time.Second), wecom("wmA"))
		e.Seq, e.Conversation = seq, "wmA"
		list = append(list, e)
	}
	return list
}

func (f *fixture) deliver(events []activity.Event) (activity.Delivery, error) {
	var d activity.Delivery
	err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) (err error) {
		d, err = f.rec.IngestArchive(f.Context(), tx, "wecom", events)
		return err
	})
	return d, err
}

func TestIngestArchive_GapsOpenAndClose(t *testing.T) {
	onEach(t, func(f *fixture) {
		gaps := func(events []activity.Event) (list [][2]int64) {
			d, err := f.deliver(events)
			require.NoError(f, err)
			stored := all(f, activity.Gaps, storage.Query{Order: []storage.Order{{Field: "first"}}})
			for n, g := range stored {
				list = append(list, [2]int64{g.First, g.Last})
				require.Equal(f, *g, *d.Gaps[n])
			}
			require.Len(f, d.Gaps, len(list))
			return list
		}
		require.Empty(f, gaps(messages(50, 60)), "an archive may begin anywhere")
		require.Equal(f, [][2]int64{{61, 79}}, gaps(messages(80, 90)))
		require.Equal(f, [][2]int64{{61, 69}, {71, 79}}, gaps(messages(70, 70)))
		require.Equal(f, [][2]int64{{41, 49}, {61, 69}, {71, 79}}, gaps(messages(40, 40)))
		lost := all(f, activity.Gaps, storage.Query{})[0]
		require.False(f, lost.Lost(t0.Add(24*time.Hour), 5*24*time.Hour))
		require.True(f, lost.Lost(t0.Add(6*24*time.Hour), 5*24*time.Hour))
		require.Equal(f, [][2]int64{{71, 79}}, gaps(messages(40, 69)))
		require.Empty(f, gaps(messages(60, 85)))
		cursor := all(f, activity.Archives, storage.Query{})
		require.Len(f, cursor, 1)
		require.Equal(f, []int64{40, 90, 0}, []int64{cursor[0].First, cursor[0].Last, cursor[0].Missing})
		require.Len(f, f.of(nil), 51)
	})
}

func TestIngestArchive_Refuses(t *testing.T) {
	onEach(t, func(f *fixture) {
		for name, seq := range map[string]int64{"negative": -1, "neither number nor id": 0} {
			e := messages(1, 1)
			e[0].Seq = seq
			_, err := f.deliver(e)
			require.ErrorIs(f, err, storage.ErrInvalid, name)
		}
		err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			_, err := f.rec.IngestArchive(f.Context(), tx, "", messages(1, 1))
			return err
		})
		require.ErrorIs(f, err, storage.ErrInvalid)
		require.Empty(f, f.of(nil))
	})
}

// Deliveries that overlap and fill the same gaps at the same time.
func TestIngestArchive_AtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		_, err := f.deliver(append(messages(1, 5), messages(100, 105)...))
		require.NoError(f, err)
		var all crowd
		for n := range int64(5) {
			all.do(func() error {
				_, err := f.deliver(messages(6+n*10, 65+n*10))
				return err
			})
		}
		all.wait(f)
		d, err := f.deliver(nil)
		require.NoError(f, err)
		require.Equal(f, int64(105), d.Last)
		require.Empty(f, d.Gaps)
		require.Len(f, f.of(nil), 105)
	})
}

func TestPull_GoesOnBehindTheCursor(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("王丽")
		f.identity(c, "wmA")
		archive, down := messages(1, 250), errors.New("archive is down")
		calls, failing := 0, 2
		fetch := func(_ context.Context, after int64, limit int) ([]activity.Event, error) {
			if calls++; calls == failing {
				return nil, down
			}
			return archive[after:min(after+int64(limit), int64(len(archive)))], nil
		}
		d, err := f.rec.Pull(f.Context(), f.acme, ann, "wecom", fetch, 100)
		require.ErrorIs(f, err, down)
		require.Equal(f, activity.Delivery{Stored: 100, Last: 100}, d)
		d, err = f.rec.Pull(f.Context(), f.acme, ann, "wecom", fetch, 100)
		require.NoError(f, err)
		require.Equal(f, activity.Delivery{Stored: 150, Last: 250}, d)
		require.Equal(f, 5, calls)
		require.Len(f, f.with(c), 250)
	})
}

func TestPull_StopsWhereNothingIsNew(t *testing.T) {
	onEach(t, func(f *fixture) {
		same := func(context.Context, int64, int) ([]activity.Event, error) { return messages(1, 3), nil }
		d, err := f.rec.Pull(f.Context(), f.acme, ann, "wecom", same, 10)
		require.NoError(f, err)
		require.Equal(f, activity.Delivery{Stored: 3, Known: 3, Unmatched: 3, Last: 3}, d)
	})
}

// The cursor is in the transaction of the messages.
func TestIngestArchive_RollsBackTogether(t *testing.T) {
	onEach(t, func(f *fixture) {
		stop := errors.New("stop")
		err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			if _, err := f.rec.IngestArchive(f.Context(), tx, "wecom", messages(1, 3)); err != nil {
				return err
			}
			return stop
		})
		require.ErrorIs(f, err, stop)
		require.Empty(f, all(f, activity.Archives, storage.Query{}))
		require.Empty(f, all(f, customer.Interactions, storage.Query{}))
	})
}
