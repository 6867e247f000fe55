package storagetest

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Kinds returns the kinds that the cases use. An adapter with tables makes
// them before it calls Run or Check, beside those of storage.OwnKinds.
func Kinds() []storage.Described {
	return []storage.Described{accounts, orders, jobs, counters, notes}
}

// An account has a field of every type, optional ones included.
type account struct {
	storage.Meta
	Name    string
	Code    string // unique
	Note    string
	Region  string // unique together with Number
	Number  int64
	Visits  int64
	Age     *int64
	Balance decimal.Decimal
	Credit  *decimal.Decimal
	Active  bool
	Agreed  *bool
	Seen    time.Time
	Born    storage.Date
	Boss    uuid.UUID // another account
	Loose   uuid.UUID // the id of anything
	Tags    []string
	Extra   json.RawMessage
}

var accounts = storage.Define[account]("kit_account",
	storage.Text("name", func(a *account) *string { return &a.Name }).Indexed().Searchable(),
	storage.Text("code", func(a *account) *string { return &a.Code }).Unique(),
	storage.Text("note", func(a *account) *string { return &a.Note }),
	storage.Text("region", func(a *account) *string { return &a.Region }),
	storage.Integer("number", func(a *account) *int64 { return &a.Number }),
	storage.Integer("visits", func(a *account) *int64 { return &a.Visits }).Indexed(),
	storage.OptionalInteger("age", func(a *account) **int64 { return &a.Age }).Indexed(),
	storage.Decimal("balance", func(a *account) *decimal.Decimal { return &a.Balance }).Indexed(),
	storage.OptionalDecimal("credit", func(a *account) **decimal.Decimal { return &a.Credit }),
	storage.Bool("active", func(a *account) *bool { return &a.Active }),
	storage.OptionalBool("agreed", func(a *account) **bool { return &a.Agreed }),
	storage.Time("seen", func(a *account) *time.Time { return &a.Seen }).Indexed(),
	storage.Day("born", func(a *account) *storage.Date { return &a.Born }).Indexed(),
	storage.Ref("boss", func(a *account) *uuid.UUID { return &a.Boss }).To("kit_account").Indexed(),
	storage.Ref("loose", func(a *account) *uuid.UUID { return &a.Loose }),
	storage.Texts("tags", func(a *account) *[]string { return &a.Tags }).Indexed(),
	storage.JSON("extra", func(a *account) *json.RawMessage { return &a.Extra }),
).Unique("region", "number").Index("region", "visits")

// An order points to an account.
type order struct {
	storage.Meta
	Account uuid.UUID
	Product string
	Amount  *decimal.Decimal
	Pieces  *int64
	Placed  time.Time
}

var orders = storage.Define[order]("kit_order",
	storage.Ref("account", func(o *order) *uuid.UUID { return &o.Account }).To("kit_account").Indexed(),
	storage.Text("product", func(o *order) *string { return &o.Product }),
	storage.OptionalDecimal("amount", func(o *order) **decimal.Decimal { return &o.Amount }),
	storage.OptionalInteger("pieces", func(o *order) **int64 { return &o.Pieces }),
	storage.Time("placed", func(o *order) *time.Time { return &o.Placed }),
).Index("account", "placed")

// A job waits in a queue; it leaves no trace in the change log.
type job struct {
	storage.Meta
	Payload string
	Due     time.Time
	Until   time.Time
	Done    bool
}

var jobs = storage.Define[job]("kit_job",
	storage.Text("payload", func(j *job) *string { return &j.Payload }),
	storage.Time("due", func(j *job) *time.Time { return &j.Due }).Indexed(),
	storage.Time("until", func(j *job) *time.Time { return &j.Until }),
	storage.Bool("done", func(j *job) *bool { return &j.Done }),
).Untracked().Fixed()

// A counter guards something that several transactions must not do at once.
type counter struct {
	storage.Meta
	Name  string
	Count int64
}

var counters = storage.Define[counter]("kit_counter",
	storage.Text("name", func(c *counter) *string { return &c.Name }).Required().Unique(),
	storage.Integer("count", func(c *counter) *int64 { return &c.Count }),
).Untracked().Fixed()

// A note must name records that exist, and has fields that follow from its text.
type note struct {
	storage.Meta
	Account uuid.UUID // must exist
	Above   uuid.UUID // another note, which must exist
	Text    string
	Key     string // derived: the text in small letters, without spaces around
	Words   int64  // derived
}

var notes = storage.Define[note]("kit_note",
	storage.Ref("account", func(n *note) *uuid.UUID { return &n.Account }).To("kit_account").Existing().Indexed(),
	storage.Ref("above", func(n *note) *uuid.UUID { return &n.Above }).To("kit_note").Existing().Indexed(),
	storage.Text("text", func(n *note) *string { return &n.Text }).Personal(),
	storage.Text("key", func(n *note) *string { return &n.Key }).Indexed(),
	storage.Integer("words", func(n *note) *int64 { return &n.Words }),
).Derive(func(n *note) {
	n.Key = strings.ToLower(strings.TrimSpace(n.Text))
	n.Words = int64(len(strings.Fields(n.Text)))
}, "key", "words")
