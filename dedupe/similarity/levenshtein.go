package similarity

import (
	"math/bits"
	"unicode/utf8"
)

// Levenshtein returns the least number of characters to insert, delete or
// replace that makes one text of the other.
//
// Source: V. I. Levenshtein (1966); by bits after G. Myers, "A fast
// bit-vector algorithm for approximate string matching based on dynamic
// programming", JACM 46 (1999), in the form of H. Hyyrö (2003).
func Levenshtein(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) <= shortText {
		if d, ok := myersShort(a, b); ok {
			return d
		}
	} else if ascii(a) && ascii(b) {
		if a, b = trim(a, b); len(a) <= longText {
			return myersLong(a, b)
		}
	}
	var roomA, roomB [64]rune
	ra, rb := trimRunes(runes(roomA[:0], a), runes(roomB[:0], b))
	switch {
	case len(ra) == 0:
		return len(rb)
	case len(ra) <= 64:
		return myersRunes(ra, rb)
	}
	return levenshteinTable(ra, rb)
}

// trim takes off what two texts begin with and end with alike, and returns the
// shorter one first. No distance changes by that.
func trim(a, b string) (shorter, longer string) {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	a, b = a[n:], b[n:]
	i, j := len(a), len(b)
	for i > 0 && a[i-1] == b[j-1] {
		i--
		j--
	}
	return a[:i], b[:j]
}

// trimRunes is trim for runes.
func trimRunes(a, b []rune) (shorter, longer []rune) {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	a, b = a[n:], b[n:]
	i, j := len(a), len(b)
	for i > 0 && a[i-1] == b[j-1] {
		i--
		j--
	}
	return a[:i], b[:j]
}

// myersShort compares texts of at most 16 bytes, and reports whether they are
// ASCII.
func myersShort(a, b string) (distance int, ok bool) {
	var places shortPlaces
	all := places.fill(b)
	c := column{plus: ^uint64(0)}
	for i := 0; i < len(a); i++ {
		all |= a[i]
		c = c.step(uint64(places[a[i]&127]))
	}
	return c.last(len(b), len(a)), all < utf8.RuneSelf
}

// myersLong compares ASCII of at most 64 bytes with ASCII of any length.
func myersLong(a, b string) int {
	var places longPlaces
	places.fill(a)
	c := column{plus: ^uint64(0)}
	for i := 0; i < len(b); i++ {
		c = c.step(places[b[i]&127])
	}
	return c.last(len(a), len(b))
}

// A column is the differences between neighbours of one column of the table of
// distances, as bits: where the next is one more, and where it is one less.
type column struct{ plus, minus uint64 }

// step goes on by one character of the other text, which stands at these places
// of this one.
func (c column) step(places uint64) column {
	d := ((places & c.plus) + c.plus ^ c.plus) | places | c.minus
	up, down := (c.minus|^(d|c.plus))<<1|1, c.plus&d
	return column{plus: down<<1 | ^(d | up), minus: up & d}
}

// last is the distance at the end of a column of at most 64 characters, after so
// many steps.
func (c column) last(characters, steps int) int {
	all := uint64(1)<<characters - 1
	return steps + bits.OnesCount64(c.plus&all) - bits.OnesCount64(c.minus&all)
}

// myersRunes compares a text of at most 64 runes with one of any length.
func myersRunes(a, b []rune) int {
	c := column{plus: ^uint64(0)}
	for _, r := range b {
		c = c.step(placesOf(r, a))
	}
	return c.last(len(a), len(b))
}

// placesOf is where a rune stands in a text of at most 64, as bits.
func placesOf(r rune, text []rune) (places uint64) {
	for i, s := range text {
		if r == s {
			places |= 1 << (i & 63)
		}
	}
	return places
}

// levenshteinTable keeps one row of the table of distances.
func levenshteinTable(a, b []rune) int {
	row := make([]int, len(a)+1)
	for i := range row {
		row[i] = i
	}
	for j, r := range b {
		diagonal := row[0]
		row[0] = j + 1
		for i, s := range a {
			above := row[i+1]
			cost := diagonal
			if r != s {
				cost++
			}
			row[i+1] = min(cost, above+1, row[i]+1)
			diagonal = above
		}
	}
	return row[len(a)]
}
