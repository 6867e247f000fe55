package dedupe

import "strings"

// A source is what a comparison is made of, in step with the comparisons of a
// table.
type source struct {
	column  *column
	set     *setColumn // nil but for sets
	names   *names     // nil but for names of persons
	words   *bag       // of texts, organisations and addresses
	street  *bag       // of addresses
	numbers [][]string // and their numbers, by number of the value
}

func (t *table) last() *source { return t.sources[len(t.sources)-1] }

// source notes a column and gives it what is known of other rows.
func (t *table) source(c *column) *column {
	t.sources = append(t.sources, &source{column: c})
	t.frozen.column(len(t.sources)-1, c)
	return c
}

func (t *table) setSource(c *setColumn) *setColumn {
	t.source(c.column)
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
	t.frozen.bag(b, func(s *shares) *wordShares { return &s.Words }, t.last().column)
	return b
}

func (t *table) addressSource(b *bag, numbers [][]string) *bag {
	t.last().street, t.last().numbers = b, numbers
	t.frozen.bag(b, func(s *shares) *wordShares { return &s.Street }, t.last().column)
	return b
}

// A slot is one of the comparisons that fields make, in the order of table.read.
type slot struct {
	name string
	typ  Type
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
			list = append(list, slot{f.Name, f.Type})
		}
	}
	if named {
		list = append([]slot{{"name", FullName}}, list...)
	}
	if reached {
		list = append(list, slot{"phone", Phone})
	}
	return list
}

// wordsOf are the words of a value of a bag, in their order.
func (b *bag) wordsOf(value uint32) []string {
	list := make([]string, len(b.values[value]))
	for i, n := range b.values[value] {
		list[i] = b.words[n]
	}
	return list
}

// form is the normal form of a row, with the parts that are not found in it.
func (s *source) form(row int) string {
	value := s.column.rows[row]
	text := s.column.values[value]
	if s.street == nil || value == 0 {
		return text
	}
	return text + partSeparator + strings.Join(s.street.wordsOf(value), " ") + partSeparator + strings.Join(s.numbers[value], " ")
}
