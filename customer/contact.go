package customer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// The types of contact points that have a form of their own for matching.
const (
	Phone = "phone"
	Email = "email"
)

// ErrContact: a text is not a phone number or mail address.
var ErrContact = errors.New("not a contact point")

// A ContactPoint is one way to reach a customer. Several customers may share
// one: a family its mail address, an office its phone.
//
// A customer has one primary contact point of each type that it has any of.
// AddContactPoints, SetPrimaryContact and RemoveContactPoints see to that. A Put
// stores Primary as it is given: it refuses a second primary one, as
// storage.ErrDuplicate, and so a value that the customer has already, but does
// not make the first one primary.
type ContactPoint struct {
	storage.Meta
	Customer uuid.UUID
	Type     string // Phone, Email, or a word of the host's
	Value    string // as it was given
	Match    string // the form that is matched: E.164 for a phone, with an extension behind it, lower case for mail, folded for others
	Tail     string // of a phone: the last four digits without its extension, by which people find it. Put derives it.
	Label    string // "work", "家"
	Primary  bool   // the one to use first among those of its type

	slot string // the type, if it is primary: only one may have it
	turn int64  // see rank
}

// ContactPoints is the kind of contact points.
var ContactPoints = storage.Define[ContactPoint]("contact_point",
	storage.Ref("customer", func(p *ContactPoint) *uuid.UUID { return &p.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("type", func(p *ContactPoint) *string { return &p.Type }).Required(),
	storage.Text("value", func(p *ContactPoint) *string { return &p.Value }).Required().Personal(),
	storage.Text("match", func(p *ContactPoint) *string { return &p.Match }).Required().Personal(),
	storage.Text("tail", func(p *ContactPoint) *string { return &p.Tail }).Indexed().Personal(),
	storage.Text("label", func(p *ContactPoint) *string { return &p.Label }),
	storage.Bool("primary", func(p *ContactPoint) *bool { return &p.Primary }),
	storage.Text("primary_slot", func(p *ContactPoint) *string { return &p.slot }),
	storage.Integer("turn", func(p *ContactPoint) *int64 { return &p.turn }),
).Index("type", "match").Unique("customer", "type", "match").Unique("customer", "primary_slot").
	Derive((*ContactPoint).derive, "tail", "primary_slot")

// tailLength is how many digits of a phone number people remember it by.
const tailLength = 4

// derive sets the fields that follow from others.
func (p *ContactPoint) derive() {
	p.Tail, p.slot = "", ""
	if p.Type == Phone {
		number, _, _ := strings.Cut(p.Match, ";")
		p.Tail = number[max(0, len(number)-tailLength):]
	}
	if p.Primary {
		p.slot = p.Type
	}
}

// NewContactPoint returns a contact point of a customer with its matching form
// worked out. A phone or mail address that is none is ErrContact.
func NewContactPoint(customer uuid.UUID, typ, value string) (*ContactPoint, error) {
	return PhoneParser(NormalPhone).NewContactPoint(customer, typ, value)
}

// MatchForm returns the form of a contact value under which equal ones are
// found: NormalPhone, NormalEmail, or for other types criteria.Fold without
// spaces around it.
func MatchForm(typ, value string) (string, error) {
	return PhoneParser(NormalPhone).MatchForm(typ, value)
}

// A PhoneParser returns the form of a phone number under which equal ones are
// found, or an error that is ErrContact. NormalPhone is one; package phones
// makes others that know the national numbers of a country. A host that uses
// another one makes all its contact points and match forms with its methods:
//
//	british, err := phones.In("GB")
//	p, err := british.NewContactPoint(c.ID, customer.Phone, "020 7946 0958")
//
// A parser must return what it returned before for that form itself, and be
// safe for use by several goroutines; the nil parser is NormalPhone. Match forms that are stored do not change with the
// parser: a host that changes to another makes them again.
type PhoneParser func(value string) (string, error)

// NewContactPoint is the function of that name with another parser of phone numbers.
func (parse PhoneParser) NewContactPoint(customer uuid.UUID, typ, value string) (*ContactPoint, error) {
	match, err := parse.MatchForm(typ, value)
	if err != nil {
		return nil, err
	}
	return &ContactPoint{Customer: customer, Type: typ, Value: strings.TrimSpace(value), Match: match}, nil
}

// MatchForm is the function of that name with another parser of phone numbers.
func (parse PhoneParser) MatchForm(typ, value string) (string, error) {
	switch typ {
	case Phone:
		if parse == nil {
			parse = NormalPhone
		}
		return parse(value)
	case Email:
		return NormalEmail(value)
	}
	folded := strings.TrimSpace(criteria.Fold(value))
	if folded == "" {
		return "", fmt.Errorf("%w: an empty %s", ErrContact, typ)
	}
	return folded, nil
}

// NormalEmail returns a mail address in lower case and normal width. It wants
// one @, something without spaces before it and a domain with a dot behind it;
// whether mail arrives there is another matter. Anything else is ErrContact.
func NormalEmail(value string) (string, error) {
	folded := strings.TrimSpace(criteria.Fold(value))
	local, domain, found := strings.Cut(folded, "@")
	if !found || !validLocal(local) || !validDomain(domain) {
		return "", fmt.Errorf("%w: %q is not a mail address", ErrContact, value)
	}
	return folded, nil
}

func validLocal(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsAny(s, " \t\r\n\",;:<>()[]\\") &&
		!strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
}

func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, "@ _\t\r\n\",;:<>()[]\\") {
			return false
		}
	}
	return true
}
