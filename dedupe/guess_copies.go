package dedupe

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/dedupe/form"
)

// How many of the rows that are looked at must show that a column is a copy of another,
// or put together from others; of names, fewer, as they are mistyped on their own.
const (
	copyShare    = 0.9
	copiedNames  = 0.7
	lookedAt     = 3000 // rows
	coveredMost  = 0.85 // of a text by its parts
	fewestShared = 10   // rows in which both have a value
)

// leaveCopies leaves out columns whose content others have: copies, what is put
// together from others, and parts of others.
func (s *survey) leaveCopies(rows [][]string) {
	rows = thin(rows)
	list := s.kept()
	words := map[*surveyed][][]string{}
	for _, c := range list {
		for _, row := range rows {
			var w []string
			if c.at < len(row) && !blank(strings.TrimSpace(row[c.at])) {
				w = copyWords(row[c.at])
			}
			words[c] = append(words[c], w)
		}
	}
	for _, whole := range slices.Backward(list) {
		s.leavePutTogether(whole, words)
	}
	for _, part := range slices.Backward(list) {
		for _, whole := range list {
			if part != whole && part.typ != 0 && whole.typ != 0 && part.mayBePart(whole) && contained(words[whole], words[part]) >= copyShare {
				part.leave(whyCopy)
			}
		}
	}
}

// mayBePart reports whether a column is no loss if another one contains it.
func (c *surveyed) mayBePart(whole *surveyed) bool {
	if c.fixed || c.main || c.typ == Phone || c.size < 1.5 {
		return false
	}
	switch c.typ {
	case Text, Category, Company, FullName, Address:
		return true
	}
	return c.typ == whole.typ || isName(c.typ) && isName(whole.typ)
}

// thin returns rows to look at: those whose sums are the smallest, so that their order
// makes no difference.
func thin(rows [][]string) [][]string {
	if len(rows) <= lookedAt {
		return rows
	}
	byText := map[string][]string{}
	count := map[string]int{}
	for _, row := range rows {
		text := strings.Join(row, "\x00")
		byText[text], count[text] = row, 1
	}
	var list [][]string
	for _, text := range sampleOf(count) {
		list = append(list, byText[text])
	}
	return list
}

// copyWords are the words of a value; of Chinese, its characters.
func copyWords(text string) []string {
	if !anyHan(text) {
		return form.Latin(text)
	}
	var list []string
	for _, r := range form.Simplify(text) {
		if r != ' ' {
			list = append(list, string(r))
		}
	}
	return list
}

// leavePutTogether leaves a column out that is put together from several others: a
// whole name beside given name and surname, an address beside street and town.
func (s *survey) leavePutTogether(whole *surveyed, words map[*surveyed][][]string) {
	if whole.typ == 0 || whole.fixed || whole.typ != Text && whole.typ != Address && !isName(whole.typ) {
		return
	}
	enough := copyShare
	if isName(whole.typ) {
		enough = copiedNames
	}
	var parts []*surveyed
	given, surname := false, false
	for _, c := range s.kept() {
		if c != whole && c.size < whole.size && c.typ != Phone && c.typ != Email && contained(words[whole], words[c]) >= enough {
			parts = append(parts, c)
			given, surname = given || c.typ == GivenName, surname || c.typ == Surname
		}
	}
	if len(parts) < 2 {
		return
	}
	if isName(whole.typ) && given && surname || covered(words[whole], parts, words) >= coveredMost {
		if whole.main {
			parts[0].main = true
		}
		whole.leave(whyCopy)
	}
}

// contained is the share of rows, of those in which both have a value, in which the
// words of one begin, end or are part of the other; 0 where there are too few.
func contained(whole, part [][]string) float64 {
	both, within, filled := 0, 0, 0
	for i := range whole {
		if len(part[i]) == 0 {
			continue
		}
		if filled++; len(whole[i]) == 0 {
			continue
		}
		if both++; has(whole[i], part[i]) {
			within++
		}
	}
	if both < fewestShared || 2*both < filled {
		return 0
	}
	return float64(within) / float64(both)
}

// has reports whether words come in another list one after another.
func has(list, words []string) bool {
	for i := range len(list) - len(words) + 1 {
		if slices.Equal(list[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

// covered is how much of the letters of a column its parts have.
func covered(whole [][]string, parts []*surveyed, words map[*surveyed][][]string) float64 {
	all, by := 0, 0
	for i, w := range whole {
		size := lettersIn(w)
		sum := 0
		for _, p := range parts {
			sum += lettersIn(words[p][i])
		}
		all, by = all+size, by+min(sum, size)
	}
	if all == 0 {
		return 0
	}
	return float64(by) / float64(all)
}

func lettersIn(words []string) (n int) {
	for _, w := range words {
		n += utf8.RuneCountInString(w)
	}
	return n
}
