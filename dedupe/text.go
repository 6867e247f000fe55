package dedupe

import (
	"slices"
	"strings"
	"unicode"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/storage/criteria"
)

// words returns the words of a text: runs of letters and of digits in their
// normal form, Chinese characters in pairs that overlap.
func words(text string) []string {
	if isPlain(text) {
		return plainWords(text)
	}
	var list []string
	for _, word := range form.Latin(form.Simplify(text)) {
		list = appendRuns(list, word)
	}
	return list
}

// isPlain reports whether a text is small letters and digits of ASCII, in words
// parted by single spaces: such a text is its own normal form.
func isPlain(text string) bool {
	apart := true
	for i := range len(text) {
		c := text[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9') && (c != ' ' || apart) {
			return false
		}
		apart = c == ' '
	}
	return !apart || text == ""
}

// plainWords is words of a plain text.
func plainWords(text string) []string {
	list := make([]string, 0, 4)
	for from := 0; from < len(text); {
		if text[from] == ' ' {
			from++
			continue
		}
		number, to := isNumber(text[from:]), from+1
		for to < len(text) && text[to] != ' ' && isNumber(text[to:]) == number {
			to++
		}
		list = append(list, text[from:to])
		from = to
	}
	return list
}

// appendRuns parts a word where letters, digits and Chinese characters meet.
func appendRuns(list []string, word string) []string {
	runes := []rune(word)
	for from := 0; from < len(runes); {
		kind, to := kindOf(runes[from]), from+1
		for to < len(runes) && kindOf(runes[to]) == kind {
			to++
		}
		if kind != 'h' || to-from == 1 {
			list = append(list, string(runes[from:to]))
		} else {
			for i := from; i+1 < to; i++ {
				list = append(list, string(runes[i:i+2]))
			}
		}
		from = to
	}
	return list
}

func kindOf(r rune) byte {
	switch {
	case unicode.Is(unicode.Han, r):
		return 'h'
	case unicode.IsDigit(r):
		return 'd'
	}
	return 'l'
}

func isNumber(word string) bool { return word[0] >= '0' && word[0] <= '9' }

func numbersIn(text string) []string {
	return slices.DeleteFunc(words(text), func(w string) bool { return !isNumber(w) })
}

// squeezed is a text as its words, for equality.
func squeezed(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Join(form.Latin(form.Simplify(text)), " ")
}

// plain keeps the letters and digits of a text.
func plain(text string) string {
	if isPlain(text) {
		return strings.ReplaceAll(text, " ", "")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, criteria.Fold(text))
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, criteria.Fold(text))
}

// dayForm returns a date as yyyymmdd, or the digits that there are.
func dayForm(text string) string {
	parts := strings.FieldsFunc(criteria.Fold(text), func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) < 3 {
		return strings.Join(parts, "")
	}
	y, m, d := parts[0], parts[1], parts[2]
	if len(y) != 4 && len(d) == 4 {
		y, d = d, y
	}
	if len(y) != 4 || len(m) > 2 || len(d) > 2 {
		return strings.Join(parts, "")
	}
	return y + strings.Repeat("0", 2-len(m)) + m + strings.Repeat("0", 2-len(d)) + d
}

// nextYear reports whether two days lie in neighbouring years.
func nextYear(x, y string) bool {
	year := func(s string) int {
		return int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	}
	d := year(x) - year(y)
	return d == 1 || d == -1
}

// phoneForm returns a phone number without its extension, as far as it can be
// made out.
func phoneForm(text string) string {
	if p, err := customer.NormalPhone(text); err == nil {
		p, _, _ = strings.Cut(p, ";")
		return p
	}
	return digits(text)
}

// mobileIn returns the mobile number that an account or mail name consists of,
// as Chinese users like them.
func mobileIn(text string) string {
	d := digits(text)
	if len(d) != 11 || d[0] != '1' {
		return ""
	}
	return phoneForm(d)
}

func joinSet(list []string) string { return strings.Join(sortedSet(list), setSeparator) }

func splitSet(value string) []string { return strings.Split(value, setSeparator) }

func lines(text string) []string { return strings.Split(text, "\n") }
