package similarity

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Jaro returns the Jaro similarity of two texts, from 0 (nothing in common) to
// 1 (equal). Two empty texts are equal.
//
// Source: M. A. Jaro, "Advances in Record-Linkage Methodology as Applied to
// Matching the 1985 Census of Tampa, Florida", JASA 84 (1989). With m common
// characters, not further apart than half the longer text less one, and t half
// transpositions among them: (m/|a| + m/|b| + (m-t)/m) / 3.
func Jaro(a, b string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if c, plain := commonOf(a, b); plain {
		return c.jaro(a, b)
	}
	return jaroRunes(a, b)
}

// JaroWinkler returns the Jaro similarity, raised for texts that begin alike:
// by a tenth of what is missing to 1 for each of up to four first characters in common.
//
// Source: W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules
// in the Fellegi-Sunter Model of Record Linkage" (1990). The raise applies at
// any similarity, not only above 0.7 as in some programs.
func JaroWinkler(a, b string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	c, plain := commonOf(a, b)
	if !plain {
		j := jaroRunes(a, b)
		return j + float64(commonStart(a, b))*0.1*(1-j)
	}
	j := c.jaro(a, b)
	return j + float64(commonBytes(a, b))*0.1*(1-j)
}

// commonStart counts the first characters that two texts share, at most four.
func commonStart(a, b string) int {
	n := 0
	for n < 4 && len(a) > 0 && len(b) > 0 {
		r, size := utf8.DecodeRuneInString(a)
		s, other := utf8.DecodeRuneInString(b)
		if r != s {
			break
		}
		a, b = a[size:], b[other:]
		n++
	}
	return n
}

// commonBytes is commonStart for ASCII.
func commonBytes(a, b string) int {
	if len(a) >= 4 && len(b) >= 4 {
		apart := binary.LittleEndian.Uint32([]byte(a[:4])) ^ binary.LittleEndian.Uint32([]byte(b[:4]))
		return bits.TrailingZeros32(apart) / 8
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// A common is which characters of two texts of at most 64 bytes are common: as
// bits, in the shorter text from its last character on, in the longer one from its
// first. None is transposed where no common character stands before one that was
// found earlier, which is crossed.
type common struct{ inShorter, inLonger, crossed uint64 }

// commonOf compares texts of which the first is not the longer one, and reports
// whether they are ASCII of 1 to 64 bytes.
func commonOf(a, b string) (c common, ok bool) {
	switch {
	case len(a) == 0:
		return common{}, false
	case len(b) <= shortest:
		return commonShort(a, b)
	case len(b) <= longest && ascii(a) && ascii(b):
		return commonLong(a, b), true
	}
	return common{}, false
}

// jaro is the similarity of the texts.
func (c common) jaro(shorter, longer string) float64 {
	moved := 0
	if c.crossed != 0 {
		moved = c.inOtherOrder(shorter, longer)
	}
	return jaro(bits.OnesCount64(c.inLonger), moved/2, len(shorter), len(longer))
}

// commonShort compares texts of 1 to 16 bytes, and reports whether they are ASCII.
// There are no branches within its loops.
func commonShort(a, b string) (common, bool) {
	var places shortPlaces
	var all byte
	at := uint16(1)
	for i := 0; i < len(b); i++ {
		c := b[i]
		all |= c
		places[c&127] |= at
		at <<= 1
	}
	reach := window(len(b))
	near := (uint64(2)<<(2*reach&63) - 1) << ((32 - reach) & 63) // its upper half
	var inA, inB, crossed uint32
	for j := 0; j < len(a); j++ {
		c := a[j]
		all |= c
		free := uint32(places[c&127]) & uint32(near>>32) &^ inB
		bit := free & -free
		crossed |= inB & -bit
		inA = inA<<1 + -bit>>31
		inB |= bit
		near <<= 1
	}
	return common{uint64(inA), uint64(inB), uint64(crossed)}, all < utf8.RuneSelf
}

// commonLong is commonShort for ASCII of up to 64 bytes.
func commonLong(a, b string) (found common) {
	var places longPlaces
	for i := 0; i < len(b); i++ {
		places[b[i]&127] |= 1 << (i & 63)
	}
	reach := window(len(b))
	near := uint64(2)<<(reach&63) - 1
	for j := 0; j < len(a); j++ {
		free := places[a[j]&127] & near &^ found.inLonger
		bit := free & -free
		found.crossed |= found.inLonger & -bit
		found.inShorter = found.inShorter<<1 + -bit>>63
		found.inLonger |= bit
		near = near<<1 | uint64(j-reach)>>63
	}
	return found
}

// inOtherOrder counts the common characters of which the other text has another
// one in the same turn.
func (c common) inOtherOrder(shorter, longer string) (moved int) {
	left := c.inShorter << (-len(shorter) & 63)
	for right := c.inLonger; right != 0; right &= right - 1 {
		at := bits.LeadingZeros64(left)
		if shorter[at] != longer[bits.TrailingZeros64(right)] {
			moved++
		}
		left &^= 1 << 63 >> (at & 63)
	}
	return moved
}

// window is how far apart two characters may be to be common, by the longer text.
func window(longer int) int { return max(longer/2-1, 0) }

// jaro is the similarity over one denominator, so that it is rounded once, for
// texts of less than 100,000 characters.
func jaro(common, transposed, a, b int) float64 {
	if common == 0 {
		return 0
	}
	m, x, y := float64(common), float64(a), float64(b)
	return (m*m*(x+y) + (m-float64(transposed))*x*y) / (3 * m * x * y)
}

// jaroRunes is for texts beyond ASCII or of more than 64 bytes.
func jaroRunes(a, b string) float64 {
	var roomA, roomB [64]rune
	ra, rb := runes(roomA[:0], a), runes(roomB[:0], b)
	if len(ra) == 0 || len(rb) == 0 {
		if len(ra) == len(rb) {
			return 1
		}
		return 0
	}
	var bitsA, bitsB [64]bool
	usedA, usedB := flags(bitsA[:], len(ra)), flags(bitsB[:], len(rb))
	reach := window(max(len(ra), len(rb)))
	m := 0
	for j, r := range rb {
		for i := max(j-reach, 0); i < min(j+reach+1, len(ra)); i++ {
			if ra[i] == r && !usedA[i] {
				usedA[i], usedB[j] = true, true
				m++
				break
			}
		}
	}
	return jaro(m, transpositions(ra, rb, usedA, usedB), len(ra), len(rb))
}

// transpositions is half the number of common characters that stand in another
// order.
func transpositions(a, b []rune, usedA, usedB []bool) int {
	moved, j := 0, 0
	for i, r := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if r != b[j] {
			moved++
		}
		j++
	}
	return moved / 2
}

func flags(room []bool, n int) []bool {
	if n <= len(room) {
		return room[:n]
	}
	return make([]bool, n)
}
