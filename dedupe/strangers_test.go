package dedupe

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Strangers are a list of which few or no records are duplicates, as most lists are: who
// look alike in it are several, of one name, one household or one firm.
type strangers struct {
	name   string
	fields []Field
	make   func(w *census) [][]string // some entities, which may have much in common
}

// Names as they come in life: few are very frequent, and many are rare.
const (
	westernGivens   = "james mary john patricia robert jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah charles karen daniel lisa matthew nancy anthony betty mark sandra paul emily steven donna andrew carol kevin ruth brian sharon george laura"
	westernSurnames = "smith johnson williams brown jones garcia miller davis rodriguez martinez wilson anderson taylor thomas moore jackson martin lee thompson white harris clark lewis robinson walker young allen king wright scott hill green adams nelson baker hall"
	chineseGivens   = "伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 军jun 洋yang 勇yong 艳yan 杰jie 娟juan 涛tao 明ming 超chao 霞xia 平ping 刚gang 桂英guiying 秀英xiuying 建国jianguo 建华jianhua 志强zhiqiang 小红xiaohong 晓明xiaoming 文杰wenjie 海燕haiyan 国强guoqiang 玉兰yulan 婷婷tingting 浩然haoran 子轩zixuan 俊杰junjie 春梅chunmei 丽华lihua 雪梅xuemei 建军jianjun 志明zhiming"
	chineseSurnames = "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo 马ma 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao"
)

// often picks one of a list, the first ones more often.
func (w *writer) often(list string) string {
	words := strings.Fields(list)
	x := w.Float64()
	return words[int(float64(len(words))*x*x)]
}

// A called person has a name in parts: as it is written, and in letters.
type called struct{ given, surname, inLetters, family string }

func (w *writer) western() called {
	given, surname := w.often(westernGivens), w.often(westernSurnames)
	if w.in(60) {
		surname = w.surname()
	}
	if w.in(30) {
		given = w.word()
	}
	return called{given, surname, given, surname}
}

func (w *writer) chinese() called {
	given, surname := w.often(chineseGivens), w.often(chineseSurnames)
	if w.in(40) { // two syllables that others have in other names
		a, b := []rune(w.of(chineseGivens))[0], []rune(w.of(chineseGivens))[0]
		given = string([]rune{a, b}) + pinyin[a] + pinyin[b]
	}
	g, letters := split(given)
	s, family := split(surname)
	return called{g, s, letters, family}
}

// pinyin is how the characters of chineseGivens are spelt.
var pinyin = map[rune]string{'伟': "wei", '芳': "fang", '娜': "na", '敏': "min", '静': "jing", '丽': "li", '强': "qiang", '磊': "lei", '军': "jun", '洋': "yang", '勇': "yong", '艳': "yan", '杰': "jie", '娟': "juan", '涛': "tao", '明': "ming", '超': "chao", '霞': "xia", '平': "ping", '刚': "gang", '桂': "gui", '秀': "xiu", '建': "jian", '志': "zhi", '小': "xiao", '晓': "xiao", '文': "wen", '海': "hai", '国': "guo", '玉': "yu", '婷': "ting", '浩': "hao", '子': "zi", '俊': "jun", '春': "chun", '雪': "xue"}

// split parts 王wang.
func split(text string) (han, letters string) {
	at := strings.IndexFunc(text, func(r rune) bool { return r < 128 })
	return text[:at], text[at:]
}

// A census makes up people of whom no two have one mail address.
type census struct {
	*writer
	taken map[string]bool
}

// mailOf is a mail address made of a name that nobody else has.
func (w *census) mailOf(p called, domains string) string {
	for {
		if mail := w.mailLike(p, domains); !w.taken[mail] {
			w.taken[mail] = true
			return mail
		}
	}
}

// mailLike is one as most people choose them.
func (w *writer) mailLike(p called, domains string) string {
	var local string
	switch w.IntN(8) {
	case 0, 1:
		local = p.inLetters + "." + p.family
	case 2:
		local = p.inLetters + p.family
	case 3:
		local = p.inLetters[:1] + p.family
	case 4:
		local = p.family + p.inLetters
	case 5:
		local = p.family + "." + p.inLetters
	case 6:
		local = p.inLetters + "_" + p.family
	default:
		local = p.family + p.inLetters[:1]
	}
	switch w.IntN(5) {
	case 0:
		local += fmt.Sprint(1 + w.IntN(9))
	case 1:
		local += fmt.Sprintf("%02d", w.IntN(100))
	case 2:
		local += fmt.Sprint(1950 + w.IntN(55))
	case 3:
		local += fmt.Sprint(w.IntN(10_000))
	}
	return local + "@" + w.often(domains)
}

const (
	westernDomains = "gmail.com yahoo.com hotmail.com outlook.com aol.com icloud.com"
	chineseDomains = "qq.com 163.com 126.com sina.com foxmail.com"
	westernCities  = "leeds york hull london bristol manchester sheffield bath derby exeter"
	chineseCities  = "北京 上海 广州 深圳 杭州 成都 武汉 南京 西安 重庆 苏州 天津"
)

func (w *writer) mobile() string {
	return w.of("138 139 135 186 177 159") + fmt.Sprintf("%08d", w.IntN(100_000_000))
}

func (w *writer) phone() string { return fmt.Sprintf("+447%09d", w.IntN(1_000_000_000)) }

func one(values ...string) [][]string { return [][]string{values} }

var personMailPhone = []Field{{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "phone", Type: Phone}}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// full is the name as people write it.
func (p called) full() string {
	if p.given == p.inLetters {
		return title(p.given) + " " + title(p.surname)
	}
	return p.surname + p.given
}

// Lists with mail addresses that are made of names.
var mailLists = []strangers{
	{"name, mail", personMailPhone[:2], func(w *census) [][]string {
		p := w.western()
		return one(p.full(), w.mailOf(p, westernDomains))
	}},
	{"姓名, 邮箱", personMailPhone[:2], func(w *census) [][]string {
		p := w.chinese()
		return one(p.full(), w.mailOf(p, chineseDomains))
	}},
	{"name, mail, phone", personMailPhone, func(w *census) [][]string {
		p := w.western()
		return one(p.full(), w.mailOf(p, westernDomains), w.phone())
	}},
	{"姓名, 邮箱, 手机", personMailPhone, func(w *census) [][]string {
		p := w.chinese()
		return one(p.full(), w.mailOf(p, chineseDomains), w.mobile())
	}},
	{"name, mail, city", []Field{{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "city", Type: Category}}, func(w *census) [][]string {
		p := w.western()
		return one(p.full(), w.mailOf(p, westernDomains), w.often(westernCities))
	}},
	{"姓名, 邮箱, 城市", []Field{{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "city", Type: Category}}, func(w *census) [][]string {
		p := w.chinese()
		return one(p.full(), w.mailOf(p, chineseDomains), w.often(chineseCities))
	}},
}

// Lists of other kinds, of which some hold what nothing tells apart.
var otherLists = []strangers{
	{"name, phone, city", []Field{{Name: "name", Type: FullName}, {Name: "phone", Type: Phone}, {Name: "city", Type: Category}}, func(w *census) [][]string {
		return one(w.western().full(), w.phone(), w.often(westernCities))
	}},
	{"姓名, 手机, 城市", []Field{{Name: "name", Type: FullName}, {Name: "phone", Type: Phone}, {Name: "city", Type: Category}}, func(w *census) [][]string {
		return one(w.chinese().full(), w.mobile(), w.often(chineseCities))
	}},
	{"name, company", []Field{{Name: "name", Type: FullName}, {Name: "company", Type: Company}}, func(w *census) [][]string {
		return one(w.western().full(), w.firm())
	}},
	{"姓名, 公司", []Field{{Name: "name", Type: FullName}, {Name: "company", Type: Company}}, func(w *census) [][]string {
		return one(w.chinese().full(), w.hanFirm(w.often(chineseCities)))
	}},
	{"name, birthday", []Field{{Name: "name", Type: FullName}, {Name: "born", Type: Date}}, func(w *census) [][]string {
		return one(w.western().full(), w.day())
	}},
	{"姓名, 生日", []Field{{Name: "name", Type: FullName}, {Name: "born", Type: Date}}, func(w *census) [][]string {
		return one(w.chinese().full(), w.day())
	}},
	{"companies of a province, name alone", []Field{{Name: "name", Type: Company}}, func(w *census) [][]string {
		return one(w.hanFirm(w.of("杭州 宁波 温州 嘉兴 湖州 绍兴 金华")))
	}},
	{"companies of a province", []Field{{Name: "name", Type: Company}, {Name: "phone", Type: Phone}, {Name: "address", Type: Address}}, func(w *census) [][]string {
		city := w.of("杭州 宁波 温州 嘉兴 湖州 绍兴 金华")
		return one(w.hanFirm(city), w.mobile(), w.hanAddress(city))
	}},
	{"firms of a county", []Field{{Name: "name", Type: Company}, {Name: "phone", Type: Phone}, {Name: "town", Type: Category}}, func(w *census) [][]string {
		return one(w.firm(), w.phone(), w.often(westernCities))
	}},
	{"households", homeFields, func(w *census) (home [][]string) {
		p, street, phone := w.western(), w.street(), w.phone()
		for i := range 1 + w.IntN(4) {
			q := w.western()
			if i > 0 && w.in(85) {
				q.surname = p.surname
			} else if i == 0 {
				q = p
			}
			tel := phone
			if w.in(40) {
				tel = w.phone()
			}
			home = append(home, []string{q.given, q.surname, street, tel})
		}
		return distinct(home, 0)
	}},
	{"家庭", []Field{{Name: "name", Type: FullName}, {Name: "phone", Type: Phone}, {Name: "address", Type: Address}}, func(w *census) (home [][]string) {
		p, street, phone := w.chinese(), w.hanAddress(w.of(chineseCities)), w.mobile()
		for i := range 1 + w.IntN(4) {
			q := w.chinese()
			if i > 0 && w.in(60) {
				q.surname = p.surname
			}
			tel := phone
			if w.in(40) {
				tel = w.mobile()
			}
			home = append(home, []string{q.surname + q.given, tel, street})
		}
		return distinct(home, 0)
	}},
	{"father and son, mail", []Field{{Name: "first", Type: GivenName}, {Name: "last", Type: Surname}, {Name: "street", Type: Address}, {Name: "mail", Type: Email}, {Name: "phone", Type: Phone}}, func(w *census) (home [][]string) {
		p, street := w.western(), w.street()
		home = one(p.given, p.surname, street, w.mailOf(p, westernDomains), w.phone())
		if w.in(5) {
			home = append(home, []string{p.given, p.surname, street, w.mailOf(p, westernDomains), w.phone()})
		}
		return home
	}},
	{"twins", []Field{{Name: "first", Type: GivenName}, {Name: "last", Type: Surname}, {Name: "born", Type: Date}, {Name: "street", Type: Address}, {Name: "phone", Type: Phone}}, func(w *census) (home [][]string) {
		p, street, phone, day := w.western(), w.street(), w.phone(), w.day()
		home = one(p.given, p.surname, day, street, phone)
		if q := w.western(); w.in(5) && q.given != p.given {
			home = append(home, []string{q.given, p.surname, day, street, phone})
		}
		return home
	}},
	{"双胞胎", []Field{{Name: "name", Type: FullName}, {Name: "born", Type: Date}, {Name: "phone", Type: Phone}}, func(w *census) (home [][]string) {
		p, phone, day := w.chinese(), w.mobile(), w.day()
		home = one(p.surname+p.given, day, phone)
		if q := w.chinese(); w.in(5) && q.given != p.given {
			home = append(home, []string{p.surname + q.given, day, phone})
		}
		return home
	}},
	{"branches", shopFields, func(w *census) (list [][]string) {
		name, phone := w.firm(), w.phone()
		for i := range 1 + w.IntN(6)*w.IntN(2) {
			tel, branch := phone, name
			if w.in(70) {
				tel = w.phone()
			}
			if i > 0 {
				branch += ", " + title(w.of(westernCities)) + " branch"
			}
			list = append(list, []string{branch, w.street(), tel})
		}
		return distinct(list, 0)
	}},
	{"分公司", shopFields, func(w *census) (list [][]string) {
		name, phone := w.hanFirm(w.of(chineseCities)), w.mobile()
		for i := range 1 + w.IntN(6)*w.IntN(2) {
			tel, branch, city := phone, name, w.of(chineseCities)
			if w.in(70) {
				tel = w.mobile()
			}
			if i > 0 {
				branch += city + "分公司"
			}
			list = append(list, []string{branch, w.hanAddress(city), tel})
		}
		return distinct(list, 0)
	}},
	{"franchises", shopFields, func(w *census) (list [][]string) {
		name := title(w.word()) + " " + title(w.of("burger pizza coffee bakery sandwiches grill"))
		for range 1 + w.IntN(12)*w.IntN(2) {
			list = append(list, []string{name, w.street(), w.phone()})
		}
		return list
	}},
	{"franchises without telephones", shopFields[:2], func(w *census) (list [][]string) {
		name := title(w.word()) + " " + title(w.of("burger pizza coffee bakery sandwiches grill"))
		for range 1 + w.IntN(12)*w.IntN(2) {
			list = append(list, []string{name, w.street()})
		}
		return list
	}},
	{"products", []Field{{Name: "title", Type: Text}, {Name: "maker", Type: Text}, {Name: "kind", Type: Category}}, func(w *census) (list [][]string) {
		maker, kind := title(w.surname()), w.of("camera printer monitor laptop speaker")
		model := strings.ToUpper(w.word()[:2])
		for range 1 + w.IntN(4) {
			list = append(list, []string{fmt.Sprintf("%s %s-%d %s %s", maker, model, 100+w.IntN(900), w.of("black silver white"), kind), maker, kind})
		}
		return distinct(list, -1)
	}},
	{"companies, name alone", []Field{{Name: "name", Type: Company}}, func(w *census) [][]string {
		return one(w.firm())
	}},
}

var (
	homeFields = []Field{{Name: "first", Type: GivenName}, {Name: "last", Type: Surname}, {Name: "street", Type: Address}, {Name: "phone", Type: Phone}}
	shopFields = []Field{{Name: "name", Type: Company}, {Name: "address", Type: Address}, {Name: "phone", Type: Phone}}
)

// distinct leaves each of a list once, by one value or, with -1, by all.
func distinct(list [][]string, by int) (rest [][]string) {
	seen := map[string]bool{}
	for _, values := range list {
		key := strings.Join(values, "|")
		if by >= 0 {
			key = values[by]
		}
		if !seen[key] {
			seen[key] = true
			rest = append(rest, values)
		}
	}
	return rest
}

func (w *writer) street() string {
	return fmt.Sprint(1+w.IntN(200), " ", w.word(), " ", w.of("street road lane avenue"))
}

func (w *writer) firm() string {
	name := w.surname()
	if w.in(50) {
		name = w.word()
	}
	if w.in(30) {
		name += " & " + w.surname()
	}
	return title(name) + " " + w.of("Plumbing Construction Consulting Electrical Logistics Engineering Catering Cleaning Design Property") + " " + w.of("Ltd Limited LLC Inc")
}

func (w *writer) hanFirm(city string) string {
	brand := ""
	for range 2 {
		brand += string([]rune("华星天宇蓝海金鼎万通恒达瑞丰博远新锐中联盛世宏图东方康泰优品龙腾鑫源百川凯旋众诚永信启明")[w.IntN(44)])
	}
	if w.in(50) {
		city += "市"
	}
	return city + brand + w.of("科技 贸易 电子 机械 食品 物流 建材 服饰 医疗器械 软件 化工 汽车配件") + w.of("有限公司 有限责任公司 股份有限公司")
}

func (w *writer) hanAddress(city string) string {
	return fmt.Sprintf("%s市%s路%d号%d室", city, w.of("人民 中山 解放 建设 文化 和平 新华 长江 黄河 滨江 科技 工业"), 1+w.IntN(900), 101+w.IntN(2000))
}

// slip mistypes a character of a text in any script.
func (w *writer) slip(text string) string {
	r := []rune(text)
	if len(r) < 3 {
		return text
	}
	at := 1 + w.IntN(len(r)-2)
	switch w.IntN(3) {
	case 0:
		return string(r[:at]) + string(r[at+1:])
	case 1:
		r[at], r[at+1] = r[at+1], r[at]
		return string(r)
	}
	c := rune("abcdefghijklmnopqrstuvwxyz"[w.IntN(26)])
	if r[at] >= '0' && r[at] <= '9' {
		c = rune('0' + w.IntN(10))
	}
	r[at] = c
	return string(r)
}

// again is a second record of an entity: some values are missing, mistyped or
// out of date.
func (s *strangers) again(w *writer, values, others []string) []string {
	out := append([]string(nil), values...)
	for i, f := range s.fields {
		switch x := w.IntN(100); {
		case x < 8 && f.Type != FullName && f.Type != Surname && f.Type != Company:
			out[i] = ""
		case x < 16 && f.Type != Category:
			out[i] = w.slip(out[i])
		case x < 20 && f.Type != Date && f.Type != FullName && f.Type != Surname && f.Type != GivenName && f.Type != Company:
			out[i] = others[i]
		}
	}
	return out
}

// list makes n records, of which so many of a hundred are a second one of an entity.
func (s *strangers) list(seed uint64, n, again int) ([]Record, map[string]string) {
	w := &census{&writer{rand.New(rand.NewPCG(seed, uint64(n)))}, map[string]bool{}}
	var rows [][]string
	var truth []string
	for entity := 0; len(rows) < n; {
		for _, values := range s.make(w) {
			rows, truth = append(rows, values), append(truth, fmt.Sprint(entity))
			if w.in(again) {
				rows, truth = append(rows, s.again(w.writer, values, s.make(w)[0])), append(truth, fmt.Sprint(entity))
			}
			entity++
		}
	}
	var records []Record
	of := map[string]string{}
	for i, values := range rows[:n] {
		id := fmt.Sprintf("%07d", i*61803%1_000_003)
		records = append(records, Record{ID: id, Values: values})
		of[id] = truth[i]
	}
	return records, of
}

// People of one name make alike mail addresses of it: they are not merged, whether a
// list has duplicates or none.
func TestMatch_NamesakesWithMailOfTheirNames(t *testing.T) {
	withoutDetector(t)
	sizes := []int{500, 2000}
	if os.Getenv("CLIENTELE_SOAK") != "" {
		sizes = append(sizes, 10_000)
	}
	for i := range mailLists {
		s := &mailLists[i]
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, n := range sizes {
				for _, again := range []int{0, 2, 30} {
					f := s.find(t, uint64(i+1), n, again)
					s.log(t, n, again, f)
					if again == 0 {
						require.LessOrEqual(t, f.strangers, 1.0)
						continue
					}
					require.GreaterOrEqual(t, f.precision, 0.98)
				}
			}
		})
	}
}

// A profile weighs pairs as the match did that it was learnt from, where mail addresses
// spell names and where a text names what the rows are about.
func TestProfile_Strangers(t *testing.T) {
	t.Parallel()
	products := slices.IndexFunc(otherLists, func(s strangers) bool { return s.name == "products" })
	for _, s := range []*strangers{&mailLists[0], &mailLists[3], &otherLists[products]} {
		records, _ := s.list(1, 300, 30)
		found := match(t, s.fields, records...)
		require.NotEmpty(t, found.Pairs)
		p := found.Profile(ProfileOptions{Values: 1 << 20})
		equalWeights(t, found, p, prepared(t, p, records))
	}
}

// bounds are what is found at least in otherLists: how many pairs of strangers are merged
// for 1,000 records, where none or 2 % are duplicates; precision and recall, where 30 % are.
// That fathers and sons of one name, and twins whose names in letters are as unlike as pet
// forms may be, are taken for one person is known: each pair of them is merged, of 5 in 100 families.
var bounds = map[string]finding{
	"name, phone, city": {1, .97, .95}, "姓名, 手机, 城市": {1, .98, .78},
	"name, company": {4, .98, .98}, "姓名, 公司": {1, .98, .85},
	"name, birthday": {1.5, .98, .9}, "姓名, 生日": {1, .98, .8},
	"companies of a province, name alone": {1, .96, .8}, "companies, name alone": {1, 0, 0}, "companies of a province": {1, .98, .95}, "firms of a county": {2, .98, .95},
	"households": {1, .96, .85}, "家庭": {1, .97, .8},
	"father and son, mail": {70, .7, .98}, "twins": {70, .65, .98}, "双胞胎": {1, .98, .85},
	"branches": {2, .97, .93}, "分公司": {3, .98, .95},
	"franchises": {1, .99, .95}, "franchises without telephones": {1, .99, .8}, "products": {4, .98, .78},
}

// Of lists of many kinds hardly anybody is merged with a stranger, and most who are
// there twice are found. Larger lists by CLIENTELE_SOAK.
func TestMatch_Strangers(t *testing.T) {
	withoutDetector(t)
	n := 500
	if os.Getenv("CLIENTELE_SOAK") != "" {
		n = 2000
	}
	for i := range otherLists {
		s := &otherLists[i]
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, again := range []int{0, 2, 30} {
				f := s.find(t, uint64(i+1), n, again)
				s.log(t, n, again, f)
				want := bounds[s.name]
				if again == 30 {
					require.GreaterOrEqual(t, f.precision, want.precision)
					require.GreaterOrEqual(t, f.recall, want.recall)
					continue
				}
				require.LessOrEqual(t, f.strangers, want.strangers)
			}
		})
	}
}

// A finding is how many pairs of strangers were merged for 1,000 records, and what the
// clusters are worth.
type finding struct{ strangers, precision, recall float64 }

// find matches a list of so many records, so many of a hundred of them duplicates.
func (s *strangers) find(t *testing.T, seed uint64, n, again int) finding {
	records, truth := s.list(seed, n, again)
	found := match(t, s.fields, records...)
	precision, recall, _ := judge(found.Clusters, truth)
	wrong := 0
	for _, ids := range found.Clusters {
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				if truth[a] != truth[b] {
					wrong++
				}
			}
		}
	}
	return finding{1000 * float64(wrong) / float64(n), precision, recall}
}

// log says what was found.
func (s *strangers) log(t *testing.T, n, again int, f finding) {
	t.Logf("%s: %d records, %d %% duplicates: %.1f pairs of strangers for 1,000 records, precision %.3f, recall %.3f", s.name, n, again, f.strangers, f.precision, f.recall)
}
