package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
)

// maxMarked is how many characters of a name are tried for the part that a
// romanised text means.
const maxMarked = 32

// whole marks all of a text.
func whole(text string) []Span {
	if text == "" {
		return nil
	}
	return []Span{{0, len(text)}}
}

// A projection is the letters and digits of a text, folded, and for each byte
// of them the character of the text that it comes from.
type projection struct {
	form string
	from []Span
}

func project(text string) projection { return projectAs(text, compact) }

// projectAs makes a projection by another form of each folded character.
func projectAs(text string, form func(folded string) string) projection {
	var joined strings.Builder
	var from []Span
	for at := 0; at < len(text); {
		_, size := utf8.DecodeRuneInString(text[at:]) // of a mask, which may be any bytes
		span := Span{at, at + size}
		at += size
		part := form(criteria.Fold(text[span.From:span.To]))
		joined.WriteString(part)
		for range len(part) {
			from = append(from, span)
		}
	}
	return projection{joined.String(), from}
}

// span returns the part of the text that n bytes of the projection come from.
func (p projection) span(at, n int) []Span {
	if at < 0 || n == 0 {
		return nil
	}
	return []Span{{p.from[at].From, p.from[at+n-1].To}}
}

// markOf marks where the letters and digits that were wanted stand first, and
// markLast where they stand last.
func markOf(wanted string) func(string) []Span {
	return func(text string) []Span {
		p := project(text)
		return p.span(strings.Index(p.form, wanted), len(wanted))
	}
}

func markLast(wanted string) func(string) []Span {
	return func(text string) []Span {
		p := project(text)
		return p.span(strings.LastIndex(p.form, wanted), len(wanted))
	}
}

// markDomain marks the beginning of the domain of a mail address.
func markDomain(start string) func(string) []Span {
	return func(text string) []Span {
		at := strings.LastIndex(text, "@") + 1
		end := at + len(start)
		if at == 0 || end > len(text) || criteria.Fold(text[at:end]) != start {
			return nil
		}
		return []Span{{at, end}}
	}
}

// markSpelling marks a word of the name that begins so, with its accents or
// without them, or else the first characters whose romanised form does.
func (f Finder) markSpelling(name, wanted string) []Span {
	p := project(name)
	if at := strings.Index(p.form, wanted); at >= 0 {
		return p.span(at, len(wanted))
	}
	for _, e := range []bool{false, true} {
		p := projectAs(name, func(folded string) string { return plain(compact(folded), e) })
		if at := strings.Index(p.form, wanted); at >= 0 {
			return p.span(at, len(wanted))
		}
	}
	if f.Romanize == nil {
		return nil
	}
	end := 0
	for range maxMarked {
		_, size := utf8.DecodeRuneInString(name[end:])
		if size == 0 {
			break
		}
		end += size
		if slices.ContainsFunc(f.Romanize(name[:end]), func(form string) bool { return strings.HasPrefix(form, wanted) }) {
			return []Span{{0, end}}
		}
	}
	return nil
}
