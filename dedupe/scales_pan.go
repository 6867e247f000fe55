package dedupe

import (
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A pan is the column of one comparison of scales, and whatever of it is to be filled
// anew with a value.
type pan struct {
	*source
	comparison *comparison
	typ        Type
	texts      numbering // of a set,
	names      *namePan  // nil but for names of persons
	bag        *bagPan   // nil but for words
	road       *bagPan   // of the street of an address,
	house      numbering // and its numbers
	list       []string  // room for words
	lengthy    bool      // it costs much to compare two values that differ, and these
	most       float64   // weigh so much at most
}

func newPan(from *source, c *comparison, typ Type) pan {
	p := pan{source: from, comparison: c, typ: typ, texts: newNumbering(), house: newNumbering()}
	known := from.column.frozen
	if from.set != nil {
		from.set.single = false
		from.set.sets, from.set.often, from.set.outlines = emptyLists(), make([]uint32, 1), make([]outline, 1)
	}
	if from.units != nil {
		from.units.keys = make([]string, rightValue+1)
	}
	if from.names != nil {
		p.names = &namePan{names: from.names, known: known}
	}
	if from.words != nil {
		p.bag = newBagPan(from.words, &known.Words, typ == Set)
	}
	if from.street != nil {
		p.road = newBagPan(from.street, &known.Street, false)
		*from.numbers = emptyLists()
	}
	return p
}

// bound notes of texts what those weigh at most that differ. What is equal is cheap to
// compare, and of sets the rarest text counts that both have.
func (p *pan) bound(md *model, at int) {
	p.lengthy = p.bag != nil && p.typ != Set
	for level, w := range md.weight[at][:len(md.weight[at])-1] {
		most := float64(w)
		if md.lesson != nil {
			most += md.lesson.bits[at][level]
		}
		if level > 0 {
			p.most = max(p.most, most)
		}
	}
}

// differs reports whether the right row will have another value than the left one.
func (p *pan) differs(form string) bool {
	value := p.column.values[leftValue]
	same := strings.HasPrefix(form, value) && (len(form) == len(value) || form[len(value)] == partSeparator[0])
	return form != "" && p.column.rows[left] != 0 && !same
}

// fill puts the form of a value, as a prepared record has it, into a row.
func (p *pan) fill(row int, form string) {
	c := p.column
	text, rest, _ := strings.Cut(form, partSeparator)
	switch {
	case text == "" || row == right && c.rows[left] == 0:
		c.rows[row] = 0
		return
	case row == right && text == c.values[leftValue]:
		c.rows[right] = leftValue
	default:
		c.rows[row] = uint32(row + 1)
		p.read(uint32(row+1), text, rest)
	}
	if p.names != nil {
		p.names.hear(row == right)
	}
}

// read reads a value, of which a prepared record has some parts beside the text.
func (p *pan) read(value uint32, text, parts string) {
	c := p.column
	c.values[value] = text
	if value == leftValue { // how often the right one is seen counts where it is the left one
		c.count[value] = max(c.frozen.Counts[text], 2)
	}
	switch {
	case p.set != nil:
		p.readSet(value, text)
	case p.names != nil:
		p.names.read(value, text, parts)
	case p.words != nil:
		p.readWords(value, text)
	}
	if p.units != nil {
		p.readUnit(value, text, parts)
	}
	if p.street != nil {
		p.readAddress(value, parts)
	}
	if p.comparison.anew != nil {
		p.comparison.anew(value)
	}
}

// readSet reads the texts of a set.
func (p *pan) readSet(value uint32, text string) {
	c := p.set
	p.texts.begin(value)
	c.sets.begin(value)
	n := len(p.texts.texts)
	c.often, c.outlines = c.often[:n], c.outlines[:n]
	for one := range strings.SplitSeq(text, setSeparator) {
		n, fresh := p.texts.number(one)
		if fresh {
			often := uint32(2)
			if value == leftValue { // as above
				often = max(c.frozen.Texts[one], often)
			}
			c.often, c.outlines = append(c.often, often), append(c.outlines, outlineOf(one))
		}
		c.sets.items = append(c.sets.items, n)
	}
	c.sets.end()
	c.texts = p.texts.texts
}

// readWords reads the words of a text, or the texts of a set whose texts are words.
func (p *pan) readWords(value uint32, text string) {
	if p.list = p.list[:0]; p.typ == Set {
		p.list = appendSplit(p.list, text, setSeparator)
	} else {
		p.list = appendWordsOf(p.list, text)
	}
	p.bag.read(value, p.list)
}

// readUnit reads what a prepared record has of the name of an organisation.
func (p *pan) readUnit(value uint32, text, parts string) {
	branch, rest, _ := strings.Cut(parts, partSeparator)
	number, key, ok := strings.Cut(rest, partSeparator)
	name := form.CompanyName{Branch: branch, Number: number}
	if !ok { // it was prepared otherwise
		name = form.Company(text)
		key = name.Key()
	}
	u := p.units
	u.list[value], u.keys[value] = unitOf(name, text), key
	u.list[value].key = value
	if value == rightValue && key == u.keys[leftValue] {
		u.list[value].key = leftValue
	}
}

// readAddress reads what a prepared record has of an address: the words of the
// street, and the numbers.
func (p *pan) readAddress(value uint32, parts string) {
	street, numbers, _ := strings.Cut(parts, partSeparator)
	p.list = appendSplit(p.list[:0], street, " ")
	p.road.read(value, p.list)
	p.house.begin(value)
	p.numbers.begin(value)
	p.list = appendSplit(p.list[:0], numbers, " ")
	for _, text := range p.list {
		n, _ := p.house.number(text)
		p.numbers.items = append(p.numbers.items, n)
	}
	p.numbers.end()
	p.digits = p.house.texts
}

func emptyLists() lists { return lists{start: make([]uint32, 2, 4)} }

// begin makes room for the list of a value that is filled anew; those that came after it
// are gone.
func (l *lists) begin(value uint32) {
	l.start = l.start[:value+1]
	l.items = l.items[:l.start[value]]
}

// appendSplit appends the parts of a text that are not empty.
func appendSplit(list []string, text, separator string) []string {
	for text != "" {
		var part string
		if part, text, _ = strings.Cut(text, separator); part != "" {
			list = append(list, part)
		}
	}
	return list
}
