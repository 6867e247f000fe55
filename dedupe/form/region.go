package form

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/regions.txt
var regionsText string

//go:embed data/places.txt
var placesText string

//go:embed data/trades.txt
var tradesText string

//go:embed data/trades_more.txt
var moreTradesText string

//go:embed data/forms.txt
var formsText string

//go:embed data/branches.txt
var branchesText string

// The levels of regions.
const (
	province = iota + 1
	city
	district
)

// A region is a province, a city (or a prefecture) or a district (or a county).
type region struct {
	name  string // 江华瑶族自治县
	stem  string // 江华: without what it is and who lives there
	level uint8
	above uint16 // the region that it lies in, 0 for none
}

// A gazetteer is what is known of places and of the words in names of companies.
type gazetteer struct {
	regions []region // regions[0] is none
	words   *lexicon
}

var tables = sync.OnceValue(newGazetteer)

func newGazetteer() *gazetteer {
	g := &gazetteer{regions: make([]region, 1), words: newLexicon()}
	for line := range strings.Lines(regionsText) {
		g.addCity(strings.Fields(line))
	}
	for i := range g.regions {
		if i > 0 {
			g.name(uint16(i))
		}
	}
	for name := range strings.FieldsSeq(placesText) {
		g.words.add(name, major)
	}
	for _, text := range []string{tradesText, moreTradesText} {
		for name := range strings.FieldsSeq(text) {
			g.words.add(name, trade)
		}
	}
	g.addForms(formsText, form)
	g.addForms(branchesText, branch)
	return g
}

// addCity adds the regions of a line: province, city, districts.
func (g *gazetteer) addCity(names []string) {
	last := len(g.regions) - 1
	for last > 0 && g.regions[last].level != province {
		last--
	}
	if last == 0 || g.regions[last].name != names[0] {
		last = len(g.regions)
		g.regions = append(g.regions, region{name: names[0], stem: stemOf(names[0]), level: province})
	}
	at := len(g.regions)
	g.regions = append(g.regions, region{name: names[1], stem: stemOf(names[1]), level: city, above: uint16(last)})
	for _, name := range names[2:] {
		g.regions = append(g.regions, region{name: name, stem: stemOf(name), level: district, above: uint16(at)})
	}
}

// name makes a region known under the ways in which its name is written. A
// district without what it is may well be another word (和平, 新华): it is
// minor. So is a stem of one character no name at all.
func (g *gazetteer) name(id uint16) {
	r := &g.regions[id]
	bare := major
	if r.level == district {
		bare = minor
	}
	g.addName(r.name, major, id)
	people := withoutKind(r.name)
	if strings.HasSuffix(r.name, "地区") {
		g.addName(r.stem+"地", major, id)
	}
	if people != r.stem {
		g.addName(people, major, id)
		switch r.level { // as it is called for short: 楚雄州, 江华县
		case city:
			g.addName(r.stem+"州", major, id)
		case district:
			g.addName(r.stem+"县", major, id)
		}
	}
	switch {
	case utf8.RuneCountInString(r.stem) < 2:
	case r.stem == "阿里" || r.stem == "东方": // 阿里巴巴, 东方财富
		g.addName(r.stem, local, id)
	default:
		g.addName(r.stem, bare, id)
	}
}

func (g *gazetteer) addName(name string, k kind, id uint16) {
	w := g.words.add(name, k)
	if w.canon == "" {
		w.canon = g.regions[id].stem
	}
	w.regions = append(w.regions, id)
}

// addForms reads lines of a normal form and the words that stand for it.
func (g *gazetteer) addForms(text string, k kind) {
	for line := range strings.Lines(text) {
		names := strings.Fields(line)
		for _, name := range names {
			if utf8.RuneCountInString(name) == 1 {
				g.words.add(name, short).canon = name
				continue
			}
			g.words.add(name, k).canon = names[0]
		}
	}
}

// kinds are what ends the name of a region, the longer before the shorter.
var kinds = []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "新区", "省", "市", "区", "县", "旗", "盟"}

// peoples are those that names of regions tell, after the place.
var peoples = []string{
	"蒙古族", "蒙古", "回族", "藏族", "维吾尔族", "维吾尔", "苗族", "彝族", "壮族", "布依族", "朝鲜族", "满族", "侗族", "瑶族", "白族", "土家族",
	"哈尼族", "哈萨克族", "哈萨克", "傣族", "黎族", "傈僳族", "佤族", "畲族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "柯尔克孜",
	"土族", "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "锡伯", "普米族", "塔吉克族", "塔吉克", "怒族", "鄂温克族",
	"保安族", "裕固族", "独龙族", "鄂伦春", "各族",
}

// withoutKind takes off what a region is: 江华瑶族自治县 is 江华瑶族.
func withoutKind(name string) string {
	for _, k := range kinds {
		if rest, ok := strings.CutSuffix(name, k); ok && rest != "" {
			return rest
		}
	}
	return name
}

// stemOf takes off what a region is and who lives there: 江华. At least two
// characters stay where there are two.
func stemOf(name string) string {
	stem := withoutKind(name)
	if len(stem) < 6 {
		return stem
	}
	for cut := true; cut; {
		cut = false
		for _, p := range peoples {
			if rest, ok := strings.CutSuffix(stem, p); ok && len(rest) >= 6 {
				stem, cut = rest, true
			}
		}
	}
	return stem
}
