package similarity

// Levenshtein returns the least number of characters to insert, delete or
// replace that makes one text of the other.
//
// Source: V. I. Levenshtein (1966); by bits after G. Myers, "A fast
// bit-vector algorithm for approximate string matching based on dynamic
// programming", JACM 46 (1999), in the form of H. Hyyrö (2003).
func Levenshtein(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if short(a) {
		if d, ok := myersRow(a, b); ok {
			return d
		}
	}
	if ascii(a) && ascii(b) {
		if a, b = trim(a, b); len(a) <= 64 {
			return myersASCII(a, b)
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

// myersASCII compares a text of at most 64 bytes with one of any length.
func myersASCII(a, b string) int {
	if len(a) == 0 {
		return len(b)
	}
	var places [128]uint64
	for i := 0; i < len(a); i++ {
		places[a[i]&127] |= 1 << (i & 63)
	}
	c, last, score := column{plus: ^uint64(0)}, (len(a)-1)&63, len(a)
	for i := 0; i < len(b); i++ {
		next, up, down := c.step(places[b[i]&127])
		c, score = next, score+int(up>>last&1)-int(down>>last&1)
	}
	return score
}

// myersRow compares texts that lie in one row of ASCII, and reports whether they
// do.
func myersRow(a, b string) (int, bool) {
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
	for i := 0; i < len(b); i++ {
		off |= b[i] ^ first
		eq := places[b[i]&31]
		x := eq | minus
		d := ((eq & plus) + plus ^ plus) | eq
		up, down := minus|^(d|plus), plus&d
		if up&at != 0 {
			score++
		}
		if down&at != 0 {
			score--
		}
		up = up<<1 | 1
		plus = down<<1 | ^(x | up)
		minus = up & x
	}
	return score, !outside(first, off)
}

// A column is the differences between neighbours of one column of the table of
// distances, as bits: where the next is one more, and where it is one less.
type column struct{ plus, minus uint64 }

// step goes on by one character of the other text, which stands at these places
// of this one; it returns where the distance grows along the row, and where it
// shrinks.
func (c column) step(places uint64) (next column, up, down uint64) {
	x := places | c.minus
	d := ((places & c.plus) + c.plus ^ c.plus) | places
	up, down = c.minus|^(d|c.plus), c.plus&d
	next.plus = down<<1 | ^(x | up<<1 | 1)
	next.minus = (up<<1 | 1) & x
	return next, up, down
}

// myersRunes compares a text of at most 64 runes with one of any length.
func myersRunes(a, b []rune) int {
	c, last, score := column{plus: ^uint64(0)}, (len(a)-1)&63, len(a)
	for _, r := range b {
		next, up, down := c.step(placesOf(r, a))
		c, score = next, score+int(up>>last&1)-int(down>>last&1)
	}
	return score
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
