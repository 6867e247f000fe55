package form

import (
	"strings"
	"unicode/utf8"
)

// addressHan takes a Chinese address apart. The text has been simplified.
func addressHan(text string) PostalAddress {
	var a PostalAddress
	text = a.postcode(cleanAddress(text))
	text = text[tables().regionsOf(&a, text):]
	h := hanAddress{parts: &a, text: text}
	h.scan()
	h.finish()
	a.collect()
	return a
}

// cleanAddress takes out spaces and punctuation; a hyphen stays where it parts
// letters or digits, and # is 号.
func cleanAddress(text string) string {
	b := make([]byte, 0, len(text))
	for i, r := range text {
		switch {
		case !isMark(r):
			b = utf8.AppendRune(b, r)
		case r == '#':
			b = append(b, "号"...)
		case (r == '-' || r == '—' || r == '–' || r == '/' || r == '~') && len(b) > 0 && b[len(b)-1] != '-' && i+utf8.RuneLen(r) < len(text):
			b = append(b, '-')
		}
	}
	return strings.TrimRight(string(b), "-")
}

// postcode takes six digits off either end.
func (a *PostalAddress) postcode(text string) string {
	text = strings.TrimPrefix(text, "邮编")
	if len(text) > 6 && isDigits(text[:6]) && text[6] >= 0x80 && !strings.HasPrefix(text[6:], "号") {
		a.Postcode = text[:6]
		return strings.TrimPrefix(text[6:], "中国")
	}
	if n := len(text) - 6; n > 0 && isDigits(text[n:]) && text[n-1] >= 0x80 {
		a.Postcode = text[n:]
		return strings.TrimPrefix(strings.TrimSuffix(text[:n], "邮编"), "中国")
	}
	return strings.TrimPrefix(text, "中国")
}

// hanAddress is the part of an address behind the regions, while it is read.
type hanAddress struct {
	parts *PostalAddress
	text  string
	names []string // what stands between the numbers
	at    int      // what is read
	from  int      // where the name begins that is being read
}

// scan reads numbers, each with the word behind it that tells what it counts,
// and the names between them.
func (h *hanAddress) scan() {
	for h.at < len(h.text) {
		start := h.at
		value, n := h.value()
		if n == 0 || !h.number(value, start+n) {
			_, size := utf8.DecodeRuneInString(h.text[start:])
			h.at = start + max(size, n)
			continue
		}
		h.name(start)
		h.from = h.at
	}
	h.name(len(h.text))
}

// value returns the number or letters at the place that is read: digits with
// letters around them, or a Chinese numeral.
func (h *hanAddress) value() (string, int) {
	rest := h.text[h.at:]
	n := 0
	for n < len(rest) && isAlnum(rest[n]) {
		n++
	}
	if n > 0 {
		return trimZeros(rest[:n]), n
	}
	return numeral(rest)
}

// name keeps the text before a place as a name.
func (h *hanAddress) name(end int) {
	if name := strings.Trim(h.text[h.from:end], "-"); name != "" {
		h.names = append(h.names, name)
	}
}

// A counter is a word behind a number, and what part of an address it counts.
type counter struct {
	word string
	part byte
}

// counters are in an order in which none is hidden by one that it begins with.
var counters = []counter{
	{"号楼", 'b'}, {"号院", 'n'}, {"号房", 'r'}, {"号室", 'r'}, {"号", 'n'}, {"弄", 'n'}, {"栋", 'b'}, {"幢", 'b'}, {"座", 'b'}, {"橦", 'b'},
	{"单元", 'u'}, {"门", 'u'}, {"楼", 'f'}, {"层", 'f'}, {"室", 'r'}, {"房", 'r'}, {"户", 'r'},
}

// number takes a value whose text ends at a place, and reports whether it is
// one of the parts. It moves on behind what it took.
func (h *hanAddress) number(value string, end int) bool {
	rest := h.text[end:]
	for _, c := range counters {
		if strings.HasPrefix(rest, c.word) {
			h.at = end + len(c.word)
			return h.put(c.part, value)
		}
	}
	if !hasDigit(value) || h.text[end-1] >= 0x80 {
		return false
	}
	if floor, ok := strings.CutSuffix(value, "f"); ok && isDigits(floor) {
		h.at = end
		return h.put('f', floor)
	}
	if rest == "" || rest[0] == '-' {
		h.at = end
		return h.row(value, rest)
	}
	return false
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// put writes a part. A second number of the house is that of a building
// (88弄12号).
func (h *hanAddress) put(part byte, value string) bool {
	a := h.parts
	field := &a.Number
	switch part {
	case 'n':
		if a.Number != "" {
			field = &a.Building
		}
	case 'b':
		field = &a.Building
	case 'u':
		field = &a.Unit
	case 'f':
		field = &a.Floor
	case 'r':
		field = &a.Room
	}
	if *field != "" {
		return false
	}
	*field = value
	return true
}

// row takes a value that stands in a row with hyphens or at the end: building,
// unit and room, of which those told before are left out; without a house
// number, the first is that.
func (h *hanAddress) row(value, rest string) bool {
	a := h.parts
	more := strings.Count(rest, "-")
	switch {
	case a.Number == "" && a.Building == "" && len(h.names) == 0:
		if end := counterBehind(rest); end > 0 { // 12-3号
			a.Number = value + rest[:end]
			h.at += end + len("号")
			return true
		}
		return h.put('n', value)
	case more == 0:
		return h.put('r', value)
	case a.Building == "" && a.Floor == "":
		return h.put('b', value)
	case a.Unit == "" && a.Floor == "":
		return h.put('u', value)
	}
	return h.put('r', value)
}

// counterBehind returns the length of "-3" in front of 号.
func counterBehind(rest string) int {
	n := 1
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	if len(rest) > n && n > 1 && strings.HasPrefix(rest[n:], "号") && !strings.HasPrefix(rest[n:], "号楼") {
		return n
	}
	return 0
}

// finish makes roads of the names, and rooms of floors and numbers on them.
func (h *hanAddress) finish() {
	a := h.parts
	if len(h.names) > 0 {
		h.road(h.names[0])
		a.Rest += strings.Join(h.names[1:], "")
	}
	if !isDigits(a.Room) {
		return
	}
	switch {
	case a.Floor != "" && isDigits(a.Floor) && len(a.Room) <= 2:
		a.Room = a.Floor + strings.Repeat("0", 2-len(a.Room)) + a.Room
	case a.Floor == "" && len(a.Room) > 2:
		a.Floor = a.Room[:len(a.Room)-2]
	}
}

// roadEnds are the words that end the name of a road.
var roadEnds = []string{"大道", "大街", "胡同", "公路", "国道", "省道", "路", "街", "道", "巷", "里", "弄", "线"}

// townEnds are the words that end the name of a part of a district.
var townEnds = []string{"街道", "开发区", "工业园区", "工业园", "高新区", "园区", "社区", "镇", "乡", "村"}

// road parts the first name: a town before the road, and what stands behind it.
func (h *hanAddress) road(name string) {
	a := h.parts
	if rest, ok := cutHouse(name); ok && a.Number != "" {
		name, a.Number = rest, name[len(rest):]+a.Number
	}
	if at := lastEnd(name, townEnds); at > 0 && at < len(name) && !isRoadName(name[at:]) {
		a.Rest, name = name[:at], name[at:]
	}
	if at := lastEnd(name, roadEnds); at > 0 && at < len(name) {
		a.Rest, name = a.Rest+name[at:], name[:at]
	}
	a.Road = name
}

// cutHouse cuts off the sign that parts houses of one number: 甲12号.
func cutHouse(name string) (string, bool) {
	for _, sign := range []string{"甲", "乙", "丙", "丁"} {
		if rest, ok := strings.CutSuffix(name, sign); ok {
			return rest, true
		}
	}
	return name, false
}

// lastEnd returns where the last of some words ends in a name, 0 for none. The
// word is not what the name begins with.
func lastEnd(name string, ends []string) int {
	last := 0
	for _, e := range ends {
		if i := strings.LastIndex(name, e); i > 0 {
			last = max(last, i+len(e))
		}
	}
	return last
}
