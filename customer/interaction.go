package customer

import (
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// An Interaction is one contact with a customer: a call, a mail, a visit.
type Interaction struct {
	storage.Meta
	Customer   uuid.UUID
	Channel    string    // "call", "mail", "visit", "chat", ...
	OccurredAt time.Time // when it took place, by the clock of the device that recorded it
	ReceivedAt time.Time // when it reached the host
	Author     uuid.UUID // the user who recorded it
	Subject    string
	Text       string
	Source     string
	ExternalID string // unique within the source, so that a repeated delivery is not stored twice
}

// Interactions is the kind of interactions.
var Interactions = storage.Define[Interaction]("interaction",
	storage.Ref("customer", func(i *Interaction) *uuid.UUID { return &i.Customer }).To("customer").Existing().Required(),
	storage.Text("channel", func(i *Interaction) *string { return &i.Channel }).Required(),
	storage.Time("occurred_at", func(i *Interaction) *time.Time { return &i.OccurredAt }).Required(),
	storage.Time("received_at", func(i *Interaction) *time.Time { return &i.ReceivedAt }),
	storage.Ref("author", func(i *Interaction) *uuid.UUID { return &i.Author }),
	storage.Text("subject", func(i *Interaction) *string { return &i.Subject }).Searchable().Personal(),
	storage.Text("text", func(i *Interaction) *string { return &i.Text }).Searchable().Personal(),
	storage.Text("source", func(i *Interaction) *string { return &i.Source }),
	storage.Text("external_id", func(i *Interaction) *string { return &i.ExternalID }),
).Index("customer", "occurred_at").Unique("source", "external_id")
