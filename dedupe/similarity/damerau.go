package similarity

import "unicode/utf8"

// Damerau returns the Levenshtein distance in which two neighbours that
// changed places count as one step, once for each character (the optimal string
// alignment distance): what a typist does to a birth date.
//
// Source: by bits after H. Hyyrö, "A bit-vector algorithm for computing
// Levenshtein and Damerau edit distances", Nordic Journal of Computing 10 (2003).
func Damerau(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(b) <= shortText:
		if d, ok := damerauShort(a, b); ok {
			return d
		}
	case len(a) <= longText && ascii(a) && ascii(b):
		return damerauLong(a, b)
	}
	var roomA, roomB [64]rune
	ra, rb := trimRunes(runes(roomA[:0], a), runes(roomB[:0], b))
	switch {
	case len(ra) == 0:
		return len(rb)
	case len(ra) <= 64:
		return damerauRunes(ra, rb)
	}
	return damerauTable(ra, rb)
}

// damerauShort compares texts of at most 16 bytes, and reports whether they are
// ASCII.
func damerauShort(a, b string) (distance int, ok bool) {
	var places shortPlaces
	all := places.fill(b)
	s := swapping{column: column{plus: ^uint64(0)}}
	for i := 0; i < len(a); i++ {
		all |= a[i]
		s = s.step(uint64(places[a[i]&127]))
	}
	return s.last(len(b), len(a)), all < utf8.RuneSelf
}

// damerauLong compares ASCII of at most 64 bytes with ASCII of any length.
func damerauLong(a, b string) int {
	var places longPlaces
	places.fill(a)
	s := swapping{column: column{plus: ^uint64(0)}}
	for i := 0; i < len(b); i++ {
		s = s.step(places[b[i]&127])
	}
	return s.last(len(a), len(b))
}

// A swapping is a column that knows of the character before: swapped is where that
// one stands and the distance grew along the diagonal at the place before.
type swapping struct {
	column
	swapped uint64
}

// step goes on by one character as that of column does.
func (s swapping) step(places uint64) swapping {
	d := ((places & s.plus) + s.plus ^ s.plus) | places | s.minus | places<<1&s.swapped
	up, down := (s.minus|^(d|s.plus))<<1|1, s.plus&d
	return swapping{column{down<<1 | ^(d | up), up & d}, ^d << 1 & places}
}

// damerauRunes compares a text of at most 64 runes with one of any length.
func damerauRunes(a, b []rune) int {
	s := swapping{column: column{plus: ^uint64(0)}}
	for _, r := range b {
		s = s.step(placesOf(r, a))
	}
	return s.last(len(a), len(b))
}

// damerauTable keeps three rows of the table of distances.
func damerauTable(a, b []rune) int {
	n := len(a) + 1
	rows := make([]int, 3*n)
	before, last, next := rows[:n], rows[n:2*n], rows[2*n:3*n]
	for i := range last {
		last[i] = i
	}
	for j, r := range b {
		next[0] = j + 1
		for i, s := range a {
			cost := last[i]
			if r != s {
				cost++
			}
			cost = min(cost, last[i+1]+1, next[i]+1)
			if i > 0 && j > 0 && r == a[i-1] && s == b[j-1] {
				cost = min(cost, before[i-1]+1)
			}
			next[i+1] = cost
		}
		before, last, next = last, next, before
	}
	return last[len(a)]
}
