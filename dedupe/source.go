package dedupe

import "strings"

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
	numbers lists      // and their numbers, by number of the value,
	digits  []string   // which are these
}

func (t *table) last() *source { return t.sources[len(t.sources)-1] }

// source notes a column and gives it what is known of other rows.
func (t *table) source(c *column) *column {
	t.sources = append(t.sources, &source{column: c})
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

func (t *table) addressSource(b *bag, numbers lists, digits []string) *bag {
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

// wordsOf are the words of a value of a bag, in their order.
func (b *bag) wordsOf(value uint32) []string {
	return named(b.of(value), b.words)
}

// numbersOf are the numbers of an address, that of the house first.
func (s *source) numbersOf(value uint32) []string { return named(s.numbers.of(value), s.digits) }

// named are the texts that have these numbers.
func named(numbers []uint32, texts []string) []string {
	list := make([]string, len(numbers))
	for i, n := range numbers {
		list[i] = texts[n]
	}
	return list
}

// form is the normal form of a row, with the parts that are not found in it.
func (s *source) form(row int) string {
	value := s.column.rows[row]
	text := s.column.values[value]
	switch {
	case value == 0:
		return text
	case s.units != nil:
		return text + partSeparator + s.units.form(value)
	case s.street == nil:
		return text
	}
	return text + partSeparator + strings.Join(s.street.wordsOf(value), " ") + partSeparator + strings.Join(s.numbersOf(value), " ")
}
