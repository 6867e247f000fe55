package similarity

// Damerau returns the Levenshtein distance in which two neighbours that
// changed places count as one step, once for each character (the optimal string
// alignment distance): what a typist does to a birth date.
//
// Source: by bits after H. Hyyrö, "A bit-vector algorithm for computing
// Levenshtein and Damerau edit distances", Nordic Journal of Computing 10 (2003).
func Damerau(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if short(a) {
		if d, ok := damerauRow(a, b); ok {
			return d
		}
		if ascii(a) && ascii(b) {
			return damerauASCII(a, b)
		}
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

// damerauRow compares texts that lie in one row of ASCII, and reports whether
// they do; the first has at most 64 bytes.
func damerauRow(a, b string) (int, bool) {
	first, off := a[0], a[0]^b[0]
	if outside(first, off) {
		return 0, false
	}
	var places row
	at := uint64(1)
	for i := 0; i < len(a); i++ {
		off |= a[i] ^ first
		places[a[i]&31] |= at
		at <<= 1
	}
	if outside(first, off) {
		return 0, false
	}
	at = 1 << ((len(a) - 1) & 63) // the last place
	plus, minus, score := ^uint64(0), uint64(0), len(a)
	var before, diagonal uint64
	for i := 0; i < len(b); i++ {
		off |= b[i] ^ first
		eq := places[b[i]&31]
		diagonal = ((eq & plus) + plus ^ plus) | eq | minus | (^diagonal&eq)<<1&before
		up, down := minus|^(diagonal|plus), plus&diagonal
		if up&at != 0 {
			score++
		}
		if down&at != 0 {
			score--
		}
		up = up<<1 | 1
		plus = down<<1 | ^(diagonal | up)
		minus = up & diagonal
		before = eq
	}
	return score, !outside(first, off)
}

// damerauASCII is damerauRow for ASCII of any kind.
func damerauASCII(a, b string) int {
	var places [128]uint64
	for i := 0; i < len(a); i++ {
		places[a[i]&127] |= 1 << (i & 63)
	}
	s, last, score := swapping{column: column{plus: ^uint64(0)}}, (len(a)-1)&63, len(a)
	for i := 0; i < len(b); i++ {
		next, up, down := s.step(places[b[i]&127])
		s, score = next, score+int(up>>last&1)-int(down>>last&1)
	}
	return score
}

// A swapping is a column that knows of the character before.
type swapping struct {
	column
	before   uint64 // the places of the character before
	diagonal uint64 // where the distance does not grow along the diagonal
}

// step goes on by one character as that of column does.
func (s swapping) step(places uint64) (next swapping, up, down uint64) {
	d := ((places & s.plus) + s.plus ^ s.plus) | places | s.minus | (^s.diagonal&places)<<1&s.before
	up, down = s.minus|^(d|s.plus), s.plus&d
	next.plus = down<<1 | ^(d | up<<1 | 1)
	next.minus = (up<<1 | 1) & d
	next.before, next.diagonal = places, d
	return next, up, down
}

// damerauRunes compares a text of at most 64 runes with one of any length.
func damerauRunes(a, b []rune) int {
	s, last, score := swapping{column: column{plus: ^uint64(0)}}, (len(a)-1)&63, len(a)
	for _, r := range b {
		next, up, down := s.step(placesOf(r, a))
		s, score = next, score+int(up>>last&1)-int(down>>last&1)
	}
	return score
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
