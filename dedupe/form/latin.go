package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
	"golang.org/x/text/unicode/norm"
)

// Latin returns the words of a Western text in their normal form: small
// letters without accents (é is e, ß is ss, ø is o, æ is ae), runs of letters
// and digits. An apostrophe within a word is left out (o'brien is obrien), and
// so are the dots of an abbreviation (u.s.a. is usa); everything else parts
// words. Letters of other scripts stay as criteria.Fold leaves them.
//
// Latin of the words joined by spaces gives the same words.
func Latin(text string) []string { return strings.Fields(latin(text)) }

// latin returns the words of a text, parted by single spaces.
func latin(text string) string {
	text = criteria.Fold(text)
	if isPlain(text) {
		return text
	}
	b := make([]byte, 0, len(text)+8)
	for i, r := range text {
		switch {
		case r < 0x80 && isAlnum(byte(r)):
			b = append(b, byte(r))
		case isSilent(text, i, r):
		case r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b = appendLatin(b, r)
		case r >= 0x80 && unicode.Is(unicode.Mn, r):
			b = appendMark(b, r)
		case len(b) > 0 && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	return strings.TrimSuffix(string(b), " ")
}

// isPlain reports whether a text is words of ASCII parted by single spaces.
func isPlain(text string) bool {
	space := true
	for i := range len(text) {
		c := text[i]
		if !isAlnum(c) && (c != ' ' || space) {
			return false
		}
		space = c == ' '
	}
	return !space || text == ""
}

// isSilent reports whether a mark is left out without parting the words: an
// apostrophe between letters, or a dot within or behind an abbreviation.
func isSilent(text string, at int, r rune) bool {
	n := utf8.RuneLen(r)
	switch r {
	case '\'', '’', '‘', '`', 'ʼ', '´':
		return at > 0 && at+n < len(text) && isLetterByte(text[at-1]) && isLetterByte(text[at+n])
	case '.':
		return isInitial(text, at-1) && isInitial(text, at+1)
	}
	return false
}

// isInitial reports whether a letter of ASCII stands at a place in a text, and
// no letter or digit on either side of it.
func isInitial(text string, at int) bool {
	return at >= 0 && at < len(text) && 'a' <= text[at] && text[at] <= 'z' &&
		(at == 0 || !isWordByte(text[at-1])) && (at+1 == len(text) || !isWordByte(text[at+1]))
}

func isWordByte(c byte) bool { return isAlnum(c) || c >= 0x80 }

func isLetterByte(c byte) bool { return 'a' <= c && c <= 'z' || c >= 0x80 }

// appendLatin appends a letter without its accent. Marks of other scripts stay.
func appendLatin(b []byte, r rune) []byte {
	if to := plainLetter(r); to != "" {
		return append(b, to...)
	}
	if unicode.Is(unicode.Latin, r) {
		if d := norm.NFD.PropertiesString(string(r)).Decomposition(); len(d) > 0 && d[0] < 0x80 {
			return append(b, d[0])
		}
	}
	return utf8.AppendRune(b, r)
}

// appendMark appends a mark unless it stands on a letter of ASCII.
func appendMark(b []byte, r rune) []byte {
	if len(b) == 0 || b[len(b)-1] < 0x80 {
		return b
	}
	return utf8.AppendRune(b, r)
}

// plainLetter returns what a letter of Latin script is that is no letter with an
// accent, "" for others.
func plainLetter(r rune) string {
	switch r {
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ł':
		return "l"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	}
	return ""
}
