package form

import (
	"strings"
	"unicode/utf8"
)

// numeral returns the number in digits that a text begins with, and its length
// in bytes: digits of ASCII, or a Chinese numeral up to 9999 (十二, 二〇三, 一百零五).
// Leading zeros are taken off. The length is 0 where the text begins with none.
func numeral(text string) (string, int) {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	if n > 0 {
		return trimZeros(text[:n]), n
	}
	for i, r := range text {
		if !strings.ContainsRune(hanDigits, r) && hanUnit(r) == 0 {
			return hanNumber(text[:i]), i
		}
	}
	return hanNumber(text), len(text)
}

func trimZeros(digits string) string {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}

// hanDigits are the Chinese digits from 0 to 9, and 零 and 两 behind them.
const hanDigits = "〇一二三四五六七八九零两"

func hanDigit(r rune) int {
	switch r {
	case '零':
		return 0
	case '两':
		return 2
	}
	at := strings.IndexRune(hanDigits, r)
	if at < 0 {
		return -1
	}
	return at / utf8.RuneLen('一')
}

func hanUnit(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return 0
}

// hanNumber returns a Chinese numeral in digits: with units (一百零五) as a
// value, without (二〇三) digit by digit.
func hanNumber(text string) string {
	var digits []byte
	value, digit, units := 0, 0, false
	for _, r := range text {
		if unit := hanUnit(r); unit > 0 {
			value += max(digit, 1) * unit
			digit, units = 0, true
			continue
		}
		digit = hanDigit(r)
		digits = append(digits, byte('0'+digit))
	}
	if units {
		return itoa(value + digit)
	}
	return trimZeros(string(digits))
}

func itoa(n int) string {
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}
