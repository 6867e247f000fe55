package entry

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Claim remembers whose word a field of a customer is.
type Claim struct {
	storage.Meta
	Customer uuid.UUID
	Field    string          // the name of a field of customer.Kind; "external_id" stands for the pair with source
	Source   string          // whose word it is; empty: a stopgap, until somebody states the field
	At       time.Time       // the age of the value by its source
	Value    json.RawMessage // to see whether it was changed since
}

// Claims is the kind of claims.
var Claims = storage.Define[Claim]("entry_claim",
	storage.Ref("customer", func(c *Claim) *uuid.UUID { return &c.Customer }).To(customer.Kind.Name()).Existing().Required(),
	storage.Text("field", func(c *Claim) *string { return &c.Field }).Required(),
	storage.Text("source", func(c *Claim) *string { return &c.Source }),
	storage.Time("at", func(c *Claim) *time.Time { return &c.At }),
	storage.JSON("value", func(c *Claim) *json.RawMessage { return &c.Value }).Personal(),
).Unique("customer", "field").Untracked().Fixed()

// A Key is what a customer is known by: its number in a source, a telephone
// number or a mail address.
type Key struct {
	storage.Meta
	Customer uuid.UUID
	Key      string
}

// Keys is the kind of keys. That a key is unique keeps two statements which
// arrive at once from making one person twice.
var Keys = storage.Define[Key]("entry_key",
	storage.Ref("customer", func(k *Key) *uuid.UUID { return &k.Customer }).To(customer.Kind.Name()).Existing().Required().Indexed(),
	storage.Text("key", func(k *Key) *string { return &k.Key }).Required().Unique().Personal(),
).Untracked().Fixed()

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Claims, Keys} }

// numberField is the field under which a claim of Source and ExternalID stands.
const numberField = "external_id"

// unstated are fields that no source states: those of the host's own work, and
// source, which goes with external_id.
var unstated = []string{"owner", "stage", "stage_since", "parent", "followed_up", "verified_at", "source", numberField}

// word returns the claim as a word.
func (c *Claim) word() Word { return Word{c.Source, c.At, string(c.Value)} }
