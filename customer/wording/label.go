package wording

import (
	"context"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// Label returns what a kind ("customer"), a field ("customer.name",
// "customer.custom.shoe_size") or a value ("customer.type.person") is called in a
// language. What has no label is called by the last word of its key; see Lookup.
func (w Wording) Label(lang, key string) string { return w.label(w.match(lang), key) }

// Value returns what the value of a field is called: that of "customer.type" for
// customer.Person. A value without a label, such as a word of the host's, is
// returned as it is.
func (w Wording) Value(lang, field, value string) string {
	return w.value(w.match(lang), field, value)
}

// Lookup returns the text of a key in a language, with its placeholders, and
// whether there is one, be it in a language further down.
func (w Wording) Lookup(lang, key string) (string, bool) { return w.find(w.match(lang), key) }

// Text returns the text of a key in a language with the placeholders filled in,
// which are given as names and values in turn: Text("zh", "error.too_long", "max",
// "200"). Where there is no such text it returns the key. Placeholders without a value stay.
func (w Wording) Text(lang, key string, params ...string) string {
	return w.fill(w.match(lang), key, params...)
}

// Tenant returns a wording with the labels that a tenant has given to its custom
// kinds and fields. They are the same in all languages but those in which With gave
// a text for "customer.custom.shoe_size". All definitions are read, which are few; a host
// may keep the result for as long as they do not change.
func (w Wording) Tenant(ctx context.Context, r storage.Reader) (Wording, error) {
	labels := map[string]string{}
	for k, err := range storage.CustomKinds.Find(ctx, r, storage.Query{}) {
		if err != nil {
			return w, err
		}
		name(labels, k.Name, k.Label)
	}
	for f, err := range storage.CustomFields.Find(ctx, r, storage.Query{}) {
		if err != nil {
			return w, err
		}
		name(labels, f.Kind+".custom."+f.Name, f.Label)
	}
	w.tenant = labels
	return w, nil
}

func name(labels map[string]string, key, label string) {
	if label != "" {
		labels[key] = label
	}
}

func (w Wording) label(at int, key string) string {
	if found, ok := w.find(at, key); ok {
		return found
	}
	return key[strings.LastIndexByte(key, '.')+1:]
}

func (w Wording) value(at int, field, value string) string {
	if found, ok := w.find(at, field+"."+value); ok {
		return found
	}
	return value
}

// fill returns a text with its placeholders filled in, in one pass, so that a
// value in braces is not taken for a placeholder.
func (w Wording) fill(at int, key string, params ...string) string {
	pattern, ok := w.find(at, key)
	if !ok {
		return key
	}
	pairs := make([]string, len(params)/2*2)
	for i := 0; i+1 < len(params); i += 2 {
		pairs[i], pairs[i+1] = "{"+params[i]+"}", params[i+1]
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}
