package intake

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Target is something that a column of a file may hold: what it is called in
// the records, which headers mean it and how its cells are read.
type Target struct {
	// Name of the target; synonym of itself.
	Name string
	// Required targets must have a column, and a row whose cell there is empty
	// is rejected.
	Required bool
	// Synonyms are further headers that mean this target. They are compared
	// without regard to case, width, spaces and punctuation, as a whole: "Order
	// No." equals "order_no", and "phone" does not match "phone 2".
	Synonyms []string
	// With names a target without which this one says nothing: the column of a
	// quantity is unmapped as long as none holds the product. Its cells can be read
	// all the same.
	With string
	// Parse turns a cell, trimmed and not empty, into the value of the record.
	// Its error rejects the row; the text should say why the cell is refused and
	// what would make it pass, without repeating the cell. Nil keeps the text.
	Parse func(cell string) (any, error)
}

// parser makes a Parse function of a function with a typed result.
func parser[T any](parse func(string) (T, error)) func(string) (any, error) {
	return func(cell string) (any, error) { return parse(cell) }
}

// marksOfForms are remarks in brackets that forms put behind a header and that
// say nothing about its meaning.
var marksOfForms = []string{"(必填)", "(选填)", "(必须)", "(可选)", "(required)", "(optional)"}

// foldHeader returns the form in which headers are compared: NFKC, lower case,
// without spaces, punctuation and symbols.
func foldHeader(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	for _, mark := range marksOfForms {
		s = strings.TrimSuffix(trim(s), mark)
	}
	return strings.Map(func(r rune) rune {
		if empty(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return r
	}, s)
}

// A vocabulary finds the target that a header means, by its folded form.
type vocabulary map[string]int

// newVocabulary returns the vocabulary of the targets, or an error when their
// names or synonyms overlap.
func newVocabulary(targets []Target) (vocabulary, error) {
	words := vocabulary{}
	for i, t := range targets {
		if t.Name == "" {
			return nil, errors.New("intake: a target has no name")
		}
		for _, word := range append([]string{t.Name}, t.Synonyms...) {
			other, taken := words[foldHeader(word)]
			if taken && other != i {
				return nil, fmt.Errorf("intake: the targets %q and %q are both called %q; a header must mean one", targets[other].Name, t.Name, word)
			}
			words[foldHeader(word)] = i
		}
	}
	return words, nil
}

// find returns the index of the target that the header means.
func (v vocabulary) find(header string) (int, bool) {
	folded := foldHeader(header)
	i, ok := v[folded]
	return i, ok && folded != ""
}
