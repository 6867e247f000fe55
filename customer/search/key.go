package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A key is a text by whose beginning a customer is found, made of the name of
// the customer or of a mail address. Each record has its keys under the numbers 0, 1,
// 2, ...; it has number 0 even where there is no text, so that of two
// transactions that make the keys of one record, one finds the other's.
type key struct {
	storage.Meta
	Customer uuid.UUID
	Record   uuid.UUID // what it was made of: the customer or a contact point
	Slot     int64
	Of       string // ofName or ofDomain
	Key      string
}

// What a key is made of.
const (
	ofName   = "name"
	ofDomain = "domain"
)

// keys is the kind of keys. Its customer is not Existing: a customer can be
// purged without a thought of its keys, which the watch takes away then.
//
// There is a row for each key and not, for each customer, a set of all beginnings:
// an ordered index gives the first twenty names of those that begin with z without
// a look at the others. With the names of 100,000 customers in PostgreSQL, sets took
// 12.2 s to write against 7.5, 58 MB against 40, and up to 5.5 ms to find a page
// against 0.2.
var keys = storage.Define[key]("search_key",
	storage.Ref("customer", func(k *key) *uuid.UUID { return &k.Customer }).To(customer.Kind.Name()).Required(),
	storage.Ref("record", func(k *key) *uuid.UUID { return &k.Record }).Required(),
	storage.Integer("slot", func(k *key) *int64 { return &k.Slot }),
	storage.Text("of", func(k *key) *string { return &k.Of }).Required(),
	storage.Text("key", func(k *key) *string { return &k.Key }).Personal(),
).Unique("customer", "record", "slot").Index("of", "key").Untracked().Fixed()

// Kinds are all kinds of this package, for storage.New. They hold nothing that
// does not follow from other records.
func Kinds() []storage.Described { return []storage.Described{keys, states, holds} }

// The bounds of what is stored of a name.
const (
	maxKeys  = 40 // forms of a name
	maxWords = 6  // words that a name is found by, from the first one
	maxBytes = 96 // of a key; a longer text is found by its beginning
)

// forms returns the texts by whose beginnings a name is found, the whole name
// first. The texts that follow from another one's beginning are left out.
func (f Finder) forms(name string) []string {
	words := wordForms(criteria.Fold(name))
	list := slices.Clone(words)
	if f.Romanize != nil {
		list = append(list, f.Romanize(name)...)
	}
	for _, word := range words {
		list = append(list, plain(word, false), plain(word, true))
	}
	forms := list[:1]
	for _, form := range list[1:] {
		known := slices.ContainsFunc(forms, func(other string) bool { return strings.HasPrefix(other, form) })
		if !known && len(forms) < maxKeys {
			forms = append(forms, form)
		}
	}
	return forms
}

// wordForms returns what stands from the beginning of each word of a folded
// name to its end, without spaces and punctuation. The first is the whole name,
// which may be empty.
func wordForms(folded string) []string {
	words := strings.FieldsFunc(folded, func(r rune) bool { return !counts(r) && r != '\'' && r != '’' })
	list := []string{compact(folded)}
	for i := 1; i < min(len(words), maxWords); i++ {
		list = append(list, compact(strings.Join(words[i:], "")))
	}
	return list
}

// keysOfCustomer returns the keys of a customer, none for one that is deleted.
func (f Finder) keysOfCustomer(c *customer.Customer) []*key {
	if !c.Live() {
		return nil
	}
	return number(c.ID, c.ID, ofName, f.forms(c.Name))
}

// keysOfContact returns the keys of a contact point, none where it is deleted
// or no mail address.
func keysOfContact(p *customer.ContactPoint) []*key {
	if !p.Live() || p.Type != customer.Email {
		return nil
	}
	return number(p.Customer, p.ID, ofDomain, []string{domainOf(p.Match)})
}

// domainOf returns what stands behind the @ of a mail address.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

func number(customer, record uuid.UUID, of string, texts []string) []*key {
	list := make([]*key, len(texts))
	for i, text := range texts {
		list[i] = &key{Customer: customer, Record: record, Slot: int64(i), Of: of, Key: cut(text)}
	}
	return list
}

// cut returns the part of a text that is kept in a key.
func cut(text string) string {
	if len(text) <= maxBytes {
		return text
	}
	end := maxBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
