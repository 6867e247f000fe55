package privacy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A parcel is a kind of the host's: it hangs on an order.
type parcel struct {
	storage.Meta
	Order     uuid.UUID
	Recipient string
}

var parcels = storage.Define[parcel]("parcel",
	storage.Ref("order", func(p *parcel) *uuid.UUID { return &p.Order }).To("order").Existing().Required().Indexed(),
	storage.Text("recipient", func(p *parcel) *string { return &p.Recipient }).Required().Personal(),
)

// A guest is a kind of the host's with everything that can be Personal.
type guest struct {
	storage.Meta
	Customer uuid.UUID
	Badge    string
	Age      int64
	Rating   decimal.Decimal
	Smoker   bool
	Notes    json.RawMessage
	Seen     time.Time
	Born     storage.Date
	Likes    []string
	Room     string // not personal
}

var guests = storage.Define[guest]("guest",
	storage.Ref("customer", func(g *guest) *uuid.UUID { return &g.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Text("badge", func(g *guest) *string { return &g.Badge }).Required().Unique().Personal(),
	storage.Integer("age", func(g *guest) *int64 { return &g.Age }).Personal(),
	storage.Decimal("rating", func(g *guest) *decimal.Decimal { return &g.Rating }).Personal(),
	storage.Bool("smoker", func(g *guest) *bool { return &g.Smoker }).Personal(),
	storage.JSON("notes", func(g *guest) *json.RawMessage { return &g.Notes }).Required().Personal(),
	storage.Time("seen", func(g *guest) *time.Time { return &g.Seen }).Required().Personal(),
	storage.Day("born", func(g *guest) *storage.Date { return &g.Born }).Required().Personal(),
	storage.Texts("likes", func(g *guest) *[]string { return &g.Likes }).Required().Personal(),
	storage.Text("room", func(g *guest) *string { return &g.Room }),
)

func kinds() []storage.Described {
	list := []storage.Described{parcels, guests}
	for _, of := range [][]storage.Described{
		customer.Kinds(), activity.Kinds(), consent.Kinds(), deal.Kinds(), entry.Kinds(), lead.Kinds(), lifecycle.Kinds(),
		lineage.Kinds(), privacy.Kinds(), quality.Kinds(), service.Kinds(), tag.Kinds(),
	} {
		list = append(list, of...)
	}
	return list
}

// A subject is a customer with records of every sort, and the texts in them
// that tell who it is.
type subject struct {
	*customer.Customer
	token  string // is part of each
	secret []string
	order  *customer.Order
	visit  *activity.Visit
}

// say returns a text that tells who the subject is.
func (s *subject) say(text string) string {
	text = strings.ReplaceAll(text, "@", "."+s.token+"@")
	if !strings.Contains(text, s.token) {
		text += " " + s.token
	}
	s.secret = append(s.secret, text)
	return text
}

// settle stores a subject.
func settle(t *testing.T, acme *storage.Tenant) *subject {
	t.Helper()
	s := &subject{token: strings.ReplaceAll(uuid.NewString(), "-", "")[:12]}
	s.Customer = &customer.Customer{
		Type: customer.Person, Name: s.say("王丽"), Gender: "F", Birthday: storage.Date{Year: 1990, Month: 5, Day: 4},
		Company: s.say("华星"), Address: s.say("人民路 1 号"), Notes: s.say("prefers mornings"), Source: "shop", ExternalID: s.say("u-17"),
	}
	put(t, acme, customer.Kind, s.Customer)
	id, n := s.ID, uuid.New().ID()%1e8
	phone := fmt.Sprintf("+86138%08d", n)
	s.secret = append(s.secret, phone)
	s.Name = s.say("王丽丽") // so that the log has two names
	put(t, acme, customer.Kind, s.Customer)
	update(t, acme, func(tx *storage.Tx) error {
		ctx := t.Context()
		mobile, err := customer.NewContactPoint(id, customer.Phone, phone)
		if err != nil {
			return err
		}
		mail, err := customer.NewContactPoint(id, customer.Email, s.say("wang@example.cn"))
		if err != nil {
			return err
		}
		if _, err := customer.AddContactPoints(ctx, tx, mobile, mail); err != nil {
			return err
		}
		if _, err := customer.AddIdentities(ctx, tx, &customer.Identity{Customer: id, Channel: customer.WeCom, Account: s.say("wm")}); err != nil {
			return err
		}
		if _, err := consent.Add(ctx, tx, &consent.Record{Customer: id, Channel: "mail", Purpose: "news", State: consent.Granted, Evidence: s.say("10.0.0.7")}); err != nil {
			return err
		}
		if err := customer.AddExternalIDs(ctx, tx, &customer.ExternalID{Customer: id, Source: "erp", ExternalID: s.say("k-9")}); err != nil {
			return err
		}
		_, err = customer.NotePreferences(ctx, tx, &customer.Preference{Customer: id, Key: "drink", Value: s.say("Americano")})
		return err
	})
	s.shop(t, acme)
	s.talk(t, acme)
	s.custom(t, acme)
	return s
}

// shop stores what the subject bought.
func (s *subject) shop(t *testing.T, acme *storage.Tenant) {
	put(t, acme, customer.Addresses, &customer.Address{Customer: s.ID, Street: s.say("中山路 2 号"), Recipient: s.say("王丽")})
	total := customer.Money{Amount: decimal.RequireFromString("199.50"), Currency: "CNY"}
	s.order = &customer.Order{Customer: s.ID, PlacedAt: adapters.Now, Total: total}
	put(t, acme, customer.Orders, s.order)
	put(t, acme, customer.OrderLines, &customer.OrderLine{Order: s.order.ID, Product: "formula", Quantity: decimal.NewFromInt(2), Amount: total.Amount})
	put(t, acme, parcels, &parcel{Order: s.order.ID, Recipient: s.say("王丽收")})
}

// talk stores what was said, and what hangs on it.
func (s *subject) talk(t *testing.T, acme *storage.Tenant) {
	call := &customer.Interaction{Customer: s.ID, Channel: "call", OccurredAt: adapters.Now, Text: s.say("asked about delivery"), Parties: []string{s.say("phone")}}
	put(t, acme, customer.Interactions, call)
	put(t, acme, customer.Interests, &customer.Interest{Customer: s.ID, Topic: s.say("allergies"), Interaction: call.ID, NotedAt: adapters.Now})
	s.visit = &activity.Visit{Customer: s.ID, StartedAt: adapters.Now, Place: s.say("home"), Source: "app", ExternalID: uuid.NewString()}
	put(t, acme, activity.Visits, s.visit)
	points, err := json.Marshal([]string{s.say("31.2, 121.4")})
	require.NoError(t, err)
	put(t, acme, activity.Tracks, &activity.TrackPart{Visit: s.visit.ID, Hour: adapters.Now, Points: points})
	ticket := &service.Ticket{Customer: s.ID, Type: "fault", Kind: service.Repair, Phase: service.AfterSale, Subject: s.say("broken"), State: service.StateOpen, OpenedAt: adapters.Now, Order: s.order.ID}
	put(t, acme, service.Tickets, ticket)
	put(t, acme, service.Feedbacks, &service.Feedback{Customer: s.ID, Channel: service.ByMail, Text: s.say("late"), Status: service.StateOpen, ReceivedAt: adapters.Now, Ticket: ticket.ID})
	update(t, acme, func(tx *storage.Tx) error {
		return lineage.Record(t.Context(), tx, &lineage.Derivation{
			Customer: s.ID, Subject: lineage.FieldRef("customer", s.ID, "tags"), Value: s.say("sensitive"), Rule: "R7",
			Evidence: []string{lineage.Ref("interaction", call.ID)},
		})
	})
}

// custom stores a record of a kind that the tenant defines, and a custom field.
func (s *subject) custom(t *testing.T, acme *storage.Tenant) {
	if len(find(t, acme, storage.CustomKinds, storage.Query{})) == 0 {
		put(t, acme, storage.CustomKinds, &storage.CustomKind{Name: "vehicle"})
		put(t, acme, storage.CustomFields,
			&storage.CustomField{Kind: "vehicle", Name: "plate", Type: "text", Unique: true, Personal: true},
			&storage.CustomField{Kind: "vehicle", Name: "customer", Type: "ref", Target: "customer"},
			&storage.CustomField{Kind: "order", Name: "gift_note", Type: "text", Personal: true, Required: false},
			&storage.CustomField{Kind: "order", Name: "till", Type: "text"})
	}
	v := &storage.Entity{}
	v.Custom.Set("plate", s.say("沪A"))
	v.Custom.Set("customer", s.ID)
	put(t, acme, storage.Entities("vehicle"), v)
	s.order.Custom.Set("gift_note", s.say("from Li"))
	s.order.Custom.Set("till", "till 4")
	put(t, acme, customer.Orders, s.order)
}
