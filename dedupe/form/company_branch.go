package form

import (
	"strings"
	"unicode/utf8"
)

// trailing returns where the word that tells a branch begins, at the end of a
// text, -1 for none.
func (g *gazetteer) trailing(text string) (int, *word) {
	for at := max(0, len(text)-5*3); at < len(text); at++ {
		if !utf8.RuneStart(text[at]) {
			continue
		}
		if w, n := g.words.longest(text[at:], branch); n > 0 && at+n == len(text) {
			return at, w
		}
	}
	return -1, nil
}

// companies are the words that end the name of a company for sure, so that
// what follows tells a branch of it.
var companies = []string{"公司", "集团", "银行", "合作社", "事务所"}

// splitBranch takes the branch off the end of a name and returns the rest.
func (g *gazetteer) splitBranch(c *CompanyName, main string) string {
	at, w := g.trailing(main)
	if at < 0 {
		return main
	}
	head := 0
	for _, end := range companies {
		if i := strings.LastIndex(main[:at], end); i >= 0 {
			head = max(head, i+len(end))
		}
	}
	if head == 0 {
		head = g.formBefore(main, g.placesBefore(main, at), at)
	}
	if head == at && !strings.HasPrefix(main[at:], "分") && !strings.HasPrefix(main[at:], "支") && !strings.HasSuffix(main[:at], "公司") {
		return main
	}
	var b strings.Builder
	for rest := main[head:at]; rest != ""; {
		rest = rest[g.qualifier(c, &b, rest):]
	}
	c.Branch = b.String() + w.canon
	return main[:head]
}

// formBefore returns where the branch begins that ends at a place in a text: at
// from, where places run up to the end, else behind the first form that a place
// follows (永辉超市上海人民广场分店).
func (g *gazetteer) formBefore(text string, from, end int) int {
	if from < end {
		return from
	}
	for at := atom(text); at < end; at += atom(text[at:]) {
		if _, n := g.words.longest(text[at:end], form); n > 0 {
			if _, m := g.words.longest(text[at+n:end], major); m > 0 {
				return at + n
			}
		}
	}
	return end
}

// longestQualifier is how many bytes the places have at most that tell one
// branch from another.
const longestQualifier = 60

// placesBefore returns where the run of places and numbers begins that ends at
// a place in a text.
func (g *gazetteer) placesBefore(text string, end int) int {
	for at := max(0, end-longestQualifier); at < end; at++ {
		if !utf8.RuneStart(text[at]) || joined(text, at) {
			continue
		}
		rest := text[at:end]
		for n := 1; rest != "" && n > 0; rest = rest[n:] {
			n = g.placeOrNumber(rest)
		}
		if rest == "" {
			return at
		}
	}
	return end
}

func (g *gazetteer) placeOrNumber(text string) int {
	if _, n := g.words.longest(text, place); n > 0 {
		return n
	}
	if _, n := latinPlace(text, true); n > 0 {
		return n
	}
	_, n := ordinal(text)
	return n
}

// ordinal returns the number that a text begins with, in digits, and its
// length: 第三, 三, 3, 3号.
func ordinal(text string) (string, int) {
	rest := strings.TrimPrefix(text, "第")
	number, n := numeral(rest)
	if n == 0 {
		return "", 0
	}
	n += len(text) - len(rest)
	if strings.HasPrefix(text[n:], "号") {
		n += len("号")
	}
	return number, n
}

// qualifier takes the next piece of what tells one branch from another: a
// place, a number, or one character. It returns its length.
func (g *gazetteer) qualifier(c *CompanyName, b *strings.Builder, text string) int {
	if p, n := latinPlace(text, true); n > 0 {
		b.WriteString(p)
		return n
	}
	if w, n := g.words.longest(text, place); n > 0 {
		b.WriteString(w.named(text[:n]))
		return n
	}
	if number, n := ordinal(text); n > 0 {
		c.Number += number
		return n
	}
	_, n := utf8.DecodeRuneInString(text)
	b.WriteString(text[:n])
	return n
}

// latinPlace returns the place in Latin letters that a text begins with, and
// its length. Short codes count where asked.
func latinPlace(text string, codes bool) (string, int) {
	n := 0
	for n < len(text) && isAlnum(text[n]) {
		n++
	}
	if n < 2 {
		return "", 0
	}
	if p, ok := latinPlaces()[text[:n]]; ok {
		return p, n
	}
	if p, ok := placeCodes()[text[:n]]; ok && codes {
		return p, n
	}
	return "", 0
}
