package dedupe

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/similarity"
)

// A personName is the parts of a name that are compared.
type personName struct {
	surname, given *namePart
	sound          string
	others         []string // how it may sound as well: other readings of 曾, and the other order of a name in pinyin
	han, pinyin    bool     // in Chinese characters, in pinyin
}

// A namePart is a surname or a given name, and how it sounds.
type namePart struct {
	outline     outline
	often       float64 // how many rows have it
	text, sound string
	petNames    []uint16
}

// names are the names of a column, by number, and their parts by text.
type names struct {
	list             []personName
	surnames, givens map[string]*namePart
	mixed            bool // some are in Chinese characters: others may be spelt in letters
}

// How two parts of names agree.
const (
	partAbsent = iota
	partApart
	partHint // one is an initial of the other, or begins it
	partNear // alike, sounding alike, or one a pet form of the other
	partSame
)

// Levels of names: what surname and given name say together.
var nameLevels = []string{
	"absent", "nothing alike", "one part alike, the other not", "given name alike, no surname", "given name the same, no surname",
	"surname alike, no given name", "given name the same, surname another", "surname the same, given name another", "both alike", "surname the same, no given name",
	"given name the same, surname alike", "surname the same, initial fits", "changed places", "sounding the same, other characters", "surname the same, given name alike", "both the same",
}

var namePrior = []float64{0, .01, .01, .01, .02, .01, .02, .02, .04, .02, .06, .03, .02, .02, .08, .62}

var nameChance = []float64{0, .93, .02, .002, .002, .002, .01, .02, .0005, .002, .0005, .002, .0001, .0005, .0005, .0001}

// nameLevel is the level of two parts: surname down, given name across.
var nameLevel = [5][5]uint8{
	partAbsent: {0, 1, 2, 3, 4},
	partApart:  {1, 1, 1, 2, 6},
	partHint:   {1, 1, 2, 2, 6},
	partNear:   {5, 2, 8, 8, 10},
	partSame:   {9, 7, 11, 14, 15},
}

const (
	levelAnotherSurname = 6
	levelAnotherGiven   = 7
	levelBothAlike      = 8
	levelNoGiven        = 9
	levelSwapped        = 12
	levelHomophones     = 13
	levelSounds         = 14
	levelSame           = 15
)

// compareNames compares the names of persons.
func compareNames(name string, col *column, names *names) *comparison {
	c := &comparison{name: name, column: col, levels: nameLevels, prior: namePrior, chance: nameChance, equal: col.collisions()}
	c.judge = func(a, b uint32) uint8 { return judgeNames(&names.list[a], &names.list[b]) }
	c.warm, c.sharing = names.warm, names.warm
	c.caps = map[uint8]float64{1: .02, 2: .03}
	if mostlyHan(col) {
		c.caps[levelAnotherGiven] = .004 // 大强 and 小强 are brothers: a character is no slip of the pen
	}
	c.names = names
	s := &nameShares{names: names, total: col.present(), full: c.equal, surname: drawn(names.surnames), given: drawn(names.givens), column: col}
	if f := col.frozen; f != nil {
		s.surname, s.given = f.Surnames.Drawn, f.Givens.Drawn
	}
	c.shared = s.of
	c.sharesAt(1/s.total/s.full, levelSame)
	c.sharesAt(1/s.total/s.given, 4, 6, 10)
	c.sharesAt(1/s.total/s.surname, 7, 9, 11, levelHomophones, levelSounds)
	return c
}

// warm reads what judging reads of names.
func (n *names) warm(values []uint32) (sum uint32) {
	for _, id := range values {
		if p := &n.list[id]; p.surname != nil {
			sum ^= p.surname.outline.size ^ p.given.outline.size
		}
	}
	return sum
}

// readNames reads the names of a column. What is known of a part is found out once.
func readNames(col *column) *names {
	n := &names{list: make([]personName, len(col.values)), surnames: map[string]*namePart{}, givens: map[string]*namePart{}}
	n.mixed = slices.ContainsFunc(col.values, hasHan) || col.frozen != nil && col.frozen.Mixed
	col.ahead(0)
	for id := 1; id < len(n.list); id++ {
		col.ahead(uint32(id))
		n.list[id] = n.read(col.values[id], float64(col.count[id]))
	}
	return n
}

// read takes apart what joinName joined.
func (n *names) read(value string, often float64) personName {
	surname, given, _ := strings.Cut(value, setSeparator)
	p := personName{surname: readPart(surname, n.surnames), given: readPart(given, n.givens)}
	p.surname.often += often
	p.given.often += often
	p.han = hasHan(value)
	p.sound = n.soundOf(&p)
	return p
}

// soundOf is how a name sounds: in pinyin if it is Chinese, also where it is spelt in
// letters.
func (n *names) soundOf(p *personName) string {
	if p.han {
		return p.hear(form.Name{Surname: p.surname.text, Given: p.given.text, Han: true})
	}
	if n.mixed && p.surname.text != "" {
		if name := form.Person(p.surname.text + ", " + p.given.text); name.Pinyin {
			p.pinyin = true
			return p.hear(name)
		}
	}
	return strings.TrimSpace(p.surname.latin() + " " + p.given.latin())
}

// hear notes how a name may sound and returns the likeliest way.
func (p *personName) hear(name form.Name) string {
	list := name.Sounds()
	if len(list) == 0 {
		return ""
	}
	p.others = list[1:]
	return list[0]
}

// mayBe reports whether a name may be read as another one that is written in the other
// script, or in another order.
func (p *personName) mayBe(other *personName) bool {
	return len(p.others) > 0 && (p.pinyin || other.pinyin) && slices.Contains(p.others, other.sound)
}

func readPart(text string, known map[string]*namePart) *namePart {
	part, ok := known[text]
	if !ok {
		part = &namePart{text: text, sound: soundOf(text), outline: outlineOf(text), petNames: form.PetNames(text)}
		known[text] = part
	}
	return part
}

// latin is how a part sounds in a name that does not begin with a Chinese character.
func (p *namePart) latin() string {
	if hasHan(p.text) {
		return form.Sound(p.text)
	}
	return p.sound
}

func soundOf(name string) string {
	if name == "" || hasHan(name) {
		return form.Name{Surname: name, Han: true}.Sound()
	}
	return form.Sound(name)
}

func hasHan(s string) bool { r, _ := utf8.DecodeRuneInString(s); return r >= 0x3400 && r < 0xa000 }

// judgeNames compares two names, in whatever order they come.
func judgeNames(a, b *personName) uint8 {
	if a.surname.text == "" || a.given.text == "" {
		a, b = b, a
	}
	given := comparePart(a.given, b.given)
	if given == partHint && a.han && b.han || given == partNear && a.pinyin && b.pinyin && similarity.Damerau(a.given.text, b.given.text) > 1 {
		given = partApart // syllables are names, not letters of them
	}
	straight := nameLevel[comparePart(a.surname, b.surname)][given]
	switch {
	case straight == levelSounds && a.han && b.han:
		return levelHomophones
	case straight >= levelSwapped || a.surname.text == "" || a.given.text == "":
	case a.sound == b.sound && a.sound != "" && a.han && b.han:
		return levelHomophones
	case a.sound == b.sound && a.sound != "", a.mayBe(b), b.mayBe(a):
		return levelSounds
	case swapped(a.surname, a.given, b.given, b.surname), swapped(a.given, a.surname, b.surname, b.given):
		return levelSwapped
	}
	return straight
}

// swapped reports whether one part of a name is the other part of another name, and
// what is left is alike or missing there.
func swapped(part, left, otherPart, otherLeft *namePart) bool {
	return part.outline.same(&otherPart.outline) && part.text == otherPart.text && (otherLeft.text == "" || comparePart(left, otherLeft) >= partNear)
}

// partAlike is how similar two parts are that are alike.
const partAlike = 0.88

var alikeParts = atLeast(partAlike)

func sharesOne(a, b []uint16) bool {
	return slices.ContainsFunc(a, func(n uint16) bool { return slices.Contains(b, n) })
}

// comparePart compares two surnames or two given names.
func comparePart(a, b *namePart) int {
	switch {
	case a.text == "" || b.text == "":
		return partAbsent
	case a.outline.same(&b.outline) && a.text == b.text:
		return partSame
	case alikeParts.reached(&a.outline, &b.outline) && similarity.JaroWinkler(a.text, b.text) >= partAlike:
		return partNear
	case byte(a.outline.begin) == byte(b.outline.begin) && (strings.HasPrefix(a.text, b.text) || strings.HasPrefix(b.text, a.text)):
		return partHint
	case a.sound == b.sound && a.sound != "" && min(len(a.text), len(b.text)) > 2, sharesOne(a.petNames, b.petNames):
		return partNear
	}
	return partApart
}

// nameShares are how many share what two names have in common.
type nameShares struct {
	names                       *names
	column                      *column
	total, full, surname, given float64
}

// of is how much more often than on average what two names share is seen.
func (s *nameShares) of(level uint8, a, b uint32) float64 {
	switch level {
	case levelSame:
		return float64(s.column.count[a]) / s.total / s.full
	case 4, 6, 10:
		return max(s.names.list[a].given.often, s.names.list[b].given.often) / s.total / s.given
	case 7, 9, 11, levelHomophones, levelSounds:
		return max(s.names.list[a].surname.often, s.names.list[b].surname.often) / s.total / s.surname
	}
	return 0
}

// drawn is how likely two draws are the same.
func drawn(parts map[string]*namePart) float64 {
	total, same := 0.0, 0.0
	for text, part := range parts {
		if text != "" {
			total += part.often
			same += part.often * part.often
		}
	}
	if total == 0 {
		return 1
	}
	return same / (total * total)
}
