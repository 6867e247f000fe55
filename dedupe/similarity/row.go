package similarity

import (
	"encoding/binary"
	"unicode/utf8"
)

// A row is where each character of a text stands, as bits, for texts whose
// characters all have the same three highest bits: the small letters with what is
// beside them in ASCII, the capitals, the digits. It takes an eighth of what a table
// for all bytes takes, so that to clear it costs little.
type row [32]uint64

// outside reports whether texts lie in no row of ASCII: first is one of their
// bytes, off the bits in which others are not like it.
func outside(first, off byte) bool { return off&^31 != 0 || first >= utf8.RuneSelf }

// short reports whether a text fits the bits of a word; the empty one is left to
// others.
func short(s string) bool { return len(s)-1 < 64 && len(s) > 0 }

func ascii(s string) bool {
	for ; len(s) >= 8; s = s[8:] {
		if binary.LittleEndian.Uint64([]byte(s[:8]))&0x8080808080808080 != 0 {
			return false
		}
	}
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runes appends the runes of a text.
func runes(dst []rune, s string) []rune {
	for _, r := range s {
		dst = append(dst, r)
	}
	return dst
}
