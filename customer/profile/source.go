package profile

import (
	"fmt"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Source says which records of a kind stand on the timelines of customers. Each
// record is one item; a kind whose records have several moments, such as the
// opening and the closing of a ticket, has several sources.
type Source struct {
	// Name tells sources apart, also in cursors: keep it. Empty: the name of the kind.
	Name string
	Kind storage.Described
	// Time is the field that says when; records without it are left out. Should
	// there be many records of a customer, an index over the customer and it helps.
	Time string
	// Of matches the records of a customer; nil: those whose field customer names it.
	// Records that hang on others are reached with criteria.Parent.
	Of func(customer uuid.UUID) criteria.Criterion
	// Title returns the line that is shown; nil: the name of the source. Fields that
	// the caller may not see are empty in the record.
	Title func(storage.Record) string
}

// From returns the source of a kind's records with a field customer.
func From[T any](kind *storage.Kind[T], time string, title func(*T) string) Source {
	return Source{Kind: kind, Time: time, Title: func(r storage.Record) string {
		rec, _ := any(r).(*T)
		return title(rec)
	}}
}

// as gives a source a name.
func (s Source) as(name string) Source {
	s.Name = name
	return s
}

func (s Source) name() string {
	if s.Name == "" {
		return s.Kind.Schema().Name
	}
	return s.Name
}

// Sources are what a timeline is made of, in the order in which items of one
// moment stand.
type Sources []Source

// Standard returns the sources of the packages of this library: leads as they
// arrive, interactions, visits, the moves of deals, orders, tickets as they are
// opened and closed, service, feedback, tags as they come and go, stages, and
// consent. Those whose kinds the store does not have are left out of timelines.
func Standard() Sources {
	return Sources{
		From(lead.Leads, "ingested_at", func(l *lead.Lead) string { return words("lead from", l.Source, l.SourceDetail) }),
		From(customer.Interactions, "occurred_at", func(i *customer.Interaction) string { return words(i.Direction, i.Channel, i.Type, i.Subject) }),
		From(activity.Visits, "started_at", func(v *activity.Visit) string { return words("visit", v.Purpose, v.Place) }),
		From(deal.Moves, "at", func(m *deal.StageMove) string { return words("deal in", m.To) }),
		From(customer.Orders, "placed_at", func(o *customer.Order) string {
			if o.Refund() {
				return words("refund of", customer.Money{Amount: o.Total.Amount.Neg(), Currency: o.Total.Currency}.String())
			}
			return words("order of", o.Total.String())
		}),
		From(service.Tickets, "opened_at", func(t *service.Ticket) string { return words("ticket opened:", t.Kind, t.Subject) }),
		From(service.Tickets, "closed_at", func(t *service.Ticket) string { return words("ticket closed:", t.Kind, t.Subject) }).as("ticket_closed"),
		From(service.ServiceRecords, "at", func(s *service.ServiceRecord) string { return words("service:", s.Kind) }),
		From(service.Feedbacks, "received_at", func(f *service.Feedback) string { return words("feedback by", f.Channel) }),
		From(tag.Assignments, "at", func(*tag.Assignment) string { return "tag given" }),
		From(tag.Assignments, "ended_at", func(a *tag.Assignment) string { return words("tag", a.End) }).as("tag_ended"),
		From(lifecycle.StageChanges, "at", func(c *lifecycle.StageChange) string { return words("stage", c.To) }),
		From(consent.Records, "at", func(r *consent.Record) string { return words(r.State, r.Channel, r.Purpose) }),
	}
}

// words joins those that are not empty.
func words(list ...string) (line string) {
	for _, w := range list {
		switch {
		case w == "":
		case line == "":
			line = w
		default:
			line += " " + w
		}
	}
	return line
}

// check reports a source that cannot be read.
func (s Sources) check() error {
	names := map[string]bool{}
	for i, source := range s {
		if source.Kind == nil || source.Time == "" {
			return fmt.Errorf("profile: %w: source %d: name its kind and its time field", storage.ErrInvalid, i)
		}
		if names[source.name()] {
			return fmt.Errorf("profile: %w: two sources are called %q: give each a name of its own", storage.ErrInvalid, source.name())
		}
		names[source.name()] = true
	}
	return nil
}
