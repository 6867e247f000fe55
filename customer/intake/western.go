package intake

import "strings"

// GB18030 writes most characters beyond ASCII as a byte of 0x81 to 0xFE and one
// that may be an ASCII letter. So much of what Windows-1252 and its neighbours
// write is valid GB18030 too: the bytes of "François" are those of "Fran鏾is".
// What tells them apart is where such bytes stand. Common Chinese characters are
// two bytes beyond ASCII each; in Western texts such a byte stands alone in a word.

// looksWestern reports whether text that is valid GB18030 may rather be of a
// Western encoding: whether at least as many letters stand alone in words, as they
// do there, as there are characters that cannot be a letter and the one behind it.
// Chinese text has such a place where a rare character touches Latin letters, and
// looks Western only if it has hardly any other Chinese character. before is the
// byte in front of the text.
func looksWestern(before byte, text []byte) bool {
	western, other := 0, 0
	inWord := isLatin(before)
	for i := 0; i < len(text); {
		if text[i] < 0x80 {
			before, inWord = text[i], isLatin(text[i])
			i++
			continue
		}
		size := min(sizeGB18030(text[i:]), len(text)-i)
		inWord = inWesternWord(before, text[i:], inWord)
		switch {
		case inWord:
			western++
		case !isWestern(text[i]) || !isLatin(text[i+size-1]):
			other++
		}
		before = text[i+size-1]
		i += size
	}
	return western > 0 && western >= other
}

// inWesternWord reports whether text, which begins beyond ASCII, reads as one
// letter of a Western word and the letter behind it, or as two small letters
// within one, as in "Conceição". inWord says whether before is a letter.
func inWesternWord(before byte, text []byte, inWord bool) bool {
	if len(text) < 3 || !isWestern(text[0]) {
		return false
	}
	first, second, third := text[0], text[1], text[2]
	switch {
	case second >= 0xE0:
		return inWord && isSmall(before) && first >= 0xE0 && isSmall(third)
	case isSmall(second):
		return inWord || isSmall(third)
	case isLatin(second): // among capitals alone
		return first < 0xE0 && (inWord && !isSmall(before) || !inWord && isLatin(third) && !isSmall(third))
	}
	return false
}

// sizeGB18030 returns the length of the first character of text, which begins
// beyond ASCII, is valid GB18030 and may be cut at its end.
func sizeGB18030(text []byte) int {
	if len(text) > 1 && text[1] >= '0' && text[1] <= '9' {
		return 4
	}
	return 2
}

// isSmall reports whether a byte is a small ASCII letter.
func isSmall(c byte) bool { return c >= 'a' && c <= 'z' }

// isLatin reports whether a byte is an ASCII letter.
func isLatin(c byte) bool { return isSmall(c) || c >= 'A' && c <= 'Z' }

// letters1250 are the letters below 0xC0 of Windows-1252 and Windows-1250.
const letters1250 = "\x8A\x8C\x8D\x8E\x8F\x9A\x9C\x9D\x9E\x9F\xA3\xA5\xAA\xAF\xB3\xB9\xBA\xBC\xBE\xBF"

// isWestern reports whether a byte is a letter of Windows-1252 or Windows-1250.
func isWestern(c byte) bool {
	if c < 0xC0 {
		return strings.IndexByte(letters1250, c) >= 0
	}
	return c != 0xD7 && c != 0xF7 // the signs of multiplication and division
}
