package similarity

import (
	"encoding/binary"
	"unicode/utf8"
)

// A shortPlaces is where each character of ASCII stands in a text of at most 16, as
// bits. It takes a quarter of what longPlaces takes, so that to clear it costs little.
type shortPlaces [utf8.RuneSelf]uint16

// A longPlaces is where each character of ASCII stands in a text of at most 64, as
// bits.
type longPlaces [utf8.RuneSelf]uint64

// The longText texts of whose characters a table knows the places.
const (
	shortText = 16
	longText  = 64
)

// fill puts in the places of a text, and returns which bits its bytes have.
func (p *shortPlaces) fill(text string) (all byte) {
	at := uint16(1)
	for i := 0; i < len(text); i++ {
		c := text[i]
		all |= c
		p[c&127] |= at
		at <<= 1
	}
	return all
}

// fill puts in the places of a text of ASCII.
func (p *longPlaces) fill(text string) {
	for i := 0; i < len(text); i++ {
		p[text[i]&127] |= 1 << (i & 63)
	}
}

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
