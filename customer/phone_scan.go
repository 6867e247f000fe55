package customer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The bounds of what is read.
const (
	maxE164      = 15 // digits with the country code (ITU-T E.164)
	maxExtension = 8  // digits
	maxDialed    = 24 // digits: those of E.164, prefixes, an extension behind a dash
	maxSpelling  = 96 // bytes
)

// A dialed is what a text holds of a phone number, before anything is known of
// its country.
type dialed struct {
	digits    [maxDialed]byte
	n         int
	plus      bool // a + stands in front
	dash      int  // how many digits stand before the last dash; 0: there is none
	slash     bool // a / stands in it, which may part two numbers
	extension [maxExtension]byte
	extended  int
	soft      bool // the extension stands behind , or _, which only China writes so
}

// scan reads the text; a problem says what in it cannot be part of a number.
func (d *dialed) scan(value string) error {
	var buffer [maxSpelling]byte
	text, err := spelling(buffer[:0], value)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		if length, soft := extensionMark(text); length > 0 && d.n > 0 {
			return d.scanExtension(text[length:], soft)
		}
		step, err := d.scanOne(text)
		if err != nil {
			return err
		}
		text = text[step:]
	}
	return nil
}

// scanOne reads what stands first and returns how many bytes that is.
func (d *dialed) scanOne(text []byte) (int, error) {
	switch c := text[0]; {
	case isDigit(c):
		if d.n == maxDialed {
			return 0, d.tooLong()
		}
		d.digits[d.n] = c
		d.n++
	case c == '+' && d.n == 0 && !d.plus:
		d.plus = true
	case c == '(' && d.n > 0 && len(text) >= 3 && string(text[:3]) == "(0)" && !d.keepsZero():
		return 3, nil
	case c == '-':
		d.dash = d.n
	case c == '/':
		d.slash = true
	case c == ' ' || c == '.' || c == '(' || c == ')':
	case c == 'e' && isExponent(text[1:]) && d.n > 0 && d.dash == 0:
		return 0, ErrSpreadsheetNumber
	case c == '*':
		return 0, phoneProblem("digits in it are hidden by asterisks; enter all digits")
	default:
		r, _ := utf8.DecodeRune(text)
		if d.n >= 7 && strings.ContainsRune(";、|或&", r) {
			return 0, phoneProblem("it holds more than one number; enter each by itself")
		}
		return 0, fmt.Errorf("it holds %q; write digits alone, and 转 or ext before an extension", r)
	}
	return 1, nil
}

// tooLong is the problem of too many digits.
func (d *dialed) tooLong() error {
	if d.slash {
		return phoneProblem("it holds more than one number; enter each by itself")
	}
	return fmt.Errorf("it has more digits than the %d of any number; enter each number by itself", maxE164)
}

// isExponent reports whether the text is the rest of 1.38E+10 behind the E.
func isExponent(text []byte) bool {
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	for _, c := range text {
		if !isDigit(c) {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 3
}

// scanExtension reads the digits behind the mark of an extension.
func (d *dialed) scanExtension(text []byte, soft bool) error {
	for len(text) > 0 {
		length, _ := extensionMark(text)
		switch {
		case isDigit(text[0]) && d.extended == maxExtension:
			if soft {
				return phoneProblem("it holds more than one number; enter each by itself")
			}
			return fmt.Errorf("its extension has more than %d digits", maxExtension)
		case isDigit(text[0]):
			d.extension[d.extended] = text[0]
			d.extended++
			text = text[1:]
		case length > 0 && d.extended == 0 && !soft: // 转分机
			text = text[length:]
		case strings.IndexByte(" .:-=()", text[0]) >= 0:
			text = text[1:]
		default:
			r, _ := utf8.DecodeRune(text)
			return fmt.Errorf("its extension holds %q; write digits alone", r)
		}
	}
	if d.extended == 0 {
		return phoneProblem("it has no digits behind the mark of an extension; leave the mark out")
	}
	d.soft = soft
	return nil
}

// extensionMarks stand before an extension; a longer one before its beginning.
var extensionMarks = [...]string{";ext=", "extension", "extn", "ext", "x", "#", "转接", "转", "轉", "分机号", "分机", "分機", "内线", "內線"}

// extensionMark returns the length of the mark of an extension that the text
// begins with, 0 for none, and whether it is one that is only used in China.
func extensionMark(text []byte) (length int, soft bool) {
	if isDigit(text[0]) {
		return 0, false
	}
	for _, mark := range extensionMarks {
		if len(text) >= len(mark) && string(text[:len(mark)]) == mark {
			return len(mark), false
		}
	}
	if text[0] == ',' || text[0] == '_' {
		return 1, true
	}
	return 0, false
}

// spelling appends the text in lower case and normal width, with plain dashes
// and spaces, without what stands around a number: spaces, tel:, the mark of a
// spreadsheet for text, and the .0 of a number that was exported as a fraction.
func spelling(out []byte, value string) ([]byte, error) {
	for _, r := range value {
		if len(out)+utf8.UTFMax > maxSpelling {
			return nil, phoneProblem("it is too long; enter one number alone")
		}
		out = appendPlain(out, r)
	}
	for len(out) > 0 && (out[0] == ' ' || out[0] == '\'') {
		out = out[1:]
	}
	for len(out) > 0 && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	if len(out) > 4 && string(out[:4]) == "tel:" {
		out = out[4:]
	}
	return withoutFraction(out), nil
}

// appendPlain appends a character of a spelling in its plain form.
func appendPlain(out []byte, r rune) []byte {
	if r < utf8.RuneSelf && r > ' ' {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(out, byte(r))
	}
	switch {
	case r == '\u200B' || r == '\uFEFF' || r >= '\u200E' && r <= '\u200F' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069':
		return out // marks that nobody sees, which come with numbers copied from web pages
	case isDash(r):
		return append(out, '-')
	case isSeparator(r):
		return append(out, ' ')
	case narrowCapital(r) != 0:
		return appendPlain(out, rune(narrowCapital(r)))
	}
	return utf8.AppendRune(out, r)
}

// isDash reports whether the character is a dash that is no ASCII character.
func isDash(r rune) bool {
	switch r {
	case '－', '‐', '‑', '‒', '–', '—', '−', 'ー':
		return true
	}
	return false
}

// withoutFraction cuts the .0 off 13800138000.0, where no more than digits
// stand before it.
func withoutFraction(text []byte) []byte {
	whole := len(text) - len(".0")
	if whole < 10 || string(text[whole:]) != ".0" {
		return text
	}
	for _, c := range text[:whole] {
		if !isDigit(c) {
			return text
		}
	}
	return text[:whole]
}
