package form

import (
	"strings"
	"unicode/utf8"
)

// regionsOf fills in the regions that a text begins with and those that they
// lie in, and returns where they end.
func (g *gazetteer) regionsOf(a *PostalAddress, text string) int {
	at, last := 0, uint16(0)
	for at < len(text) {
		w, n := g.words.longest(text[at:], place|local)
		if n == 0 || len(w.regions) == 0 || isRoadName(text[at+n:]) && !hasKind(text[at:at+n]) {
			break
		}
		next := g.choose(w, text[at:at+n], last)
		if next == 0 && last == 0 && hasKind(text[at:at+n]) { // one of several districts of this name
			a.District = w.canon
			return at + n
		}
		if next == 0 {
			break
		}
		at, last = at+n, next
	}
	g.fill(a, last)
	return at
}

// hasKind reports whether the name of a region tells what it is.
func hasKind(name string) bool { return withoutKind(name) != name }

// isRoadName reports whether what follows a name makes a road of it: 北京路,
// 四川北路.
func isRoadName(rest string) bool {
	for _, d := range []string{"东", "西", "南", "北", "中", "一", "二", "三", "四"} {
		if after, ok := strings.CutPrefix(rest, d); ok {
			rest = after
			break
		}
	}
	for _, r := range roadEnds {
		if strings.HasPrefix(rest, r) && !strings.HasPrefix(rest, "街道") {
			return true
		}
	}
	return false
}

// choose returns the region that a word stands for after another region: one
// that lies in it, or is it again. Without one before it, the widest; a
// district is taken only where the name is that of one alone.
func (g *gazetteer) choose(w *word, text string, last uint16) uint16 {
	best, count := uint16(0), 0
	for _, r := range w.regions {
		if last != 0 && !g.within([]uint16{r}, []uint16{last}) {
			continue
		}
		count++
		exact := g.regions[r].name == text
		if best == 0 || exact && g.regions[best].name != text || g.regions[r].level < g.regions[best].level && g.regions[best].name != text {
			best = r
		}
	}
	if last == 0 && count > 1 && g.regions[best].level == district {
		return 0
	}
	return best
}

// fill writes a region and those that it lies in. The city of a province that
// is a city itself is that city.
func (g *gazetteer) fill(a *PostalAddress, r uint16) {
	for at := r; at != 0; at = g.regions[at].above {
		switch region := &g.regions[at]; region.level {
		case province:
			a.Province = region.stem
			if strings.HasSuffix(region.name, "市") {
				a.City = region.stem
			}
		case city:
			a.City = region.stem
		case district:
			a.District = g.districtName(at)
		}
	}
}

// districtName is the stem of a district, or its whole name where the stem is
// one character or stands for two districts of one city.
func (g *gazetteer) districtName(id uint16) string {
	r := &g.regions[id]
	if utf8.RuneCountInString(r.stem) < 2 {
		return r.name
	}
	first := r.above + 1
	for i := int(first); i < len(g.regions) && g.regions[i].above == r.above; i++ {
		if other := &g.regions[i]; other != r && other.stem == r.stem {
			return r.name
		}
	}
	return r.stem
}
