package dedupe

import (
	"cmp"
	"slices"
)

// decideNames tells persons from organisations, and which name is that of whom the
// list is about.
func (s *survey) decideNames() {
	s.partNames()
	for _, c := range s.kept() {
		if !c.fixed && (c.says == meansName || c.says == meansFamily && c.typ == FullName) && c.typ == FullName {
			c.typ = s.nameType(c)
		}
		if !c.fixed && (c.says == meansFirm || c.says == meansPerson) {
			c.correct()
		}
	}
	main := s.mainName()
	if main == nil {
		if main = s.unsaidName(); main == nil {
			return
		}
		main.typ = cmp.Or(s.nameType(main), Company)
	}
	main.main = true
	s.leaveOthers(main)
}

// partNames takes "nom" beside a given name for a surname, and "nombre" beside
// a surname for a given name.
func (s *survey) partNames() {
	given, surname := s.has(isType(GivenName)), s.has(isType(Surname))
	apellido := slices.ContainsFunc(s.columns, func(c *surveyed) bool { return c.says == meansFamily && c.typ != 0 && c.begins("apellido") })
	for _, c := range s.kept() {
		switch {
		case c.fixed || c.says != meansFamily && (c.says != meansName || !c.begins("name")):
		case c.begins("nombre"):
			if surname || apellido {
				c.typ = GivenName
			}
		case c.begins("apellido"), given && !surname && c.share(isCompany) < half:
			c.typ = Surname
		}
	}
}

// begins reports whether the header begins with a word.
func (c *surveyed) begins(word string) bool {
	words := headerWords(c.name)
	return len(words) > 0 && (words[0] == word || words[0] == word+"s")
}

// nameType is what a name is of which the header does not say whose.
func (s *survey) nameType(c *surveyed) Type {
	person, company, shaped := c.share(isPerson), c.share(isCompany), c.share(isNameShaped)
	personal := s.has(func(c *surveyed) bool {
		return c.says == meansBorn && c.typ == Date || c.says == meansKind && c.typ == Category && c.ofPeople()
	})
	switch {
	case c.few() && !c.exact:
		return Category
	case company >= 0.4 && company > person:
		return Company
	case personal, person >= most, person >= 0.25 && shaped >= most, shaped >= 0.85:
		return FullName
	case company >= 0.1 && company > person, s.has(isType(Address, Phone, Postcode)):
		return Company
	case s.has(isType(Email)):
		return FullName
	}
	return Text
}

// ofPeople reports whether a kind is one that only people have.
func (c *surveyed) ofPeople() bool {
	for _, v := range c.sample {
		switch v {
		case "男", "女", "m", "f", "M", "F", "male", "female", "Male", "Female", "w", "W", "MALE", "FEMALE", "h", "H":
			return true
		}
	}
	return false
}

// correct believes names and not the header, where they leave no doubt.
func (c *surveyed) correct() {
	person, company := c.share(isPerson), c.share(isCompany)
	switch {
	case c.typ == Company && person >= 0.8 && company < 0.1:
		c.typ = FullName
	case c.typ == FullName && company >= most && person < 0.2:
		c.typ = Company
	}
}

// mainName is the name of whom the list is about: first one that says no more than
// that it is the name, then that of persons, then that of organisations.
func (s *survey) mainName() *surveyed {
	var best *surveyed
	bestRank := 0
	for _, c := range s.kept() {
		rank := c.rank()
		if rank > 0 && (best == nil || rank > bestRank || rank == bestRank && cmp.Or(cmp.Compare(c.fill*float64(c.distinct), best.fill*float64(best.distinct)), cmp.Compare(best.name, c.name)) > 0) {
			best, bestRank = c, rank
		}
	}
	return best
}

// unsaidName is what names whom a list is about, if no column is said to: beside
// addresses or telephones the text that differs most.
func (s *survey) unsaidName() (best *surveyed) {
	if !s.has(isType(Address, Phone, Postcode)) {
		return nil
	}
	for _, c := range s.kept() {
		if c.typ == Text && !c.fixed && (c.unsaid || c.says == meansText) && c.fill >= 0.8 && 2*c.distinct >= c.filled && c.size <= 60 && (best == nil || c.distinct > best.distinct) {
			best = c
		}
	}
	return best
}

func (c *surveyed) rank() int {
	switch {
	case !isName(c.typ):
		return 0
	case c.fill < 0.3:
		return 1
	case c.says == meansName && c.exact:
		return 6
	case c.typ == Surname || c.typ == GivenName:
		return 5
	case c.typ == FullName && c.says == meansPerson:
		return 5
	case c.says == meansFirm:
		return 4
	case c.says == meansContactee:
		return 2
	}
	return 3
}

// leaveOthers leaves out the names of other people: those beside the one whom a list
// is about, and all but one whom to ask for at a firm.
func (s *survey) leaveOthers(main *surveyed) {
	parts := s.has(isType(GivenName, Surname))
	var asked *surveyed
	for _, c := range s.kept() {
		if c.typ != FullName || c == main || c.fixed {
			continue
		}
		switch {
		case main.typ != Company:
			if !parts || c.says != meansPerson && c.says != meansName {
				c.leave(whyAnother)
			}
		case asked == nil:
			asked = c
		case c.fill > asked.fill:
			asked.leave(whyAnother)
			asked = c
		default:
			c.leave(whyAnother)
		}
	}
}

// Of how many rows a column must have a value: what tells little may do harm where
// it is missing for a reason of its own.
func (c *surveyed) atLeast() float64 {
	switch c.typ {
	case Email, Phone, Identifier:
		return 0.05
	case Text, Category, Company:
		return 0.4
	}
	return 0.1
}

// leaveSparse leaves out what is empty in most rows. Where hardly anything is left, long
// texts are taken after all.
func (s *survey) leaveSparse() {
	for _, c := range s.kept() {
		if !c.fixed && !c.main && c.fill < c.atLeast() {
			c.leave(whySparse)
		}
	}
	if len(s.kept()) > 1 {
		return
	}
	for _, c := range s.columns {
		if c.long && c.fill >= 0.4 {
			c.typ, c.why = Text, ""
		}
	}
}
