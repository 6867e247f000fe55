package intake

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// excelEnd is the number of the day behind the last that Excel counts.
const excelEnd = 2_958_466

// isNumber reports whether s consists of digits with at most one point that
// has digits on both sides.
func isNumber(s string) bool {
	whole, fraction, dotted := strings.Cut(s, ".")
	return digitsOnly(whole) && (!dotted || digitsOnly(fraction))
}

// number reads a date without separators.
func (f Format) number(s string) (civil, error) {
	whole, _, dotted := strings.Cut(s, ".")
	switch {
	case len(s) == 8 && !dotted:
		return civil{year: small(s[:4]), month: small(s[4:6]), day: small(s[6:])}.checked()
	case len(whole) <= 7 && f.Serial:
		return serial(s)
	case (len(s) == 10 || len(s) == 13) && !dotted && f.Unix:
		return unix(s), nil
	}
	return civil{}, fmt.Errorf("%w: it is a bare number; state Format.Serial for days of Excel or Format.Unix for Unix time, or write it like 20250131", ErrAmbiguousDate)
}

// serial reads a day of Excel's 1900 date system. Excel counts a 29 February
// 1900 that never was, as day 60 (Microsoft support article 214326); behind it
// the days are those since 1899-12-30.
func serial(s string) (civil, error) {
	n, err := strconv.ParseFloat(s, 64)
	day := int(n)
	switch {
	case err != nil || n >= excelEnd:
		return civil{}, errors.New("is behind the last day that Excel counts, 9999-12-31")
	case day == 0:
		return civil{}, errors.New("is before the first day that Excel counts, 1900-01-01")
	case day == 60:
		return civil{}, errors.New("is 29 February 1900 to Excel, a day that never was")
	case day < 60:
		day++
	}
	seconds := int((n-float64(int(n)))*86_400 + 0.5)
	c := civilOf(time.Date(1899, time.December, 30+day, 0, 0, seconds, 0, time.UTC))
	c.timed = strings.Contains(s, ".")
	return c.checked()
}

// unix returns the moment of 10 digits of seconds or 13 of milliseconds.
func unix(s string) civil {
	n, _ := strconv.ParseInt(s, 10, 64) // digits, and few enough
	t := time.Unix(n, 0)
	if len(s) == 13 {
		t = time.UnixMilli(n)
	}
	c := civilOf(t.UTC())
	c.zone = time.UTC
	return c
}
