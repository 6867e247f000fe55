package export

import "strings"

// dangerous are the beginnings of a text for which a spreadsheet may take it for
// a formula (OWASP, CSV injection), and the apostrophe, so that Unescape is exact.
var dangerous = []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'"}

// Escape returns a text that no spreadsheet takes for a formula: with an
// apostrophe in front of one that it might. Unescape(Escape(s)) is s.
func Escape(s string) string {
	for _, start := range dangerous {
		if strings.HasPrefix(s, start) {
			return "'" + s
		}
	}
	return s
}

// Unescape takes away the apostrophe that Escape put in front.
func Unescape(s string) string { return strings.TrimPrefix(s, "'") }
