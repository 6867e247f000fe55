package pinyin

import (
	"strings"
	"unicode"

	"github.com/clientele-go/clientele/storage/criteria"
	"golang.org/x/text/unicode/norm"
)

// Query returns the form under which the words of a person who searches are
// found among Keys: without case, width, tone marks, accents, spaces and
// separators. "Zēng Xiǎo-míng" becomes "zengxiaoming", and "lǚ" becomes "lv".
// Chinese characters are left as they are, without the spaces between them: a text with them is better looked
// for in the name itself.
func Query(text string) string {
	var out strings.Builder
	for rest := criteria.Fold(text); rest != ""; {
		if _, behind := cutHan(rest); behind != rest {
			out.WriteString(strings.Join(strings.Fields(rest[:len(rest)-len(behind)]), ""))
			rest = behind
			continue
		}
		word := ""
		word, rest = cutWord(rest)
		readings := latinReadings(word)
		out.WriteString(readings[len(readings)-1])
	}
	return out.String()
}

// latinReadings returns a word without accents, marks and apostrophes, of which
// nothing may be left, and, where it has an ü that pinyin writes as v (behind l
// or n), that form too.
func latinReadings(word string) []string {
	if isASCII(word) && !strings.Contains(word, "'") {
		return []string{word}
	}
	var flat, keyboard []byte
	for _, r := range norm.NFC.String(word) {
		base := string(r)
		if unicode.Is(unicode.Latin, r) {
			base = string([]rune(norm.NFD.String(base))[:1])
		} else if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			continue
		}
		if isUmlaut(r) && len(flat) > 0 && (flat[len(flat)-1] == 'l' || flat[len(flat)-1] == 'n') {
			flat, keyboard = append(flat, base...), append(keyboard, 'v')
			continue
		}
		flat, keyboard = append(flat, base...), append(keyboard, base...)
	}
	if string(flat) == string(keyboard) {
		return []string{string(flat)}
	}
	return []string{string(flat), string(keyboard)}
}

// isUmlaut reports whether the letter is ü, with any tone.
func isUmlaut(r rune) bool { return toned[r] == 'v' }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
