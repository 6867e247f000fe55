package criteria

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a text in which Search compares: normal form NFKC,
// which also takes the difference of width away, and then Unicode's full case
// folding. "Ａｃｍｅ ①" becomes "acme 1", half-width "ｱ" becomes "ア".
//
// Folding belongs to no language. So ß and ẞ become "ss"; Σ, σ and ς become σ;
// İ becomes i with a dot above (U+0307), which "istanbul" is not found in, and
// ı stays as it is. Accents stay: é is not e. Traditional and simplified
// characters stay apart: 國 is not 国. Spaces are made plain (U+0020) but not
// removed.
//
// Fold(Fold(s)) is Fold(s). Bytes that are not valid UTF-8 do not stop it; what
// they become is not specified. Nothing is allocated when a text of ASCII
// letters, Chinese characters, kana and Hangul is folded already. The result
// for a character that Unicode has not assigned yet changes when
// golang.org/x/text learns of it, so a stored form must be rebuilt then.
func Fold(s string) string {
	switch classify(s) {
	case settled:
		return s
	case capital:
		return string(appendLower(make([]byte, 0, len(s)), s))
	default:
		return foldAny(s)
	}
}

// How much work it takes to fold a text.
const (
	settled  = iota // folded already
	capital         // only ASCII capitals are to change
	complex_        // it takes the tables of Unicode
)

// classify looks at each rune of the text once.
func classify(s string) int {
	class := settled
	for _, r := range s {
		switch {
		case 'A' <= r && r <= 'Z':
			class = capital
		case r >= utf8.RuneSelf && !isSettled(r):
			return complex_
		}
	}
	return class
}

// isSettled reports whether the rune lies in one of the large ranges that
// folding leaves alone: Chinese characters, Hangul, kana, and the dot inside
// names. No rune of them joins with a rune before it.
func isSettled(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF ||
		0x3400 <= r && r <= 0x4DBF ||
		0xAC00 <= r && r <= 0xD7A3 ||
		0x3041 <= r && r <= 0x3096 ||
		0x30A1 <= r && r <= 0x30FA ||
		r == 0x00B7
}

// appendLower appends s with its ASCII capitals made small. The bytes of other
// runes never look like capitals.
func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// foldAny folds with the tables. One pass settles nearly every text; where the
// last normalization brings forth something new to fold, another follows.
func foldAny(s string) string {
	for range 4 {
		folded := strings.Map(cherokee, cases.Fold().String(norm.NFKC.String(s)))
		folded = norm.NFKC.String(folded)
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

// cherokee maps the small letters of Cherokee to the capitals, which is what
// Unicode folds them to. golang.org/x/text/cases maps small to capital and
// capital to small, and would never settle.
func cherokee(r rune) rune {
	switch {
	case 0xAB70 <= r && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case 0x13F8 <= r && r <= 0x13FD:
		return r - 8
	}
	return r
}

// A needle is a folded text that is looked for.
type needle struct {
	text  string
	bytes []byte
}

func newNeedle(folded string) needle { return needle{folded, []byte(folded)} }

// in reports whether Fold(s) holds the needle. A text with no other capitals
// than those of ASCII is folded on the stack if it is short.
func (n needle) in(s string) bool {
	switch classify(s) {
	case settled:
		return strings.Contains(s, n.text)
	case capital:
		var short [256]byte
		return bytes.Contains(appendLower(short[:0], s), n.bytes)
	default:
		return strings.Contains(foldAny(s), n.text)
	}
}
