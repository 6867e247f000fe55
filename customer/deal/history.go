package deal

import (
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A StageMove says that a deal entered a stage. The stages stand in it by their
// keys, which outlive them.
type StageMove struct {
	storage.Meta
	Deal     uuid.UUID
	Customer uuid.UUID // that of the deal
	From     string    // the key of the stage before; empty when the deal was added
	To       string
	At       time.Time
	By       string // the actor of the transaction, such as "user:ann"
	Seconds  int64  // how long the deal had been in From, in whole seconds
	Reason   string
}

// Moves is the history of stages: one record for each that a deal entered.
var Moves = storage.Define[StageMove]("deal_move",
	storage.Ref("deal", func(m *StageMove) *uuid.UUID { return &m.Deal }).To(dealKind).Existing().Required(),
	storage.Ref("customer", func(m *StageMove) *uuid.UUID { return &m.Customer }).To("customer").Existing().Required(),
	storage.Text("from", func(m *StageMove) *string { return &m.From }),
	storage.Text("to", func(m *StageMove) *string { return &m.To }).Required(),
	storage.Time("at", func(m *StageMove) *time.Time { return &m.At }).Required().Indexed(),
	storage.Text("by", func(m *StageMove) *string { return &m.By }).Required(),
	storage.Integer("seconds", func(m *StageMove) *int64 { return &m.Seconds }),
	storage.Text("reason", func(m *StageMove) *string { return &m.Reason }),
).Index("deal", "at").Index("customer", "at")
