package xlsx

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
)

// numberText returns a stored number as text without an exponent, to the 15
// significant digits that a spreadsheet has.
func numberText(stored string) (string, error) {
	if plainNumber(stored) {
		return stored, nil
	}
	f, err := strconv.ParseFloat(stored, 64)
	switch {
	case err != nil || math.IsInf(f, 0) || math.IsNaN(f):
		return "", errNumber
	case math.Abs(f) >= 1e15:
		return "", intake.ErrSpreadsheetNumber
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if err != nil {
		return "", errNumber
	}
	text := strconv.FormatFloat(rounded, 'f', -1, 64)
	if text == "-0" {
		text = "0"
	}
	return text, nil
}

// plainNumber reports whether a number can stay as it is spelled: at most 15
// digits, as 12, -3 or 0.25.
func plainNumber(s string) bool {
	whole, fraction, dotted := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(whole)+len(fraction) > 15 || whole == "" || dotted && fraction == "" || dotted && fraction[len(fraction)-1] == '0' || len(whole) > 1 && whole[0] == '0' || s == "-0" {
		return false
	}
	for i := range len(whole) {
		if whole[i] < '0' || whole[i] > '9' {
			return false
		}
	}
	for i := range len(fraction) {
		if fraction[i] < '0' || fraction[i] > '9' {
			return false
		}
	}
	return true
}

// lastDay is the number of 9999-12-31 in the 1900 system.
const lastDay = 2_958_465

// dateText returns a number in a date format as the date that it shows, to the
// second. In the 1900 system day 60 is a 29 February that never was, and comes
// out as that.
func dateText(stored string, mac bool) (string, error) {
	n, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsNaN(n) {
		return "", errNumber
	}
	if mac && n >= 1 {
		n += 1462 // the days from 1899-12-31 to 1904-01-01, and the day that never was
	}
	if n < 0 || n >= lastDay+1 {
		return "", fmt.Errorf("is a date that no spreadsheet shows: day %s; correct it, or format the cell as a number", stored)
	}
	seconds := int64(math.Round(n * 86_400))
	day, clock := seconds/86_400, seconds%86_400
	at := time.Unix(clock, 0).UTC().Format(time.TimeOnly)
	date := ""
	switch {
	case day == 0:
		return at, nil
	case day == 60 && !mac:
		date = "1900-02-29"
	case day < 60:
		date = time.Date(1899, time.December, 31+int(day), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	default:
		date = time.Date(1899, time.December, 30+int(day), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	if clock == 0 {
		return date, nil
	}
	return date + " " + at, nil
}
