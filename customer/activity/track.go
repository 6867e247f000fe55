package activity

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Point is where somebody was during a visit.
type Point struct {
	ID         string    // given by the device, unique within the visit; required
	CapturedAt time.Time // by the clock of the device; required
	ReceivedAt time.Time // when it reached the host; set by SyncVisits
	Latitude   float64   // degrees of WGS 84, -90 to 90; or of the host's own system throughout
	Longitude  float64   // degrees, -180 to 180
	Accuracy   float64   // metres; 0: not known
}

func (p Point) check() error {
	reason := ""
	switch {
	case p.ID == "":
		reason = "a point without an id: repetitions of it cannot be known"
	case p.CapturedAt.IsZero():
		reason = fmt.Sprintf("point %q has no time", p.ID)
	case !(math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180):
		reason = fmt.Sprintf("point %q: latitude %v or longitude %v is none", p.ID, p.Latitude, p.Longitude)
	case !(p.Accuracy >= 0 && p.Accuracy <= math.MaxFloat32):
		reason = fmt.Sprintf("point %q: an accuracy of %v metres", p.ID, p.Accuracy)
	default:
		return nil
	}
	return &storage.FieldError{Kind: "visit_track", Field: "points", Reason: reason}
}

// A TrackPart holds the points of a visit that were captured within one hour. The
// points of one record are written and read together, which takes a fraction of
// the room and the time that a record for each point would.
type TrackPart struct {
	storage.Meta
	Visit  uuid.UUID
	Hour   time.Time       // when the hour begins, in UTC
	Points json.RawMessage // in the order of their times; read them with Track
}

// Tracks is the kind of the parts of tracks. Their changes are not in the change
// log: points are added and never changed.
var Tracks = storage.Define[TrackPart]("visit_track",
	storage.Ref("visit", func(t *TrackPart) *uuid.UUID { return &t.Visit }).To("visit").Existing().Required(),
	storage.Time("hour", func(t *TrackPart) *time.Time { return &t.Hour }).Required(),
	storage.JSON("points", func(t *TrackPart) *json.RawMessage { return &t.Points }).Required().Personal(),
).Unique("visit", "hour").Fixed().Untracked()

// Track returns the points of a visit in the order in which they were captured;
// those of one moment in the order of their ids.
func Track(ctx context.Context, from storage.Reader, visit uuid.UUID) ([]Point, error) {
	var points []Point
	query := storage.Query{Where: criteria.Eq("visit", visit), Order: []storage.Order{{Field: "hour"}}}
	for part, err := range Tracks.Each(ctx, from, query) {
		if err != nil {
			return nil, err
		}
		more, err := unpack(part)
		if err != nil {
			return nil, err
		}
		points = append(points, more...)
	}
	return points, nil
}

// A packed is a point as it is stored: times in microseconds since 1970.
type packed struct {
	ID       string  `json:"i"`
	Captured int64   `json:"t"`
	Received int64   `json:"r"`
	Lat      float64 `json:"a"`
	Long     float64 `json:"o"`
	Accuracy float64 `json:"m,omitempty"`
}

func pack(points []Point) (json.RawMessage, error) {
	list := make([]packed, len(points))
	for n, p := range points {
		list[n] = packed{p.ID, p.CapturedAt.UnixMicro(), p.ReceivedAt.UnixMicro(), p.Latitude, p.Longitude, p.Accuracy}
	}
	return json.Marshal(list)
}

func unpack(part *TrackPart) ([]Point, error) {
	var list []packed
	if err := json.Unmarshal(part.Points, &list); err != nil {
		return nil, fmt.Errorf("visit_track %s: its points cannot be read: %w", part.ID, err)
	}
	points := make([]Point, len(list))
	for n, p := range list {
		points[n] = Point{p.ID, time.UnixMicro(p.Captured).UTC(), time.UnixMicro(p.Received).UTC(), p.Lat, p.Long, p.Accuracy}
	}
	return points, nil
}

// A track is what is known of the points of one visit while a batch is stored.
type track struct {
	known map[string]bool // the ids of its points
	parts map[time.Time]*TrackPart
	more  map[time.Time][]Point // new points, by hour
	added int
}

// addPoints stores the points that are not there yet. Writing their number into
// the visit keeps two batches of one visit from passing each other.
func (s *visitSync) addPoints(ctx context.Context) (int, error) {
	tracks, err := s.tracks(ctx)
	if err != nil {
		return 0, err
	}
	added := 0
	var parts []*TrackPart
	var visits []*Visit
	for _, o := range s.order {
		v := s.visits[o]
		t := tracks[v.ID]
		t.add(s.reports[o].Track, s.tx.Now())
		if t.added == 0 {
			continue
		}
		changed, err := t.changed(v.ID)
		if err != nil {
			return 0, err
		}
		v.Points += int64(t.added)
		added, parts, visits = added+t.added, append(parts, changed...), append(visits, v)
	}
	if err := Visits.Put(ctx, s.tx, visits...); err != nil {
		return 0, err
	}
	return added, Tracks.Put(ctx, s.tx, parts...)
}

// tracks reads the tracks of the visits for which there are points.
func (s *visitSync) tracks(ctx context.Context) (map[uuid.UUID]*track, error) {
	found := make(map[uuid.UUID]*track, len(s.order))
	var ids []uuid.UUID
	for _, o := range s.order {
		id := s.visits[o].ID
		found[id] = &track{known: map[string]bool{}, parts: map[time.Time]*TrackPart{}, more: map[time.Time][]Point{}}
		if len(s.reports[o].Track) > 0 && s.visits[o].Points > 0 {
			ids = append(ids, id)
		}
	}
	for part := range slices.Chunk(ids, together) {
		for p, err := range Tracks.Find(ctx, s.tx, storage.Query{Where: criteria.In("visit", part...)}) {
			if err != nil {
				return nil, err
			}
			if err := found[p.Visit].read(p); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// read takes in a stored part.
func (t *track) read(p *TrackPart) error {
	points, err := unpack(p)
	if err != nil {
		return err
	}
	t.parts[p.Hour] = p
	for _, point := range points {
		t.known[point.ID] = true
	}
	return nil
}

// add takes the points that are not known into the hours that they belong to.
func (t *track) add(points []Point, now time.Time) {
	for _, p := range points {
		if t.known[p.ID] {
			continue
		}
		p.CapturedAt, p.ReceivedAt = storage.NormalTime(p.CapturedAt), now
		hour := p.CapturedAt.Truncate(time.Hour)
		t.known[p.ID], t.more[hour] = true, append(t.more[hour], p)
		t.added++
	}
}

// changed returns the parts with the new points in their places.
func (t *track) changed(visit uuid.UUID) ([]*TrackPart, error) {
	var list []*TrackPart
	for hour, points := range t.more {
		part := t.parts[hour]
		if part == nil {
			part = &TrackPart{Visit: visit, Hour: hour}
		} else if old, err := unpack(part); err != nil {
			return nil, err
		} else {
			points = append(points, old...)
		}
		slices.SortFunc(points, func(a, b Point) int {
			return cmp.Or(a.CapturedAt.Compare(b.CapturedAt), cmp.Compare(a.ID, b.ID))
		})
		var err error
		if part.Points, err = pack(points); err != nil {
			return nil, err
		}
		list = append(list, part)
	}
	slices.SortFunc(list, func(a, b *TrackPart) int { return a.Hour.Compare(b.Hour) })
	return list, nil
}
