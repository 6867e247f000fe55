package dedupe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Why columns are left out.
const (
	whyStated  = "it was said not to be compared"
	whyEmpty   = "it is empty"
	whySame    = "it is the same in nearly all rows"
	whySparse  = "it is empty in most rows"
	whyRecord  = "it is about the record, not about whom it tells of"
	whyNumber  = "it numbers or groups records"
	whyOpaque  = "its numbers or codes say nothing, and the header does not explain them"
	whyLong    = "its texts are long"
	whyNotes   = "it holds notes"
	whyAnother = "it names another person than the one in question"
	whyCopy    = "other columns hold the same"
	whyChance  = "rows that have other things in common have no more of it in common than any two"
)

// nearlyAll is the share of rows in which a value is no use, most that of values which
// leave no doubt, and half that of those which do not contradict a header.
const (
	nearlyAll = 0.95
	most      = 0.6
	half      = 0.5
)

// decide gives a column the type that its header and its values say, without a look
// at others. Names stay open, see decideNames.
func (s *survey) decide(c *surveyed) {
	if typ, known := s.stated[c.name]; known {
		c.typ, c.fixed = typ, typ != 0
		if typ == 0 {
			c.why = whyStated
		}
		return
	}
	switch {
	case c.filled == 0:
		c.leave(whyEmpty)
	case c.distinct == 1, c.top >= nearlyAll && c.filled >= 20:
		c.leave(whySame)
	case c.says == meansRecord:
		c.leave(whyRecord)
	case c.share(isMail) >= most:
		c.typ = Email
	case c.says == meansRow && c.share(isCode) < most:
		c.leave(whyNumber)
	case c.says == meansLong || c.size > 100 && c.says != meansAddress:
		if c.leave(whyLong); c.says == meansLong {
			c.why = whyNotes
		}
		c.long = true
	default:
		c.decideBoth()
	}
}

// decideBoth believes a header whose values look like it, and the values otherwise.
func (c *surveyed) decideBoth() {
	if c.typ = c.byHeader(); c.typ == 0 {
		c.decideByValues()
	}
}

// byHeader is the type that the header says, if the values do not contradict.
func (c *surveyed) byHeader() Type {
	typ, fits := Text, lettered
	switch c.says {
	case meansEmail:
		typ, fits = Email, isMail
	case meansPhone, meansContact:
		typ, fits = Phone, isPhone
	case meansBorn, meansFounded:
		typ, fits = Date, func(v string) bool { return len(digits(v)) >= 4 }
	case meansDay:
		typ, fits = Date, isDay
	case meansCode:
		typ, fits = Identifier, func(v string) bool { return len(strings.Fields(v)) <= 2 || digits(v) != "" }
	case meansPostcode:
		typ, fits = Postcode, func(v string) bool { return digits(v) != "" && utf8.RuneCountInString(v) <= 12 }
	case meansHouse:
		typ, fits = Category, func(v string) bool { return digits(v) != "" && utf8.RuneCountInString(v) <= 12 }
	case meansKind:
		if c.few() || c.distinct <= 60 {
			typ = Category
		}
		fits = func(v string) bool { return utf8.RuneCountInString(v) <= 40 }
	case meansGiven:
		typ, fits = GivenName, hasLetters
	case meansSurname:
		typ, fits = Surname, hasLetters
	case meansPerson:
		typ, fits = FullName, hasLetters
	case meansContactee:
		typ, fits = FullName, func(v string) bool { return isPerson(v) || isNameShaped(v) }
	case meansName, meansFamily:
		typ = FullName
	case meansFirm:
		typ = Company
	case meansAddress:
		typ, fits = Address, hasLetters
	case meansPlace:
		fits = hasLetters
		if c.share(isHouse) >= most {
			typ, fits = Address, isHouse
		}
	case meansText:
		fits = func(v string) bool { return strings.ContainsFunc(v, unicode.IsLetter) }
		if c.few() && c.distinct <= 30 {
			typ = Category
		}
	default:
		return 0
	}
	enough := half
	if isName(typ) && c.says != meansContactee {
		enough = 0.8
	}
	if c.share(fits) < enough {
		return 0
	}
	return typ
}

// isHouse reports whether a value is an address and no name of a place.
func isHouse(v string) bool { return houseFirst.MatchString(v) || anyHan(v) && isAddress(v) }

func hasLetters(v string) bool {
	return strings.ContainsFunc(v, unicode.IsLetter) && !isMail(v) && !isURL(v)
}

// few reports whether the same values come again and again.
func (c *surveyed) few() bool { return float64(c.distinct) < 0.02*float64(c.filled) }

func isName(typ Type) bool {
	return typ == GivenName || typ == Surname || typ == FullName || typ == Company
}

// decideByValues takes the type that values have by themselves.
func (c *surveyed) decideByValues() {
	oneWord := func(v string) bool { return digits(v) != "" && !strings.ContainsAny(v, " \n") && !anyHan(v) }
	switch {
	case c.share(isCode) >= most:
		c.typ = Identifier
	case c.share(isMarkedDay) >= most, c.share(isDay) >= nearlyAll:
		c.typ = Date
	case c.share(looksPhone) >= most, (c.says == meansContactee || c.says == meansContact) && c.share(isPhone) >= most:
		c.typ = Phone
	case c.share(britain.MatchString) >= most:
		c.typ = Postcode
	case c.share(isOpaque) >= half, c.distinct == c.filled && c.share(oneWord) >= 0.9:
		c.leave(whyOpaque)
	case c.few():
		c.typ, c.unsaid = Category, true
	case c.share(isAddress) >= most:
		c.typ = Address
	case c.share(isCompany) >= half:
		c.typ = Company
	case c.share(isPerson) >= 0.7:
		c.typ = FullName
	default:
		c.typ, c.unsaid = Text, true
	}
}
