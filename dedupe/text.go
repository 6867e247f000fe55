package dedupe

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/storage/criteria"
)

// appendWords appends the words of a text: runs of letters and of digits in their
// normal form, Chinese characters in pairs that overlap.
func appendWords(list []string, text string) []string {
	if isPlain(text) {
		return appendPlain(list, text)
	}
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

// appendPlain appends the words of a plain text.
func appendPlain(list []string, text string) []string {
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

// appendWordsOf is appendWords for a text that appendSqueezed made.
func appendWordsOf(list []string, squeezed string) []string {
	if isPlain(squeezed) {
		return appendPlain(list, squeezed)
	}
	for word := range strings.FieldsSeq(squeezed) {
		list = appendRuns(list, word)
	}
	return list
}

// appendRuns parts a word where letters, digits and Chinese characters meet, and
// these into pairs.
func appendRuns(list []string, word string) []string {
	var kind byte
	from, before := 0, 0 // where the run begins, and its last character
	for at, r := range word {
		next := kindOf(r)
		switch {
		case next != kind:
			list = appendRun(list, word[from:at], kind, from == before)
			from = at
		case kind == 'h':
			list = append(list, word[before:at+utf8.RuneLen(r)])
		}
		kind, before = next, at
	}
	return appendRun(list, word[from:], kind, from == before)
}

// appendRun appends a run that is one word: of Chinese characters, one that stands
// alone.
func appendRun(list []string, run string, kind byte, single bool) []string {
	if run == "" || kind == 'h' && !single {
		return list
	}
	return append(list, run)
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

func isHanRune(r rune) bool { return kindOf(r) == 'h' }

func anyHan(text string) bool { return strings.ContainsFunc(text, isHanRune) }

func isNumber(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// appendNumbers appends the words of a text that are numbers.
func appendNumbers(list []string, text string) []string {
	from := len(list)
	list = appendWords(list, text)
	return list[:from+len(slices.DeleteFunc(list[from:], func(w string) bool { return !isNumber(w) }))]
}

// appendSqueezed appends a text as its words, for equality.
func appendSqueezed(b []byte, text string) []byte {
	if isPlain(text) {
		return append(b, text...)
	}
	from := len(b)
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b = append(b, c)
		case 'A' <= c && c <= 'Z':
			b = append(b, c+('a'-'A'))
		case c == '\'' || c == '`' || c == '.' || c >= utf8.RuneSelf: // what they are depends on what stands beside them
			return append(b[:from], strings.Join(form.Latin(form.Simplify(text)), " ")...)
		case len(b) > from && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	if len(b) > from && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// appendJoined appends a text as its words, without spaces between them.
func appendJoined(b []byte, text string) []byte {
	from := len(b)
	b = appendSqueezed(b, text)
	return b[:from+len(slices.DeleteFunc(b[from:], func(c byte) bool { return c == ' ' }))]
}

// appendLetters appends the letters and digits of a text.
func appendLetters(b []byte, text string) []byte {
	from := len(b)
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b = append(b, c)
		case 'A' <= c && c <= 'Z':
			b = append(b, c+('a'-'A'))
		case c >= utf8.RuneSelf:
			return append(b[:from], letters(text)...)
		}
	}
	return b
}

func lettersOf(text string) string { return string(appendLetters(nil, text)) }

// letters are the letters and digits of a text of any script.
func letters(text string) string {
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

// appendDay appends dayForm of a text; the short way for yyyy-mm-dd.
func appendDay(b []byte, text string) []byte {
	if len(text) != 10 || apart(text[4]) != 1 || apart(text[7]) != 1 {
		return append(b, dayForm(text)...)
	}
	marks := 0
	for i := range 10 {
		marks += apart(text[i])
	}
	if marks != 2 {
		return append(b, dayForm(text)...)
	}
	return append(append(append(b, text[:4]...), text[5:7]...), text[8:]...)
}

// apart is 1 for a mark of ASCII that parts numbers, 0 for a digit, and more for
// what it takes a longer look at.
func apart(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return 0
	case c == '-' || c == '/' || c == '.':
		return 1
	}
	return 10
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
	if n := digitsOfASCII(text); n >= 0 && n != 11 {
		return ""
	}
	d := digits(text)
	if len(d) != 11 || d[0] != '1' {
		return ""
	}
	return phoneForm(d)
}

// digitsOfASCII counts the digits of a text, -1 for one beyond ASCII.
func digitsOfASCII(text string) (n int) {
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			return -1
		}
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}

func lines(text string) []string { return strings.Split(text, "\n") }
