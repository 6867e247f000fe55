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
	if m, moved, plain := common(a, b); plain {
		return jaro(m, moved, len(a), len(b))
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
	if m, moved, plain := common(a, b); plain {
		j := jaro(m, moved, len(a), len(b))
		return j + float64(commonBytes(a, b))*0.1*(1-j)
	}
	j := jaroRunes(a, b)
	return j + float64(commonStart(a, b))*0.1*(1-j)
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

// common counts the common characters of two texts of which the first is not the
// longer one, and how many of them stand in another order; it reports whether the texts
// are ASCII of 1 to 64 bytes.
func common(a, b string) (m, moved int, ok bool) {
	if len(b) <= shortText && len(a) > 0 {
		return commonShort(a, b)
	}
	return commonLong(a, b)
}

// commonShort is common for up to 16 bytes. There are no branches within its loops.
// What is common is kept as bits, of the longer text from its first character on, of
// the shorter one from its last. None is out of order where no common character stands
// before one that was found earlier, which is crossed.
func commonShort(a, b string) (m, moved int, ok bool) {
	var places shortPlaces
	all := places.fill(b)
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
	if crossed != 0 {
		moved = inOtherOrder(a, b, uint64(inA), uint64(inB))
	}
	return bits.OnesCount32(inB), moved, all < utf8.RuneSelf
}

// commonLong is commonShort for up to 64 bytes.
func commonLong(a, b string) (m, moved int, ok bool) {
	if len(a) == 0 || len(b) > longText || !ascii(a) || !ascii(b) {
		return 0, 0, false
	}
	var places longPlaces
	places.fill(b)
	reach := window(len(b))
	near := uint64(2)<<(reach&63) - 1
	var inA, inB, crossed uint64
	for j := 0; j < len(a); j++ {
		free := places[a[j]&127] & near &^ inB
		bit := free & -free
		crossed |= inB & -bit
		inA = inA<<1 + -bit>>63
		inB |= bit
		near = near<<1 | uint64(j-reach)>>63
	}
	if crossed != 0 {
		moved = inOtherOrder(a, b, inA, inB)
	}
	return bits.OnesCount64(inB), moved, true
}

// inOtherOrder counts the common characters, which are given as bits, of which the
// other text has another one in the same turn.
func inOtherOrder(shorter, longer string, inShorter, inLonger uint64) (moved int) {
	inShorter <<= -len(shorter) & 63
	for ; inLonger != 0; inLonger &= inLonger - 1 {
		at := bits.LeadingZeros64(inShorter)
		if shorter[at] != longer[bits.TrailingZeros64(inLonger)] {
			moved++
		}
		inShorter &^= 1 << 63 >> (at & 63)
	}
	return moved
}

// window is how far apart two characters may be to be common, by the longer text.
func window(longer int) int { return max(longer/2-1, 0) }

// jaro is the similarity of texts of so many characters, of which so many are common
// and half of those that moved are transposed. It has one denominator, so that it is
// rounded once, for texts of less than 100,000 characters.
func jaro(common, moved, a, b int) float64 {
	if common == 0 {
		return 0
	}
	m, x, y := float64(common), float64(a), float64(b)
	return (m*m*(x+y) + (m-float64(moved/2))*x*y) / (3 * m * x * y)
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
	return jaro(m, movedRunes(ra, rb, usedA, usedB), len(ra), len(rb))
}

// movedRunes is inOtherOrder for runes.
func movedRunes(a, b []rune, usedA, usedB []bool) int {
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
	return moved
}

func flags(room []bool, n int) []bool {
	if n <= len(room) {
		return room[:n]
	}
	return make([]bool, n)
}
