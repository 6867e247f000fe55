package form

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A head is the name of a company without its branch, while it is taken apart.
type head struct {
	g     *gazetteer
	text  string
	best  []int8  // by offset: how few known words the text from there on consists of; 0 is none, -1 the end
	next  []uint8 // by offset: the length of the first of these words
	alone bool    // the last place is a district without what it is, and none stands before it
}

// splitHead fills in the places, the brand, the trades and the form of a name
// without its branch.
func (g *gazetteer) splitHead(c *CompanyName, text string) {
	if text == "" {
		return
	}
	h := head{g: g, text: text}
	h.segment()
	inBrackets := c.Places
	start, bare := h.places(c)
	if len(inBrackets) > 0 { // in the name's own order, those in front come first
		c.Places = slices.Concat(c.Places[len(inBrackets):], inBrackets)
	}
	from, to := h.brand(start, bare)
	if from < start {
		c.Places = slices.Delete(c.Places, len(c.Places)-len(inBrackets)-1, len(c.Places)-len(inBrackets))
	}
	if len(c.Places) == 0 {
		c.Places = nil
	}
	c.Brand = strings.TrimSpace(text[from:to])
	h.rest(c, to)
}

// segment finds from which places on the text consists of known words, and by
// which word to go on there, so that they are as few as possible.
func (h *head) segment() {
	n := len(h.text)
	h.best, h.next = make([]int8, n+1), make([]uint8, n+1)
	h.best[n] = -1
	for i := n - 1; i >= 0; i-- {
		if c := h.text[i]; c >= 0x80 && utf8.RuneStart(c) {
			h.segmentFrom(i)
		}
	}
}

func (h *head) segmentFrom(i int) {
	l := h.g.words
	node := uint32(root)
	for j, r := range h.text[i:] {
		if node = l.step(node, r); node == 0 {
			return
		}
		end := i + j + runeLen(r)
		w := &l.words[l.at[node]]
		if w.kind == 0 || h.best[end] == 0 || !w.mayStand(end == len(h.text)) {
			continue
		}
		count := int8(min(100, max(h.best[end], 0)+1))
		if h.best[i] == 0 || count <= h.best[i] {
			h.best[i], h.next[i] = count, uint8(end-i)
		}
	}
}

// mayStand reports whether a word may follow a brand.
func (w *word) mayStand(last bool) bool {
	return w.kind&(major|trade|form|branch) != 0 && w.runes > 1 || last && w.kind&short != 0
}

// places takes the places that the name begins with, and returns where they
// end and where the last one begins if it is told without what it is (朝阳, not
// 朝阳区), -1 otherwise.
func (h *head) places(c *CompanyName) (end, bare int) {
	bare = -1
	var last []uint16
	for at := 0; ; {
		w, n := h.g.words.longest(h.text[at:], place)
		if n == 0 {
			name, n := latinPlace(h.text[at:], false)
			if n == 0 || at+n == len(h.text) || h.text[at+n] < 0x80 {
				return h.town(c, at, bare), bare
			}
			c.Places, bare, last = append(c.Places, name), -1, nil
			at += n
			continue
		}
		if n == len(h.text)-at {
			return at, bare
		}
		name := w.named(h.text[at : at+n])
		isBare := len(name) == n && len(w.regions) > 0
		if !h.isPlace(w, isBare, last) {
			return at, bare
		}
		c.Places, bare = append(c.Places, name), -1
		if isBare {
			bare = at
		}
		h.alone = bare >= 0 && w.kind&major == 0 && last == nil
		at, last = at+n, w.regions
	}
}

// isPlace decides on a word that may be a place, after the place before it.
// Without what it is, it is one only within that place: 宁波兴隆 is the brand
// 兴隆, which is a county elsewhere.
func (h *head) isPlace(w *word, bare bool, last []uint16) bool {
	return !bare || last == nil || h.g.within(w.regions, last)
}

// within reports whether one of some regions lies in one of others.
func (g *gazetteer) within(some, others []uint16) bool {
	for _, r := range some {
		for up := r; up != 0; up = g.regions[up].above {
			if slices.Contains(others, up) {
				return true
			}
		}
	}
	return false
}

// towns are what ends the name of a part of a district.
var towns = []string{"街道", "镇", "乡"}

// town takes a part of a district after a place that is told in full:
// 玉田县鸦鸿桥镇. It has two or three characters before what it is. It returns
// where it ends.
func (h *head) town(c *CompanyName, at, bare int) int {
	if len(c.Places) == 0 || bare >= 0 {
		return at
	}
	count := 0
	for i, r := range h.text[at:] {
		rest := h.text[at+i:]
		for _, t := range towns {
			if count >= 2 && len(rest) > len(t) && strings.HasPrefix(rest, t) && !strings.HasPrefix(rest, "乡村") {
				c.Places = append(c.Places, h.text[at:at+i])
				return at + i + len(t)
			}
		}
		if count++; count > 3 || !isHan(r) {
			break
		}
	}
	return at
}

// brand finds the brand behind the places: the shortest text of two characters
// or more behind which known words follow. It is one character where that takes
// no more words to tell the rest (山|综合开发, but 好房屋|网络科技); a place told
// without what it is, is then a part of it (上海滩, 栖霞山). There is no brand
// where all of the rest is known words, unless a district alone may be it.
func (h *head) brand(start, bare int) (from, to int) {
	if h.best[start] != 0 {
		if h.alone {
			return bare, start
		}
		return start, start
	}
	one, many := h.ends(start)
	if one < 0 || !h.isForm(many) && h.best[many] < h.best[one] {
		return start, many
	}
	if bare >= 0 {
		return bare, one
	}
	return start, one
}

// ends returns where a brand of one character may end, -1 for nowhere, and
// where the shortest of more may.
func (h *head) ends(start int) (one, many int) {
	one = -1
	for at := start; at < len(h.text); {
		at += atom(h.text[at:])
		switch {
		case h.best[at] == 0:
		case single(h.text[start:at]):
			one = at
		default:
			return one, at
		}
	}
	return one, len(h.text)
}

// isForm reports whether at a place nothing follows but what sort of company it
// is: the end, or a word for a form alone.
func (h *head) isForm(at int) bool {
	w, n := h.g.words.longest(h.text[at:at+int(h.next[at])], trade|major)
	return w == nil || n != int(h.next[at])
}

// single reports whether a text is one Chinese character.
func single(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return n == len(text) && isHan(r)
}

// atom returns the length of the first character of a text, or of the run of
// letters and digits that it begins with.
func atom(text string) int {
	if !isAlnum(text[0]) {
		_, n := utf8.DecodeRuneInString(text)
		return n
	}
	n := 1
	for n < len(text) && text[n] < 0x80 {
		n++
	}
	return n
}

// rest takes what follows the brand.
func (h *head) rest(c *CompanyName, at int) {
	formed := ""
	for at < len(h.text) && h.best[at] > 0 {
		end := at + int(h.next[at])
		text := h.text[at:end]
		w, _ := h.g.words.longest(text, ^kind(0))
		last := end == len(h.text)
		switch {
		case w.kind&branch != 0:
			c.Branch = w.canon + c.Branch
		case w.kind&(form|short) != 0 && (last || w.kind&(trade|major) == 0):
			formed += w.named(text)
		case w.kind&trade != 0 || w.kind&major == 0:
			c.Trade = append(c.Trade, text)
		default:
			c.Places = append(c.Places, w.named(text))
		}
		at = end
	}
	if formed != "" {
		c.Form = formed
	}
}
