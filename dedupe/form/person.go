package form

import (
	"strings"
	"unicode/utf8"
)

// Name is the name of a person in its parts, all of them in their normal form:
// simple characters, small letters without accents, half width. A part that the
// name does not have is empty.
type Name struct {
	Surname string // 欧阳; "van der berg"
	Given   string // 娜娜; "john"; of a name in pinyin in one word: "xiaoming"
	Middle  string // further given names or initials, parted by spaces: "quincy a"
	Title   string // 先生, 经理; "dr"; several are parted by spaces
	Suffix  string // "jr", "iii", "phd"
	Other   string // the Latin name beside a Chinese one: 李明 (Michael)
	Partial bool   // only a surname is told: 张总, 王女士, 老李, 张**, "Mr Smith"
	Han     bool   // written in Chinese characters
	Pinyin  bool   // written in Latin letters, and taken for a Chinese name
}

// Person takes the name of a person apart.
//
// A Chinese name begins with its surname, of one character or a known one of
// two; titles behind it, spaces and what stands in brackets are taken off. A
// name with a dot (阿凡提·买买提) has the given name first. A Chinese name of more
// than four characters without a dot is a given name alone.
//
// A name in Latin letters whose words are all pinyin and of which one is a
// surname is taken for Chinese, in both orders: "Wei ZHANG". Where the order is
// open, as both words may be surnames, it is decided by capitals, by a comma,
// by length, and at last by which surname more people bear; so that "Wei Wang"
// and "Wang Wei" are one.
//
// Another name is Western: the surname comes last with the particles before it
// (van, de la), or first, before a comma; a name of one word is a given name.
func Person(name string) Name {
	text := Simplify(name)
	if hasHan(text) {
		return personHan(text)
	}
	return personLatin(name)
}

// Key is the name as surname and given name, parted by a space, for equality.
// Title, suffix and middle names are left out. A name of which only the surname
// is told has a key that is the surname.
func (n Name) Key() string { return strings.TrimSpace(n.Surname + " " + n.Given) }

// Sound is how the name sounds: surname and given name, parted by a space. It
// is pinyin in small letters for Chinese names, in characters or in pinyin, so
// that 曾小明 and "Xiaoming Zeng" are both "zeng xiaoming", and codes of Sound in
// capitals for Western names. A name without letters has the sound "".
func (n Name) Sound() string {
	switch {
	case n.Han:
		return strings.TrimSpace(hanSound(n.Surname, true) + " " + hanSound(n.Given, false))
	case n.Pinyin:
		return n.Key()
	}
	return strings.TrimSpace(Sound(n.Surname) + " " + Sound(n.Given))
}

// Sounds are the ways in which the name may sound, the likeliest, which is
// Sound, first: at most four. A Chinese surname may have more than one reading
// (曾: zeng, ceng), and in a name in pinyin of which both parts may be the
// surname, the order may be the other one.
func (n Name) Sounds() []string {
	first := n.Sound()
	if first == "" {
		return nil
	}
	list := []string{first}
	t := sounds()
	if n.Han && single(n.Surname) {
		_, given, _ := strings.Cut(first, " ")
		for i, s := range t.surnames[n.Surname] {
			if i > 0 {
				list = append(list, strings.TrimSpace(t.names[s]+" "+given))
			}
		}
	}
	if n.Pinyin && n.Given != "" && t.isSurname(n.Given) {
		list = append(list, n.Given+" "+n.Surname)
	}
	return list
}

// hanSound returns the syllables of a surname or a given name in one word.
// Words of other letters stay.
func hanSound(name string, surname bool) string {
	t := sounds()
	b := make([]byte, 0, 16)
	if surname {
		for _, s := range t.surnameSounds(name) {
			b = append(b, t.names[s]...)
		}
		if len(b) > 0 {
			return string(b)
		}
	}
	for _, r := range name {
		if s := t.first(r); s != 0 {
			b = append(b, t.names[s]...)
		} else if !isHan(r) && r != ' ' {
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}
