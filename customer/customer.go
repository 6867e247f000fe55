package customer

import (
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What a customer is.
const (
	Person       = "person"
	Organization = "organization"
)

// A Customer is a person or an organisation that the host deals with.
type Customer struct {
	storage.Meta
	Type       string       // Person or Organization
	Name       string       // as people write it, in any script
	Owner      uuid.UUID    // the user who looks after it; uuid.Nil: nobody, it is in the public pool
	Stage      string       // of the life cycle, a word of the host's; see package lifecycle
	StageSince time.Time    // when it entered the stage
	Parent     uuid.UUID    // the customer above it: the group of a company, the dealer of a store; see package tree
	Gender     string       // of a person, a word of the host's
	Birthday   storage.Date // of a person
	Company    string       // where a person works, as text
	Title      string       // the position held there
	Industry   string       // of an organisation
	Size       string       // of an organisation, by people who work there: "51-200"
	CreditCode string       // of an organisation: the unified social credit code of GB 32100, stored in the form of ParseCreditCode
	ResidentID string       // of a person: the identity number of China, stored in the form of ParseResidentID; see there whether to keep it
	Region     string       // province or state: a code of the host's, such as GB/T 2260, or its name
	City       string
	Address    string
	Language   string // BCP 47, such as zh-CN
	Tags       []string
	Notes      string
	Since      time.Time // when it became a customer, or signed up, by the record of its source
	FollowedUp time.Time // when somebody of ours was last in touch with it, to some effect
	VerifiedAt time.Time // when somebody last confirmed that the record is right
	Channel    string    // how it was won: "fair", "form", "referral"
	Source     string    // the system that the record came from first: a shop, a file, a form
	ExternalID string    // what it is called there; unique within the source. See ExternalID for further systems.
}

const kindName = "customer"

// Kind is the kind of customers.
var Kind = storage.Define[Customer](kindName,
	storage.Text("type", func(c *Customer) *string { return &c.Type }).Required(),
	storage.Text("name", func(c *Customer) *string { return &c.Name }).Required().Searchable().Indexed().Personal(),
	storage.Ref("owner", func(c *Customer) *uuid.UUID { return &c.Owner }),
	storage.Text("stage", func(c *Customer) *string { return &c.Stage }),
	storage.Time("stage_since", func(c *Customer) *time.Time { return &c.StageSince }),
	storage.Ref("parent", func(c *Customer) *uuid.UUID { return &c.Parent }).To(kindName).Existing().Indexed(),
	storage.Text("gender", func(c *Customer) *string { return &c.Gender }).Personal(),
	storage.Day("birthday", func(c *Customer) *storage.Date { return &c.Birthday }).Personal(),
	storage.Text("company", func(c *Customer) *string { return &c.Company }).Searchable().Personal(),
	storage.Text("title", func(c *Customer) *string { return &c.Title }).Personal(),
	storage.Text("industry", func(c *Customer) *string { return &c.Industry }),
	storage.Text("size", func(c *Customer) *string { return &c.Size }),
	storage.Text("credit_code", func(c *Customer) *string { return &c.CreditCode }).Indexed(),
	storage.Text("resident_id", func(c *Customer) *string { return &c.ResidentID }).Personal(),
	storage.Text("region", func(c *Customer) *string { return &c.Region }),
	storage.Text("city", func(c *Customer) *string { return &c.City }),
	storage.Text("address", func(c *Customer) *string { return &c.Address }).Personal(),
	storage.Text("language", func(c *Customer) *string { return &c.Language }),
	storage.Texts("tags", func(c *Customer) *[]string { return &c.Tags }).Indexed(),
	storage.Text("notes", func(c *Customer) *string { return &c.Notes }).Personal(),
	storage.Time("since", func(c *Customer) *time.Time { return &c.Since }),
	storage.Time("followed_up", func(c *Customer) *time.Time { return &c.FollowedUp }),
	storage.Time("verified_at", func(c *Customer) *time.Time { return &c.VerifiedAt }),
	storage.Text("channel", func(c *Customer) *string { return &c.Channel }),
	storage.Text("source", func(c *Customer) *string { return &c.Source }),
	storage.Text("external_id", func(c *Customer) *string { return &c.ExternalID }).Personal(),
).Index("owner", "stage").Unique("source", "external_id").Derive((*Customer).normalize, "credit_code", "resident_id").Valid((*Customer).check)

// Age returns the completed years of a person on a day, and false where the
// birthday is not known or lies after that day. Who was born on 29 February is
// a year older on 1 March of a common year.
func (c *Customer) Age(on storage.Date) (years int, ok bool) {
	if c.Birthday.IsZero() || on.Compare(c.Birthday) < 0 {
		return 0, false
	}
	years = on.Year - c.Birthday.Year
	if on.Month < c.Birthday.Month || on.Month == c.Birthday.Month && on.Day < c.Birthday.Day {
		years--
	}
	return years, true
}
