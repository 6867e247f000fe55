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
	if a == b {
		return 1
	}
	if short(a) && short(b) {
		if j, ok := jaroRow(a, b); ok {
			return j
		}
		if ascii(a) && ascii(b) {
			return jaroASCII(a, b)
		}
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
	if short(a) && short(b) && a != b {
		j, ok := jaroRow(a, b)
		if !ok && ascii(a) && ascii(b) {
			j, ok = jaroASCII(a, b), true
		}
		if ok {
			return j + float64(commonBytes(a, b))*0.1*(1-j)
		}
	}
	if a == b {
		return 1
	}
	j := jaroRunes(a, b)
	if j == 0 || j == 1 {
		return j
	}
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

// jaroRow compares texts of 1 to 64 bytes that lie in one row of ASCII, and
// reports whether they do; see row. There are no branches within its loop. Where no
// common character stands before one that was found earlier, none is transposed.
func jaroRow(a, b string) (float64, bool) {
	if len(a) > len(b) {
		a, b = b, a
	}
	first, off := a[0], a[0]^b[0]
	if outside(first, off) {
		return 0, false
	}
	var places row
	at := uint64(1)
	for i := 0; i < len(a); i++ {
		c := a[i]
		off |= c ^ first
		places[c&31] |= at
		at <<= 1
	}
	if outside(first, off) {
		return 0, false
	}
	reach := window(len(b))
	near := uint64(2)<<(reach&63) - 1
	var usedA, usedB, crossed uint64
	at = 1
	for j := 0; j < len(b); j++ {
		c := b[j]
		off |= c ^ first
		free := places[c&31] &^ usedA & near
		bit := free & -free
		crossed |= usedA &^ (bit - 1)
		usedA |= bit
		usedB |= at & uint64(int64(bit|-bit)>>63)
		at <<= 1
		near = near<<1 | uint64(j-reach)>>63
	}
	if outside(first, off) {
		return 0, false
	}
	moved := 0
	if crossed != 0 {
		moved = inOtherOrder(a, b, usedA, usedB)
	}
	return jaro(bits.OnesCount64(usedA), moved/2, len(a), len(b)), true
}

// jaroASCII is jaroRow for ASCII of any kind.
func jaroASCII(a, b string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	var places [128]uint64
	for i := 0; i < len(a); i++ {
		places[a[i]&127] |= 1 << (i & 63)
	}
	reach := window(len(b))
	near := uint64(2)<<(reach&63) - 1
	var usedA, usedB, crossed uint64
	at := uint64(1)
	for j := 0; j < len(b); j++ {
		free := places[b[j]&127] &^ usedA & near
		bit := free & -free
		crossed |= usedA &^ (bit - 1)
		usedA |= bit
		usedB |= at & uint64(int64(bit|-bit)>>63)
		at <<= 1
		near = near<<1 | uint64(j-reach)>>63
	}
	moved := 0
	if crossed != 0 {
		moved = inOtherOrder(a, b, usedA, usedB)
	}
	return jaro(bits.OnesCount64(usedA), moved/2, len(a), len(b))
}

// inOtherOrder counts the common characters, which are given as bits, of which the
// other text has another one in the same turn.
func inOtherOrder(a, b string, usedA, usedB uint64) (moved int) {
	for usedA != 0 {
		if a[bits.TrailingZeros64(usedA)] != b[bits.TrailingZeros64(usedB)] {
			moved++
		}
		usedA &= usedA - 1
		usedB &= usedB - 1
	}
	return moved
}

// window is how far apart two characters may be to be common, by the longer text.
func window(longer int) int { return max(longer/2-1, 0) }

func jaro(m, transposed, a, b int) float64 {
	if m == 0 {
		return 0
	}
	common := float64(m)
	return (common/float64(a) + common/float64(b) + (common-float64(transposed))/common) / 3
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
	if m == 0 {
		return 0
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
