package form

import "strings"

// pinyin takes a name for Chinese if its words are all pinyin and one of them
// may be the surname, and reports whether it did. The parts are those before
// and behind a comma.
func (n *Name) pinyin(before, after []written) bool {
	t := sounds()
	if !t.allPinyin(before) || !t.allPinyin(after) {
		return false
	}
	if len(after) > 0 {
		surname := spellWords(before)
		if !t.isSurname(surname) {
			return false
		}
		n.Surname, n.Given, n.Pinyin = surname, spellWords(after), true
		return true
	}
	words := len(before)
	if words < 2 || words > 4 {
		return false
	}
	first, last := t.surnameAhead(before), t.surnameBehind(before)
	switch {
	case first == 0 && last == 0:
		return false
	case first > 0 && (last == 0 || t.before(before, first, last)):
		n.Surname, n.Given = spellWords(before[:first]), spellWords(before[first:])
	default:
		n.Surname, n.Given = spellWords(before[words-last:]), spellWords(before[:words-last])
	}
	n.Pinyin = true
	return true
}

// surnameAhead returns how many words of the name, at its beginning, are a
// surname: two (ou yang), one or none. surnameBehind is the same for its end.
func (t *soundTable) surnameAhead(words []written) int {
	if len(words) > 2 && t.isSurname(spellWords(words[:2])) {
		return 2
	}
	if t.isSurname(spellWords(words[:1])) {
		return 1
	}
	return 0
}

func (t *soundTable) surnameBehind(words []written) int {
	n := len(words)
	if n > 2 && t.isSurname(spellWords(words[n-2:])) && t.rankOf(spellWords(words[n-2:])) == compoundRank {
		return 2
	}
	if t.isSurname(spellWords(words[n-1:])) {
		return 1
	}
	return 0
}

// before decides, where the surname may stand at both ends, whether it is the
// one ahead: by capitals, by the number of words or syllables that are left for
// the given name, and then by which surname is the more frequent.
func (t *soundTable) before(words []written, first, last int) bool {
	n := len(words)
	if a, b := words[0].capitals, words[n-1].capitals; a != b {
		return a
	}
	ahead, behind := spellWords(words[:first]), spellWords(words[n-last:])
	if a, b := t.syllables(ahead), t.syllables(behind); n == 2 && a != b && (a == 1 || b == 1) {
		return a < b
	}
	if n > 2 { // Zhang Xiao Ming: the single word is ahead as a rule
		return true
	}
	if a, b := t.rankOf(ahead), t.rankOf(behind); a != b {
		return a < b
	}
	return ahead <= behind
}

// compoundRank is the rank of all surnames of two syllables.
const compoundRank = 1000

// rankOf returns how frequent a surname is, the most frequent being 1; 0 for a
// word that is none.
func (t *soundTable) rankOf(word string) int {
	if id, ok := t.ids[word]; ok {
		return int(t.rank[id])
	}
	for i := 1; i < len(word); i++ {
		a, b := t.ids[word[:i]], t.ids[word[i:]]
		if a != 0 && b != 0 {
			if _, ok := t.compound[[2]Syllable{a, b}]; ok {
				return compoundRank
			}
		}
	}
	return 0
}

func (t *soundTable) isSurname(word string) bool { return t.rankOf(word) > 0 }

// spellWords joins words in pinyin.
func spellWords(words []written) string {
	if len(words) == 1 {
		return spell(words[0].text)
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(spell(w.text))
	}
	return b.String()
}

// spell takes the spaces out of a word in pinyin, and writes lyu and nyu, as in
// passports, as lv and nv where the word is no pinyin otherwise (zhenyu is).
func spell(word string) string {
	if strings.Contains(word, " ") {
		word = strings.ReplaceAll(word, " ", "")
	}
	if !strings.Contains(word, "yu") || sounds().syllables(word) > 0 {
		return word
	}
	return strings.ReplaceAll(strings.ReplaceAll(word, "lyu", "lv"), "nyu", "nv")
}

// allPinyin reports whether each of the words is one to three syllables.
func (t *soundTable) allPinyin(words []written) bool {
	for _, w := range words {
		if n := t.syllables(spell(w.text)); n == 0 || n > 3 {
			return false
		}
	}
	return true
}

// longestSyllable is how many letters a syllable has at most: zhuang.
const longestSyllable = 6

// syllables returns of how few syllables a word consists, 0 for none of
// pinyin. Words longer than three syllables can be are none.
func (t *soundTable) syllables(word string) int {
	if len(word) > 3*longestSyllable {
		return 0
	}
	var fewest [3*longestSyllable + 1]int
	for end := 1; end <= len(word); end++ {
		for from := max(0, end-longestSyllable); from < end; from++ {
			if from > 0 && fewest[from] == 0 {
				continue
			}
			if n := fewest[from] + 1; t.ids[word[from:end]] != 0 && (fewest[end] == 0 || n < fewest[end]) {
				fewest[end] = n
			}
		}
	}
	return fewest[len(word)]
}
