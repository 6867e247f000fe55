package pinyin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
)

// soundsOf splits a name into its sounds. The characters of a Chinese name are
// taken together, whatever spaces stand between them.
func soundsOf(name string) []sound {
	var sounds []sound
	chinese := strings.ContainsFunc(name, isHan)
	first := true
	for rest := criteria.Fold(beginning(name)); rest != ""; {
		var part string
		if part, rest = cutHan(rest); part != "" {
			sounds = append(sounds, hanSounds(part, first)...)
			first = false
			continue
		}
		part, rest = cutWord(rest)
		if readings := latinReadings(part); readings[0] != "" {
			sounds = append(sounds, sound{readings: readings, whole: chinese})
		}
	}
	return sounds
}

// beginning returns as many characters of a name as count.
func beginning(name string) string {
	n := 0
	for i := range name {
		if n == maxCharacters {
			return name[:i]
		}
		n++
	}
	return name
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// cutHan returns the Chinese characters at the beginning, in their simple
// forms and without the spaces between them, and what follows.
func cutHan(s string) (han, rest string) {
	var out strings.Builder
	end := 0
	for i, r := range s {
		if isHan(r) {
			out.WriteRune(simple(r))
			end = i + len(string(r))
		} else if end == 0 || !unicode.IsSpace(r) {
			break
		}
	}
	return out.String(), s[end:]
}

// cutWord returns the letters and digits at the beginning that are no Chinese
// characters, and what follows behind one character that is neither. An
// apostrophe does not end a word.
func cutWord(s string) (word, rest string) {
	for i, r := range s {
		switch {
		case isHan(r):
			return s[:i], s[i:]
		case r == '\'' || r == '’' || unicode.IsMark(r):
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			_, size := utf8.DecodeRuneInString(s[i:])
			return s[:i], s[i+size:]
		}
	}
	return s, ""
}

// hanSounds returns the sounds of Chinese characters. The surname only counts
// at the beginning of a name.
func hanSounds(han string, first bool) []sound {
	var sounds []sound
	if first {
		sounds = compoundSurname(han)
	}
	for rest := skip(han, len(sounds)); rest != ""; {
		found := wordSounds(rest)
		n := max(len(found), 1)
		if len(found) == 0 {
			found = characterSound(rest)
		}
		if first && len(sounds) == 0 {
			found = withSurname(found, han)
		}
		sounds = append(sounds, found...)
		rest = skip(rest, n)
	}
	return sounds
}

// skip returns a text without its first n characters.
func skip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[i:]
		}
		n--
	}
	return ""
}

// characterSound returns the sound of the first character, or none.
func characterSound(s string) []sound {
	first, _ := utf8.DecodeRuneInString(s)
	if readings := commonReadings(first); readings != "" {
		return []sound{newSound(readings)}
	}
	return nil
}

// wordSounds returns the sounds of the longest word of the tables that the
// text begins with, or none.
func wordSounds(s string) []sound {
	for n := min(longestWord, len(s)/3); n >= 2; n-- {
		readings, ok := words[s[:3*n]] // they are of characters of three bytes
		if !ok {
			continue
		}
		var sounds []sound
		for reading := range strings.FieldsSeq(readings) {
			sounds = append(sounds, newSound(strings.ReplaceAll(reading, "/", " ")))
		}
		return sounds
	}
	return nil
}
