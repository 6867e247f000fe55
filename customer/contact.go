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

// A ContactPoint is one way to reach a customer.
type ContactPoint struct {
	storage.Meta
	Customer uuid.UUID
	Type     string // Phone, Email, or a word of the host's
	Value    string // as it was given
	Match    string // the form that is matched: E.164 for a phone, lower case for mail, folded for others
	Label    string // "work", "家"
	Primary  bool   // the one to use first among those of its type
}

// ContactPoints is the kind of contact points.
var ContactPoints = storage.Define[ContactPoint]("contact_point",
	storage.Ref("customer", func(p *ContactPoint) *uuid.UUID { return &p.Customer }).To("customer").Required().Indexed(),
	storage.Text("type", func(p *ContactPoint) *string { return &p.Type }).Required(),
	storage.Text("value", func(p *ContactPoint) *string { return &p.Value }).Required(),
	storage.Text("match", func(p *ContactPoint) *string { return &p.Match }).Required(),
	storage.Text("label", func(p *ContactPoint) *string { return &p.Label }),
	storage.Bool("primary", func(p *ContactPoint) *bool { return &p.Primary }),
).Index("type", "match")

// NewContactPoint returns a contact point of a customer with its matching form
// worked out. A phone or mail address that is none is ErrContact.
func NewContactPoint(customer uuid.UUID, typ, value string) (*ContactPoint, error) {
	match, err := MatchForm(typ, value)
	if err != nil {
		return nil, err
	}
	return &ContactPoint{Customer: customer, Type: typ, Value: strings.TrimSpace(value), Match: match}, nil
}

// MatchForm returns the form of a contact value under which equal ones are
// found: NormalPhone, NormalEmail, or for other types criteria.Fold without
// spaces around it.
func MatchForm(typ, value string) (string, error) {
	switch typ {
	case Phone:
		return NormalPhone(value)
	case Email:
		return NormalEmail(value)
	}
	folded := strings.TrimSpace(criteria.Fold(value))
	if folded == "" {
		return "", fmt.Errorf("%w: an empty %s", ErrContact, typ)
	}
	return folded, nil
}

// NormalPhone returns a phone number in E.164, such as +8613800138000. It
// reads mobile numbers of mainland China with or without +86, 0086 or 86, Chinese land lines with
// their area code (010-62345678), and numbers of any country that begin with +
// or 00. Spaces, dashes, dots, brackets and full-width digits are accepted.
// Anything else is ErrContact: the country cannot be guessed.
func NormalPhone(value string) (string, error) {
	digits, plus := phoneDigits(value)
	if !plus {
		digits, plus = withoutExit(digits)
	}
	switch {
	case plus && validInternational(digits):
		return "+" + digits, nil
	case !plus && isChineseMobile(digits):
		return "+86" + digits, nil
	case !plus && strings.HasPrefix(digits, "86") && isChineseMobile(digits[2:]):
		return "+" + digits, nil
	case !plus && isChineseLandline(digits):
		return "+86" + digits[1:], nil
	}
	return "", fmt.Errorf("%w: %q is not a phone number; write one of another country with + and its country code", ErrContact, value)
}

// phoneDigits returns the digits of a number and whether a plus stands before
// them; no digits when there is anything else in it.
func phoneDigits(value string) (digits string, plus bool) {
	out := make([]byte, 0, 16)
	for _, r := range strings.TrimSpace(criteria.Fold(value)) {
		switch {
		case r >= '0' && r <= '9':
			out = append(out, byte(r))
		case r == '+' && len(out) == 0 && !plus:
			plus = true
		case strings.ContainsRune(" -.()\u00a0\u2010\u2011\u2013", r):
		default:
			return "", false
		}
	}
	return string(out), plus
}

// withoutExit takes the international prefix 00 off.
func withoutExit(digits string) (string, bool) {
	rest, international := strings.CutPrefix(digits, "00")
	return rest, international
}

// validInternational checks the length of a number in E.164, and its form
// where the country is China.
func validInternational(digits string) bool {
	if len(digits) < 7 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	rest, chinese := strings.CutPrefix(digits, "86")
	return !chinese || isChineseMobile(rest) || isChineseLandline("0"+rest)
}

// isChineseMobile: 11 digits, 13 to 19 first.
func isChineseMobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// isChineseLandline: 0, an area code of 2 or 3 digits, 7 or 8 digits.
func isChineseLandline(digits string) bool {
	if len(digits) < 11 || len(digits) > 12 || digits[0] != '0' {
		return false
	}
	if digits[1] == '1' || digits[1] == '2' { // Beijing and the other 02x areas
		return len(digits) == 11 && digits[3] != '0' && digits[3] != '1'
	}
	return digits[1] >= '3' && digits[4] >= '2'
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
