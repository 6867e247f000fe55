package search

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// MaxText is how many characters a text to be looked for has at most.
const MaxText = 100

// A question is a text that somebody typed, in the forms in which it is asked.
type question struct {
	text    string // without spaces around it
	folded  string // criteria.Fold of it
	compact string // its letters and digits alone
	digits  string // where it is a number as people write phone numbers: its digits
	han     bool   // it has a Chinese character
	letters bool   // it has another letter
	mail    bool   // it has an @
	spaced  bool   // it has a space inside
}

// read takes a text apart.
func read(text string) (question, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return question{}, fmt.Errorf("search: %w: the text is not valid UTF-8, or holds NUL", storage.ErrInvalid)
	}
	if n := utf8.RuneCountInString(text); n > MaxText {
		return question{}, fmt.Errorf("search: %w: a text of %d characters: give at most %d", storage.ErrInvalid, n, MaxText)
	}
	q := question{text: strings.TrimSpace(text)}
	q.folded = strings.TrimSpace(criteria.Fold(text))
	q.compact = compact(q.folded)
	q.mail = strings.Contains(q.folded, "@")
	q.spaced = strings.ContainsFunc(q.folded, unicode.IsSpace)
	for _, r := range q.folded {
		han := unicode.Is(unicode.Han, r)
		q.han = q.han || han
		q.letters = q.letters || !han && unicode.IsLetter(r)
	}
	if strings.Trim(q.folded, "0123456789+-. /()") == "" {
		q.digits = q.compact
	}
	return q, nil
}

// compact returns the letters and digits of a text that is folded already, with
// the marks that belong to them.
func compact(folded string) string {
	return strings.Map(func(r rune) rune {
		if counts(r) {
			return r
		}
		return -1
	}, folded)
}

func counts(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// length counts characters.
func length(s string) int { return utf8.RuneCountInString(s) }
