package dedupe

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe/similarity"
)

// compareCodes compares numbers and codes of one entity, several a row.
func compareCodes(name string, col *setColumn) *comparison {
	c := &comparison{
		name: name, column: col.column, equal: col.collisions(), same: true, warm: col.warm,
		levels: []string{"absent", "another", "another, in part alike", "one character apart", "the same"},
		prior:  []float64{0, .1, .03, .07, .8}, chance: []float64{0, .97, .03, .0005, .00001},
	}
	c.judge = func(a, b uint32) uint8 {
		if col.single {
			return col.judge(a, b)
		}
		best := uint8(1)
		for _, x := range col.sets.of(a) {
			for _, y := range col.sets.of(b) {
				best = max(best, col.judge(x, y))
			}
		}
		return best
	}
	total := col.present()
	c.shared = func(_ uint8, a, b uint32) float64 { return float64(col.common(a, b)) / total / c.equal }
	c.sharesAt(1/total/c.equal, c.top())
	return c
}

// common is how many rows have the text that two sets have in common; of several,
// the one that fewest have.
func (c *setColumn) common(a, b uint32) uint32 {
	if c.single && a == b {
		return c.often[a]
	} else if c.single {
		return 0
	}
	least := uint32(0)
	for _, text := range c.sets.of(a) {
		if often := c.often[text]; (least == 0 || often < least) && slices.Contains(c.sets.of(b), text) {
			least = often
		}
	}
	return least
}

// judge compares two texts of sets.
func (c *setColumn) judge(i, j uint32) uint8 {
	if i == j {
		return 4
	}
	x, y := &c.outlines[i], &c.outlines[j]
	short, distance := int(min(x.size, y.size)), 3
	if x.within(y, 2) {
		distance = similarity.Damerau(c.texts[i], c.texts[j])
	}
	begin := x.common(y)
	if begin == begun {
		begin = common(c.texts[i], c.texts[j])
	}
	switch {
	case distance == 1 && short >= 4:
		return 3
	case distance == 2 && short >= 7, begin >= max(4, short-3):
		return 2
	}
	return 1
}

// common is how many bytes two texts begin with alike.
func common(x, y string) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func compareDays(name string, col *column) *comparison {
	return sameOrNot(name, col,
		[]string{"absent", "another", "a year apart or one part the same", "two digits apart", "the same year", "two parts the same", "one digit apart", "the same"},
		[]float64{0, .03, .02, .02, .03, .05, .1, .75}, []float64{0, .72, .15, .02, .02, .08, .01, .0001},
		func(a, b uint32) uint8 { return judgeDays(col.values[a], col.values[b]) })
}

// judgeDays compares two days, each as yyyymmdd or, where that could not be
// made out, the digits that there are.
func judgeDays(x, y string) uint8 {
	if len(x) == 8 && len(y) == 8 {
		return judgeWholeDays(x, y)
	}
	if similarity.Damerau(x, y) <= 1 {
		return 6
	}
	return 1
}

// judgeWholeDays compares two days by their eight digits at once.
func judgeWholeDays(x, y string) uint8 {
	m, n := binary.LittleEndian.Uint64([]byte(x)), binary.LittleEndian.Uint64([]byte(y))
	apart := m ^ n
	if apart>>(bits.TrailingZeros64(apart)&^7) < 1<<8 || isSwap(x, y) {
		return 6
	}
	year, month, day := apart&(1<<32-1) == 0, apart>>32&(1<<16-1) == 0, apart>>48 == 0
	switch {
	case year && (month || day), month && day, year && bits.RotateLeft32(uint32(m>>32), 16) == uint32(n>>32):
		return 5
	case year:
		return 4
	case similarity.Damerau(x, y) == 2:
		return 3
	case month, day, nextYear(x, y):
		return 2
	}
	return 1
}

// isSwap reports whether two texts of the same length differ in that two neighbours
// changed places.
func isSwap(x, y string) bool {
	at := common(x, y)
	return at+1 < len(x) && x[at] == y[at+1] && x[at+1] == y[at] && x[at+2:] == y[at+2:]
}

func comparePostcodes(name string, col *column) *comparison {
	outlines := make([]outline, len(col.values))
	for id, text := range col.values {
		col.ahead(uint32(id))
		outlines[id] = outlineOf(text)
	}
	c := sameOrNot(name, col,
		[]string{"absent", "another", "a region in common", "an area in common", "one character apart", "the same"},
		[]float64{0, .1, .1, .1, .1, .6}, []float64{0, .8, .15, .03, .01, .01},
		func(a, b uint32) uint8 {
			x, y := &outlines[a], &outlines[b]
			begin := x.common(y)
			if begin == begun {
				begin = common(col.values[a], col.values[b])
			}
			switch {
			case x.within(y, 1) && similarity.Damerau(col.values[a], col.values[b]) <= 1:
				return 4
			case begin >= int(max(x.size, y.size))-3 && begin >= 2:
				return 3
			case begin >= 2:
				return 2
			}
			return 1
		})
	c.warm = func(values []uint32) uint32 { return warmOutlines(outlines, values) }
	c.anew = func(value uint32) { outlines[value] = outlineOf(col.values[value]) }
	return c
}

func compareCategories(name string, col *column) *comparison {
	return sameOrNot(name, col, []string{"absent", "another", "the same"}, []float64{0, .1, .9}, []float64{0, .5, .5}, func(a, b uint32) uint8 { return 1 })
}

// Levels of mail addresses.
const (
	mailAnother   = 1
	mailAlike     = 3
	mailAlikeHere = 4
	mailAlmost    = 5
	mailSame      = 6
)

// compareEmails compares mail addresses, several a row, by the two that are most
// alike.
func compareEmails(name string, col *setColumn) *comparison {
	c := &comparison{
		name: name, column: col.column, equal: col.collisions(), same: true,
		levels: []string{"absent", "another", "the same domain", "names alike", "names and domains alike", "two characters apart, or the same name", "the same"},
		prior:  []float64{0, .1, .05, .05, .05, .1, .65}, chance: []float64{0, .8, .19, .002, .0005, .0005, .00001},
	}
	list := readEmails(col)
	c.mails = list
	c.warm = func(values []uint32) uint32 { return list.warm(col, values) }
	c.anew = func(value uint32) { list.anew(col, value) }
	c.judge = func(a, b uint32) uint8 {
		if col.single {
			return list.judge(a, b)
		}
		best := uint8(mailAnother)
		for _, x := range col.sets.of(a) {
			for _, y := range col.sets.of(b) {
				best = max(best, list.judge(x, y))
			}
		}
		return best
	}
	most := max(c.equal*(col.present()-1), 1)
	c.shared = func(_ uint8, a, b uint32) float64 { return float64(col.common(a, b)-1) / most }
	c.sharesAt(1/most, mailSame)
	return c
}

// emails are mail addresses in their parts, by number of the text.
type emails struct {
	col     *setColumn
	texts   []string
	list    []email
	domains []string  // by number
	often   []float64 // how many rows have an address of a domain, by its number
	rows    float64   // how many have any, each as often as it has one

	numbering numbering // of the domains, where values are read anew
}

// An email is what most addresses differ in.
type email struct {
	named  outline // of the name
	domain uint32  // its number
}

func readEmails(col *setColumn) *emails {
	texts := col.texts
	e, domains := &emails{col: col, texts: texts, list: make([]email, len(texts)), numbering: newNumbering()}, newInterner(len(texts))
	for id, text := range texts {
		if col.single {
			col.ahead(uint32(id))
		}
		name, domain, _ := strings.Cut(text, "@")
		e.list[id] = email{outlineOf(name), domains.number(domain)}
	}
	e.domains = domains.texts
	e.often = make([]float64, len(e.domains))
	for id := 1; id < len(texts); id++ {
		e.often[e.list[id].domain] += float64(col.often[id])
		e.rows += float64(col.often[id])
	}
	return e
}

// anew reads the addresses of a value of scales.
func (e *emails) anew(col *setColumn, value uint32) {
	e.numbering.begin(value)
	e.texts = col.texts
	e.list = append(e.list[:min(len(e.list), len(e.texts))], make([]email, max(len(e.texts)-len(e.list), 0))...)
	for _, id := range col.sets.of(value) {
		name, domain, _ := strings.Cut(e.texts[id], "@")
		n, _ := e.numbering.number(domain)
		e.list[id] = email{outlineOf(name), n}
	}
	e.domains = e.numbering.texts
}

// share is which part of the rows have an address of the domain of one.
func (e *emails) share(id uint32) float64 {
	if f := e.col.frozen; f != nil {
		return float64(max(f.Words.Often[e.domains[e.list[id].domain]], 1)) / float64(max(f.Words.Values, 1))
	}
	return e.often[e.list[id].domain] / e.rows
}

// shares are those of domains.
func (e *emails) shares(most int) wordShares {
	counts := make([]uint32, len(e.domains))
	for n, often := range e.often {
		counts[n] = uint32(often)
	}
	return wordShares{int(e.rows), frequent(e.domains, counts, most)}
}

// name is the part of an address before the @.
func (e *emails) name(id uint32) string { return e.texts[id][:e.list[id].named.size] }

// warm reads what judge reads of one address of each value.
func (e *emails) warm(col *setColumn, values []uint32) (sum uint32) {
	for _, id := range values {
		if !col.single {
			id = col.sets.items[col.sets.start[id]]
		}
		sum ^= col.outlines[id].size ^ e.list[id].domain
	}
	return sum
}

// emailAlike is how similar the names of two addresses are that are alike.
const emailAlike = 0.92

var alikeEmails = atLeast(emailAlike)

// slip reports whether two addresses are a slip or two apart. Two other digits are
// rather the number of somebody else of that name.
func (e *emails) slip(a, b uint32) bool {
	distance := similarity.Damerau(e.texts[a], e.texts[b])
	return distance <= 1 || distance == 2 && (e.list[a].domain != e.list[b].domain || undigited(e.name(a)) != undigited(e.name(b)))
}

// undigited is a text without its digits.
func undigited(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
}

func (e *emails) judge(a, b uint32) uint8 {
	if a == b {
		return mailSame
	}
	x, y := &e.list[a], &e.list[b]
	alike := alikeEmails.reached(&x.named, &y.named) && similarity.JaroWinkler(e.name(a), e.name(b)) >= emailAlike
	switch {
	case x.named.same(&y.named) && x.named.size >= 4 && e.name(a) == e.name(b), e.col.outlines[a].within(&e.col.outlines[b], 2) && e.slip(a, b):
		return 5
	case alike && similarity.JaroWinkler(e.domains[x.domain], e.domains[y.domain]) >= 0.8:
		return 4
	case alike:
		return 3
	case x.domain == y.domain:
		return 2
	}
	return 1
}
