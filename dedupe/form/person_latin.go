package form

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// personLatin takes a name in Latin letters apart. The text is as written,
// since capitals may tell which word is the surname.
func personLatin(text string) Name {
	var n Name
	text, inside := cutBrackets(text)
	if inside = latin(inside); inside != "" && !strings.Contains(inside, " ") {
		n.Other = inside
	}
	first, second := n.commas(text)
	before, after := n.latinTitles(wordsOf(first)), n.latinTitles(wordsOf(second))
	switch {
	case n.pinyin(before, after):
	case len(after) > 0:
		n.Surname = joinWords(before)
		n.givenNames(after)
	default:
		n.western(before)
	}
	n.Partial = n.Given == "" && n.Surname != ""
	return n
}

// A written is a word of a name: its normal form, and whether it stood in
// capitals.
type written struct {
	text     string
	capitals bool
}

// wordsOf returns the words of a part of a name. Words joined by a hyphen are
// one, with a space in it.
func wordsOf(text string) []written {
	var list []written
	for field := range strings.FieldsSeq(strings.ReplaceAll(text, ".", ". ")) {
		if w := latinOrPinyin(field); w != "" {
			capitals := strings.ContainsFunc(field, unicode.IsUpper) && !strings.ContainsFunc(field, unicode.IsLower)
			list = append(list, written{w, capitals && len(w) > 1})
		}
	}
	return list
}

// latinOrPinyin is latin, except that ü is v where that makes a word of pinyin.
func latinOrPinyin(word string) string {
	if strings.ContainsAny(word, "üǖǘǚǜÜǕǗǙǛ") {
		v := strings.NewReplacer("ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "Ü", "v", "Ǖ", "v", "Ǘ", "v", "Ǚ", "v", "Ǜ", "v").Replace(word)
		if v = latin(v); sounds().syllables(v) > 0 {
			return v
		}
	}
	return latin(word)
}

func joinWords(list []written) string {
	var b strings.Builder
	for i, w := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// commas returns what stands before and behind the comma of "Surname, Given".
// Parts that are suffixes or tell a rank (1st Baronet) are taken off.
func (n *Name) commas(text string) (first, second string) {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '，' }) {
		words := wordsOf(part)
		switch {
		case len(words) == 0:
		case len(parts) > 0 && !slices.ContainsFunc(words, func(w written) bool { return !nameWords().suffixes[w.text] }):
			n.addSuffix(joinWords(words))
		case len(parts) > 0 && isDigit(words[0].text[0]):
			n.addSuffix(joinWords(words))
		default:
			parts = append(parts, part)
		}
	}
	switch len(parts) {
	case 0:
		return "", ""
	case 1:
		return parts[0], ""
	}
	return parts[0], strings.Join(parts[1:], " ")
}

func (n *Name) addSuffix(s string) { n.Suffix = strings.TrimSpace(n.Suffix + " " + s) }

// A vocabulary is what the words around a Western name may be.
type vocabulary struct {
	titles    map[string]bool // before the name
	suffixes  map[string]bool // behind it
	particles map[string]bool // before a surname, as a part of it
}

var nameWords = sync.OnceValue(func() *vocabulary {
	return &vocabulary{set(titleWords), set(suffixWords), set(particleWords)}
})

const (
	titleWords = `mr mrs ms miss mx dr prof professor sir dame lord lady rev revd reverend fr father sister brother rabbi imam hon honourable honorable
 capt captain col colonel gen general maj major lt lieutenant sgt sergeant cpl pvt adm admiral cdr commander pres president sen senator rep gov governor
 judge justice madam madame mme mlle monsieur herr frau fraulein senor senora sra srta don dona signor signora baron baroness count countess duke
 duchess earl viscount prince princess king queen engr eng atty doctor mister misses`
	suffixWords = `jr jnr junior sr snr senior ii iii iv vi vii 2nd 3rd 4th phd md mba esq esquire cpa dds dmd rn jd llb llm ma ba bsc msc pe cfa qc kc
 obe mbe cbe frs dvm ret usn usaf`
	particleWords = `van von der den de del della di da dos das do du la le el al bin ibn ben abu ter ten af av zu zur st saint san santa`
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// latinTitles takes titles off the beginning and suffixes off the end, of a
// name of more than those.
func (n *Name) latinTitles(words []written) []written {
	for len(words) > 1 && nameWords().titles[words[0].text] {
		n.Title = strings.TrimSpace(n.Title + " " + words[0].text)
		words = words[1:]
	}
	for len(words) > 2 && nameWords().suffixes[words[len(words)-1].text] {
		n.addSuffix(words[len(words)-1].text)
		words = words[:len(words)-1]
	}
	return words
}

// western parts the words of a name without a comma.
func (n *Name) western(words []written) {
	switch {
	case len(words) == 0:
		return
	case len(words) == 1 && n.Title != "" && n.Title != "sir" && n.Title != "dame":
		n.Surname = words[0].text
		return
	case len(words) == 1:
		n.Given = words[0].text
		return
	}
	at := len(words) - 1
	if words[0].capitals && !words[at].capitals && len(words) > 1 { // SMITH John
		n.Surname = words[0].text
		n.givenNames(words[1:])
		return
	}
	for at > 1 && nameWords().particles[words[at-1].text] {
		at--
	}
	n.Surname = joinWords(words[at:])
	n.givenNames(words[:at])
}

// givenNames takes the first word as the given name and the others as middle names.
func (n *Name) givenNames(words []written) {
	if len(words) > 0 {
		n.Given, n.Middle = words[0].text, joinWords(words[1:])
	}
}
