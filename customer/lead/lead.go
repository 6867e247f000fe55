package lead

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Lead is a person or a company that may become a customer.
type Lead struct {
	storage.Meta
	Name         string // of the person
	Company      string // where the person works, or the company itself
	Title        string // the position held there
	Phone        string // as it was given, right or wrong
	Email        string // as it was given
	PhoneMatch   string // the phone in the form of customer.NormalPhone; empty if it is none. Put derives it.
	EmailMatch   string // the mail address in the form of customer.NormalEmail. Put derives it.
	Region       string
	City         string
	Language     string // BCP 47, such as de
	Tags         []string
	Interests    []string        // topics
	Preferences  json.RawMessage // an object of texts: what the customer will have as preferences, by key
	Values       json.RawMessage // an object of texts: what the customer will have in its custom fields, by name
	Score        *int64          // how promising it is, on a scale of the host's
	Source       string          // where it came from: "website", "fair", "agent", "survey"
	SourceDetail string          // the page, the fair, the agent
	ExternalID   string          // what the source calls it; unique within the source
	Key          string          // the idempotency key of its delivery; unique
	IngestedAt   time.Time       // when it reached the host
	Owner        uuid.UUID       // the user who works on it; kept when it is converted
	State        string          // Pool, Owned, Converted, Merged or Invalid; see CurrentState
	StateSince   time.Time
	Reason       string    // why it was released, turned down or deleted
	Noted        int64     // how many notes were added
	FollowedUp   time.Time // when somebody was last in touch with it, to some effect
	Customer     uuid.UUID // what it was converted to
	Contact      uuid.UUID // the person there, where the customer is a company
	Deal         uuid.UUID // the opportunity that came of it, if one was asked for
	MergedInto   uuid.UUID // the lead that it was merged into
	Absorbed     int64     // how many leads were merged into this one
}

const kindName = "lead"

// Leads is the kind of leads.
var Leads = storage.Define[Lead](kindName,
	storage.Text("name", func(l *Lead) *string { return &l.Name }).Searchable().Personal(),
	storage.Text("company", func(l *Lead) *string { return &l.Company }).Searchable().Personal(),
	storage.Text("title", func(l *Lead) *string { return &l.Title }).Personal(),
	storage.Text("phone", func(l *Lead) *string { return &l.Phone }).Personal(),
	storage.Text("email", func(l *Lead) *string { return &l.Email }).Personal(),
	storage.Text("phone_match", func(l *Lead) *string { return &l.PhoneMatch }).Indexed().Personal(),
	storage.Text("email_match", func(l *Lead) *string { return &l.EmailMatch }).Indexed().Personal(),
	storage.Text("region", func(l *Lead) *string { return &l.Region }),
	storage.Text("city", func(l *Lead) *string { return &l.City }),
	storage.Text("language", func(l *Lead) *string { return &l.Language }),
	storage.Texts("tags", func(l *Lead) *[]string { return &l.Tags }),
	storage.Texts("interests", func(l *Lead) *[]string { return &l.Interests }).Personal(),
	storage.JSON("preferences", func(l *Lead) *json.RawMessage { return &l.Preferences }).Personal(),
	storage.JSON("values", func(l *Lead) *json.RawMessage { return &l.Values }).Personal(),
	storage.OptionalInteger("score", func(l *Lead) **int64 { return &l.Score }),
	storage.Text("source", func(l *Lead) *string { return &l.Source }).Required(),
	storage.Text("source_detail", func(l *Lead) *string { return &l.SourceDetail }),
	storage.Text("external_id", func(l *Lead) *string { return &l.ExternalID }).Personal(),
	storage.Text("key", func(l *Lead) *string { return &l.Key }).Unique(),
	storage.Time("ingested_at", func(l *Lead) *time.Time { return &l.IngestedAt }).Required(),
	storage.Ref("owner", func(l *Lead) *uuid.UUID { return &l.Owner }),
	storage.Text("state", func(l *Lead) *string { return &l.State }).Required(),
	storage.Time("state_since", func(l *Lead) *time.Time { return &l.StateSince }).Required(),
	storage.Text("reason", func(l *Lead) *string { return &l.Reason }),
	storage.Integer("noted", func(l *Lead) *int64 { return &l.Noted }),
	storage.Time("followed_up", func(l *Lead) *time.Time { return &l.FollowedUp }),
	storage.Ref("customer", func(l *Lead) *uuid.UUID { return &l.Customer }).To("customer").Existing().Indexed(),
	storage.Ref("contact", func(l *Lead) *uuid.UUID { return &l.Contact }).To("customer").Existing().Indexed(),
	storage.Ref("deal", func(l *Lead) *uuid.UUID { return &l.Deal }).To("deal").Existing().Indexed(),
	storage.Ref("merged_into", func(l *Lead) *uuid.UUID { return &l.MergedInto }).To(kindName).Existing().Indexed(),
	storage.Integer("absorbed", func(l *Lead) *int64 { return &l.Absorbed }),
).Index("state", "ingested_at").Index("owner", "state").Index("source", "ingested_at").Unique("source", "external_id").
	Derive((*Lead).derive, "phone_match", "email_match").Valid((*Lead).check)

// CurrentState returns the state of the lead: that in which it is stored, or
// Deleted for a soft-deleted one.
func (l *Lead) CurrentState() string {
	if !l.Live() {
		return Deleted
	}
	return l.State
}

// derive sets the fields that follow from others.
func (l *Lead) derive() {
	l.PhoneMatch, l.EmailMatch = "", ""
	if match, err := customer.NormalPhone(l.Phone); err == nil {
		l.PhoneMatch = match
	}
	if match, err := customer.NormalEmail(l.Email); err == nil {
		l.EmailMatch = match
	}
}

// check reports a state that the other fields belie.
func (l *Lead) check() error {
	if _, known := transitions[l.State]; !known || l.State == Deleted {
		return l.invalid("state", fmt.Sprintf("%q: use Ingest for new leads, and the operations", l.State))
	}
	for _, c := range []struct {
		field string
		wrong bool
	}{
		{"owner", l.State == Owned && l.Owner == uuid.Nil || l.State == Pool && l.Owner != uuid.Nil},
		{"customer", (l.State == Converted) != (l.Customer != uuid.Nil)},
		{"merged_into", (l.State == Merged) != (l.MergedInto != uuid.Nil) || l.MergedInto == l.ID && l.ID != uuid.Nil},
	} {
		if c.wrong {
			return l.invalid(c.field, "it does not go with the state "+l.State+": use the operations")
		}
	}
	for field, data := range map[string]json.RawMessage{"preferences": l.Preferences, "values": l.Values} {
		if _, err := texts(data); err != nil {
			return l.invalid(field, "it must be an object of texts: "+err.Error())
		}
	}
	return nil
}

func (l *Lead) invalid(field, reason string) error {
	return &storage.FieldError{Kind: kindName, Field: field, Reason: reason}
}

// texts reads an object of texts.
func texts(data json.RawMessage) (m map[string]string, err error) {
	if len(data) > 0 {
		err = json.Unmarshal(data, &m)
	}
	return m, err
}

// SetPreference gives the lead a preference by its key, or a later value of it.
// Preferences that cannot be read are replaced.
func (l *Lead) SetPreference(key, value string) { l.Preferences = with(l.Preferences, key, value) }

// SetValue gives the lead a text for the custom field of its customer to come.
func (l *Lead) SetValue(name, value string) { l.Values = with(l.Values, name, value) }

// with returns an object of texts with one more.
func with(data json.RawMessage, key, value string) json.RawMessage {
	m, err := texts(data)
	if err != nil || m == nil {
		m = map[string]string{}
	}
	m[key] = value
	out, _ := json.Marshal(m) // texts always marshal
	return out
}
