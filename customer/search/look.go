package search

import "strings"

// A Look is one way to look for a customer, and the reason why one was found.
type Look string

// The looks, in the order in which they are tried and in which their hits come.
// Within a look, hits are in the order that is named here, or else the older
// record comes first.
const (
	// CreditCode: the text is the unified social credit code of an organisation.
	CreditCode Look = "credit_code"
	// ExternalID: the text is what one of Finder.Sources calls the customer.
	ExternalID Look = "external_id"
	// Phone: the text is a whole phone number, in any spelling.
	Phone Look = "phone"
	// Email: the text is a whole mail address.
	Email Look = "email"
	// Name: the name begins with the text, byte for byte. In the order of the
	// names, so that the name itself comes first.
	Name Look = "name"
	// Spelling: the text begins the name, one of its words, its romanised form or
	// its initials; case, width, spaces and punctuation do not count. Accents of
	// Latin letters in the name may be left out, all or none, and ä, ö and ü
	// be typed as ae, oe and ue: "muller" and "mueller" find Müller. In the
	// order of these forms.
	Spelling Look = "spelling"
	// PhoneTail: a phone number, without its extension, ends with the digits of
	// the text, four to fifteen of them.
	PhoneTail Look = "phone_tail"
	// EmailStart: a mail address begins with the text, of three characters and
	// more. In the order of the addresses.
	EmailStart Look = "email_start"
	// Domain: the domain of a mail address begins with the text, which has a dot
	// or stands behind an @. In the order of the domains.
	Domain Look = "domain"
	// NameInside: the name holds the text, of two characters and more, of three
	// where none is Chinese; case and width do not count.
	NameInside Look = "name_inside"
	// Company: NameInside for the company where a person works.
	Company Look = "company"
)

// Looks returns all looks in their order.
func Looks() []Look {
	return []Look{CreditCode, ExternalID, Phone, Email, Name, Spelling, PhoneTail, EmailStart, Domain, NameInside, Company}
}

// The bounds of texts that are looked for; lengths are in characters.
const (
	tailDigits  = 4  // digits of customer.ContactPoint.Tail
	mostDigits  = 15 // of a phone number (ITU-T E.164)
	leastMail   = 3  // of the beginning of a mail address
	leastHan    = 2  // of a text inside a name
	leastLetter = 3  // of one without a Chinese character
)

// asks reports whether a text can be meant as a look asks for it. Whether it is
// a whole number or address is not looked at here.
func (q question) asks(l Look) bool {
	switch l {
	case CreditCode, ExternalID, Phone, Name:
		return !q.mail
	case Email:
		return q.mail
	case Spelling:
		return !q.mail && q.compact != "" && (q.letters || !q.han)
	case PhoneTail:
		return len(q.digits) >= tailDigits && len(q.digits) <= mostDigits
	case EmailStart:
		return !q.han && !q.spaced && length(q.folded) >= leastMail && q.folded[0] != '@'
	case Domain:
		return !q.spaced && q.domain() != ""
	case NameInside, Company:
		return !q.mail && q.digits == "" && (q.han && length(q.folded) >= leastHan || length(q.compact) >= leastLetter)
	}
	return false
}

// domain returns the beginning of a domain that a text asks for, or "".
func (q question) domain() string {
	if after, found := strings.CutPrefix(q.folded, "@"); found {
		return after
	}
	if !q.mail && q.letters && strings.LastIndexByte(q.folded, '.') > 0 {
		return q.folded
	}
	return ""
}
