package wording

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/clientele-go/clientele/storage"
	"golang.org/x/text/language"
)

// A Wording is a set of texts in several languages. It never changes and is safe
// for concurrent use; With and Tenant return another. The zero value has no
// language: its labels are the last words of their keys, its messages the texts of the errors.
type Wording struct {
	tongues []tongue
	matcher language.Matcher
	tenant  map[string]string // labels that a tenant gave to its own kinds and fields, in every language
}

// A tongue is the texts of one language.
type tongue struct {
	tag   language.Tag
	texts map[string]string
	base  int // the tongue that has what this one lacks; -1: none
}

// A text is one entry of the tables of this package.
type text struct{ key, en, zh string }

// The places of the languages of Standard; English is what others get.
const (
	english = iota
	chinese
)

// Standard returns the texts of this library in English (en) and Chinese (zh).
func Standard() Wording { return standard() }

var standard = sync.OnceValue(func() Wording {
	en, zh := map[string]string{}, map[string]string{}
	for _, table := range tables() {
		for _, t := range table {
			en[t.key], zh[t.key] = t.en, t.zh
		}
	}
	return Wording{}.of([]tongue{
		english: {language.English, en, -1},
		chinese: {language.Chinese, zh, english},
	})
})

func tables() [][]text {
	return [][]text{
		commonLabels, customerLabels, activityLabels, salesLabels, serviceLabels, dataLabels, recordLabels, dedupeLabels,
		storageTexts, customerTexts, workTexts, dedupeTexts, fieldTexts,
	}
}

// of returns the wording with other languages.
func (w Wording) of(tongues []tongue) Wording {
	tags := make([]language.Tag, len(tongues))
	for i, t := range tongues {
		tags[i] = t.tag
	}
	w.tongues, w.matcher = tongues, language.NewMatcher(tags)
	return w
}

// With returns a wording in which texts replace or add to those of a language,
// a tag of BCP 47. A language that is not there is added: what it lacks is
// said in the one that readers of it got before. Texts that are given for "zh-CN"
// are for those who ask for it or for something nearer to it than to "zh"; give "zh"
// to change what all readers of Chinese get.
//
// A text that is no tag, or means no language, is storage.ErrInvalid. Keys are not checked: those of
// a host's own kinds are welcome, and so are those of its own errors, which Text says.
func (w Wording) With(lang string, texts map[string]string) (Wording, error) {
	tag, err := language.Parse(lang)
	if err != nil || tag == language.Und {
		return w, fmt.Errorf("wording: %w: %q is no language: use a tag such as de or pt-BR", storage.ErrInvalid, lang)
	}
	tongues := slices.Clone(w.tongues)
	at := slices.IndexFunc(tongues, func(t tongue) bool { return t.tag == tag })
	if at < 0 {
		at = len(tongues)
		tongues = append(tongues, tongue{tag: tag, base: w.match(lang)})
	}
	merged := maps.Clone(tongues[at].texts)
	if merged == nil {
		merged = make(map[string]string, len(texts))
	}
	maps.Copy(merged, texts)
	tongues[at].texts = merged
	return w.of(tongues), nil
}

// Language returns the tag of the language that readers of lang get, such as
// "zh" for "zh-CN"; "" of a zero Wording.
func (w Wording) Language(lang string) string {
	if at := w.match(lang); at >= 0 {
		return w.tongues[at].tag.String()
	}
	return ""
}

// Texts returns a copy of the texts that a language has of its own: of "en" and
// "zh" all there are, from which a translation starts.
func (w Wording) Texts(lang string) map[string]string {
	tag, err := language.Parse(lang)
	for _, t := range w.tongues {
		if err == nil && t.tag == tag {
			return maps.Clone(t.texts)
		}
	}
	return map[string]string{}
}

// match returns the place of the best language; -1 where there is none.
func (w Wording) match(lang string) int {
	if len(w.tongues) == 0 {
		return -1
	}
	_, at := language.MatchStrings(w.matcher, lang)
	return at
}

// find returns the text of a key in the language of a place, else the label that
// the tenant gave, else the text in the languages below.
func (w Wording) find(at int, key string) (string, bool) {
	if at >= 0 {
		if found, ok := w.tongues[at].find(key); ok {
			return found, true
		}
	}
	if label, ok := w.tenant[key]; ok {
		return label, true
	}
	if at < 0 || w.tongues[at].base < 0 {
		return "", false
	}
	return w.find(w.tongues[at].base, key)
}

// find returns a text of the language alone: that of the key, or of the field whatever its kind.
func (t tongue) find(key string) (string, bool) {
	if found, ok := t.texts[key]; ok {
		return found, true
	}
	found, ok := t.texts[commonKey(key)]
	return found, ok
}

// commonKey returns the key of a field whatever kind it is of: "*.owner" for
// "deal.owner"; "" for what is no field.
func commonKey(key string) string {
	kind, field, ok := strings.Cut(key, ".")
	if !ok || kind == "error" || strings.Contains(field, ".") {
		return ""
	}
	return "*." + field
}
