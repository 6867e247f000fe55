package postgres

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Terms serve the questions that an ordered index cannot answer: which sets
// hold a text, which texts have two characters in the middle, which custom
// fields have a value. Each such fact of a record is a term, a 64-bit hash of
// tenant, kind, field and value; a record's terms lie in one array column with
// one inverted index, which so is led by the tenant like every other. A query
// asks for terms and for the exact condition: the hash only needs to be the
// same for ever, and terms that collide cost a look at a record more.
//
// The terms of a text are its pairs of neighbouring characters, folded. That
// serves a search for two Chinese characters, which trigrams do not.

// A hasher makes the terms of one kind of a tenant.
type hasher struct{ seed uint64 }

func newHasher(tenant, kind string) hasher {
	return hasher{mix(mix(fnvOffset, tenant), kind)}
}

// FNV-1a, 64 bits, with a zero byte behind each part.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func mix(h uint64, part string) uint64 {
	for i := range len(part) {
		h = (h ^ uint64(part[i])) * fnvPrime
	}
	return h * fnvPrime
}

// What a term says of a field.
const (
	isValue = "=" // it has this value, or holds it
	hasPair = "~" // its folded text has these two characters
)

func (h hasher) field(name, fact string) hasher { return hasher{mix(mix(h.seed, name), fact)} }

func (h hasher) term(value string) int64 { return int64(mix(h.seed, value)) }

// pairs appends the terms of the pairs of characters of a folded text.
func (h hasher) pairs(dst []int64, folded string) []int64 {
	last := -1
	for i, r := range folded {
		if last >= 0 {
			dst = append(dst, h.term(folded[last:i+utf8.RuneLen(r)]))
		}
		last = i
	}
	return dst
}

// termsOf returns the terms of a record, sorted and distinct.
func (t *table) termsOf(tenant string, r storage.Record) []int64 {
	h := newHasher(tenant, t.schema.Name)
	var terms []int64
	for _, i := range t.schema.Indexes {
		if inverted(i) {
			list, _ := i.Fields[0].Texts(r)
			of := h.field(i.Fields[0].Name, isValue)
			for _, text := range list {
				terms = append(terms, of.term(text))
			}
		}
	}
	for _, f := range t.schema.Fields {
		if !f.Searchable {
			continue
		}
		if text, ok := f.Text(r); ok {
			terms = h.field(f.Name, hasPair).pairs(terms, criteria.Fold(text))
		}
	}
	for name, value := range storage.MetaOf(r).Custom.All() {
		terms = h.field(customPrefix+name, isValue).kept(terms, value)
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// kept appends the terms of a custom value. Bools have none: they tell too
// little apart.
func (h hasher) kept(dst []int64, value any) []int64 {
	switch v := value.(type) {
	case string:
		return append(dst, h.term(v))
	case int64:
		return append(dst, h.term(strconv.FormatInt(v, 10)))
	case []string:
		for _, text := range v {
			dst = append(dst, h.term(text))
		}
	}
	return dst
}

// customPrefix begins the names of custom fields in criteria.
const customPrefix = "custom."

// folded returns the folded forms of the searchable texts of a record that
// differ from the texts themselves, as JSON by field name; "" when none does.
func (t *table) foldedOf(r storage.Record) string {
	var dst []byte
	add := func(name, text string) {
		if form := criteria.Fold(text); form != text {
			dst = appendPair(dst, name, form)
		}
	}
	for _, f := range t.schema.Fields {
		if f.Searchable {
			if text, ok := f.Text(r); ok {
				add(f.Name, text)
			}
		}
	}
	for name, value := range storage.MetaOf(r).Custom.All() {
		if text, ok := value.(string); ok {
			add(customPrefix+name, text)
		}
	}
	if dst == nil {
		return ""
	}
	return string(append(dst, '}'))
}

// appendPair appends a name and a text to a JSON object that is being written.
func appendPair(dst []byte, name, text string) []byte {
	if dst == nil {
		dst = append(dst, '{')
	} else {
		dst = append(dst, ',')
	}
	return appendJSON(append(appendJSON(dst, name), ':'), text)
}
