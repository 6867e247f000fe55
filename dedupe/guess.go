package dedupe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Guesses are what GuessAll makes of the columns of a file: which of them are
// compared, as what, and which are not, and why.
type Guesses struct {
	Fields  []Field   // that are compared; what names the entity comes first, the rest as in the file
	Columns []int     // where in the file each of them stands
	LeftOut []LeftOut // in the order of the file
}

// LeftOut is a column that is not compared.
type LeftOut struct {
	Column int    // where it stands
	Name   string // its header
	Why    string // in words, for people
}

// Values are the values of a row in step with the fields; a row that is too short
// lacks the last ones.
func (g Guesses) Values(row []string) []string {
	values := make([]string, len(g.Columns))
	for i, c := range g.Columns {
		if c < len(row) {
			values[i] = strings.TrimSpace(row[c])
		}
	}
	return values
}

// GuessAll tells from the headers of a file and its rows which columns to compare,
// and as what. The columns are decided together:
//
//   - what a header says is believed if the values look like it; values that leave
//     no doubt (mail addresses, days, credit codes) need no header;
//   - a name is that of a person or of an organisation by what the names look like,
//     and where that is open by what else is known: organisations have no birthdays;
//   - numbers of rows, codes that no header explains, what is the same in nearly all
//     rows or empty in most of them, and what is about the record and not about whom it
//     tells of (source, status, owner, notes), are left out;
//   - so is what rows that share a telephone, an address or a name do not have in common
//     more often than any two, where the header says nothing about it;
//   - so are copies of other columns, and what they are put together from counts once;
//   - of more than a matcher compares, those that tell most are kept.
//
// Headers are understood in English, Chinese, German, French and Spanish. The order
// of the rows makes no difference, and that of the columns hardly any. stated has the
// types of columns that are known, by header; 0 leaves a column out. A column that
// tells the truth about a list, to judge by, must be stated so, unless it is a
// code that the header does not explain.
//
// It is for a first look at a file; a person should look at what it says.
func GuessAll(header []string, rows [][]string, stated map[string]Type) Guesses {
	s := survey{stated: stated}
	book := newPhraseBook()
	for i, name := range header {
		c := newSurveyed(i, name, rows)
		c.says, c.exact = book.meaningOf(name)
		s.columns = append(s.columns, c)
	}
	s.uniqueNames()
	for _, c := range s.columns {
		s.decide(c)
	}
	s.decideNames()
	s.leaveCopies(rows)
	s.leaveSparse()
	s.leaveUnrelated(rows)
	s.atMost(maxComparisons)
	return s.guesses()
}

// Guess tells the type of a column from its header and some of its values, without
// a look at others. It returns 0 for a column that is of no use to compare. Of the
// columns of a file GuessAll knows more.
func Guess(header string, values []string) Type {
	rows := make([][]string, len(values))
	for i, v := range values {
		rows[i] = []string{v}
	}
	g := GuessAll([]string{header}, rows, nil)
	if len(g.Fields) == 0 {
		return 0
	}
	return g.Fields[0].Type
}

// A survey is the columns of a file while they are decided.
type survey struct {
	columns []*surveyed
	stated  map[string]Type
}

// uniqueNames gives each column a name of its own, those without a header too.
func (s *survey) uniqueNames() {
	seen := map[string]bool{}
	for _, c := range s.columns {
		name := cmp.Or(c.name, fmt.Sprint("column ", c.at+1))
		for n := 2; seen[name]; n++ {
			name = fmt.Sprintf("%s (%d)", cmp.Or(c.name, "column"), n)
		}
		c.name, seen[name] = name, true
	}
}

// kept are the columns that are compared, in the order of the file.
func (s *survey) kept() (list []*surveyed) {
	for _, c := range s.columns {
		if c.typ != 0 {
			list = append(list, c)
		}
	}
	return list
}

// has reports whether a column that is kept fits.
func (s *survey) has(fits func(c *surveyed) bool) bool { return slices.ContainsFunc(s.kept(), fits) }

// isType returns a function that tells columns of some types.
func isType(types ...Type) func(c *surveyed) bool {
	return func(c *surveyed) bool { return slices.Contains(types, c.typ) }
}

// telling is in what order types tell most about who is who.
var telling = []Type{GivenName, Surname, FullName, Company, Identifier, Email, Phone, Date, Address, Postcode, Text, Category}

// atMost leaves out what tells least, until so many comparisons are left.
func (s *survey) atMost(n int) {
	list := s.kept()
	slices.SortStableFunc(list, func(a, b *surveyed) int {
		return cmp.Or(
			cmp.Compare(btoi(b.fixed), btoi(a.fixed)), cmp.Compare(btoi(b.main), btoi(a.main)), cmp.Compare(slices.Index(telling, a.typ), slices.Index(telling, b.typ)),
			cmp.Compare(b.fill*float64(b.distinct), a.fill*float64(a.distinct)), cmp.Compare(a.name, b.name))
	})
	used, names, phones := 0, false, false
	for _, c := range list {
		one := 1
		switch c.typ {
		case GivenName, Surname, FullName:
			one, names = btoi(!names), true
		case Phone:
			one, phones = btoi(!phones), true
		}
		if used += one; used > n && !c.fixed {
			c.leave("there are more columns than are compared")
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// guesses is what was decided.
func (s *survey) guesses() (g Guesses) {
	list := s.kept()
	slices.SortStableFunc(list, func(a, b *surveyed) int { return cmp.Compare(btoi(b.main), btoi(a.main)) })
	for _, c := range list {
		g.Fields, g.Columns = append(g.Fields, Field{Name: c.name, Type: c.typ}), append(g.Columns, c.at)
	}
	for _, c := range s.columns {
		if c.typ == 0 {
			g.LeftOut = append(g.LeftOut, LeftOut{c.at, c.name, c.why})
		}
	}
	return g
}
