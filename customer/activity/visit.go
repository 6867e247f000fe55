package activity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Visit is a visit of ours to a customer. It belongs to the interaction on
// ChannelVisit that has its id: what was said stands there.
type Visit struct {
	storage.Meta
	Customer   uuid.UUID
	User       uuid.UUID // who went there
	StartedAt  time.Time // by the clock of the device
	EndedAt    time.Time // zero while it lasts
	ReceivedAt time.Time // when the first report of it reached the host
	Place      string    // as people write it
	Purpose    string    // a word of the host's
	Points     int64     // how many track points there are
	Source     string    // the system or app that recorded it; required
	ExternalID string    // what the device calls it, unique within the source; required
}

// Visits is the kind of visits.
var Visits = storage.Define[Visit]("visit",
	storage.Ref("customer", func(v *Visit) *uuid.UUID { return &v.Customer }).To("customer").Existing().Required(),
	storage.Ref("user", func(v *Visit) *uuid.UUID { return &v.User }),
	storage.Time("started_at", func(v *Visit) *time.Time { return &v.StartedAt }).Required(),
	storage.Time("ended_at", func(v *Visit) *time.Time { return &v.EndedAt }),
	storage.Time("received_at", func(v *Visit) *time.Time { return &v.ReceivedAt }),
	storage.Text("place", func(v *Visit) *string { return &v.Place }).Personal(),
	storage.Text("purpose", func(v *Visit) *string { return &v.Purpose }),
	storage.Integer("points", func(v *Visit) *int64 { return &v.Points }),
	storage.Text("source", func(v *Visit) *string { return &v.Source }).Required(),
	storage.Text("external_id", func(v *Visit) *string { return &v.ExternalID }).Required(),
).Index("customer", "started_at").Index("user", "started_at").Unique("source", "external_id").Valid((*Visit).check)

func (v *Visit) check() error {
	if !v.EndedAt.IsZero() && v.EndedAt.Before(v.StartedAt) {
		return &storage.FieldError{Kind: "visit", Field: "ended_at", Reason: "it lies before started_at"}
	}
	return nil
}

// A VisitReport is what a device tells of a visit, often hours later: the visit,
// what was noted, and some of the track. Of Visit the fields from Customer on are
// used, without ReceivedAt and Points.
type VisitReport struct {
	Visit Visit
	Notes string
	Track []Point
}

// A Synced says what was new in a batch of reports.
type Synced struct {
	Visits int
	Points int
}

// SyncVisits stores visits that devices recorded without a connection. Reports may
// come late, in any order and more than once, and the track of a visit in any
// number of parts: a visit is known by source and external id, a point by its visit
// and its own id, and each is stored once. The first report of a visit counts;
// later ones add points, and the end where that was open.
//
// A new visit is an interaction on ChannelVisit, from StartedAt on, with the
// same source and external id, and moves Customer.FollowedUp by the policy of the
// Recorder. If Ingest has stored that interaction already, it stays as it is.
//
// A visit that was deleted stays so, as long as its interaction is there. An error is an *EventError that wraps
// storage.ErrInvalid, or one of package storage; the transaction is to be ended then.
func (r Recorder) SyncVisits(ctx context.Context, tx *storage.Tx, reports []VisitReport) (Synced, error) {
	sync, err := gather(reports)
	if err != nil {
		return Synced{}, err
	}
	sync.Recorder, sync.tx = r, tx
	if err := again(func() error { return sync.addVisits(ctx) }); err != nil {
		return Synced{}, err
	}
	added, err := sync.addPoints(ctx)
	return Synced{Visits: sync.added, Points: added}, err
}

// A visitSync is the storing of one batch of reports.
type visitSync struct {
	Recorder
	tx      *storage.Tx
	order   []origin
	reports map[origin]*VisitReport
	ids     map[origin]uuid.UUID // of the visits and their interactions
	visits  map[origin]*Visit
	added   int
}

// gather checks the reports and joins those of one visit.
func gather(reports []VisitReport) (*visitSync, error) {
	s := &visitSync{reports: make(map[origin]*VisitReport, len(reports))}
	for n := range reports {
		report := reports[n]
		v := &report.Visit
		o := origin{v.Source, v.ExternalID}
		if err := report.check(o); err != nil {
			return nil, &EventError{Index: n, Source: v.Source, ExternalID: v.ExternalID, Err: err}
		}
		if first := s.reports[o]; first != nil {
			first.Track = slices.Concat(first.Track, report.Track)
			first.Visit.end(v.EndedAt)
			continue
		}
		v.Meta = storage.Meta{Custom: v.Custom}
		s.reports[o], s.order = &report, append(s.order, o)
	}
	return s, nil
}

// end sets the end of a visit that is open.
func (v *Visit) end(at time.Time) {
	if v.EndedAt.IsZero() {
		v.EndedAt = at
	}
}

var errNoVisitID = errors.New("name its source and give it an external id, by which a repeated report is known")

func (r *VisitReport) check(o origin) error {
	if !o.ok() {
		return fmt.Errorf("%w: %w", storage.ErrInvalid, errNoVisitID)
	}
	for _, p := range r.Track {
		if err := p.check(); err != nil {
			return err
		}
	}
	if r.Visit.Customer == uuid.Nil {
		return &storage.FieldError{Kind: "visit", Field: "customer", Reason: "state whom the visit was to"}
	}
	if r.Visit.StartedAt.IsZero() {
		return &storage.FieldError{Kind: "visit", Field: "started_at", Reason: "state when it began"}
	}
	return r.Visit.check()
}

// bySource returns the external ids of the batch.
func (s *visitSync) bySource() map[string][]string {
	ids := map[string][]string{}
	for _, o := range s.order {
		ids[o.source] = append(ids[o.source], o.id)
	}
	return ids
}

// lookUp finds the visits of the batch that are stored, and the interactions of
// those that are not. A visit that was deleted is left out of the batch.
func (s *visitSync) lookUp(ctx context.Context) error {
	s.visits, s.ids = make(map[origin]*Visit, len(s.order)), map[origin]uuid.UUID{}
	for source, ids := range s.bySource() {
		for part := range slices.Chunk(ids, together) {
			where := criteria.All(criteria.Eq("source", source), criteria.In("external_id", part...))
			for v, err := range Visits.Find(ctx, s.tx, storage.Query{Where: where}) {
				if err != nil {
					return err
				}
				s.visits[origin{v.Source, v.ExternalID}] = v
			}
		}
		found, err := interactionsOf(ctx, s.tx, source, ids)
		if err != nil {
			return err
		}
		maps.Copy(s.ids, found)
	}
	return s.leaveDeleted(ctx)
}

func (s *visitSync) leaveDeleted(ctx context.Context) error {
	ids := slices.Collect(maps.Values(s.ids))
	for part := range slices.Chunk(ids, together) {
		query := storage.Query{Where: criteria.In(storage.FieldID, part...), Deleted: storage.DeletedOnly}
		for v, err := range Visits.Each(ctx, s.tx, query) {
			if err != nil {
				return err
			}
			gone := origin{v.Source, v.ExternalID}
			s.order = slices.DeleteFunc(s.order, func(o origin) bool { return o == gone && s.visits[o] == nil })
		}
	}
	return nil
}

// addVisits stores the visits that are not there yet, their interactions, and the
// ends of open ones.
func (s *visitSync) addVisits(ctx context.Context) error {
	if err := s.lookUp(ctx); err != nil {
		return err
	}
	if err := s.addInteractions(ctx); err != nil {
		return err
	}
	s.added = 0
	list := make([]*Visit, len(s.order))
	for n, o := range s.order {
		if s.visits[o] == nil {
			v := s.reports[o].Visit
			v.ID, v.ReceivedAt, v.Points = s.ids[o], s.tx.Now(), 0
			s.visits[o] = &v
			s.added++
		}
		s.visits[o].end(s.reports[o].Visit.EndedAt)
		list[n] = s.visits[o]
	}
	return Visits.Put(ctx, s.tx, list...)
}

// addInteractions stores the interactions of new visits that are not there yet.
func (s *visitSync) addInteractions(ctx context.Context) error {
	var list []*customer.Interaction
	for _, o := range s.order {
		if s.visits[o] == nil && s.ids[o] == uuid.Nil {
			list = append(list, s.reports[o].interaction())
		}
	}
	if err := s.Record(ctx, s.tx, list...); err != nil {
		return err
	}
	for _, i := range list {
		s.ids[originOf(i)] = i.ID
	}
	return nil
}

// interaction returns the visit as an interaction.
func (r *VisitReport) interaction() *customer.Interaction {
	v := &r.Visit
	i := &customer.Interaction{
		Customer: v.Customer, Channel: ChannelVisit, Type: v.Purpose, Direction: customer.Outbound,
		OccurredAt: v.StartedAt, Author: v.User, Subject: v.Place, Text: r.Notes, Source: v.Source, ExternalID: v.ExternalID,
	}
	if !v.EndedAt.IsZero() {
		i.Duration = int64(v.EndedAt.Sub(v.StartedAt) / time.Second)
	}
	return i
}
