package form

import (
	"cmp"
	"slices"
	"strings"
)

// Aliases are words of a host's own that stand for others in names of
// companies: 帝都 for 北京, "hq" for 总部. They are replaced before the name is
// taken apart. A nil *Aliases has none. It does not change and may be used by
// many goroutines.
type Aliases struct {
	pairs []alias // the longer before the shorter
}

type alias struct{ from, to string }

// NewAliases returns the aliases of a table from words to what they stand for.
// Case, width and traditional characters make no difference. A word of Latin
// letters or digits is replaced where no further letter or digit of ASCII
// touches it, a Chinese one anywhere. Empty words are left out. What comes in
// for a word is not looked at again.
func NewAliases(table map[string]string) *Aliases {
	a := &Aliases{}
	for from, to := range table {
		if from = strings.TrimSpace(Simplify(from)); from != "" {
			a.pairs = append(a.pairs, alias{from, strings.TrimSpace(Simplify(to))})
		}
	}
	slices.SortFunc(a.pairs, func(x, y alias) int {
		return cmp.Or(len(y.from)-len(x.from), strings.Compare(x.from, y.from), strings.Compare(x.to, y.to))
	})
	return a
}

// Company takes the name of a company apart, as the function does, after the
// aliases have been replaced.
func (a *Aliases) Company(name string) CompanyName {
	text := a.Replace(name)
	if hasHan(text) {
		return companyHan(text)
	}
	return companyLatin(text)
}

func hasHan(text string) bool {
	for _, r := range text {
		if r >= firstHan && isHan(r) {
			return true
		}
	}
	return false
}

func (a *Aliases) replace(text string) string {
	if a == nil || len(a.pairs) == 0 {
		return text
	}
	var b strings.Builder
	from := 0
	for i := 0; i < len(text); {
		p := a.find(text, i)
		if p == nil {
			i++
			continue
		}
		b.WriteString(text[from:i])
		b.WriteString(p.to)
		i += len(p.from)
		from = i
	}
	b.WriteString(text[from:])
	return b.String()
}

// find returns the longest alias that stands at a place in a text.
func (a *Aliases) find(text string, at int) *alias {
	for i := range a.pairs {
		p := &a.pairs[i]
		if strings.HasPrefix(text[at:], p.from) && !joined(text, at) && !joined(text, at+len(p.from)) {
			return p
		}
	}
	return nil
}

// joined reports whether letters or digits of ASCII stand on both sides of a
// place in a text.
func joined(text string, at int) bool {
	return at > 0 && at < len(text) && isAlnum(text[at-1]) && isAlnum(text[at])
}

func isAlnum(c byte) bool { return 'a' <= c && c <= 'z' || isDigit(c) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Replace returns a text in the form of Simplify, with what the aliases stand for
// in their place.
func (a *Aliases) Replace(text string) string { return a.replace(Simplify(text)) }

// Table returns the aliases in their simple form, by the words that they replace.
func (a *Aliases) Table() map[string]string {
	table := map[string]string{}
	if a == nil {
		return table
	}
	for _, p := range a.pairs {
		if _, known := table[p.from]; !known { // of two spellings of one word, the first is found
			table[p.from] = p.to
		}
	}
	return table
}
