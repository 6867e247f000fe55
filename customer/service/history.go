package service

import (
	"context"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A ServiceRecord is one piece of work on an asset: an inspection, a repair.
type ServiceRecord struct {
	storage.Meta
	Asset      uuid.UUID
	Customer   uuid.UUID // who had it done, which is the owner of that time
	At         time.Time
	Kind       string // a word of the host's: "inspection", "oil change"
	Text       string
	Cost       customer.Money // without a currency: not known
	Mileage    int64          // in kilometres, or what the asset counts; 0: not known
	Source     string
	ExternalID string // unique within the source
}

// ServiceRecords is the kind of service records.
var ServiceRecords = storage.Define[ServiceRecord]("service_record",
	storage.Ref("asset", func(s *ServiceRecord) *uuid.UUID { return &s.Asset }).To(assetKind).Existing().Required(),
	storage.Ref("customer", func(s *ServiceRecord) *uuid.UUID { return &s.Customer }).To("customer").Existing().Required(),
	storage.Time("at", func(s *ServiceRecord) *time.Time { return &s.At }).Required(),
	storage.Text("kind", func(s *ServiceRecord) *string { return &s.Kind }).Required(),
	storage.Text("text", func(s *ServiceRecord) *string { return &s.Text }).Searchable().Personal(),
	storage.Decimal("cost", func(s *ServiceRecord) *decimal.Decimal { return &s.Cost.Amount }),
	storage.Text("currency", func(s *ServiceRecord) *string { return &s.Cost.Currency }),
	storage.Integer("mileage", func(s *ServiceRecord) *int64 { return &s.Mileage }),
	storage.Text("source", func(s *ServiceRecord) *string { return &s.Source }),
	storage.Text("external_id", func(s *ServiceRecord) *string { return &s.ExternalID }),
).Index("customer", "at").Index("asset", "at").Unique("source", "external_id").Valid((*ServiceRecord).check)

func (s *ServiceRecord) check() error {
	if s.Cost.Currency == "" && s.Cost.Amount.IsZero() {
		return nil
	}
	return s.Cost.Check()
}

// A CustomerHistory is what the front desk sees when a customer comes in.
type CustomerHistory struct {
	Records     []*ServiceRecord       // newest first
	More        bool                   // there are older ones within the time, beyond MaxRecords
	Assets      []*Asset               // that the customer owns now
	Preferences []*customer.Preference // by key
}

// MaxRecords is how many service records a CustomerHistory holds at most.
const MaxRecords = 1000

// ServiceHistory returns what was done for a customer in the last so many months,
// with the things and preferences of the customer, from one committed state. The
// months are those of the calendar in now's location: the first day is the one with
// the date of now that many months ago, or the last of its month, and counts as a
// whole. Records that lie after now are left out.
//
// Records belong to the customer who had the work done: who buys a car sees nothing
// of what its former owner paid for. By asset they are found with ServiceRecords.
// Less than one month is storage.ErrInvalid. A customer that is not there has an
// empty history.
func ServiceHistory(ctx context.Context, r storage.Reader, id uuid.UUID, months int, now time.Time) (CustomerHistory, error) {
	var h CustomerHistory
	if months < 1 {
		return h, fmt.Errorf("service: %w: a history of %d months: ask for 1 or more", storage.ErrInvalid, months)
	}
	first := criteria.DateOf(now).AddMonths(-months).In(now.Location())
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error { return h.read(ctx, tx, id, first, now) })
	return h, err
}

func (h *CustomerHistory) read(ctx context.Context, tx *storage.Tx, id uuid.UUID, first, now time.Time) error {
	theirs := criteria.Eq("customer", id)
	records := storage.Query{
		Where: criteria.All(theirs, criteria.Ge("at", first), criteria.Le("at", now)),
		Order: []storage.Order{{Field: "at", Desc: true}}, Limit: MaxRecords,
	}
	page, err := ServiceRecords.Page(ctx, tx, records)
	if err != nil {
		return err
	}
	h.Records, h.More = page.Items, page.Next != ""
	if h.Assets, err = storage.Collect(Assets.Find(ctx, tx, storage.Query{Where: theirs})); err != nil {
		return err
	}
	byKey := storage.Query{Where: theirs, Order: []storage.Order{{Field: "key"}, {Field: "value"}}}
	h.Preferences, err = storage.Collect(customer.Preferences.Find(ctx, tx, byKey))
	return err
}
