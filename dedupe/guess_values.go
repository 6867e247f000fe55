package dedupe

import (
	"cmp"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/form"
)

// A surveyed column is what is known of one, and what was decided.
type surveyed struct {
	at       int
	name     string
	says     meaning
	exact    bool    // it says nothing else
	fill     float64 // the share of rows that have a value
	distinct int     // values
	filled   int     // rows that have one
	top      float64 // the share of the most frequent value among them
	size     float64 // the mean length of a value, in characters
	sample   []string

	typ    Type
	why    string // it is left out
	fixed  bool   // somebody stated the type
	unsaid bool   // neither header nor values say what it is
	long   bool   // it was left out because its texts are long
	main   bool   // the name of whom the list is about
}

// sampled is how many values are looked at.
const sampled = 2000

// newSurveyed counts the values of a column, and takes those as its sample whose
// sums are the smallest, so that the order of the rows makes no difference.
func newSurveyed(at int, header string, rows [][]string) *surveyed {
	c := &surveyed{at: at, name: strings.TrimSpace(strings.TrimPrefix(header, "\ufeff"))}
	count := map[string]int{}
	for _, row := range rows {
		if at >= len(row) {
			continue
		}
		if v := strings.TrimSpace(row[at]); !blank(v) {
			c.filled++
			count[v]++
		}
	}
	most, length := 0, 0
	for v, n := range count {
		most, length = max(most, n), length+utf8.RuneCountInString(v)
	}
	c.distinct = len(count)
	if c.filled > 0 {
		c.fill, c.top, c.size = float64(c.filled)/float64(len(rows)), float64(most)/float64(c.filled), float64(length)/float64(len(count))
	}
	c.sample = sampleOf(count)
	return c
}

// sampleOf returns those of some values whose sums are the smallest.
func sampleOf(count map[string]int) []string {
	type summed struct {
		sum  uint64
		text string
	}
	all := make([]summed, 0, len(count))
	for v := range count {
		h := fnv.New64a()
		_, _ = h.Write([]byte(v))
		all = append(all, summed{h.Sum64(), v})
	}
	slices.SortFunc(all, func(a, b summed) int { return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.text, b.text)) })
	var list []string
	for _, s := range all[:min(len(all), sampled)] {
		list = append(list, s.text)
	}
	return list
}

// blank reports whether a value is none, as files write it.
func blank(v string) bool {
	switch strings.ToLower(v) {
	case "", "-", "--", "n/a", "na", "null", "none", "nan", "nil", "#n/a", "无", "未知", "unknown":
		return true
	}
	return false
}

// share is which part of the values of the sample fits.
func (c *surveyed) share(fits func(string) bool) float64 {
	if len(c.sample) == 0 {
		return 0
	}
	n := 0
	for _, v := range c.sample {
		if fits(v) {
			n++
		}
	}
	return float64(n) / float64(len(c.sample))
}

// leave leaves a column out.
func (c *surveyed) leave(why string) { c.typ, c.why, c.main = 0, why, false }

func isMail(s string) bool { _, err := customer.NormalEmail(s); return err == nil }

// isPhone reports whether a value may be a telephone number, if the header says so.
func isPhone(s string) bool {
	n := len(digits(s))
	return n >= 5 && n <= 40 && 2*n >= utf8.RuneCountInString(s)
}

var chineseMobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

// looksPhone reports whether a value is a telephone number without a word about it: not
// any row of digits is.
func looksPhone(s string) bool {
	if chineseMobile.MatchString(s) {
		return true
	}
	n := len(digits(s))
	if n < 7 || n > 20 || len(dayForm(s)) == 8 && isDay(s) || !strings.ContainsAny(s, "+-() ./") || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && r != 'x' && r != '转' }) {
		return false
	}
	_, err := customer.NormalPhone(s)
	return err == nil
}

// isDay reports whether a value is a calendar day, with or without marks between.
func isDay(s string) bool {
	d := dayForm(s)
	if len(d) != 8 || utf8.RuneCountInString(s) > 22 || d[:2] < "17" || d[:2] > "21" {
		return false
	}
	return d[4:6] >= "01" && d[4:6] <= "12" && d[6:] >= "01" && d[6:] <= "31" || d[4:6] <= "31" && d[6:] <= "12" && d[4:6] >= "01"
}

// isMarkedDay reports whether a value is one and looks it, too.
func isMarkedDay(s string) bool { return strings.ContainsAny(s, "-/.年") && isDay(s) }

var (
	creditShape   = regexp.MustCompile(`^(?i)[1-9ANY][0-9A-Z]\d{6}[0-9A-Z]{10}$`)
	residentShape = regexp.MustCompile(`^\d{6}(18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]$`)
	britain       = regexp.MustCompile(`^(?i)[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$`)
	openID        = regexp.MustCompile(`^wxid_\w+$`)
)

func isCode(s string) bool {
	return creditShape.MatchString(s) || residentShape.MatchString(s) || openID.MatchString(s)
}

// isOpaque reports whether a value is a number or code that says nothing by itself: one
// word with digits.
func isOpaque(s string) bool {
	s = strings.Trim(s, `'"#`)
	n := len(digits(s))
	return n > 0 && !strings.ContainsAny(s, " \n@") && !anyHan(s) && 3*n >= utf8.RuneCountInString(strings.TrimLeft(s, "-+"))-12 && (n*3 >= len(s) || len(s) > 15)
}

// isURL reports whether a value is the address of a page.
func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.")
}

var houseFirst = regexp.MustCompile(`^(?i)(#|no\.? ?)?\d+[a-z]?([-/]\d+[a-z]?)?,? +\pL`)
var houseLast = regexp.MustCompile(`(?i)(stra(ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gatan|calle|c/|avenida|avda|plaza|paseo|via|viale|piazza|rua|ulica|ul\.).* \d+ ?[a-z]?([-/]\d+[a-z]?)?(,.*)?$`)

// isAddress reports whether a value is an address or the line of one.
func isAddress(s string) bool {
	if anyHan(s) {
		a := form.Address(s)
		return a.Road != "" && len(a.Numbers) > 0
	}
	return houseFirst.MatchString(s) || houseLast.MatchString(s)
}

// isCompany reports whether a name has what names of organisations have.
func isCompany(s string) bool {
	n := form.Company(s)
	if n.Form != "" || n.Branch != "" || n.Number != "" {
		return true
	}
	return len(n.Trade) > 0 && (!anyHan(s) || utf8.RuneCountInString(s) > 4)
}

// isPerson reports whether a name is one that people have.
func isPerson(s string) bool {
	if anyHan(s) {
		return isChinesePerson(s)
	}
	words := form.Latin(s)
	if len(words) < 1 || len(words) > 5 || strings.ContainsAny(s, "&@/#0123456789") || form.Company(s).Form != "" {
		return false
	}
	if n := form.Person(s); n.Pinyin {
		return true
	}
	return slices.ContainsFunc(words, func(w string) bool { return len(form.PetNames(w)) > 0 || strings.Contains(givenNames, " "+w+" ") })
}

func isChinesePerson(s string) bool {
	n := form.Person(s)
	if !n.Han || n.Surname == "" {
		return false
	}
	size := utf8.RuneCountInString(n.Surname) + utf8.RuneCountInString(n.Given)
	return strings.Contains(frequentSurnames, " "+n.Surname+" ") && size <= 2+utf8.RuneCountInString(n.Surname)
}

// isNameShaped reports whether a name has two or three words of letters, as most of
// people have.
func isNameShaped(s string) bool {
	if anyHan(s) {
		return isChinesePerson(s)
	}
	words := strings.Fields(s)
	return len(words) >= 2 && len(words) <= 3 && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsSpace(r) && !strings.ContainsRune("-.'’,", r)
	}) && !strings.HasSuffix(words[0], "'s")
}

// lettered reports whether a value is made of letters mostly.
func lettered(s string) bool { return 4*len(digits(s)) <= utf8.RuneCountInString(s) && !isMail(s) }

// frequentSurnames are those of nine of ten people in China, and given names some that
// people have in Europe and America beside those that package form knows.
const (
	frequentSurnames = " 王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 肖 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 闫 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 庞 樊 兰 殷 施 陶 洪 翟 安 颜 倪 严 牛 温 芦 季 俞 章 鲁 葛 伍 韦 申 尤 毕 聂 焦 向 柳 邢 路 岳 齐 梅 莫 庄 辛 管 祝 左 涂 谷 祁 时 舒 耿 牟 卜 詹 关 苗 凌 费 纪 靳 盛 童 欧 甄 项 曲 成 游 阳 裴 席 卫 查 屈 鲍 位 覃 霍 翁 隋 植 甘 景 薄 单 包 司 柏 宁 柯 阮 桂 闵 欧阳 上官 司马 诸葛 司徒 慕容 夏侯 东方 皇甫 尉迟 公孙 令狐 端木 "
	givenNames       = " aaron adam adrian alain alan alejandro alessandro alexandre alfonso alice amelie ana anderson andre andrea andreas angel anja anke antje antoine antonio armin arthur audrey beate benjamin bernd bernhard birgit bjorn brian bruno camille carla carlos carmen carol caroline charlotte chloe christa christian christina christine christophe claire claude claudia claus clemens craig cristina dagmar daniel daniela david delphine denis diana diego dieter dirk dominik dominique donald elena elias elke emma enrique eric erik ernst eva fabian felix fernando florian francois francesco francisco frank franz gabriel gabriele georg gerhard gerd gilles giovanni giulia giuseppe gloria guillaume gunter guy hans heike heinz helga helmut herbert hermann herve holger horst hugo ines inge ingo ingrid irene isabel isabelle jacques jan jana javier jean jennifer jens jessica joachim joaquin joel johann johanna jonas jorge jorg jose juan judith julia julie julien jurgen jutta karen karin karl karsten katja katrin kerstin kevin klara klaus kurt lars laura laure laurent lea lena leon lisa louis luca lucas lucia luis luisa lukas manfred manuel marc marco maria marie mario marion markus marta martin martina mateo mathieu matthias max maximilian melanie michel miguel mohamed mohammed monika monique nadine natalia nathalie nicolas nicole niklas nina noah nora olaf olga olivia olivier oliver oscar oskar pablo pascal patrice paul paula paulo pedro petra philippe pierre pilar rafael raimund rainer ralf raul regina reinhard renate rene ricardo roberto roland rolf rosa ryan sabine sandra sara sebastian sergio silke silvia simon simone sofia sophie stefan stefanie stephan susanne sven sylvie tanja thierry thomas thorsten tim tobias torsten udo ulrich ulrike ursula ute uwe valerie vanessa verena veronika victor virginie volker walter werner wilhelm wolfgang xavier yann yves yvonne ahmed ali fatima hassan omar ivan dmitri olga sergei svetlana priya raj sanjay anil "
)
