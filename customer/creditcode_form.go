package customer

import (
	"fmt"
	"unicode"
)

// maxIdentifier is the longest of the identifiers, in characters.
const maxIdentifier = 18

// identifierForm returns a text in capital letters and normal width without
// separators, when it then has the wanted length and only allowed characters.
// One that has that form already is returned as it is.
func identifierForm(sentinel error, text string, length int, allowed func(byte) bool) (string, error) {
	if isNormalIdentifier(text, length, allowed) {
		return text, nil
	}
	var form [maxIdentifier]byte
	n := 0
	for _, r := range text {
		if isSeparator(r) {
			continue
		}
		c := narrowCapital(r)
		if c == 0 || !allowed(c) {
			return "", refuse(sentinel, n+1, fmt.Sprintf("%q is not used in these numbers%s", r, meantDigit(c)))
		}
		if n < length {
			form[n] = c
		}
		n++
	}
	if n != length {
		return "", refuse(sentinel, 0, fmt.Sprintf("it has %d characters and should have %d", n, length))
	}
	return string(form[:n]), nil
}

func isNormalIdentifier(text string, length int, allowed func(byte) bool) bool {
	if len(text) != length {
		return false
	}
	for i := range len(text) {
		if !allowed(text[i]) {
			return false
		}
	}
	return true
}

// isSeparator reports whether the character only parts groups of others, or
// cannot be seen.
func isSeparator(r rune) bool {
	switch r {
	case '-', '－', '‐', '‑', '‒', '–', '—', '−', '\u200B', '\uFEFF':
		return true
	}
	return unicode.IsSpace(r)
}

// narrowCapital returns a digit or letter of either width and case as an ASCII
// capital, and other ASCII as it is; 0 for all else.
func narrowCapital(r rune) byte {
	if r >= '！' && r <= '～' { // the full-width forms of '!' to '~', in their order
		r -= '！' - '!'
	}
	switch {
	case r >= 'a' && r <= 'z':
		return byte(r) - 'a' + 'A'
	case r > ' ' && r < unicode.MaxASCII:
		return byte(r)
	}
	return 0
}

// meantDigit names the digit that a letter is mostly mistaken for, as the end
// of a sentence.
func meantDigit(letter byte) string {
	switch letter {
	case 'O':
		return ": perhaps the digit 0 is meant"
	case 'I':
		return ": perhaps the digit 1 is meant"
	case 'S':
		return ": perhaps the digit 5 is meant"
	case 'Z':
		return ": perhaps the digit 2 is meant"
	}
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
