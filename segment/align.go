package segment

import (
	"strings"
	"unicode"

	"github.com/clientele-go/clientele/customer"
	"golang.org/x/text/width"
)

// alignColumns pads cells with spaces so that columns line up, the first to the
// left and the others to the right, and draws a line under the heading. Line
// breaks and other control characters in a cell become spaces.
func alignColumns(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i := range line {
			line[i] = strings.Map(printable, line[i])
			widths[i] = max(widths[i], displayWidth(line[i]))
		}
	}
	var b strings.Builder
	for n, line := range lines {
		writeLine(&b, line, widths)
		if n == 0 {
			total := 2 * (len(widths) - 1)
			for _, w := range widths {
				total += w
			}
			b.WriteString(strings.Repeat("-", total) + "\n")
		}
	}
	return b.String()
}

// writeLine writes one line with two spaces between columns.
func writeLine(b *strings.Builder, cells []string, widths []int) {
	for i, cell := range cells {
		padding := strings.Repeat(" ", widths[i]-displayWidth(cell))
		switch {
		case i == 0:
			b.WriteString(cell + padding)
		default:
			b.WriteString("  " + padding + cell)
		}
	}
	b.WriteByte('\n')
}

// printable returns r, or a space for a control character.
func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// displayWidth returns the number of places a text takes in a font of fixed
// width, by Unicode Standard Annex 11: two for wide and full-width characters,
// none for marks that combine and for format characters, one for the rest.
// Emoji made of several characters come out too wide.
func displayWidth(text string) int {
	places := 0
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			places += 2
		default:
			places++
		}
	}
	return places
}

// formatMinor writes minor units as major units, digits grouped by threes.
func formatMinor(minor int64, currency string) string {
	return groupDigits(FromMinor(minor, currency).StringFixed(customer.MinorDigits(currency)))
}

// groupDigits puts commas into the whole part of a decimal number.
func groupDigits(number string) string {
	sign, digits := "", number
	if strings.HasPrefix(number, "-") {
		sign, digits = "-", number[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + b.String() + fraction
}
