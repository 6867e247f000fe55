package activity_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// visit is a report of a visit that began at t0, without points.
func visit(c *customer.Customer, id string, points ...activity.Point) activity.VisitReport {
	return activity.VisitReport{
		Visit: activity.Visit{Customer: c.ID, StartedAt: t0, Source: "app", ExternalID: id}, Track: points,
	}
}

// points returns points with the ids from..to-1, a minute apart.
func points(from, to int) []activity.Point {
	var list []activity.Point
	for n := from; n < to; n++ {
		list = append(list, activity.Point{ID: fmt.Sprint(n), CapturedAt: t0.Add(time.Duration(n) * time.Minute), Latitude: 31, Longitude: 121})
	}
	return list
}

func (f *fixture) sync(reports ...activity.VisitReport) (activity.Synced, error) {
	var done activity.Synced
	err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) (err error) {
		done, err = f.rec.SyncVisits(f.Context(), tx, reports)
		return err
	})
	return done, err
}

func TestSyncVisits_Refuses(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("华星")
		at := func(change func(p *activity.Point)) activity.VisitReport {
			p := points(0, 1)[0]
			change(&p)
			return visit(c, "v", p)
		}
		unended := visit(c, "v")
		unended.Visit.EndedAt = t0.Add(-time.Second)
		unstarted := visit(c, "v")
		unstarted.Visit.StartedAt = time.Time{}
		for name, bad := range map[string]activity.VisitReport{
			"no external id":     visit(c, ""),
			"no customer":        visit(&customer.Customer{}, "v"),
			"ends before":        unended,
			"no start":           unstarted,
			"point without id":   at(func(p *activity.Point) { p.ID = "" }),
			"point without time": at(func(p *activity.Point) { p.CapturedAt = time.Time{} }),
			"latitude":           at(func(p *activity.Point) { p.Latitude = 90.001 }),
			"longitude":          at(func(p *activity.Point) { p.Longitude = math.NaN() }),
			"accuracy":           at(func(p *activity.Point) { p.Accuracy = math.Inf(1) }),
		} {
			_, err := f.sync(visit(c, "good"), bad)
			require.ErrorIs(f, err, storage.ErrInvalid, name)
			var which *activity.EventError
			require.ErrorAs(f, err, &which, name)
			require.Equal(f, 1, which.Index, name)
		}
		require.Empty(f, all(f, activity.Visits, storage.Query{}))
		_, err := f.sync(visit(&customer.Customer{Meta: storage.Meta{ID: uuid.New()}}, "v"))
		require.ErrorIs(f, err, storage.ErrInvalid)
	})
}

// A visit is reported while it lasts, and its end and the rest of the track later.
func TestSyncVisits_OpenVisitAndDeletedOne(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("华星")
		done, err := f.sync(visit(c, "v1", points(0, 70)...), visit(c, "v2"), visit(c, "v1", points(60, 80)...))
		require.NoError(f, err)
		require.Equal(f, activity.Synced{Visits: 2, Points: 80}, done)
		ended := visit(c, "v1", points(75, 200)...)
		ended.Visit.EndedAt = t0.Add(4 * time.Hour)
		done, err = f.sync(ended)
		require.NoError(f, err)
		require.Equal(f, activity.Synced{Points: 120}, done)

		v := all(f, activity.Visits, storage.Query{Order: []storage.Order{{Field: "external_id"}}})
		require.Equal(f, int64(200), v[0].Points)
		require.Equal(f, t0.Add(4*time.Hour), v[0].EndedAt)
		track, err := activity.Track(f.Context(), f.acme, v[0].ID)
		require.NoError(f, err)
		require.Len(f, track, 200)
		require.Equal(f, "199", track[199].ID)
		require.Len(f, all(f, activity.Tracks, storage.Query{}), 4, "a part an hour")

		f.update(func(tx *storage.Tx) error { return activity.Visits.Delete(f.Context(), tx, v[1]) })
		done, err = f.sync(visit(c, "v2", points(0, 1)...), visit(c, "v1"))
		require.NoError(f, err)
		require.Equal(f, activity.Synced{}, done, "what was deleted does not come back")
	})
}

// The interaction that an adapter ingested first is the one of the visit.
func TestSyncVisits_JoinsAnInteraction(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("华星", phoneA)
		i := f.ingest(event(activity.ChannelVisit, "app", "v1", t0, activity.Party{Phone: phoneA})).Stored[0]
		_, err := f.sync(visit(c, "v1", points(0, 3)...))
		require.NoError(f, err)
		require.Len(f, f.with(c), 1)
		track, err := activity.Track(f.Context(), f.acme, i.ID)
		require.NoError(f, err)
		require.Len(f, track, 3)
	})
}

// Batches of one visit at the same time, with points in common.
func TestSyncVisits_AtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		c := f.customer("华星")
		var devices crowd
		for n := range 5 {
			devices.do(func() error {
				_, err := f.sync(visit(c, "v1", points(n*10, n*10+20)...), visit(c, "v2", points(0, 5)...))
				return err
			})
		}
		devices.wait(f)
		list := all(f, activity.Visits, storage.Query{Order: []storage.Order{{Field: "external_id"}}})
		require.Len(f, list, 2)
		require.Equal(f, int64(60), list[0].Points)
		require.Equal(f, int64(5), list[1].Points)
		track, err := activity.Track(f.Context(), f.acme, list[0].ID)
		require.NoError(f, err)
		require.Len(f, track, 60)
		require.Len(f, f.with(c), 2)
	})
}
