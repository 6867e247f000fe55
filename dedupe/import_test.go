package dedupe_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A syllable is a character of a name as it is written simplified, traditional
// and in letters.
type syllable struct{ simple, traditional, latin string }

var surnames = syllables("王王wang 李李li 张張zhang 刘劉liu 陈陳chen 杨楊yang 赵趙zhao 黄黃huang 周周zhou 吴吳wu 徐徐xu 孙孫sun 马馬ma 朱朱zhu 胡胡hu 郭郭guo 何何he 林林lin 罗羅luo 郑鄭zheng 谢謝xie 宋宋song 唐唐tang 韩韓han 冯馮feng 邓鄧deng 曹曹cao 彭彭peng 萧蕭xiao 蒋蔣jiang")

var givens = syllables("伟偉wei 芳芳fang 娜娜na 敏敏min 静靜jing 丽麗li 强強qiang 磊磊lei 军軍jun 洋洋yang 艳艷yan 勇勇yong 杰傑jie 娟娟juan 涛濤tao 明明ming 超超chao 霞霞xia 平平ping 刚剛gang 桂桂gui 英英ying 华華hua 建建jian 国國guo 文文wen 玉玉yu 兰蘭lan 红紅hong 志志zhi 鹏鵬peng 飞飛fei 雪雪xue 婷婷ting 宇宇yu 浩浩hao 晓曉xiao 欣欣xin 辉輝hui 梅梅mei")

func syllables(text string) (list []syllable) {
	for word := range strings.FieldsSeq(text) {
		r := []rune(word)
		list = append(list, syllable{string(r[0]), string(r[1]), string(r[2:])})
	}
	return list
}

var (
	brands = strings.Fields("华星 天宇 蓝海 金鼎 万通 恒达 瑞丰 博远 新锐 中联 盛世 宏图 东方 康泰 优品 龙腾 鑫源 百川 凯旋 众诚 永信 启明 星辰 正大 嘉禾 海纳 同创 德邦 飞跃 长青 佳美 卓越 智慧 信达 振华 祥云 金桥 九州 明珠 银河")
	trades = strings.Fields("科技 贸易 电子 机械 食品 物流 建材 服饰 医疗 软件 化工 汽车")
	cities = strings.Fields("北京 上海 广州 深圳 杭州 成都 武汉 南京 西安 重庆 苏州 天津")
)

// A person is a row of the file in parts.
type person struct {
	surname syllable
	given   []syllable
	name    string // how the name is written
	company string
	city    string
	phones  []string
	mail    string
	born    string
}

// A file is 2,000 rows of people, with the truth of them.
type file struct {
	random *rand.Rand
	rows   []person
	twice  [][2]int // rows that are one person
	traps  [][]int  // rows that look like one person and are as many
}

func pick[T any](f *file, list []T) T { return list[f.random.IntN(len(list))] }

func (f *file) chance(percent int) bool { return f.random.IntN(100) < percent }

// someone makes a person; some fields are missing, as they are in files.
func (f *file) someone() person {
	p := person{surname: pick(f, surnames), given: []syllable{pick(f, givens)}, city: pick(f, cities)}
	if f.chance(75) {
		p.given = append(p.given, pick(f, givens))
	}
	p.name = p.written(func(s syllable) string { return s.simple })
	p.company = f.company(p.city)
	p.phones = []string{f.mobile()}
	if f.chance(70) {
		p.mail = f.mailOf(p)
	}
	if f.chance(50) {
		p.born = fmt.Sprintf("%d-%02d-%02d", 1955+f.random.IntN(50), 1+f.random.IntN(12), 1+f.random.IntN(28))
	}
	return p
}

// mailOf is a mail address as people choose them.
func (f *file) mailOf(p person) string {
	return fmt.Sprintf("%s%s%d@%s", p.given[0].latin, p.surname.latin, f.random.IntN(10_000), pick(f, []string{"qq.com", "163.com", "example.com", "126.com", "sina.com"}))
}

func (f *file) company(city string) string {
	return city + pick(f, brands) + pick(f, trades) + "有限公司"
}

func (f *file) mobile() string {
	return fmt.Sprintf("%s%08d", pick(f, strings.Fields("138 139 135 186 177 159")), f.random.IntN(100_000_000))
}

func (f *file) landline() string { return fmt.Sprintf("010-%08d", 60_000_000+f.random.IntN(9_999_999)) }

// written is the name in some script.
func (p *person) written(script func(syllable) string) string {
	name := script(p.surname)
	for _, g := range p.given {
		name += script(g)
	}
	return name
}

// latin is the given name in letters.
func (p *person) latin() string {
	var b strings.Builder
	for _, g := range p.given {
		b.WriteString(g.latin)
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// put adds rows and returns their places.
func (f *file) put(people ...person) (at []int) {
	for _, p := range people {
		at = append(at, len(f.rows))
		f.rows = append(f.rows, p)
	}
	return at
}

// phoneForms write a mobile number; the first as it is.
var phoneForms = []func(string) string{
	func(s string) string { return s },
	func(s string) string { return "+86 " + s[:3] + " " + s[3:7] + " " + s[7:] },
	func(s string) string { return "0086-" + s[:3] + "-" + s[3:7] + "-" + s[7:] },
	func(s string) string { return "(86)" + s },
	func(s string) string { return strings.Map(func(r rune) rune { return r - '0' + '０' }, s) },
}

// again is the second row of somebody: always the phone in another form, and
// something else besides, as people write it. Where the phone is mistyped or
// missing, the mail address is there.
func (f *file) again(p person, n int) person {
	q := p
	q.phones = []string{phoneForms[n%len(phoneForms)](p.phones[0])}
	switch n % 10 {
	case 0, 1:
		q.name = []string{title(p.surname.latin) + " " + p.latin(), p.latin() + " " + title(p.surname.latin)}[f.random.IntN(2)]
	case 2, 3:
		q.name = p.written(func(s syllable) string { return s.traditional })
	case 4:
		q.name = p.surname.simple + pick(f, []string{"总", "先生", "经理"})
	case 5, 6:
		q.company = pick(f, []string{
			strings.TrimSuffix(p.company, "有限公司"), strings.TrimPrefix(strings.TrimSuffix(p.company, "有限公司"), p.city), strings.TrimSuffix(p.company, "有限公司") + "股份有限公司",
		})
	case 7:
		if q.mail = strings.ToUpper(p.mail); n%20 == 7 {
			q.mail = p.mail[:2] + p.mail[3:] // a letter is missing
		}
	case 8:
		q.phones = []string{f.mistyped(p.phones[0])}
	case 9:
		q.phones = nil
	}
	if f.chance(30) {
		q.born = ""
	}
	if n%10 != 7 && n%10 < 8 && f.chance(30) {
		q.mail = ""
	}
	return q
}

// mistyped changes one of the last eight digits.
func (f *file) mistyped(phone string) string {
	at := 3 + f.random.IntN(8)
	return phone[:at] + string('0'+(phone[at]-'0'+1+byte(f.random.IntN(9)))%10) + phone[at+1:]
}

// newFile makes the file: always the same.
func newFile() *file {
	f := &file{random: rand.New(rand.NewPCG(1, 300))}
	for n := range 300 {
		p := f.someone()
		if n%10 >= 7 && p.mail == "" {
			p.mail = fmt.Sprintf("%s%d@example.com", p.surname.latin, 100_000+n)
		}
		at := f.put(p, f.again(p, n))
		f.twice = append(f.twice, [2]int{at[0], at[1]})
	}
	f.addTraps()
	for len(f.rows) < 2000 {
		f.put(f.someone())
	}
	return f
}

// addTraps adds people who look like somebody else.
func (f *file) addTraps() {
	trap := func(people ...person) { f.traps = append(f.traps, f.put(people...)) }
	for range 40 { // the same name
		a, b := f.someone(), f.someone()
		b.surname, b.given, b.name = a.surname, a.given, a.name
		trap(a, b)
	}
	for range 30 { // the same name in the same firm, with the phone of its switchboard; what tells them apart is their own
		a, b, desk := f.someone(), f.someone(), f.landline()
		b.surname, b.given, b.name, b.company, b.city = a.surname, a.given, a.name, a.company, a.city
		a.phones, b.phones = append(a.phones, desk), append(b.phones, desk)
		a.mail, b.mail = f.mailOf(a), f.mailOf(b)
		a.born, b.born = fmt.Sprintf("19%d-04-17", 60+f.random.IntN(15)), fmt.Sprintf("19%d-10-02", 80+f.random.IntN(15))
		trap(a, b)
	}
	for range 30 { // father and son, with the phone at home
		a, b, home := f.someone(), f.someone(), f.landline()
		a.given = []syllable{pick(f, givens), givens[23]} // ..建
		b.surname, b.given, b.city = a.surname, []syllable{a.given[0], givens[35]}, a.city
		a.name, b.name = a.written(func(s syllable) string { return s.simple }), b.written(func(s syllable) string { return s.simple })
		a.phones, b.phones = append(a.phones, home), append(b.phones, home)
		a.born, b.born = "1960-03-05", "1988-11-20"
		trap(a, b)
	}
	for range 30 { // sister firms in two cities
		a, b := f.someone(), f.someone()
		a.city, b.city = "北京", "上海"
		firm := pick(f, brands) + pick(f, trades) + "有限公司"
		a.company, b.company = a.city+firm, b.city+firm
		a.name, b.name = a.surname.simple+"总", a.surname.simple+"总"
		b.surname = a.surname
		trap(a, b)
	}
	for range 20 { // colleagues behind one switchboard
		desk, a, b, c := f.landline(), f.someone(), f.someone(), f.someone()
		b.company, c.company, b.city, c.city = a.company, a.company, a.city, a.city
		a.phones, b.phones, c.phones = []string{desk}, append(b.phones, desk), []string{desk}
		trap(a, b, c)
	}
}

// write writes the file and its truth, in an order that tells nothing.
func (f *file) write(t *testing.T, folder string) {
	order := f.random.Perm(len(f.rows))
	rows := [][]string{{"编号", "姓名", "公司", "城市", "手机", "邮箱", "生日"}}
	for _, i := range order {
		p := f.rows[i]
		rows = append(rows, []string{id(i), p.name, p.company, p.city, strings.Join(p.phones, "; "), p.mail, p.born})
	}
	writeCSV(t, filepath.Join(folder, "customers.csv"), rows)
	truth := [][]string{{"what", "a", "b"}}
	for _, pair := range f.twice {
		truth = append(truth, []string{"same", id(pair[0]), id(pair[1])})
	}
	for _, trap := range f.traps {
		for i, a := range trap {
			for _, b := range trap[i+1:] {
				truth = append(truth, []string{"trap", id(a), id(b)})
			}
		}
	}
	writeCSV(t, filepath.Join(folder, "truth.csv"), truth)
}

// id is the number of a row, which says nothing of what is beside it.
func id(row int) string { return fmt.Sprintf("K%04d", row*1237%2000) }

func writeCSV(t *testing.T, path string, rows [][]string) {
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, csv.NewWriter(f).WriteAll(rows))
	require.NoError(t, f.Close())
}

// readTruth reads the pairs that are one person, and those that are not.
func readTruth(t *testing.T, path string) (same, traps map[[2]string]bool) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	same, traps = map[[2]string]bool{}, map[[2]string]bool{}
	for _, r := range rows[1:] {
		map[string]map[[2]string]bool{"same": same, "trap": traps}[r[0]][ordered(r[1], r[2])] = true
	}
	return same, traps
}

func ordered(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// importFile imports the file into a store and returns it.
func importFile(t *testing.T, path string) *storage.Tenant {
	kinds := slices.Concat(customer.Kinds(), review.Kinds(), merge.Kinds())
	store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds...)
	require.NoError(t, err)
	acme := store.Tenant("acme")
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	source, err := intake.NewCSV(f, intake.TextOptions{})
	require.NoError(t, err)
	mapping, err := intake.Map(source.Header(), intake.CustomerTargets(intake.Format{}), map[string]string{"编号": "external_id"})
	require.NoError(t, err)
	require.Empty(t, mapping.Unmapped())
	book := &intake.Book{Tenant: acme, By: storage.By("user:ann", "import"), Source: "file"}
	report, err := intake.Run(t.Context(), source, mapping, intake.Options{MaxRejected: -1}, book.Customers)
	require.NoError(t, err, report.String())
	require.EqualValues(t, 2000, report.Accepted)
	return acme
}

// What is done with a pair: merged by itself, shown to a person, or nothing.
const (
	merged = iota
	reviewed
	left
)

// A scanned list is what a scan with merging made of customers.
type scanned struct {
	id        map[string]uuid.UUID  // customers as they were imported, by the number of their row
	shown     map[[2]uuid.UUID]bool // pairs that wait for people
	customers int                   // that are left
}

// scan looks for duplicates as a host does, with all defaults.
func scan(t *testing.T, acme *storage.Tenant) *scanned {
	s := &scanned{id: map[string]uuid.UUID{}, shown: map[[2]uuid.UUID]bool{}}
	for c, err := range customer.Kind.Find(t.Context(), acme, storage.Query{}) {
		require.NoError(t, err)
		s.id[c.ExternalID] = c.ID
	}
	v := &review.Reviewer{Merge: merge.Func(merge.Rules{}, 0)}
	report, err := v.Scan(t.Context(), acme, storage.By("system:duplicates", "scan"), review.Options{})
	require.NoError(t, err)
	require.Empty(t, report.Refused)
	t.Logf("%v", report)
	for row, id := range s.id {
		s.id[row], err = merge.ResolveOne(t.Context(), acme, id)
		require.NoError(t, err)
	}
	for p, err := range review.Pairs.Find(t.Context(), acme, storage.Query{Where: criteria.Eq("state", review.Open)}) {
		require.NoError(t, err)
		s.shown[pairOf(p.A, p.B)] = true
	}
	n, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	s.customers = int(n)
	require.Equal(t, len(s.id)-report.Merged, s.customers)
	return s
}

func pairOf(a, b uuid.UUID) [2]uuid.UUID {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	return [2]uuid.UUID{a, b}
}

// fate is what became of a pair of rows.
func (s *scanned) fate(pair [2]string) int {
	a, b := s.id[pair[0]], s.id[pair[1]]
	switch {
	case a == b:
		return merged
	case s.shown[pairOf(a, b)]:
		return reviewed
	}
	return left
}

// DED-01: of a file of 2,000 rows with 300 pairs of one person, imported and scanned
// with merging at the defaults, what is merged or shown to people is right in 99 of
// 100 cases and holds 95 of 100 pairs; nobody is merged with another, and none of
// the people who look like another.
func TestDED01_ImportOf2000Rows(t *testing.T) {
	dedupe.WithoutDetector(t)
	t.Parallel()
	folder := t.TempDir()
	newFile().write(t, folder)
	same, traps := readTruth(t, filepath.Join(folder, "truth.csv"))
	require.Len(t, same, 300)
	acme := importFile(t, filepath.Join(folder, "customers.csv"))
	s := scan(t, acme)
	require.Len(t, s.id, 2000)

	var matrix [2][3]int // the truth, down; the fate, across
	trapped := 0
	ids := slices.Sorted(maps.Keys(s.id))
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			pair, row := [2]string{a, b}, 1
			fate := s.fate(pair)
			if same[pair] {
				row = 0
			}
			if matrix[row][fate]++; traps[pair] && fate == merged {
				trapped++
			}
			if (row == 0) == (fate == left) || traps[pair] && fate != left {
				t.Logf("%s and %s: one person %t, trap %t, fate %d", a, b, same[pair], traps[pair], fate)
			}
		}
	}
	t.Logf("\n%-12s %9s %9s %9s\n%-12s %9d %9d %9d\n%-12s %9d %9d %9d", "", "merged", "reviewed", "left",
		"one person", matrix[0][0], matrix[0][1], matrix[0][2], "two", matrix[1][0], matrix[1][1], matrix[1][2])
	right, wrong := float64(matrix[0][merged]+matrix[0][reviewed]), float64(matrix[1][merged]+matrix[1][reviewed])
	precision, recall := right/(right+wrong), right/float64(len(same))
	t.Logf("precision %.4f, recall %.4f; traps merged: %d of %d", precision, recall, trapped, len(traps))
	require.GreaterOrEqual(t, precision, 0.99)
	require.GreaterOrEqual(t, recall, 0.95)
	require.Greater(t, matrix[0][merged], 200, "hardly anybody was merged")
	require.Zero(t, matrix[1][merged], "two people were merged")
	require.Zero(t, trapped, "people who look like another were merged")
	require.Equal(t, 2000-matrix[0][merged], s.customers)
}
