package pinyin

import (
	"slices"
	"strings"

	dict "github.com/mozillazg/go-pinyin"
)

// A sound is how one character reads, or a word that is Latin already.
type sound struct {
	readings []string // in ASCII where the script is; the most likely first, never empty
	flat     []string // the readings with u for ü; none where no reading has an ü
	whole    bool     // it stands in the initials as it is
}

func (s *sound) full() []string { return s.readings }

// undotted returns the readings with u for ü.
func (s *sound) undotted() []string {
	if s.flat != nil {
		return s.flat
	}
	return s.readings
}

// initial returns the different first letters of the readings.
func (s *sound) initial() []string {
	if s.whole {
		return s.readings[:1]
	}
	if len(s.readings) == 1 {
		return []string{firstLetter(s.readings[0])}
	}
	var letters []string
	for _, reading := range s.readings {
		if letter := firstLetter(reading); !slices.Contains(letters, letter) {
			letters = append(letters, letter)
		}
	}
	return letters
}

// firstLetter returns the first rune of a text that has one.
func firstLetter(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// newSound returns the sound of readings that are parted by spaces, each once,
// with the other spelling of those with ü behind them, and flat.
func newSound(readings ...string) sound {
	if len(readings) == 1 && !strings.ContainsAny(readings[0], " v") {
		return sound{readings: readings}
	}
	var s sound
	add := func(reading string) {
		if !slices.Contains(s.readings, reading) {
			s.readings = append(s.readings, reading)
		}
	}
	for _, list := range readings {
		for reading := range strings.FieldsSeq(list) {
			add(reading)
		}
	}
	once := s.readings
	if !slices.ContainsFunc(once, func(reading string) bool { return strings.Contains(reading, "v") }) {
		return s
	}
	for _, reading := range once {
		add(strings.Replace(reading, "v", "yu", 1))
		s.flat = appendNew(s.flat, []string{strings.Replace(reading, "v", "u", 1)})
	}
	return s
}

// commonReadings returns how a character reads when no word around it says
// more, or "" where nobody knows.
func commonReadings(r rune) string {
	if readings, ok := characters[r]; ok {
		return readings
	}
	first, _, _ := strings.Cut(dict.PinyinDict[int(r)], ",")
	return plain(first)
}

// plain takes the tone marks off a syllable of the dictionary; ü becomes v.
func plain(syllable string) string {
	out := make([]byte, 0, len(syllable))
	for _, r := range syllable {
		if r < 0x80 {
			out = append(out, byte(r))
		} else if letter, ok := toned[r]; ok {
			out = append(out, letter)
		}
	}
	return string(out)
}

// toned are the letters with marks in the dictionary; marks that stand behind
// their letter are left out.
var toned = map[rune]byte{
	'ā': 'a', 'á': 'a', 'ǎ': 'a', 'à': 'a',
	'ē': 'e', 'é': 'e', 'ě': 'e', 'è': 'e', 'ê': 'e', 'ề': 'e', 'ế': 'e',
	'ī': 'i', 'í': 'i', 'ǐ': 'i', 'ì': 'i',
	'ō': 'o', 'ó': 'o', 'ǒ': 'o', 'ò': 'o',
	'ū': 'u', 'ú': 'u', 'ǔ': 'u', 'ù': 'u',
	'ü': 'v', 'ǖ': 'v', 'ǘ': 'v', 'ǚ': 'v', 'ǜ': 'v',
	'ń': 'n', 'ň': 'n', 'ǹ': 'n', 'ḿ': 'm',
}
