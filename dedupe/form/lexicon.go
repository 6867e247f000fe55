package form

// A kind is a set of bits: what a word may stand for in a name or an address.
type kind uint8

const (
	major  kind = 1 << iota // a country, province or city, or a smaller place with what it is: 海淀区
	minor                   // a district or county without what it is: 海淀
	trade                   // a line of business: 科技
	form                    // what sort of company: 有限公司
	branch                  // what sort of branch: 分公司
	short                   // a form of one character, only at the end: 厂
	local                   // a region that names of companies seldom mean: 阿里, 东方
)

const place = major | minor

// A word is an entry of a lexicon.
type word struct {
	kind    kind
	runes   uint8
	canon   string   // its normal form as a place, form or branch; "" for the word itself
	regions []uint16 // those that it may name
}

// A lexicon finds the words that begin at a place in a text. It is a trie whose
// edges lie in one hash table, addressed by the node and the next character.
type lexicon struct {
	edges []edge  // of a power of two; the key 0 is an empty place
	words []word  // words[0] is no word
	at    []int32 // the word that ends at a node, 0 for none
	used  int
}

type edge struct{ key, to uint32 }

func newLexicon() *lexicon {
	return &lexicon{edges: make([]edge, 1<<16), words: make([]word, 1), at: make([]int32, 2)}
}

const root = 1

// step goes from a node along a character; 0 is nowhere.
func (l *lexicon) step(node uint32, r rune) uint32 {
	if r > 0xFFFF {
		return 0
	}
	key := node<<16 | uint32(r)
	mask := uint32(len(l.edges) - 1)
	for i := key * 2654435769 >> 16 & mask; ; i = (i + 1) & mask {
		switch l.edges[i].key {
		case key:
			return l.edges[i].to
		case 0:
			return 0
		}
	}
}

// add puts a word in, or finds it, and returns it with the kind added. Words of
// characters beyond 16 bits, and those for which there is no room, are left out:
// what is returned then is the word that is none.
func (l *lexicon) add(text string, k kind) *word {
	node, runes := uint32(root), 0
	for _, r := range text {
		next := l.step(node, r)
		if next == 0 {
			if next = l.extend(node, r); next == 0 {
				return &word{}
			}
		}
		node = next
		runes++
	}
	if l.at[node] == 0 {
		l.at[node] = int32(len(l.words))
		l.words = append(l.words, word{runes: uint8(runes)})
	}
	w := &l.words[l.at[node]]
	w.kind |= k
	return w
}

// extend makes a new node behind a node. Half of the table stays empty.
func (l *lexicon) extend(node uint32, r rune) uint32 {
	next := uint32(len(l.at))
	if r > 0xFFFF || next > 0xFFFF || l.used >= len(l.edges)/2 {
		return 0
	}
	key := node<<16 | uint32(r)
	mask := uint32(len(l.edges) - 1)
	i := key * 2654435769 >> 16 & mask
	for l.edges[i].key != 0 {
		i = (i + 1) & mask
	}
	l.edges[i] = edge{key, next}
	l.at = append(l.at, 0)
	l.used++
	return next
}

// longest returns the longest word of a kind that the text begins with, and
// its length in bytes; nil and 0 for none.
func (l *lexicon) longest(text string, k kind) (*word, int) {
	var found *word
	length, node := 0, uint32(root)
	for i, r := range text {
		if node = l.step(node, r); node == 0 {
			break
		}
		if w := &l.words[l.at[node]]; w.kind&k != 0 {
			found, length = w, i+runeLen(r)
		}
	}
	return found, length
}

// runeLen is the length of a character of 16 bits in UTF-8.
func runeLen(r rune) int {
	switch {
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	}
	return 3
}
