package wording

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Message is what a reader is told about an error.
type Message struct {
	Key  string // of the text, the same in every language: "error.not_found"; "error" where there is no text for the error
	Text string // in the language: what was refused, why, and what would make it pass
}

// unknown is the key of the message of an error that has no text of its own.
const unknown = "error"

// Error says an error of this library in a language, however it is wrapped. nil
// is the zero Message.
//
// An error that is not known, such as one of the host, is said by its own text
// under the key "error". Where an error of this library has no more than a reason in
// English (error.invalid, error.record, error.criterion), the message quotes it.
// Of several errors joined into one, one is said: take them apart to say each.
//
// A message holds nothing that the error does not hold, so that what a guard hid
// stays hidden, and quotes no phone number, identity number or account that was
// refused. A reason in English may quote a value. The text is plain: a page of HTML
// has to escape it.
func (w Wording) Error(lang string, err error) (m Message) {
	if err == nil {
		return Message{}
	}
	// An error of a stranger may panic in Unwrap, Is or As, and so may a nil pointer.
	defer func() {
		if recover() != nil {
			m = Message{unknown, fmt.Sprint(err)}
		}
	}()
	if len(w.tongues) == 0 {
		return Message{unknown, fmt.Sprint(err)}
	}
	return speaker{w, w.match(lang)}.error(err)
}

// A speaker says errors in one language.
type speaker struct {
	Wording
	at int // its place among the languages
}

// An explainer says the errors of one type.
type explainer func(s speaker, err error) (Message, bool)

// on makes an explainer of the errors of a type.
func on[E error](say func(s speaker, e E) Message) explainer {
	return func(s speaker, err error) (Message, bool) {
		var e E
		if !errors.As(err, &e) {
			return Message{}, false
		}
		return say(s, e), true
	}
}

// error says the first thing that is known of an error: where it happened, what
// was refused, or the sentinel.
func (s speaker) error(err error) Message {
	for _, list := range [][]explainer{placeExplainers(), customerExplainers(), workExplainers(), dedupeExplainers(), storageExplainers()} {
		for _, explain := range list {
			if m, ok := explain(s, err); ok {
				return m
			}
		}
	}
	for _, known := range sentinels {
		if errors.Is(err, known.err) {
			return s.say(known.key, "kind", s.label("record"), "reason", s.reason(err))
		}
	}
	return Message{unknown, fmt.Sprint(err)}
}

// reason returns the own text of an error, for what no language has words for.
func (s speaker) reason(err error) string { return fmt.Sprint(err) }

func (s speaker) say(key string, params ...string) Message {
	return Message{key, s.fill(s.at, key, params...)}
}

func (s speaker) label(key string) string { return s.Wording.label(s.at, key) }

func (s speaker) value(field, value string) string { return s.Wording.value(s.at, field, value) }

// labels names fields of a kind as a list.
func (s speaker) labels(kind string, fields []string) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = s.label(kind + "." + f)
	}
	return s.list(names)
}

// values names values of a field as a list.
func (s speaker) values(field string, values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = s.value(field, v)
	}
	return s.list(names)
}

// shown is how many entries of a list a message names at most.
const shown = 20

func (s speaker) list(items []string) string {
	if len(items) == 0 {
		return s.fill(s.at, "list.none")
	}
	if len(items) > shown {
		items = append(slices.Clone(items[:shown]), "…")
	}
	return strings.Join(items, s.fill(s.at, "list"))
}
