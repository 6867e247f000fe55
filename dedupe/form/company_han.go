package form

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// companyHan takes a Chinese name apart. The text has been simplified.
func companyHan(text string) CompanyName {
	g := tables()
	main, inside := withoutBrackets(text)
	var c CompanyName
	for _, part := range inside {
		main = g.bracket(&c, main, part)
	}
	head := g.splitBranch(&c, main)
	g.splitHead(&c, head)
	return c
}

// withoutBrackets takes spaces, punctuation and what stands in brackets out of
// a text. A space stays between two Latin words. What stood in brackets is
// returned beside it, as long as anything stands outside of them.
func withoutBrackets(text string) (string, []string) {
	if !strings.ContainsFunc(text, isMark) {
		return text, nil
	}
	var inside []string
	main := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if end := closing(text[i:], r); end > 0 {
			part := squeeze(text[i+n : i+end])
			if i+end+1 < len(text) && strings.HasSuffix(string(main), "公司") { // X公司(北京)分公司
				main = append(main, part...)
			} else {
				inside = append(inside, part)
			}
			_, n = utf8.DecodeRuneInString(text[i+end:])
			i += end
		} else {
			main = appendRune(main, text, i, r)
		}
		i += n
	}
	if len(main) == 0 && len(inside) > 0 {
		return inside[0], inside[1:]
	}
	return string(main), inside
}

// squeeze takes spaces and punctuation out of a text.
func squeeze(text string) string {
	if !strings.ContainsFunc(text, isMark) {
		return text
	}
	b := make([]byte, 0, len(text))
	for i, r := range text {
		b = appendRune(b, text, i, r)
	}
	return string(b)
}

func isMark(r rune) bool {
	return r < 0x80 && !isAlnum(byte(r)) || r >= 0x80 && !isCommonHan(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// appendRune appends the character at a place in a text. Of marks, those stay
// that join letters or digits of ASCII, and a space between these.
func appendRune(b []byte, text string, at int, r rune) []byte {
	if !isMark(r) {
		return utf8.AppendRune(b, r)
	}
	next := at + 1
	for r != ' ' && next < len(text) && text[next] == ' ' { // A & B
		next++
	}
	if len(b) == 0 || !isAlnum(b[len(b)-1]) || next >= len(text) || !isAlnum(text[next]) {
		return b
	}
	switch r {
	case ' ', '&', '-', '+':
		return append(b, byte(r))
	}
	return b
}

// closing returns where the bracket is that closes the one at the beginning of
// a text, or the end of the text; 0 where no bracket begins.
func closing(text string, open rune) int {
	var end rune
	switch open {
	case '(':
		end = ')'
	case '[':
		end = ']'
	case '【':
		end = '】'
	case '〔':
		end = '〕'
	default:
		return 0
	}
	depth := 0
	for i, r := range text {
		switch r {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// bracket takes what a part in brackets tells: places, a form or a branch,
// which is appended to the rest of the name.
func (g *gazetteer) bracket(c *CompanyName, main, part string) string {
	if places, ok := g.allPlaces(part); ok {
		c.Places = append(c.Places, places...)
		return main
	}
	if w, n := g.words.longest(part, form); n == len(part) && n > 0 {
		c.Form = w.canon
		return main
	}
	if at, _ := g.trailing(part); at >= 0 {
		return main + part
	}
	return main
}

// allPlaces returns the places that a text consists of.
func (g *gazetteer) allPlaces(text string) ([]string, bool) {
	if p, ok := latinPlaces()[text]; ok {
		return []string{p}, true
	}
	if p, ok := placeCodes()[text]; ok {
		return []string{p}, true
	}
	var list []string
	for text != "" {
		w, n := g.words.longest(text, place)
		if n == 0 {
			return nil, false
		}
		list = append(list, w.named(text[:n]))
		text = text[n:]
	}
	return list, len(list) > 0
}

// named is the normal form of a word that stands in a text.
func (w *word) named(text string) string {
	if w.canon != "" {
		return w.canon
	}
	return text
}

// placeCodes are what cities are called for short in Latin letters. They are
// places only in brackets of their own and in front of what tells a branch.
var placeCodes = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for pair := range strings.FieldsSeq(placeCodePairs) {
		code, name, _ := strings.Cut(pair, "=")
		m[code] = name
	}
	return m
})

const placeCodePairs = `bj=北京 sh=上海 gz=广州 sz=深圳 tj=天津 cq=重庆 hz=杭州 nj=南京 cd=成都 wh=武汉 xa=西安 szh=苏州 hk=香港 cn=中国 hf=合肥 jn=济南 qd=青岛
 dl=大连 sy=沈阳 cs=长沙 zz=郑州 xm=厦门 fz=福州 nb=宁波 wx=无锡 dg=东莞 fs=佛山 zh=珠海 km=昆明 gy=贵阳 nn=南宁 nc=南昌 ty=太原 sjz=石家庄 hrb=哈尔滨 cc=长春
 lz=兰州 wz=温州`
