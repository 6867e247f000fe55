package live

import (
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// An entry is a customer as it is compared, and the keys by which it is found. It
// follows from the customer and what belongs to it, and a watch keeps it in step.
//
// Its customer names no kind: a merge moves what refers to a customer, and this
// is made anew instead.
type entry struct {
	storage.Meta
	Customer uuid.UUID
	Type     string    // of the customer
	Keys     []string  // by which it is found
	Form     string    // a dedupe.Prepared
	Profile  uuid.UUID // by which its keys were made
	Links    []string  // customers that are likelier one with it than not
	Cluster  uuid.UUID // equal for customers that are taken for one
	Due      string    // not empty: it was changed since somebody looked for what it is alike
}

var entries = storage.Define[entry]("match_entry",
	storage.Ref("customer", func(e *entry) *uuid.UUID { return &e.Customer }).Required().Unique(),
	storage.Text("type", func(e *entry) *string { return &e.Type }).Required(),
	storage.Texts("keys", func(e *entry) *[]string { return &e.Keys }).Indexed().Personal(),
	storage.Text("form", func(e *entry) *string { return &e.Form }).Personal(),
	storage.Ref("profile", func(e *entry) *uuid.UUID { return &e.Profile }),
	storage.Texts("links", func(e *entry) *[]string { return &e.Links }),
	storage.Ref("cluster", func(e *entry) *uuid.UUID { return &e.Cluster }).Indexed(),
	storage.Text("due", func(e *entry) *string { return &e.Due }).Indexed(),
).Untracked().Fixed()

// due marks an entry that nobody has looked at.
const due = "due"

// gates are passed by every transaction that looks for who has a value in common with a
// customer.
var gates = customer.DefineGates("match_gate", 1<<14)

// A hold names customers whose entries Rebuild makes, so that they are not purged
// meanwhile and leave entries behind. It is gone when the transaction ends.
type hold struct {
	storage.Meta
	Customer uuid.UUID
}

var holds = storage.Define[hold]("match_hold",
	storage.Ref("customer", func(h *hold) *uuid.UUID { return &h.Customer }).To("customer").Existing().Indexed(),
).Untracked().Fixed()

// A state says which profile a tenant uses, and how far Rebuild has come. A
// tenant has one.
type state struct {
	storage.Meta
	Name    string    // stateName
	Profile uuid.UUID // by which customers are judged; nil: the default ones
	Next    uuid.UUID // by which entries are made while Rebuild works
	Busy    bool      // Rebuild works
	After   string    // the cursor of the next customers
	Seen    int64     // customers looked at
}

const stateName = "match"

var states = storage.Define[state]("match_state",
	storage.Text("name", func(s *state) *string { return &s.Name }).Required().Unique(),
	storage.Ref("profile", func(s *state) *uuid.UUID { return &s.Profile }),
	storage.Ref("next", func(s *state) *uuid.UUID { return &s.Next }),
	storage.Bool("busy", func(s *state) *bool { return &s.Busy }),
	storage.Text("after", func(s *state) *string { return &s.After }),
	storage.Integer("seen", func(s *state) *int64 { return &s.Seen }),
).Untracked().Fixed()

var statesByName = states.Key("name")

// The states of a claim.
const (
	Open    = "open"
	Granted = "granted"
	Refused = "refused"
)

// A Claim asks for a customer that the claimant wanted to add and may not see:
// somebody else looks after it, or nobody does.
type Claim struct {
	storage.Meta
	Customer  uuid.UUID
	By        string // the actor
	Reason    string
	State     string // Open, Granted or Refused
	DecidedBy string
	DecidedAt time.Time
	Answer    string
}

// Claims is the kind of claims. A guard should show a claimant its own ones without
// the customer.
var Claims = storage.Define[Claim]("duplicate_claim",
	storage.Ref("customer", func(c *Claim) *uuid.UUID { return &c.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Text("by", func(c *Claim) *string { return &c.By }).Required().Indexed(),
	storage.Text("reason", func(c *Claim) *string { return &c.Reason }).Personal(),
	storage.Text("state", func(c *Claim) *string { return &c.State }).Required().Indexed(),
	storage.Text("decided_by", func(c *Claim) *string { return &c.DecidedBy }),
	storage.Time("decided_at", func(c *Claim) *time.Time { return &c.DecidedAt }),
	storage.Text("answer", func(c *Claim) *string { return &c.Answer }).Personal(),
).Fixed()

// Kinds are the kinds of this package, for storage.New; it needs those of packages
// customer and review beside them.
func Kinds() []storage.Described {
	return []storage.Described{entries, gates, holds, states, profiles, Claims}
}
