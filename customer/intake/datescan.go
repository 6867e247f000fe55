package intake

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

var errNotDate = errors.New("is not a date; write it like 2025-01-31 or 2025-01-31 15:04:05")

// read reads a date of any form, with what follows it.
func (f Format) read(cell string) (civil, error) {
	s := narrow(cell)
	if isNumber(s) {
		return f.number(s)
	}
	c, rest, err := f.date(s)
	if err != nil || rest == "" {
		return c, err
	}
	return c.clock(rest)
}

// date reads the date at the start of s and returns what stands behind it.
func (f Format) date(s string) (civil, string, error) {
	first, rest := leadingDigits(s)
	if after, ok := strings.CutPrefix(rest, "年"); ok {
		return chineseDate(first, after)
	}
	if first == "" || rest == "" || !strings.Contains("-/. ", rest[:1]) {
		return civil{}, "", errNotDate
	}
	mark, rest := rest[:1], rest[1:]
	if month, after := leadingMonth(rest); month > 0 {
		return namedDate(first, month, mark, after)
	}
	second, rest := leadingDigits(rest)
	after, ok := strings.CutPrefix(rest, mark)
	third, rest := leadingDigits(after)
	if !ok || mark == " " || second == "" || len(second) > 2 {
		return civil{}, "", errNotDate
	}
	c, err := f.arrange(first, second, third)
	return c, rest, err
}

// arrange decides which of three numbers is the year, the month and the day.
func (f Format) arrange(a, b, c string) (civil, error) {
	x, y, z := small(a), small(b), small(c)
	switch {
	case len(a) == 4 && (len(c) == 1 || len(c) == 2):
		return civil{year: x, month: y, day: z}.checked()
	case len(c) != 4 || len(a) > 2:
		return civil{}, errors.New("is not a date with a year of four digits; write it like 2025-01-31")
	case f.Order == DayFirst || f.Order == 0 && x > 12:
		return civil{year: z, month: y, day: x}.checked()
	case f.Order == MonthFirst || y > 12 || x == y:
		return civil{year: z, month: x, day: y}.checked()
	}
	return civil{}, fmt.Errorf("%w: day or month may come first; state Format.Order, or write it like 2025-01-31", ErrAmbiguousDate)
}

// chineseDate reads what follows 年.
func chineseDate(year, rest string) (civil, string, error) {
	month, rest := leadingDigits(rest)
	rest, hasMonth := strings.CutPrefix(rest, "月")
	day, rest := leadingDigits(rest)
	rest, hasDay := strings.CutPrefix(rest, "日")
	if !hasMonth || !hasDay || len(year) != 4 || len(month) > 2 || len(day) > 2 {
		return civil{}, "", errNotDate
	}
	if rest != "" && digitsOnly(rest[:1]) {
		rest = " " + rest // a time may follow without a space
	}
	c, err := civil{year: small(year), month: small(month), day: small(day)}.checked()
	return c, rest, err
}

// namedDate reads the year of 31-Jan-2025.
func namedDate(day string, month int, mark, rest string) (civil, string, error) {
	rest, ok := strings.CutPrefix(rest, mark)
	digits, rest := leadingDigits(rest)
	year := small(digits)
	switch {
	case !ok || len(day) > 2 || len(digits) != 2 && len(digits) != 4:
		return civil{}, "", errNotDate
	case len(digits) == 2 && year < 69:
		year += 2000
	case len(digits) == 2:
		year += 1900
	}
	c, err := civil{year: year, month: month, day: small(day)}.checked()
	return c, rest, err
}

// checked returns c if the calendar has that day.
func (c civil) checked() (civil, error) {
	if c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 {
		return civil{}, fmt.Errorf("does not exist: year %d, month %d, day %d; write it like 2025-01-31", c.year, c.month, c.day)
	}
	last := time.Date(c.year, time.Month(c.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if c.day < 1 || c.day > last {
		return civil{}, fmt.Errorf("does not exist: %s %d has the days 1 to %d", time.Month(c.month), c.year, last)
	}
	return c, nil
}

// leadingDigits splits s behind the ASCII digits that it begins with.
func leadingDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

// leadingMonth returns the month whose English name or first three letters s
// begins with, and what follows; 0 when there is none.
func leadingMonth(s string) (int, string) {
	n := 0
	for n < len(s) && (s[n]|0x20) >= 'a' && (s[n]|0x20) <= 'z' {
		n++
	}
	for m := time.January; n >= 3 && m <= time.December; m++ {
		if name := m.String(); strings.EqualFold(s[:n], name) || strings.EqualFold(s[:n], name[:3]) {
			return int(m), s[n:]
		}
	}
	return 0, s
}

// small returns the value of one to four digits; 0 for fewer or more, which is
// no year, month or day.
func small(digits string) int {
	if len(digits) > 4 {
		return 0
	}
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
