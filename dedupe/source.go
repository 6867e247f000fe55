package dedupe

import (
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A source is what a comparison is made of, in step with the comparisons of a
// table.
type source struct {
	column  *column
	set     *setColumn // nil but for sets
	names   *names     // nil but for names of persons
	mails   *emails    // nil but for mail addresses
	words   *bag       // of texts, organisations and addresses
	named   bool       // a text that names what the rows are about
	units   *units     // of organisations
	street  *bag       // of addresses
	numbers *lists     // and their numbers, by number of the value,
	digits  []string   // which are these

	value func(r *Record, b []byte) []byte // appends the normal form of a record's value
	raw   func(r *Record) string           // what stands there, of organisations and addresses
}

func (t *table) last() *source { return t.sources[len(t.sources)-1] }

// source notes a column and gives it what is known of other rows.
func (t *table) source(c *column, value func(r *Record, b []byte) []byte) *column {
	t.sources = append(t.sources, &source{column: c, value: value})
	t.frozen.column(len(t.sources)-1, c)
	return c
}

func (t *table) setSource(c *setColumn) *setColumn {
	t.last().set = c
	t.frozen.set(c)
	return c
}

func (t *table) nameSource(n *names) *names {
	t.last().names = n
	t.frozen.names(t.last().column, n)
	return n
}

func (t *table) bagSource(b *bag) *bag {
	t.last().words = b
	t.frozen.weigh(b, func(s *shares) *wordShares { return &s.Words }, t.last().column)
	return b
}

func (t *table) addressSource(b *bag, numbers *lists, digits []string) *bag {
	t.last().street, t.last().numbers, t.last().digits = b, numbers, digits
	t.frozen.weigh(b, func(s *shares) *wordShares { return &s.Street }, t.last().column)
	return b
}

// A slot is one of the comparisons that fields make, in the order of table.read.
type slot struct {
	name    string
	typ     Type
	compare *Comparison // of the type ByHost
}

// slotsOf mirrors table.read: names are one, all phones are one and the last.
func slotsOf(fields []Field) (list []slot) {
	var named, reached bool
	for _, f := range fields {
		switch f.Type {
		case Surname, GivenName, FullName:
			named = true
		case Phone:
			reached = true
		default:
			list = append(list, slot{f.Name, f.Type, f.Compare})
		}
	}
	if named {
		list = append([]slot{{name: "name", typ: FullName}}, list...)
	}
	if reached {
		list = append(list, slot{name: "phone", typ: Phone})
	}
	return list
}

// form is the form of a record's value in a prepared one: the normal form, and what else
// it costs to read the value.
func (s *source) form(r *Record, room []byte) (string, []byte) {
	room = s.value(r, room[:0])
	text := string(room)
	switch {
	case text == "":
	case s.names != nil:
		text = nameForm(text)
	case s.units != nil:
		text += partSeparator + unitForm(form.Company(s.raw(r)))
	case s.street != nil:
		street, numbers := addressWords(form.Address(s.raw(r)), nil, nil)
		text += partSeparator + strings.Join(street, " ") + partSeparator + strings.Join(numbers, " ")
	}
	return text, room
}
