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
		if known[words[i]].kind != roadType {
			continue
		}
		end := i + 1
		for end < len(words) && known[words[end]].kind != "" {
			end++
		}
		if i+1 < len(words) && (words[i] == "st" && end == i+1 && i == 1 && known[words[0]].kind == direction) { // n st louis
			continue
		}
		return end
	}
	return len(words)
}

// roadName is the normal form of a road: types and directions short, ordinals
// as numbers, a direction behind in front.
func roadName(words []string) string {
	var room [16]string
	list, known := roadWords(room[:0], words), roadTypes()
	if n := len(list); n > 2 && known[list[n-1]].kind == direction && known[list[n-2]].kind == roadType {
		list = slices.Concat(list[n-1:], list[:n-1])
	}
	return strings.Join(list, " ")
}

// roadWords appends the normal forms of the words of a road.
func roadWords(list, words []string) []string {
	known := roadTypes()
	for _, w := range words {
		if to := known[w].short; to != "" {
			w = to
		}
		list = append(list, ordinalWord(w))
	}
	return list
}

// ordinalWord is the number of an ordinal: 3 for 3rd and third. Other words stay.
func ordinalWord(w string) string {
	n := len(w) - 2
	if n < 1 {
		return w
	}
	switch w[n:] {
	case "st", "nd", "rd", "th":
	default:
		return w
	}
	if isDigits(w[:n]) {
		return trimZeros(w[:n])
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

// A roadWord is what is known of a word of names of roads.
type roadWord struct {
	short string // its normal form; "" where that is the word itself
	kind  string // roadType, direction, or "" for any other word
}

const roadType, direction = "type", "direction"

var roadTypes = sync.OnceValue(func() map[string]roadWord {
	known := map[string]roadWord{}
	for _, words := range [][2]string{{"", "mt/mount ft/fort st/saint"}, {direction, directionWords}, {roadType, typeWords}} {
		for entry := range strings.FieldsSeq(words[1]) {
			names := strings.Split(entry, "/")
			known[names[0]] = roadWord{kind: words[0]}
			for _, name := range names[1:] {
				known[name] = roadWord{names[0], words[0]}
			}
		}
	}
	return known
})

const (
	typeWords = `st/street/str/sts/streets/strt ave/avenue/av/aven/avenu/aves blvd/boulevard/blv/boul/bvd rd/road/rds ln/lane dr/drive/drv ct/court/crt
 pl/place sq/square/sqr hwy/highway/hiway/hway pkwy/parkway/pky/pkway cir/circle/circ ter/terrace/terr trl/trail way/wy xing/crossing expy/expressway
 fwy/freeway aly/alley cres/crescent/crst plz/plaza tpke/turnpike cl/close gdns/gardens gr/grove mws/mews pde/parade esp/esplanade rte/route
 strasse rue via calle`
	directionWords = `n/north s/south e/east w/west ne/northeast nw/northwest se/southeast sw/southwest`
)
