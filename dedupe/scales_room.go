package dedupe

import (
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A numbering numbers the texts of the two values of scales, as an interner does those
// of many: equal ones have one number, and 0 is the empty one.
type numbering struct {
	texts   []string
	left    int               // how many are there for the left value; 0: it was the last that was read
	index   map[string]uint32 // where there are many, of the first ones,
	indexed int               // which are so many
}

// manyTexts is from how many texts on an index finds one sooner than a look at each.
const manyTexts = 40

func newNumbering() numbering { return numbering{texts: []string{""}} }

// begin forgets the texts of a value, and of the right one with those of the left.
func (n *numbering) begin(value uint32) {
	stay := 1
	if value == rightValue {
		if n.left == 0 {
			n.left = len(n.texts)
		}
		stay = n.left
	} else {
		n.left = 0
	}
	for ; n.indexed > stay; n.indexed-- {
		delete(n.index, n.texts[n.indexed-1])
	}
	n.texts = n.texts[:stay]
}

// number returns the number of a text, and whether it is new.
func (n *numbering) number(text string) (number uint32, fresh bool) {
	if len(n.texts) > manyTexts {
		if at, known := n.indexOf(text); known {
			return at, false
		}
	} else if at := slices.Index(n.texts, text); at >= 0 {
		return uint32(at), false
	}
	n.texts = append(n.texts, text)
	return uint32(len(n.texts) - 1), true
}

func (n *numbering) indexOf(text string) (uint32, bool) {
	if n.index == nil {
		n.index = map[string]uint32{}
	}
	for ; n.indexed < len(n.texts); n.indexed++ {
		n.index[n.texts[n.indexed]] = uint32(n.indexed)
	}
	at, known := n.index[text]
	return at, known
}

// A bagPan is a bag of the words of two values, filled anew.
type bagPan struct {
	*bag
	known *wordShares
	rows  bool // how many rows have a word counts
	texts numbering
}

func newBagPan(b *bag, known *wordShares, rows bool) *bagPan {
	b.often, b.outlines, b.weight = make([]float64, 1), make([]outline, 1), make([]float32, 1)
	clear(b.values)
	return &bagPan{bag: b, known: known, rows: rows, texts: newNumbering()}
}

// read reads the words of a value.
func (p *bagPan) read(value uint32, words []string) {
	p.texts.begin(value)
	n, from := len(p.texts.texts), p.values[value].start
	p.often, p.outlines, p.weight, p.items = p.often[:n], p.outlines[:n], p.weight[:n], p.items[:from]
	v := &p.values[value]
	v.marks, v.total = 0, 0
	for _, word := range words {
		n, fresh := p.texts.number(word)
		if fresh {
			p.add(word, value == leftValue)
		}
		if v.marks&mark(n) == 0 || !slices.Contains(p.items[from:], n) {
			v.marks |= mark(n)
			p.items = append(p.items, n)
		}
	}
	p.bag.words = p.texts.texts
	p.cut(value)
	for _, n := range p.items[from:] {
		v.total += p.weight[n]
	}
	p.values[value+1].start = uint32(len(p.items))
}

// add adds a word that is new. How many rows have it counts where both values do.
func (p *bagPan) add(word string, ofLeft bool) {
	often := 0.0
	if p.rows && ofLeft {
		often = float64(max(p.known.Often[word], 2)) // two rows that share it have it
	}
	p.often, p.outlines, p.weight = append(p.often, often), append(p.outlines, outlineOf(word)), append(p.weight, p.known.weight(word))
}

// cut leaves the words that weigh most, as bag.shorten does.
func (p *bagPan) cut(value uint32) {
	v := &p.values[value]
	list := p.items[v.start:]
	if len(list) <= mostWords {
		return
	}
	lightest := p.rarestOf(list)[mostWords-1]
	list = slices.DeleteFunc(list, func(n uint32) bool { return p.heavier(n, lightest) > 0 })
	p.items = p.items[:int(v.start)+len(list)]
	v.marks = 0
	for _, n := range list {
		v.marks |= mark(n)
	}
}

// A namePan is the names of two values, filled anew.
type namePan struct {
	*names
	known *shares
	heard [rightValue + 1]heardName
}

// A heardName is what a prepared record has of a name: its parts, and how they sound.
type heardName struct {
	surname, given namePart
	sounds         []string // how it may sound, the likeliest first
	pinyin         []string // the same where it is spelt in letters among names in Chinese characters; empty where that makes no difference
}

// read reads a name.
func (p *namePan) read(value uint32, text, parts string) {
	if parts == "" { // it was prepared otherwise
		_, parts, _ = strings.Cut(nameForm(text), partSeparator)
	}
	surname, given, _ := strings.Cut(text, setSeparator)
	h := &p.heard[value]
	h.surname.text, h.given.text = surname, given
	h.surname.sound, parts, _ = strings.Cut(parts, partSeparator)
	h.given.sound, parts, _ = strings.Cut(parts, partSeparator)
	sounds, pinyin, _ := strings.Cut(parts, partSeparator)
	h.sounds, h.pinyin = appendSplit(h.sounds[:0], sounds, setSeparator), appendSplit(h.pinyin[:0], pinyin, setSeparator)
	l := &p.heard[leftValue]
	h.surname.find(&p.known.Surnames, &l.surname)
	h.given.find(&p.known.Givens, &l.given)
	p.list[value] = personName{surname: &h.surname, given: &h.given, han: hasHan(text)}
}

// find finds what else is known of a part, as of the left one that may be the same.
func (p *namePart) find(known *partShares, left *namePart) {
	if p != left && p.text == left.text {
		p.outline, p.often, p.petNames = left.outline, left.often, left.petNames
		return
	}
	p.outline, p.often = outlineOf(p.text), float64(max(known.Often[p.text], 1))
	if p.petNames = nil; !hasHan(p.text) {
		p.petNames = form.PetNames(p.text)
	}
}

// hear settles how the names sound: in pinyin where one is in Chinese characters, or
// others are that the profile was learnt from.
func (p *namePan) hear(both bool) {
	mixed := p.known.Mixed || p.list[leftValue].han || both && p.list[rightValue].han
	p.heard[leftValue].settle(&p.list[leftValue], mixed)
	if both {
		p.heard[rightValue].settle(&p.list[rightValue], mixed)
	}
}

func (h *heardName) settle(p *personName, mixed bool) {
	list := h.sounds
	if p.pinyin = mixed && len(h.pinyin) > 0; p.pinyin {
		list = h.pinyin
	}
	p.sound, p.others = "", nil
	if len(list) > 0 {
		p.sound, p.others = list[0], list[1:]
	}
}

// nameForm is the form of a name in a prepared record: how it sounds costs more to find
// out than to keep.
func nameForm(text string) string {
	surname, given, _ := strings.Cut(text, setSeparator)
	p := personName{surname: &namePart{text: surname, sound: soundOf(surname)}, given: &namePart{text: given, sound: soundOf(given)}, han: hasHan(text)}
	p.sound = (&names{}).soundOf(&p)
	sounds := strings.Join(append([]string{p.sound}, p.others...), setSeparator)
	q, pinyin := p, ""
	if q.sound = (&names{mixed: !p.han}).soundOf(&q); q.pinyin {
		pinyin = strings.Join(append([]string{q.sound}, q.others...), setSeparator)
	}
	return strings.Join([]string{text, p.surname.sound, p.given.sound, sounds, pinyin}, partSeparator)
}
