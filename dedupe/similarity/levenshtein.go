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
	if len(a) <= 64 && ascii(a) && ascii(b) {
		return myersASCII(a, b)
	}
	var roomA, roomB [64]rune
	return levenshteinRunes(runes(roomA[:0], a), runes(roomB[:0], b))
}

// myersASCII compares a text of at most 64 bytes with one of any length.
func myersASCII(a, b string) int {
	if len(a) == 0 {
		return len(b)
	}
	c := column{plus: ^uint64(0), last: 1 << (len(a) - 1), score: len(a)}
	if len(a) <= 16 {
		s := newShort(a)
		for i := 0; i < len(b); i++ {
			c.step(s.places(b[i]))
		}
		return c.score
	}
	var places [128]uint64
	for i := 0; i < len(a); i++ {
		places[a[i]] |= 1 << i
	}
	for i := 0; i < len(b); i++ {
		c.step(places[b[i]])
	}
	return c.score
}

// A column is the differences between neighbours of one column of the table of
// distances, as bits, and the distance at its end.
type column struct {
	plus, minus uint64
	last        uint64
	score       int
}

// step goes on by one character of the other text; eq are the places where it
// stands in this one.
func (c *column) step(eq uint64) {
	x := eq | c.minus
	d := ((eq & c.plus) + c.plus ^ c.plus) | eq
	up := c.minus | ^(d | c.plus)
	down := c.plus & d
	if up&c.last != 0 {
		c.score++
	}
	if down&c.last != 0 {
		c.score--
	}
	up = up<<1 | 1
	c.plus = down<<1 | ^(x | up)
	c.minus = up & x
}

// levenshteinRunes compares texts of any script and length.
func levenshteinRunes(a, b []rune) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return len(b)
	}
	if len(a) <= 64 {
		return myersRunes(a, b)
	}
	return levenshteinTable(a, b)
}

// myersRunes compares a text of at most 64 runes with one of any length.
func myersRunes(a, b []rune) int {
	c := column{plus: ^uint64(0), last: 1 << (len(a) - 1), score: len(a)}
	for _, r := range b {
		var eq uint64
		for i, s := range a {
			if r == s {
				eq |= 1 << i
			}
		}
		c.step(eq)
	}
	return c.score
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

// Damerau returns the Levenshtein distance in which two neighbours that
// changed places count as one step, once for each character (the optimal string
// alignment distance): what a typist does to a birth date.
func Damerau(a, b string) int {
	if a == b {
		return 0
	}
	var roomA, roomB [64]rune
	return damerau(runes(roomA[:0], a), runes(roomB[:0], b))
}

func damerau(a, b []rune) int {
	var room [3 * 65]int
	n := len(a) + 1
	rows := room[:]
	if 3*n > len(rows) {
		rows = make([]int, 3*n)
	}
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
