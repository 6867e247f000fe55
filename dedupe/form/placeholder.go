package form

import (
	"slices"
	"strings"
)

// Placeholders are phone numbers and mail addresses that people type to get past a
// field: they belong to nobody, and two records that share one have nothing in common. A
// list knows them before many records have shown which they are. It does not change
// and may be used by many goroutines. A nil *Placeholders is DefaultPlaceholders.
type Placeholders struct {
	phones, mails, locals, domains map[string]bool
	patterns                       bool // numbers that no one remembers otherwise, see Phone
	entries                        []string
}

// Patterns, as an entry of NewPlaceholders, stands for the numbers that
// Placeholders.Phone knows by how they look.
const Patterns = "patterns"

// NewPlaceholders returns a list of a host's own: phone numbers (13800138000), mail
// addresses (me@here.com), what stands before the @ of any of them (test@) and domains
// of which every address is meant (@nomail.com). To add to the default list, give its
// Entries too; without entries nothing is a placeholder.
func NewPlaceholders(entries ...string) *Placeholders {
	p := &Placeholders{phones: map[string]bool{}, mails: map[string]bool{}, locals: map[string]bool{}, domains: map[string]bool{}}
	for _, e := range entries {
		if e = strings.ToLower(strings.TrimSpace(e)); e == "" {
			continue
		}
		p.entries = append(p.entries, e)
		local, domain, mail := strings.Cut(e, "@")
		switch {
		case e == Patterns:
			p.patterns = true
		case !mail:
			p.phones[string(nationalDigits(nil, e))] = true
		case domain == "":
			p.locals[local] = true
		case local == "":
			p.domains[domain] = true
		default:
			p.mails[e] = true
		}
	}
	slices.Sort(p.entries)
	p.entries = slices.Compact(p.entries)
	return p
}

// Entries are what the list was made of, sorted.
func (p *Placeholders) Entries() []string {
	if p == nil {
		p = &defaults
	}
	return slices.Clone(p.entries)
}

// DefaultPlaceholders is the list that is used where a host has none.
//
// It has few entries, each for a reason. 13800138000 is the number of a service of
// China Mobile that stands as an example in forms and manuals. test@, noreply@ and
// the like say themselves that nobody reads them, on whatever domain; asdf@ and its kind
// are keys that lie side by side. test.com and the others are what people make up for a
// domain. example.com is none of them: it is a domain of examples, in which people are
// told apart by what stands before it. Nor are info@ or office@: an organisation does
// read them.
func DefaultPlaceholders() *Placeholders { return &defaults }

var defaults = *NewPlaceholders(
	Patterns,
	"13800138000",                                                                            // a service of China Mobile
	"test@", "tester@", "noreply@", "no-reply@", "no_reply@", "donotreply@", "do-not-reply@", // nobody reads them
	"none@", "nomail@", "no-mail@", "noemail@", "no-email@", "nobody@", "na@", "null@", "unknown@", // they say that there is none
	"asdf@", "qwerty@", "xxx@", "aaa@", // keys side by side, or one of them
	"@test.com", "@nomail.com", "@noemail.com", "@none.com", // made up for the occasion
)

// Phone reports whether a number is a placeholder. A list with Patterns has, beside its
// entries, the numbers of one digit (0000000), a mobile number whose last eight digits
// are one (13888888888: whoever has it in truth is found by something else), digits
// that run up or down to the end of the number, eight of them or more
// (13812345678, 12345678901, 98765432), and the American 555-01xx, which are set apart
// for fiction. A landline of eights is none: hotels pay for it.
func (p *Placeholders) Phone(number string) bool {
	if p == nil {
		p = &defaults
	}
	var room [24]byte
	d := nationalDigits(room[:0], number)
	return len(d) > 0 && (p.phones[string(d)] || p.patterns && isPattern(d, strings.HasPrefix(number, "+1")))
}

// Mail reports whether a mail address is a placeholder.
func (p *Placeholders) Mail(address string) bool {
	if p == nil {
		p = &defaults
	}
	if len(p.entries) == 0 {
		return false
	}
	address = strings.ToLower(strings.TrimSpace(address))
	local, domain, ok := strings.Cut(address, "@")
	return ok && (p.locals[local] || p.domains[domain] || p.mails[address])
}

// nationalDigits appends the digits of a number without extension and country code, as
// far as that is China's or North America's.
func nationalDigits(d []byte, number string) []byte {
	abroad := strings.HasPrefix(number, "+")
	for i := range len(number) {
		if number[i] == ';' {
			break
		}
		if isDigit(number[i]) {
			d = append(d, number[i])
		}
	}
	if len(d) > 2 && d[0] == '0' && d[1] == '0' && !same(d) {
		d, abroad = d[2:], true
	}
	switch china := len(d) > 2 && d[0] == '8' && d[1] == '6'; {
	case china && (abroad || len(d) == 13 && d[2] == '1'):
		return d[2:]
	case abroad && len(d) == 11 && d[0] == '1':
		return d[1:]
	}
	return d
}

// isPattern reports whether a national number looks as Phone says.
func isPattern(d []byte, american bool) bool {
	mobile := len(d) == 11 && d[0] == '1' && d[1] >= '3'
	switch {
	case len(d) < 6:
		return false
	case same(d), mobile && same(d[3:]), runs(d), len(d) > 8 && runs(d[len(d)-8:]):
		return true
	}
	return (american || len(d) == 10 || len(d) == 7) && len(d) >= 7 && len(d) <= 10 && string(d[len(d)-7:len(d)-2]) == "55501"
}

// same reports whether all digits are one.
func same(d []byte) bool {
	for _, c := range d {
		if c != d[0] {
			return false
		}
	}
	return true
}

// runs reports whether each digit is one more than that before it, or one less; 0 comes
// after 9.
func runs(d []byte) bool {
	up, down := true, true
	for i := 1; i < len(d); i++ {
		up = up && (d[i-1]-'0'+1)%10 == d[i]-'0'
		down = down && (d[i]-'0'+1)%10 == d[i-1]-'0'
	}
	return up || down
}
