package form

import (
	"slices"
	"strings"
)

// CompanyName is the name of a company in its parts. All of them are in their
// normal form: simple characters, small letters, half width. A part that the
// name does not have is empty.
type CompanyName struct {
	Places []string // where it is: 北京 for 北京市, Beijing and, in front of 分公司, BJ; as told, from the wide to the narrow
	Brand  string   // what it is called: 字节跳动. Western brands have their words parted by spaces
	Trade  []string // what it does: 信息, 技术
	Form   string   // what it is: 有限公司 for 有限责任公司; for Western names "inc", "ltd", "gmbh"
	Branch string   // which part of it: 北京分公司, also for BJ分部; of Western names "london branch", or "munich" for Acme Ltd Munich
	Number string   // of a branch or a shop, in digits: 第三分公司, Store #3
}

// Company takes the name of a company apart.
//
// A Chinese name has the grammar place, brand, trade, form, branch, of which
// any may be missing; the place may be in brackets or before the form. A name
// that has nothing but words for places, trades and forms has no brand
// (河南省超市管理有限公司): two such companies are not told apart by brand.
// What else stands in brackets is left out.
//
// Of a Western name, articles, "and" and legal forms are taken away; behind
// "dba" the name after it counts. Its brand is never empty unless the name is:
// where each word may be a trade ("Trading Services"), all are the brand. Its branch
// stands behind the legal form, behind a comma or a dash, or in brackets.
//
// Words in other scripts than Chinese and Latin are words of the brand.
func Company(name string) CompanyName { return (*Aliases)(nil).Company(name) }

// Key is the name in one text, for equality: places, brand, trade, and branch with
// number if it has them, parted by "|", without the form, so that 有限公司 and 有限责任公司 are one. The places
// of a company are in the order of their bytes, so that it does not matter
// where in the name they stood.
//
// Equal keys do not prove that two companies are one, and two keys of one
// company may differ where one name leaves a part out.
func (c CompanyName) Key() string {
	places := slices.Clone(c.Places)
	slices.Sort(places)
	var b strings.Builder
	for i, p := range slices.Compact(places) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	b.WriteByte('|')
	b.WriteString(c.Brand)
	b.WriteByte('|')
	for _, t := range c.Trade {
		b.WriteString(t)
	}
	if c.Branch != "" || c.Number != "" {
		b.WriteByte('|')
		b.WriteString(strings.TrimSuffix(c.Branch, latinBranch))
		b.WriteString(c.Number)
	}
	return b.String()
}

// Sound is how the brand sounds: the syllables of a Chinese one and the words
// of a Western one, without spaces. 新悦 and "Xin Yue" are "xinyue".
func (c CompanyName) Sound() string {
	t := sounds()
	b := make([]byte, 0, 2*len(c.Brand))
	for _, r := range c.Brand {
		switch {
		case r == ' ':
		case isHan(r):
			b = append(b, t.names[t.first(r)]...)
		default:
			b = append(b, string(r)...)
		}
	}
	return string(b)
}

// Acronym is the first letters of the words of a Western name, form and places
// left out: "ibm" for International Business Machines Corp. It is empty for
// names of fewer than two words and for Chinese ones.
func (c CompanyName) Acronym() string {
	words := append(strings.Fields(c.Brand), c.Trade...)
	if len(words) < 2 {
		return ""
	}
	b := make([]byte, 0, 8)
	for _, w := range words {
		if w[0] >= 0x80 {
			return ""
		}
		b = append(b, w[0])
	}
	return string(b)
}
