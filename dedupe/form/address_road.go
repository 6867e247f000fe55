package form

import (
	"slices"
	"strings"
	"sync"
)

// roadEnd returns where a road ends whose type stands within the words, with a
// direction behind it or without.
func roadEnd(words []string) int {
	known := roadTypes()
	for i := 1; i < len(words); i++ {
		if !known.types[words[i]] {
			continue
		}
		end := i + 1
		for end < len(words) && (known.types[words[end]] || known.directions[words[end]]) {
			end++
		}
		if i+1 < len(words) && (words[i] == "st" && end == i+1 && i == 1 && known.directions[words[0]]) { // n st louis
			continue
		}
		return end
	}
	return len(words)
}

// roadName is the normal form of a road: types and directions short, ordinals
// as numbers, a direction behind in front.
func roadName(words []string) string {
	list := roadWords(words)
	if n := len(list); n > 2 && roadTypes().directions[list[n-1]] && roadTypes().types[list[n-2]] {
		list = slices.Concat(list[n-1:], list[:n-1])
	}
	return strings.Join(list, " ")
}

func roadWords(words []string) []string {
	known := roadTypes()
	list := make([]string, len(words))
	for i, w := range words {
		if to, ok := known.short[w]; ok {
			w = to
		}
		list[i] = ordinalWord(w)
	}
	return list
}

// ordinalWord is the number of an ordinal: 3 for 3rd and third. Other words stay.
func ordinalWord(w string) string {
	if n := len(w) - 2; n > 0 && isDigits(w[:n]) {
		switch w[n:] {
		case "st", "nd", "rd", "th":
			return trimZeros(w[:n])
		}
	}
	if i := slices.Index(ordinals, w); i >= 0 {
		return itoa(i + 1)
	}
	return w
}

var ordinals = []string{
	"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
	"fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
}

// roadVocabulary knows the words of names of roads.
type roadVocabulary struct {
	short      map[string]string // the normal form of a word
	types      map[string]bool   // of roads, in any form
	directions map[string]bool
}

var roadTypes = sync.OnceValue(func() *roadVocabulary {
	v := &roadVocabulary{map[string]string{}, map[string]bool{}, map[string]bool{}}
	v.read(typeWords, v.types)
	v.read(directionWords, v.directions)
	v.read("mt/mount ft/fort st/saint", map[string]bool{})
	return v
})

// read reads words, each with others that stand for it.
func (v *roadVocabulary) read(text string, into map[string]bool) {
	for entry := range strings.FieldsSeq(text) {
		names := strings.Split(entry, "/")
		for _, name := range names {
			into[name] = true
			if name != names[0] {
				v.short[name] = names[0]
			}
		}
	}
}

const (
	typeWords = `st/street/str/sts/streets/strt ave/avenue/av/aven/avenu/aves blvd/boulevard/blv/boul/bvd rd/road/rds ln/lane dr/drive/drv ct/court/crt
 pl/place sq/square/sqr hwy/highway/hiway/hway pkwy/parkway/pky/pkway cir/circle/circ ter/terrace/terr trl/trail way/wy xing/crossing expy/expressway
 fwy/freeway aly/alley cres/crescent/crst plz/plaza tpke/turnpike cl/close gdns/gardens gr/grove mws/mews pde/parade esp/esplanade rte/route
 strasse rue via calle`
	directionWords = `n/north s/south e/east w/west ne/northeast nw/northwest se/southeast sw/southwest`
)
