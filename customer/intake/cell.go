package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrSpreadsheetNumber marks a cell that a spreadsheet program took for a
// number and shortened, so that its digits are lost.
var ErrSpreadsheetNumber = errors.New("was shortened to a number by a spreadsheet and lost its digits; format the column as text and export it again")

// maxPhoneDigits is the 15 digits of ITU-T E.164 and an extension of five.
const maxPhoneDigits = 20

// ParsePhone checks that a cell can be a telephone number and returns it
// trimmed and with narrow digits, otherwise as written: "１３８ 0013 8000" becomes
// "138 0013 8000". It does not know national numbering plans.
//
// An extension may follow in any form, that of RFC 3966 (;ext=8001) among them.
// A number in scientific notation (1.38E+10) is refused with
// ErrSpreadsheetNumber. Letters other than an extension mark, fewer than 5 and
// more than 20 digits are refused too.
func ParsePhone(cell string) (string, error) {
	s := strings.TrimPrefix(narrow(cell), "'") // Excel's mark for text
	if scientific(s) {
		return "", ErrSpreadsheetNumber
	}
	digits := 0
	for _, r := range strings.Replace(s, ";ext=", "ext", 1) {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !phoneMark(r):
			return "", fmt.Errorf("is not a telephone number: it holds %q", r)
		}
	}
	if digits < 5 || digits > maxPhoneDigits {
		return "", fmt.Errorf("is not one telephone number: it has %d digits and should have 5 to %d", digits, maxPhoneDigits)
	}
	return s, nil
}

// phoneMark reports whether the character may stand between the digits of a
// telephone number: punctuation, or a part of "ext" and its Chinese words.
func phoneMark(r rune) bool {
	switch r {
	case '+', '-', '(', ')', '.', '/', '#', ' ', 'e', 'x', 't', 'E', 'X', 'T', '转', '分', '机', '‐', '‑', '–', '—':
		return true
	}
	return false
}

// scientific reports whether s is a decimal number with an exponent.
func scientific(s string) bool {
	if !strings.ContainsAny(s, "eE") {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// ParseInteger reads a whole number with an optional sign and optional commas
// between groups of three digits. Fractions, exponents and numbers outside 64
// bits are refused.
func ParseInteger(cell string) (int64, error) {
	s := narrow(cell)
	sign, digits := "", s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, digits = s[:1], s[1:]
	}
	plain, ok := ungroup(digits)
	if !ok {
		return 0, errors.New("is not a whole number; write it like 1200 or 1,200")
	}
	n, err := strconv.ParseInt(sign+plain, 10, 64)
	if err != nil {
		return 0, errors.New("is beyond the range of whole numbers, ±9,223,372,036,854,775,807")
	}
	return n, nil
}

// ungroup removes the commas of 1,234,567. It returns false unless s consists
// of digits, and of groups of exactly three behind the first if it is grouped.
func ungroup(s string) (string, bool) {
	first, rest, grouped := strings.Cut(s, ",")
	if !digitsOnly(first) || grouped && len(first) > 3 {
		return "", false
	}
	if !grouped {
		return s, true
	}
	for group := range strings.SplitSeq(rest, ",") {
		if len(group) != 3 || !digitsOnly(group) {
			return "", false
		}
		first += group
	}
	return first, true
}

// digitsOnly reports whether s consists of one or more ASCII digits.
func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// ParseTags splits a list at commas, semicolons and vertical bars, narrow or
// wide, and at the Chinese enumeration comma. The tags are trimmed, without
// empty ones, each once, in the order of the cell.
func ParseTags(cell string) []string {
	var tags []string
	seen := map[string]bool{}
	for tag := range strings.FieldsFuncSeq(cell, tagMark) {
		if tag = trim(tag); tag != "" && !seen[tag] {
			seen[tag] = true
			tags = append(tags, tag)
		}
	}
	return tags
}

// tagMark reports whether the character stands between two tags.
func tagMark(r rune) bool {
	switch r {
	case ',', '，', ';', '；', '、', '|', '｜':
		return true
	}
	return false
}

// trim cuts white space of all kinds, byte order marks and zero-width spaces
// from both ends.
func trim(s string) string {
	if n := len(s); n == 0 || plain(s[0]) && plain(s[n-1]) {
		return s
	}
	return strings.TrimFunc(s, empty)
}

// empty reports whether the character shows nothing. Most Han characters take
// the short way.
func empty(r rune) bool {
	if r > '\u3000' {
		return r == '\uFEFF'
	}
	return unicode.IsSpace(r) || r == '\u200B'
}

// plain reports whether the byte is a visible ASCII character.
func plain(b byte) bool { return ' ' < b && b < utf8.RuneSelf }

// narrow trims s and folds full-width and other compatibility forms of
// characters (NFKC), so that "￥１，２００" becomes "¥1,200".
func narrow(s string) string {
	if s = trim(s); asciiOnly(s) {
		return s
	}
	return trim(norm.NFKC.String(s))
}

// asciiOnly reports whether s holds nothing but ASCII.
func asciiOnly(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// parseEmail checks that a cell has the form local@domain.tld and returns it
// narrow, otherwise as written. It proves nothing about the address.
func parseEmail(cell string) (string, error) {
	s := narrow(cell)
	local, domain, _ := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	if local == "" || dot < 1 || dot == len(domain)-1 || strings.ContainsAny(domain, "@") || strings.ContainsFunc(s, unicode.IsSpace) {
		return "", errors.New("is not one e-mail address; write it like name@example.com")
	}
	return s, nil
}
