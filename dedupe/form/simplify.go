package form

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
)

// The range of the common Chinese characters: Unified Ideographs and their
// Extension A. Tables are arrays over it.
const (
	firstHan = 0x3400
	lastHan  = 0x9FFF
)

//go:embed data/simplified.txt
var simplifiedText string

// A simplifier knows the simple form of each traditional character.
type simplifier struct {
	common [lastHan - firstHan + 1]uint16 // 0 where the character stays, beyond where rare knows it
	rare   map[rune]rune                  // those with a code or a simple form beyond 16 bits
}

// simplified reads the table: a line for each simple form, with what becomes it.
var simplified = sync.OnceValue(newSimplifier)

func newSimplifier() *simplifier {
	s := &simplifier{rare: map[rune]rune{}}
	for line := range strings.Lines(simplifiedText) {
		simple, n := utf8.DecodeRuneInString(line)
		for _, r := range strings.TrimSuffix(line[n:], "\n") {
			if isCommonHan(r) {
				s.common[r-firstHan] = uint16(min(simple, beyond))
			}
			if !isCommonHan(r) || simple >= beyond {
				s.rare[r] = simple
			}
		}
	}
	return s
}

func isCommonHan(r rune) bool { return firstHan <= r && r <= lastHan }

// isHan reports whether the rune is a Chinese character, rare ones included.
func isHan(r rune) bool {
	return isCommonHan(r) || r == '〇' || r == '々' || 0x20000 <= r && r <= 0x3FFFF || 0xF900 <= r && r <= 0xFAFF
}

// beyond stands in the table for a simple form that has no room in it.
const beyond = 0xFFFF

// simple returns the simple form of a character, itself where it has none.
func (s *simplifier) simple(r rune) rune {
	if isCommonHan(r) {
		if to := s.common[r-firstHan]; to == 0 {
			return r
		} else if to != beyond {
			return rune(to)
		}
	}
	if r > firstHan {
		if to, ok := s.rare[r]; ok {
			return to
		}
	}
	return r
}

// Simplify returns a text folded as criteria.Fold does it (width, case,
// compatibility forms) and with simple characters for traditional ones:
// "ＡＢＣ實業" becomes "abc实业".
//
// It goes character by character, with no regard to words: where a traditional
// character has kept two uses, both get one form (乾 and 幹 are 干), so that
// the result is for comparing and not for printing. Simplify(Simplify(s)) is
// Simplify(s). Nothing is allocated for a text that is in this form already
// and needs no folding.
func Simplify(s string) string {
	table := simplified()
	for i, r := range s {
		if to := table.fold(r); to != r {
			if to < 0 {
				return table.simplifyAny(s)
			}
			return table.replace(s, i)
		}
	}
	return s
}

// hard is what fold returns for a character that takes the tables of Unicode,
// or has to do with those around it.
const hard = -1

// fold is the form of a character that stands for itself: one of ASCII, of the
// common Chinese ones, or a wide form of ASCII.
func (s *simplifier) fold(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r + ('a' - 'A')
	case r < utf8.RuneSelf, r == '·':
		return r
	case isCommonHan(r) && (r <= 0x4DBF || r >= 0x4E00):
		return s.simple(r)
	case '！' <= r && r <= '～':
		return s.fold(r - '！' + '!')
	case r == '\u3000':
		return ' '
	}
	return hard
}

// replace folds a text from the first character on that changes.
func (s *simplifier) replace(text string, from int) string {
	b := append(make([]byte, 0, len(text)+8), text[:from]...)
	for _, r := range text[from:] {
		to := s.fold(r)
		if to < 0 {
			return s.simplifyAny(text)
		}
		b = utf8.AppendRune(b, to)
	}
	return string(b)
}

// simplifyAny folds with the tables of Unicode.
func (s *simplifier) simplifyAny(text string) string {
	return strings.Map(s.simple, criteria.Fold(text))
}
