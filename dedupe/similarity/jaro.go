package similarity

import (
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
	if len(a) <= 64 && len(b) <= 64 && ascii(a) && ascii(b) {
		return jaroASCII(a, b)
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
	j := Jaro(a, b)
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

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// jaroASCII compares texts of at most 64 bytes: the places of each character of
// a are the bits of one word.
func jaroASCII(a, b string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	var usedA, usedB uint64
	if len(a) <= 16 {
		usedA, usedB = commonShort(a, b)
	} else {
		usedA, usedB = commonLong(a, b)
	}
	m := bits.OnesCount64(usedA)
	if m == 0 {
		return 0
	}
	moved := 0
	for usedA != 0 {
		if a[bits.TrailingZeros64(usedA)] != b[bits.TrailingZeros64(usedB)] {
			moved++
		}
		usedA &= usedA - 1
		usedB &= usedB - 1
	}
	return jaro(m, moved/2, len(a), len(b))
}

// commonShort returns which characters of two texts are common, as bits; a has at
// most 16.
func commonShort(a, b string) (usedA, usedB uint64) {
	s := newShort(a)
	reach := window(len(a), len(b))
	for j := 0; j < len(b); j++ {
		free := s.places(b[j]) &^ usedA & around(j, reach)
		usedA |= free & -free
		if free != 0 {
			usedB |= 1 << j
		}
	}
	return usedA, usedB
}

// commonLong is commonShort for up to 64 characters.
func commonLong(a, b string) (usedA, usedB uint64) {
	var places [128]uint64
	for i := 0; i < len(a); i++ {
		places[a[i]] |= 1 << i
	}
	reach := window(len(a), len(b))
	for j := 0; j < len(b); j++ {
		free := places[b[j]] &^ usedA & around(j, reach)
		usedA |= free & -free
		if free != 0 {
			usedB |= 1 << j
		}
	}
	return usedA, usedB
}

// window is how far apart two characters may be to be common.
func window(a, b int) int { return max(max(a, b)/2-1, 0) }

// around are the bits from j-reach to j+reach.
func around(j, reach int) uint64 {
	return (1<<(j+reach+1) - 1) &^ (1<<max(j-reach, 0) - 1)
}

func jaro(m, transposed, a, b int) float64 {
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
	reach := window(len(ra), len(rb))
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

// runes appends the runes of a text.
func runes(dst []rune, s string) []rune {
	for _, r := range s {
		dst = append(dst, r)
	}
	return dst
}

func flags(room []bool, n int) []bool {
	if n <= len(room) {
		return room[:n]
	}
	return make([]bool, n)
}
