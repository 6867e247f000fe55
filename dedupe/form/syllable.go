package form

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Syllable is how a Chinese character sounds, without its tone: one of some
// 410 in Mandarin. Two syllables are equal when they are the same number. The
// numbers are for use within one run of a program; stored forms hold the text.
type Syllable uint16

// String returns the syllable in pinyin, ü as v: "zhang", "lv".
func (s Syllable) String() string {
	if t := sounds(); int(s) < len(t.names) {
		return t.names[s]
	}
	return ""
}

//go:embed data/readings.txt
var readingsText string

//go:embed data/surnames.txt
var surnamesText string

// A soundTable knows the readings of characters and of surnames.
type soundTable struct {
	names    []string                       // of the syllables; "" is the first, which is none
	ids      map[string]Syllable            // by name
	start    [lastHan - firstHan + 2]uint16 // where the readings of a character begin in flat
	flat     []Syllable                     // most common first
	surnames map[string][]Syllable          // of one character: its readings; of two: the readings of both
	rank     map[Syllable]uint16            // of the most frequent surname that sounds so; the first is 1
	compound map[[2]Syllable]struct{}       // the sounds of surnames of two characters
}

var sounds = sync.OnceValue(newSoundTable)

func newSoundTable() *soundTable {
	t := &soundTable{names: []string{""}, ids: map[string]Syllable{}}
	t.readCharacters()
	t.readSurnames()
	return t
}

// readCharacters reads lines such as "zeng 曾增-综": the syllable, the
// characters that are read so first, and those that may be read so too.
func (t *soundTable) readCharacters() {
	for _, r := range readingsText {
		if isCommonHan(r) {
			t.start[r-firstHan+1]++
		}
	}
	for i := range len(t.start) - 1 {
		t.start[i+1] += t.start[i]
	}
	t.flat = make([]Syllable, t.start[len(t.start)-1])
	for line := range strings.Lines(readingsText) {
		name, characters, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		id := Syllable(len(t.names))
		t.names, t.ids[name] = append(t.names, name), id
		t.collect(characters, id)
	}
}

// collect puts a syllable among the readings of the characters: first for
// those before the dash, and in the next free place for those behind it.
func (t *soundTable) collect(characters string, id Syllable) {
	first := true
	for _, r := range characters {
		switch {
		case r == '-':
			first = false
		case !isCommonHan(r):
		case first:
			t.flat[t.start[r-firstHan]] = id
		default:
			at := t.start[r-firstHan] + 1
			for t.flat[at] != 0 {
				at++
			}
			t.flat[at] = id
		}
	}
}

// readSurnames reads surnames, the most frequent first, with their readings
// where these are not the first ones of the characters: "曾:zeng", "欧阳:ou,yang".
func (t *soundTable) readSurnames() {
	t.surnames, t.rank, t.compound = map[string][]Syllable{}, map[Syllable]uint16{}, map[[2]Syllable]struct{}{}
	for entry := range strings.FieldsSeq(surnamesText) {
		name, told, _ := strings.Cut(entry, ":")
		var readings []Syllable
		for s := range strings.SplitSeq(told, ",") {
			if id := t.ids[s]; id != 0 {
				readings = append(readings, id)
			}
		}
		if first, n := utf8.DecodeRuneInString(name); n == len(name) {
			if common := t.readings(first); len(readings) == 0 && len(common) > 0 {
				readings = common[:1]
			}
			if told != "" {
				readings = appendReadings(readings, t.readings(first))
			}
			t.rankReadings(readings)
		} else if len(readings) == 2 {
			t.compound[[2]Syllable(readings)] = struct{}{}
		}
		if _, ok := t.surnames[name]; !ok {
			t.surnames[name] = readings
		}
	}
}

// mostReadings is how many readings of a surname are kept.
const mostReadings = 4

// appendReadings appends the readings of a character that are not among those
// of the surname: 曾 is zeng as a surname, but people who do not know write ceng.
func appendReadings(list, others []Syllable) []Syllable {
	for _, s := range others {
		if len(list) < mostReadings && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// rankReadings ranks the readings of a surname. All but the first come after
// the first ones of all surnames.
func (t *soundTable) rankReadings(readings []Syllable) {
	at := uint16(len(t.surnames) + 1)
	for i, s := range readings {
		if t.rank[s] == 0 || i == 0 && t.rank[s] > seldom {
			t.rank[s] = at + seldom*uint16(min(i, 1))
		}
	}
}

// seldom is more than the rank of any surname that is read as usual.
const seldom = 2000

func (t *soundTable) readings(r rune) []Syllable {
	if !isCommonHan(r) {
		return nil
	}
	from, to := t.start[r-firstHan], t.start[r-firstHan+1]
	return t.flat[from:to:to]
}

// first is the most common reading of a character, 0 where it has none.
func (t *soundTable) first(r rune) Syllable {
	if isCommonHan(r) {
		if i := t.start[r-firstHan]; i < t.start[r-firstHan+1] {
			return t.flat[i]
		}
	}
	return 0
}

// Readings returns how a Chinese character may sound, the most common reading
// first: 乐 is le, yue and more. There are none for other characters and for
// those beyond Extension A. The slice is shared and must not be changed.
func Readings(r rune) []Syllable { return sounds().readings(r) }

// Syllables returns the most common reading of each Chinese character of a
// text; other characters, and those without a reading, are left out. With
// surname, the text is the name of a person, and its surname is read as one:
// 曾 is zeng, 单 shan, 尉迟 yu chi. Traditional characters read as simple ones.
func Syllables(text string, surname bool) []Syllable {
	text = Simplify(text)
	t := sounds()
	list := make([]Syllable, 0, len(text)/3)
	if surname {
		s := t.surnameOf(text)
		list = append(list, t.surnameSounds(s)...)
		text = text[len(s):]
	}
	for _, r := range text {
		if id := t.first(r); id != 0 {
			list = append(list, id)
		}
	}
	return list
}

// surnameOf returns the surname that a Chinese name begins with: one of two
// characters that is known, else the first character.
func (t *soundTable) surnameOf(name string) string {
	_, one := utf8.DecodeRuneInString(name)
	_, two := utf8.DecodeRuneInString(name[one:])
	if two > 0 {
		if _, ok := t.surnames[name[:one+two]]; ok {
			return name[:one+two]
		}
	}
	return name[:one]
}

// surnameSounds returns the likeliest syllables of a surname, one a character.
func (t *soundTable) surnameSounds(surname string) []Syllable {
	readings := t.surnames[surname]
	first, n := utf8.DecodeRuneInString(surname)
	switch {
	case n < len(surname):
		return readings
	case len(readings) > 0:
		return readings[:1]
	case t.first(first) != 0:
		return t.readings(first)[:1]
	}
	return nil
}
