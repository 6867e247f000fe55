package form

import "strings"

// Sound returns a code for how an English name sounds, in capitals, so that it
// meets no pinyin: equal for Catherine and Katharine, Johnathan and Jonathan.
// It is NYSIIS, of any length, as R. L. Taft describes it in "Name Search
// Techniques", New York State Identification and Intelligence System, 1970.
// Letters other than a to z (after Latin) are left out; a word without any has
// the code "".
func Sound(word string) string {
	var room [64]byte
	w := room[:0]
	for _, c := range []byte(latin(word)) {
		if 'a' <= c && c <= 'z' {
			w = append(w, c-'a'+'A')
		}
	}
	if len(w) == 0 {
		return ""
	}
	w = nysiisTail(nysiisHead(w))
	return string(nysiisEnd(nysiisMiddle(w)))
}

// nysiisHead rewrites how a name begins.
func nysiisHead(w []byte) []byte {
	switch s := string(w[:min(3, len(w))]); {
	case s == "MAC":
		w[1] = 'C'
	case strings.HasPrefix(s, "KN"):
		w[0] = 'N'
	case s[0] == 'K':
		w[0] = 'C'
	case strings.HasPrefix(s, "PH"), strings.HasPrefix(s, "PF"):
		w[0], w[1] = 'F', 'F'
	case s == "SCH":
		w[1], w[2] = 'S', 'S'
	}
	return w
}

// nysiisTail rewrites how a name ends.
func nysiisTail(w []byte) []byte {
	n := len(w)
	if n < 2 {
		return w
	}
	switch string(w[n-2:]) {
	case "EE", "IE":
		w[n-2] = 'Y'
		return w[:n-1]
	case "DT", "RT", "RD", "NT", "ND":
		w[n-2] = 'D'
		return w[:n-1]
	}
	return w
}

// nysiisMiddle makes the code of all letters; of equal ones in a row, one stays.
func nysiisMiddle(w []byte) []byte {
	key := append(make([]byte, 0, len(w)), w[0])
	for i := 1; i < len(w); i++ {
		nysiisRewrite(w, i)
		if w[i] != key[len(key)-1] {
			key = append(key, w[i])
		}
	}
	return key
}

// nysiisRewrite rewrites the letter at i, and those after it that go with it.
func nysiisRewrite(w []byte, i int) {
	next := byte(0)
	if i+1 < len(w) {
		next = w[i+1]
	}
	switch c := w[i]; {
	case c == 'E' && next == 'V':
		w[i], w[i+1] = 'A', 'F'
	case isVowel(c):
		w[i] = 'A'
	case c == 'Q':
		w[i] = 'G'
	case c == 'Z':
		w[i] = 'S'
	case c == 'M':
		w[i] = 'N'
	case c == 'K' && next == 'N':
		w[i] = 'N'
	case c == 'K':
		w[i] = 'C'
	case c == 'S' && next == 'C' && i+2 < len(w) && w[i+2] == 'H':
		w[i+1], w[i+2] = 'S', 'S'
	case c == 'P' && next == 'H':
		w[i], w[i+1] = 'F', 'F'
	case c == 'H' && (!isVowel(w[i-1]) || !isVowel(next)), c == 'W' && isVowel(w[i-1]):
		w[i] = w[i-1]
	}
}

func isVowel(c byte) bool { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U' }

// nysiisEnd takes the weak end off a code.
func nysiisEnd(key []byte) []byte {
	if n := len(key); n > 1 && key[n-1] == 'S' {
		key = key[:n-1]
	}
	if n := len(key); n > 2 && key[n-2] == 'A' && key[n-1] == 'Y' {
		key = append(key[:n-2], 'Y')
	}
	if n := len(key); n > 1 && key[n-1] == 'A' {
		key = key[:n-1]
	}
	return key
}
