package form

import (
	"slices"
	"strings"
	"sync"
)

// companyLatin takes a Western name apart. The text has been folded.
func companyLatin(text string) CompanyName {
	var c CompanyName
	text, inside := cutBrackets(text)
	if c.Places = bracketPlaces(inside); inside != "" {
		c.branchInside(inside)
	}
	words := strings.Fields(latin(c.branchApart(tradingName(text))))
	words = c.shopNumber(text, words)
	words = c.branchBehind(words)
	words = c.legalForm(joinInitials(words))
	words = slices.DeleteFunc(words, func(w string) bool { return isSilentWord(w) && len(words) > 1 })
	words = c.latinPlacesAround(words)
	c.brandAndTrade(words)
	return c
}

// cutBrackets returns a text without what stands in its first round brackets,
// and that.
func cutBrackets(text string) (outside, inside string) {
	open := strings.IndexByte(text, '(')
	if open < 0 {
		return text, ""
	}
	end := strings.IndexByte(text[open:], ')')
	if end < 0 {
		end = len(text) - open
	}
	inside, rest := text[open+1:open+end], text[min(len(text), open+end+1):]
	if outside = text[:open] + " " + rest; strings.TrimSpace(outside) == "" {
		return inside, ""
	}
	return outside, inside
}

// bracketPlaces returns the place that brackets hold: "(Beijing)", "(China)".
func bracketPlaces(inside string) []string {
	if p, ok := latinPlaces()[strings.ReplaceAll(latin(inside), " ", "")]; ok {
		return []string{p}
	}
	return nil
}

// tradingName returns what stands behind "doing business as" or "trading as".
func tradingName(text string) string {
	for _, as := range []string{" d/b/a ", " dba ", " d.b.a. ", " doing business as ", " t/a ", " trading as "} {
		if _, name, ok := strings.Cut(text, as); ok && strings.TrimSpace(name) != "" {
			return name
		}
	}
	return text
}

// shopNumber takes the number of a shop off the end: "#3", "No. 3", "Store 3".
func (c *CompanyName) shopNumber(text string, words []string) []string {
	n := len(words)
	if n < 2 || !isDigits(words[n-1]) {
		return words
	}
	switch words[n-2] {
	case "no", "nr", "number", "store", "shop", "branch", "unit":
		c.Number = trimZeros(words[n-1])
		return words[:max(1, n-2)]
	}
	if strings.Contains(text, "#") {
		c.Number = trimZeros(words[n-1])
		return words[:n-1]
	}
	return words
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// joinInitials makes one word of letters that stand alone in a row: i b m.
func joinInitials(words []string) []string {
	list := words[:0]
	inRow := false
	for _, w := range words {
		alone := len(w) == 1 && !isDigit(w[0])
		if alone && inRow {
			list[len(list)-1] += w
			continue
		}
		list, inRow = append(list, w), alone
	}
	return list
}

// legalForms are the words that tell what sort of company, and their normal
// form. Those of several words stand before those that they begin with.
var legalForms = []struct{ words, canon string }{
	{"limited liability company", "llc"}, {"limited liability partnership", "llp"}, {"limited partnership", "lp"}, {"public limited company", "plc"},
	{"company limited", "ltd"}, {"company ltd", "ltd"}, {"co limited", "ltd"}, {"co ltd", "ltd"}, {"pty limited", "ltd"}, {"pty ltd", "ltd"},
	{"pvt ltd", "ltd"}, {"pvt limited", "ltd"}, {"private limited", "ltd"}, {"pte ltd", "ltd"}, {"pte limited", "ltd"}, {"sdn bhd", "ltd"}, {"co inc", "inc"},
	{"gmbh and co kg", "gmbh"}, {"gmbh co kg", "gmbh"}, {"and co kg", "kg"}, {"sp z oo", "sp"}, {"sp zoo", "sp"}, {"a s", "as"}, {"s a", "sa"},
	{"and company", "co"}, {"and co", "co"},
	{"incorporated", "inc"}, {"inc", "inc"}, {"corporation", "inc"}, {"corp", "inc"}, {"limited", "ltd"}, {"ltd", "ltd"}, {"llc", "llc"}, {"llp", "llp"},
	{"lllp", "llp"}, {"plc", "plc"}, {"pllc", "llc"}, {"pc", "pc"}, {"lp", "lp"}, {"gmbh", "gmbh"}, {"mbh", "gmbh"}, {"ag", "ag"}, {"kg", "kg"},
	{"ohg", "ohg"}, {"ug", "ug"}, {"sa", "sa"}, {"sas", "sas"}, {"sarl", "sarl"}, {"srl", "srl"}, {"spa", "spa"}, {"bv", "bv"}, {"nv", "nv"},
	{"ab", "ab"}, {"oy", "oy"}, {"oyj", "oy"}, {"aps", "aps"}, {"kk", "kk"}, {"pty", "ltd"}, {"pte", "ltd"}, {"bhd", "ltd"}, {"co", "co"}, {"company", "co"},
}

// legalForm takes the legal form off the end of a name of more than that, all
// of it where several follow each other: "Holdings Co., Ltd. Inc".
func (c *CompanyName) legalForm(words []string) []string {
	for again := true; again; {
		again = false
		for _, f := range legalForms {
			if n := endsWith(words, f.words); n > 0 && n < len(words) {
				words, c.Form, again = words[:len(words)-n], f.canon, true
				break
			}
		}
	}
	return words
}

// endsWith returns how many words of a list are those of a text, at its end; 0
// where the list ends otherwise.
func endsWith(words []string, text string) int {
	n := 0
	for text != "" {
		at := strings.LastIndexByte(text, ' ')
		if n++; n > len(words) || words[len(words)-n] != text[at+1:] {
			return 0
		}
		text = text[:max(at, 0)]
	}
	return n
}

func isSilentWord(w string) bool { return w == "the" || w == "and" || w == "of" || w == "for" }

// latinPlacesAround takes places off both ends of a name of more than those.
func (c *CompanyName) latinPlacesAround(words []string) []string {
	known := latinPlaces()
	for len(words) > 1 {
		p, ok := known[words[0]]
		if !ok {
			break
		}
		c.Places, words = append(c.Places, p), words[1:]
	}
	for len(words) > 1 {
		p, ok := known[words[len(words)-1]]
		if !ok {
			break
		}
		c.Places, words = append(c.Places, p), words[:len(words)-1]
	}
	return words
}

// brandAndTrade parts the words for trades, at the end, from the brand before
// them. Where all words may be trades, they are the brand.
func (c *CompanyName) brandAndTrade(words []string) {
	spelt := latinTrades()
	at := len(words)
	for at > 0 && spelt[words[at-1]] != "" {
		at--
	}
	if at == 0 {
		at = len(words)
	}
	c.Brand = strings.Join(words[:at], " ")
	for _, w := range words[at:] {
		c.Trade = append(c.Trade, spelt[w])
	}
}

// latinPlaces are the names of provinces and cities of China, and of some
// countries, in Latin letters without spaces.
var latinPlaces = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	t := sounds()
	for _, r := range tables().regions[1:] {
		if spelt := t.spell(r.stem); r.level != district && m[spelt] == "" {
			m[spelt] = r.stem
		}
	}
	for pair := range strings.FieldsSeq(spelledPlaces) {
		latin, name, _ := strings.Cut(pair, "=")
		m[latin] = name
	}
	return m
})

// spelledPlaces are places that are not spelled by the common readings of
// their characters, or also in other ways.
const spelledPlaces = `chongqing=重庆 xiamen=厦门 changsha=长沙 changchun=长春 changzhou=常州 changzhi=长治 luan=六安 xizang=西藏 tibet=西藏
 shaanxi=陕西 shanxi=山西 innermongolia=内蒙古 neimenggu=内蒙古 hongkong=香港 macau=澳门 macao=澳门 aomen=澳门 taiwan=台湾 taipei=台北 peking=北京
 canton=广州 tsingtao=青岛 harbin=哈尔滨 urumqi=乌鲁木齐 lhasa=拉萨 hohhot=呼和浩特 xian=西安 leshan=乐山 bengbu=蚌埠 china=中国 prc=中国
 japan=日本 singapore=新加坡 usa=美国 america=美国 canada=加拿大 australia=澳大利亚 europe=欧洲 uk=英国 germany=德国 france=法国 korea=韩国`

// spell returns a Chinese word in pinyin without spaces.
func (t *soundTable) spell(han string) string {
	var b strings.Builder
	for _, r := range han {
		b.WriteString(t.names[t.first(r)])
	}
	return b.String()
}

// latinTrades are the words for trades in Western names, and those of Chinese
// names as they are spelled in pinyin, with their normal forms.
var latinTrades = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	t := sounds()
	for _, text := range []string{tradesText, moreTradesText} {
		for name := range strings.FieldsSeq(text) {
			if spelt := t.spell(name); len(spelt) >= 6 && m[spelt] == "" {
				m[spelt] = name
			}
		}
	}
	for entry := range strings.FieldsSeq(englishTrades) {
		names := strings.Split(entry, "/")
		for _, name := range names {
			m[name] = names[0]
		}
	}
	return m
})

// englishTrades are words for trades, each with others for the same.
const englishTrades = `technology/technologies/tech/techs group/groups/grp holdings/holding international/intl/internationale services/service/svc/svcs
 solutions/solution systems/system enterprises/enterprise industries/industry/industrial consulting/consultants/consultancy partners/partnership
 associates/assoc association/assn trading/trade/traders manufacturing/mfg manufacturers engineering/engineers electronics/electronic electric/electrical
 software communications/communication/comm telecom/telecommunications networks/network media logistics transport/transportation shipping freight
 capital investments/investment/invest financial/finance bank/banking insurance/ins assurance management/mgmt/mgt properties/property realty/estate
 construction/constructions contractors/contracting builders development/developments/developers materials/material chemicals/chemical/chem
 pharmaceuticals/pharmaceutical/pharma medical healthcare health hospital clinic laboratories/laboratory/labs/lab foods/food restaurant/restaurants
 cafe/caffe grill bakery kitchen bar catering hotel/hotels inn resort travel tours entertainment studios/studio productions/production design/designs
 advertising marketing education/educational academy institute school/schools university/univ college center/centre/centers/centres/ctr stores/store
 shop/shops market/markets supermarket mart outlet products/product supplies/supply equipment tools machinery motors/motor auto/automotive
 energy power oil gas petroleum mining steel metals/metal plastics/plastic paper packaging printing textiles/textile apparel clothing fashion
 furniture jewelry/jewellery toys sports fitness import/imports export/exports global worldwide company/co corporation/corp agency agencies`
