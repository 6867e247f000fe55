package service

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// When, seen from a purchase, a customer needs service.
const (
	PreSale   = "pre"
	InSale    = "in"
	AfterSale = "after"
)

// Kinds of tickets. A host may have others; Return alone gives money back.
const (
	Consult      = "consult"
	PurchaseHelp = "purchase_help"
	Repair       = "repair"
	Return       = "return"
	Exchange     = "exchange"
	Complaint    = "complaint"
)

// States of a ticket.
const (
	StateOpen   = "open"
	StateClosed = "closed"
)

// A Ticket is something that a customer wants done.
type Ticket struct {
	storage.Meta
	Customer uuid.UUID
	Type     string // the Key of a Type
	Kind     string // of the type when it was opened: Repair, Return, ...
	Phase    string // PreSale, InSale or AfterSale
	Subject  string
	Text     string
	Owner    uuid.UUID // the user who looks after it
	Asset    uuid.UUID // the thing that it is about
	Order    uuid.UUID // the order that it is about

	State           string          // StateOpen or StateClosed
	Step            string          // the one that comes next; empty once closed
	Plan            json.RawMessage // the keys of its steps when it was opened, in order; later changes of the type leave it alone
	OpenedAt        time.Time
	FirstResponseAt time.Time // when somebody first answered or completed a step
	ReopenedAt      time.Time // the last time
	ClosedAt        time.Time // the last time; zero while open
	RespondBy       time.Time // when the first response is due
	CloseBy         time.Time // when it should be closed
	Handled         int64     // seconds for which it was open until it was last closed, times before a reopening included
	Score           *int64    // that the customer gave: 1 to Type.Best
	Refund          uuid.UUID // the order of negative amount that PayBack made
}

const ticketKind = "ticket"

// Tickets is the kind of tickets.
var Tickets = storage.Define[Ticket](ticketKind,
	storage.Ref("customer", func(t *Ticket) *uuid.UUID { return &t.Customer }).To("customer").Existing().Required(),
	storage.Text("type", func(t *Ticket) *string { return &t.Type }).Required(),
	storage.Text("kind", func(t *Ticket) *string { return &t.Kind }).Required(),
	storage.Text("phase", func(t *Ticket) *string { return &t.Phase }).Required(),
	storage.Text("subject", func(t *Ticket) *string { return &t.Subject }).Searchable().Personal(),
	storage.Text("text", func(t *Ticket) *string { return &t.Text }).Searchable().Personal(),
	storage.Ref("owner", func(t *Ticket) *uuid.UUID { return &t.Owner }),
	storage.Ref("asset", func(t *Ticket) *uuid.UUID { return &t.Asset }).To(assetKind).Existing().Indexed(),
	storage.Ref("order", func(t *Ticket) *uuid.UUID { return &t.Order }).To("order").Existing().Indexed(),
	storage.Text("state", func(t *Ticket) *string { return &t.State }).Required(),
	storage.Text("step", func(t *Ticket) *string { return &t.Step }),
	storage.JSON("plan", func(t *Ticket) *json.RawMessage { return &t.Plan }),
	storage.Time("opened_at", func(t *Ticket) *time.Time { return &t.OpenedAt }).Required(),
	storage.Time("first_response_at", func(t *Ticket) *time.Time { return &t.FirstResponseAt }),
	storage.Time("reopened_at", func(t *Ticket) *time.Time { return &t.ReopenedAt }),
	storage.Time("closed_at", func(t *Ticket) *time.Time { return &t.ClosedAt }),
	storage.Time("respond_by", func(t *Ticket) *time.Time { return &t.RespondBy }),
	storage.Time("close_by", func(t *Ticket) *time.Time { return &t.CloseBy }),
	storage.Integer("handled", func(t *Ticket) *int64 { return &t.Handled }),
	storage.OptionalInteger("score", func(t *Ticket) **int64 { return &t.Score }),
	storage.Ref("refund", func(t *Ticket) *uuid.UUID { return &t.Refund }).To(customer.Orders.Name()).Existing(),
).Index("customer", "opened_at").Index("state", "close_by").Index("owner", "state").Index("phase", "kind")

// plan returns the keys of the ticket's steps.
func (t *Ticket) plan() []string {
	var steps []string
	_ = json.Unmarshal(t.Plan, &steps) // a plan that is none has no steps, which every move reports
	return steps
}

// What was done in a Step.
const (
	OpOpened    = "opened"
	OpResponded = "responded"
	OpCompleted = "completed"
	OpSkipped   = "skipped"
	OpReopened  = "reopened"
)

// A Step is an entry of a ticket's history.
type Step struct {
	storage.Meta
	Ticket uuid.UUID
	Number int64  // the Version of the ticket after it: it grows with every entry
	Op     string // OpOpened, OpCompleted, ...
	Step   string // of the steps completed or skipped, and the one that a reopening begins with
	At     time.Time
	By     string // the actor of the transaction
	Note   string
	Values json.RawMessage // what was filled in: {"part": "K-200"}
	Score  *int64
}

// Steps is the kind of the history of tickets.
var Steps = storage.Define[Step]("ticket_step",
	storage.Ref("ticket", func(s *Step) *uuid.UUID { return &s.Ticket }).To(ticketKind).Existing().Required(),
	storage.Integer("number", func(s *Step) *int64 { return &s.Number }),
	storage.Text("op", func(s *Step) *string { return &s.Op }).Required(),
	storage.Text("step", func(s *Step) *string { return &s.Step }),
	storage.Time("at", func(s *Step) *time.Time { return &s.At }).Required(),
	storage.Text("by", func(s *Step) *string { return &s.By }).Required(),
	storage.Text("note", func(s *Step) *string { return &s.Note }).Personal(),
	storage.JSON("values", func(s *Step) *json.RawMessage { return &s.Values }).Personal(),
	storage.OptionalInteger("score", func(s *Step) **int64 { return &s.Score }),
).Unique("ticket", "number")
