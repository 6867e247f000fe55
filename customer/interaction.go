package customer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// The directions of an interaction.
const (
	Inbound  = "inbound"  // the customer came to us: called, wrote, walked in
	Outbound = "outbound" // we went to the customer
)

// Unparsed is the state of an interaction whose text still has to be turned into
// values.
const Unparsed = "unparsed"

// An Interaction is one contact with a customer, or one thing that it did: a
// call, a mail, a visit, a message, a page that it looked at. Package activity
// takes them in from channels and finds the customers that they belong to.
type Interaction struct {
	storage.Meta
	Customer     uuid.UUID       // uuid.Nil: a visitor of the web site without a name, or somebody not known yet
	Channel      string          // "call", "mail", "visit", "chat", ...
	Type         string          // what happened on the channel, a word of its source: "page_view", "missed", "like"
	Direction    string          // Inbound, Outbound, or "" where there is none
	OccurredAt   time.Time       // when it took place, by the clock of the device that recorded it
	ReceivedAt   time.Time       // when it reached the host
	Duration     int64           // seconds; 0: none, or not known
	Author       uuid.UUID       // the user of ours who took part, or recorded it
	Private      bool            // meant for its author alone
	Effective    bool            // it counts as a follow-up: see Customer.FollowedUp
	Subject      string          // one line
	Text         string          // what was said or written
	Topics       []string        // what it was about
	Parties      []string        // the addresses of those who took part: "phone:+8613800138000", "wecom:wmA"
	Visitor      string          // the name that the web site gave to a browser
	Conversation string          // the chat, group or thread that it belongs to, as its source calls it
	Seq          int64           // its place in the archive of its source; 0: none
	Values       json.RawMessage // an object with what the source, or a parser of the text, states besides
	State        string          // Unparsed, or ""
	Source       string          // the system that it came from
	ExternalID   string          // unique within the source, so that a repeated delivery is not stored twice
}

// Interactions is the kind of interactions.
var Interactions = storage.Define[Interaction]("interaction",
	storage.Ref("customer", func(i *Interaction) *uuid.UUID { return &i.Customer }).To(kindName).Existing(),
	storage.Text("channel", func(i *Interaction) *string { return &i.Channel }).Required(),
	storage.Text("type", func(i *Interaction) *string { return &i.Type }),
	storage.Text("direction", func(i *Interaction) *string { return &i.Direction }),
	storage.Time("occurred_at", func(i *Interaction) *time.Time { return &i.OccurredAt }).Required(),
	storage.Time("received_at", func(i *Interaction) *time.Time { return &i.ReceivedAt }),
	storage.Integer("duration", func(i *Interaction) *int64 { return &i.Duration }),
	storage.Ref("author", func(i *Interaction) *uuid.UUID { return &i.Author }),
	storage.Bool("private", func(i *Interaction) *bool { return &i.Private }),
	storage.Bool("effective", func(i *Interaction) *bool { return &i.Effective }),
	storage.Text("subject", func(i *Interaction) *string { return &i.Subject }).Searchable().Personal(),
	storage.Text("text", func(i *Interaction) *string { return &i.Text }).Searchable().Personal(),
	storage.Texts("topics", func(i *Interaction) *[]string { return &i.Topics }).Personal(),
	storage.Texts("parties", func(i *Interaction) *[]string { return &i.Parties }).Personal(),
	storage.Text("visitor", func(i *Interaction) *string { return &i.Visitor }).Indexed().Personal(),
	storage.Text("conversation", func(i *Interaction) *string { return &i.Conversation }),
	storage.Integer("seq", func(i *Interaction) *int64 { return &i.Seq }),
	storage.JSON("values", func(i *Interaction) *json.RawMessage { return &i.Values }).Personal(),
	storage.Text("state", func(i *Interaction) *string { return &i.State }).Indexed(),
	storage.Text("source", func(i *Interaction) *string { return &i.Source }),
	storage.Text("external_id", func(i *Interaction) *string { return &i.ExternalID }).Personal(),
).Index("customer", "occurred_at").Index("conversation", "seq").Unique("source", "external_id").Valid((*Interaction).check)

func (i *Interaction) check() error {
	if i.Direction != "" && i.Direction != Inbound && i.Direction != Outbound {
		return &storage.FieldError{Kind: "interaction", Field: "direction", Reason: fmt.Sprintf("%q: use %q, %q or nothing", i.Direction, Inbound, Outbound), Key: "not_one_of", Params: map[string]string{"options": Inbound + ", " + Outbound}}
	}
	if i.Duration < 0 {
		return &storage.FieldError{Kind: "interaction", Field: "duration", Reason: fmt.Sprintf("%d seconds: it cannot be negative", i.Duration), Key: "negative"}
	}
	return nil
}
