package dedupe

import (
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/similarity"
)

// People make mail addresses of their names: john.smith@gmail.com and
// john.smith2@yahoo.com are as alike as the names of their owners are, and two of one
// name choose such addresses without knowing of each other. So what is alike in
// addresses counts where it goes beyond the names alone.
//
// sameName are the comparisons of mail addresses and that of names.
type sameName struct {
	name  int   // the comparison of names
	mails []int // those of mail addresses
	of    []*comparison
}

// sameNames finds the comparisons; none where names are not compared.
func sameNames(comparisons []*comparison) sameName {
	s := sameName{name: -1, of: comparisons}
	for n, c := range comparisons {
		switch {
		case c.names != nil:
			s.name = n
		case c.mails != nil:
			s.mails = append(s.mails, n)
		}
	}
	if s.name < 0 {
		s.mails = nil
	}
	return s
}

// judge takes addresses that are alike as the names are, or alike where the names are
// the same, for others.
func (s *sameName) judge(p pattern, a, b int32) pattern {
	for _, c := range s.mails {
		l := p.level(c)
		switch {
		case l < mailAlike || l > mailAlmost || p.level(s.name) == 0:
			continue
		case !s.explained(s.of[c], p.level(s.name), a, b):
			continue
		}
		p = p&^(15<<(4*c)) | mailAnother<<(4*c)
	}
	return p
}

// explained reports whether all that is alike in the addresses of two rows, whose names
// agree at a level, is made of these names.
func (s *sameName) explained(mails *comparison, level uint8, a, b int32) bool {
	names, list := s.of[s.name], mails.mails
	p, q := &names.names.list[names.column.rows[a]], &names.names.list[names.column.rows[b]]
	for _, x := range list.col.sets.of(mails.column.rows[a]) {
		for _, y := range list.col.sets.of(mails.column.rows[b]) {
			l := list.judge(x, y)
			if l >= mailAlmost || l >= mailAlike && level < levelSwapped {
				if !contradicts(level) && list.rareDomain(x, y) || !list.spelt(x, y, p, q, level >= levelBothAlike) {
					return false
				}
			}
		}
	}
	return true
}

// spelt reports whether two addresses spell the names of their owners, and have no more
// than that in common. Where the names are alike, one may be mistyped where the address is
// not: then each address may spell either.
func (e *emails) spelt(x, y uint32, p, q *personName, alike bool) bool {
	one, other := e.name(x), e.name(y)
	first, second := p.spells(one) || alike && q.spells(one), q.spells(other) || alike && p.spells(other)
	return first && second && !sameNumber(one, other)
}

// contradicts reports whether a level of names means that surname or given name differ.
func contradicts(level uint8) bool {
	return level <= 2 || level == levelAnotherSurname || level == levelAnotherGiven
}

// rareDomain reports whether two addresses are of one domain that few people have, but
// for a slip of the pen: somebody else of one name seldom has his mail there too.
func (e *emails) rareDomain(x, y uint32) bool {
	a, b := e.domains[e.list[x].domain], e.domains[e.list[y].domain]
	return (a == b || similarity.Damerau(a, b) <= 2) && max(e.share(x), e.share(y)) < rareDomain
}

// rareDomain is which part of the rows have an address of a rare domain at most.
const rareDomain = 1.0 / 64

// spells reports whether the letters of the name in a mail address are made of the name
// of its owner: of a beginning of the surname and one of the given name, in any
// order, as "john.smith", "jsmith88" and "smith_jo" are.
func (p *personName) spells(local string) bool {
	if p.surname == nil {
		return false
	}
	word := lettersOnly(local)
	if word == "" {
		return false
	}
	surnames, givens := p.surname.spellings(p.sound, true), p.given.spellings(p.sound, false)
	for _, other := range p.others {
		surname, given, _ := strings.Cut(other, " ")
		surnames, givens = append(surnames, surname), append(givens, given)
	}
	for _, s := range surnames {
		for _, g := range givens {
			if madeOf(word, s, g) || madeOf(word, g, s) {
				return true
			}
		}
	}
	return false
}

// spellings are how a part of a name is written in letters: as it is, and of one in
// Chinese characters in pinyin, in whole and by the first letter of each syllable. sound
// is that of the whole name.
func (p *namePart) spellings(sound string, surname bool) []string {
	if !anyHan(p.text) {
		return []string{p.text}
	}
	whole, given, _ := strings.Cut(sound, " ")
	if !surname {
		whole = given
	}
	var initials []byte
	for _, s := range form.Syllables(p.text, surname) {
		initials = append(initials, s.String()[0])
	}
	return []string{whole, string(initials)}
}

// madeOf reports whether a word is a beginning of one text and one of another.
func madeOf(word, first, second string) bool {
	for at := common(word, first); at >= 0; at-- {
		if strings.HasPrefix(second, word[at:]) {
			return true
		}
	}
	return false
}

// lettersOnly are the letters of a text, small ones.
func lettersOnly(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= utf8.RuneSelf {
			return r
		}
		return -1
	}, text)
}

// sameNumber reports whether two texts hold the same number, of three digits at least,
// which two people seldom choose alike; years they do.
func sameNumber(x, y string) bool {
	n := digits(x)
	return len(n) >= 3 && n == digits(y) && !(len(n) == 4 && (n[:2] == "19" || n[:2] == "20"))
}
