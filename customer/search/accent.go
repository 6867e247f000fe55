package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain returns a folded text without the accents of its Latin letters: "muller"
// for "müller", and "mueller" where umlauts are to be written with an e. ß is ss
// in every folded text already. Marks of other scripts stay, and so do letters
// that Unicode does not take for another one with an accent, such as ø and ł.
func plain(folded string, e bool) string {
	if !strings.ContainsFunc(folded, accented) {
		return folded
	}
	var out strings.Builder
	latin := false // the letter before
	for _, r := range folded {
		if latin && unicode.IsMark(r) {
			continue
		}
		latin = unicode.Is(unicode.Latin, r)
		if !latin {
			out.WriteRune(r)
			continue
		}
		parts := []rune(norm.NFD.String(string(r)))
		out.WriteRune(parts[0])
		if e && len(parts) > 1 && parts[1] == '\u0308' && strings.ContainsRune("aou", parts[0]) {
			out.WriteByte('e')
		}
	}
	return out.String()
}

// accented reports whether a rune can be or bear an accent of a Latin letter.
func accented(r rune) bool {
	return r >= 0x80 && (unicode.Is(unicode.Latin, r) || unicode.IsMark(r))
}
