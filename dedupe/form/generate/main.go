//go:build ignore

// Command main makes the files of ../data that come from the work of others:
//
//	simplified.txt  traditional characters and what they become
//	readings.txt    the toneless readings of characters
//	regions.txt     provinces, cities, districts of China
//	places.txt      other words for places in names of companies
//	trades.txt      words for lines of business
//
// It is run by hand, in the directory dedupe/form, when a source has changed:
//
//	npm pack opencc-js@1.4.2 && tar xzf opencc-js-1.4.2.tgz
//	git clone https://github.com/shibing624/companynameparser
//	go run generate/main.go -opencc package -names companynameparser/companynameparser/data
//
// The sources and their licences are named in ../NOTICE. The other files of
// ../data were written for this package.
package main

import (
	"bufio"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	dict "github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

func main() {
	opencc := flag.String("opencc", "package", "the unpacked npm package opencc-js")
	names := flag.String("names", "companynameparser/data", "the data of companynameparser")
	flag.Parse()
	simplified := readSimplified(filepath.Join(*opencc, "dist", "esm-lib", "dict", "TSCharacters.js"))
	write("simplified.txt", simplifiedText(simplified))
	write("readings.txt", readingsText())
	regions := readRegions(filepath.Join(*names, "pca.csv"))
	write("regions.txt", regions)
	write("places.txt", readPlaces(filepath.Join(*names, "china_place.txt"), regions))
	write("trades.txt", readTrades(filepath.Join(*names, "trade.txt")))
}

func write(name, text string) {
	if err := os.WriteFile(filepath.Join("data", name), []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

func lines(path string) []string {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var list []string
	for s := bufio.NewScanner(file); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// readSimplified reads the pairs of OpenCC. Where a character has several
// simple forms, the first is taken; chains are followed to their end.
func readSimplified(path string) map[rune]rune {
	file, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	text := string(file)
	text = text[strings.IndexByte(text, '"')+1 : strings.LastIndexByte(text, '"')]
	table := map[rune]rune{}
	for pair := range strings.SplitSeq(text, "|") {
		from, to, _ := strings.Cut(pair, " ")
		f, n := utf8.DecodeRuneInString(from)
		t, _ := utf8.DecodeRuneInString(to)
		if n == len(from) && f != t && norm.NFKC.String(from) == from {
			table[f] = t
		}
	}
	for from, to := range table {
		for hops := 0; hops < 4; hops++ {
			next, ok := table[to]
			if !ok || next == from {
				break
			}
			to = next
		}
		table[from] = to
	}
	return table
}

// simplifiedText has a line for each simple form, followed by what becomes it.
func simplifiedText(table map[rune]rune) string {
	sources := map[rune][]rune{}
	for from, to := range table {
		sources[to] = append(sources[to], from)
	}
	var b strings.Builder
	for _, to := range sortedRunes(sources) {
		slices.Sort(sources[to])
		fmt.Fprintf(&b, "%c%s\n", to, string(sources[to]))
	}
	return b.String()
}

func sortedRunes[V any](m map[rune]V) []rune {
	var keys []rune
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// first are characters that the dictionary gives a reading first that is rare
// in names.
var first = map[rune]string{
	'曾': "zeng", '卜': "bu", '都': "du", '翟': "zhai", '缪': "miao", '珩': "heng", '琢': "zhuo", '泊': "bo", '似': "si", '茄': "qie",
	'阚': "kan", '佴': "nai", '陂': "pi", '厦': "xia", '乐': "le", '长': "chang", '行': "xing", '朝': "chao", '茜': "qian", '晟': "sheng",
	'重': "zhong", '隽': "juan", '筠': "yun", '莘': "xin", '颉': "jie", '伽': "jia", '薄': "bo", '藏': "cang", '蔚': "wei", '调': "tiao",
	'弹': "dan", '参': "can", '覃': "qin", '仔': "zai", '浚': "jun", '柏': "bai", '率': "shuai", '禅': "chan", '埔': "pu", '堡': "bao",
	'区': "qu", '仇': "qiu", '单': "dan", '查': "cha", '解': "jie", '盖': "gai", '朴': "pu", '折': "zhe", '种': "zhong", '员': "yuan",
	'蕃': "fan", '繁': "fan", '车': "che", '嘉': "jia", '和': "he", '婷': "ting", '传': "chuan", '臧': "zang", '石': "shi", '娜': "na",
	'会': "hui", '大': "da", '给': "gei", '还': "hai", '没': "mei", '得': "de", '地': "di", '的': "de", '着': "zhe", '了': "le",
	'绿': "lv", '吕': "lv", '女': "nv", '吁': "xu", '俞': "yu", '褚': "chu", '贾': "jia", '沈': "shen", '盛': "sheng", '尉': "wei",
	'召': "zhao", '角': "jiao", '巷': "xiang", '差': "cha", '阿': "a", '哈': "ha", '便': "bian", '血': "xue", '壳': "ke",
}

// readingsText has a line for each syllable: the syllable, the characters that
// are read so first, and, after a dash, those that may be read so too.
func readingsText() string {
	main, also := map[string][]rune{}, map[string][]rune{}
	syllables := map[string]bool{}
	for code, tones := range dict.PinyinDict {
		r := rune(code)
		if r != 0x3007 && (r < 0x3400 || r > 0x9fff) {
			continue
		}
		for i, s := range readings(r, tones) {
			syllables[s] = true
			if i == 0 {
				main[s] = append(main[s], r)
			} else {
				also[s] = append(also[s], r)
			}
		}
	}
	var b strings.Builder
	var order []string
	for s := range syllables {
		order = append(order, s)
	}
	slices.Sort(order)
	for _, s := range order {
		slices.Sort(main[s])
		slices.Sort(also[s])
		fmt.Fprintf(&b, "%s %s-%s\n", s, string(main[s]), string(also[s]))
	}
	return b.String()
}

func readings(r rune, tones string) []string {
	var list []string
	if s := first[r]; s != "" {
		list = append(list, s)
	}
	for tone := range strings.SplitSeq(tones, ",") {
		if s := toneless(tone); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// toneless takes the accents off; ü is v. Readings without a vowel, of
// interjections, are left out.
func toneless(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == 0x0308: // the dots of ü
			u := strings.TrimSuffix(b.String(), "u")
			b.Reset()
			b.WriteString(u + "v")
		case r == 'ɡ':
			b.WriteByte('g')
		case 'a' <= r && r <= 'z':
			b.WriteRune(r)
		}
	}
	if out := b.String(); strings.ContainsAny(out, "aeiouv") {
		return out
	}
	return ""
}

// taiwan are the cities of a province of which the source has none.
var taiwan = [][]string{
	{"", "台湾省", "台北市", ""}, {"", "台湾省", "新北市", ""}, {"", "台湾省", "桃园市", ""}, {"", "台湾省", "台中市", ""}, {"", "台湾省", "台南市", ""},
	{"", "台湾省", "高雄市", ""}, {"", "台湾省", "基隆市", ""}, {"", "台湾省", "新竹市", ""}, {"", "台湾省", "嘉义市", ""},
}

// readRegions has a line for each city: province, city, districts.
func readRegions(path string) string {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	rows = append(rows, taiwan...)
	type city struct{ province, name string }
	var order []city
	districts := map[city][]string{}
	for _, row := range rows[1:] {
		if row[2] == "" { // a county that belongs to no city stands for itself
			row[2], row[3] = row[3], ""
		}
		c := city{row[1], row[2]}
		if c.name == "" {
			continue
		}
		if _, ok := districts[c]; !ok {
			order = append(order, c)
			districts[c] = nil
		}
		if row[3] != "" && !slices.Contains(districts[c], row[3]) {
			districts[c] = append(districts[c], row[3])
		}
	}
	var b strings.Builder
	for _, c := range order {
		fmt.Fprintln(&b, strings.Join(append([]string{c.province, c.name}, districts[c]...), " "))
	}
	return b.String()
}

// notPlaces are words of the list of places that are something else.
var notPlaces = []string{"宠物店", "街道", "实验室", "通诚", "陶朱", "回族", "安徵省", "教厂村", "界洪村", "软件园", "天津港"}

// readPlaces keeps the places that are not in the list of regions.
func readPlaces(path, regions string) string {
	known := map[string]bool{}
	for _, name := range strings.Fields(regions) {
		known[name] = true
		for _, suffix := range []string{"特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "区", "县", "旗", "盟"} {
			if stem, ok := strings.CutSuffix(name, suffix); ok {
				known[stem] = true
				break
			}
		}
	}
	var list []string
	for _, word := range lines(path) {
		if !known[word] && !slices.Contains(notPlaces, word) && !strings.HasSuffix(word, "自治") && !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n") + "\n"
}

// notTrades are words of the list of trades that are brands or places.
var notTrades = []string{
	"顺然", "顶津", "唐山百驰", "阿达", "联汇", "埃德尔", "埃航", "埃顿", "诺贝尔", "诺贝", "宝军", "蓝润", "蓝润滑油", "统众", "天骄", "明月", "雪花",
	"金桥", "众安", "杭州", "常熟", "潍坊", "莱西", "以色列", "广西南宁", "阿胶", "改为", "起航", "南方电网", "镭射杭州", "世界",
}

func readTrades(path string) string {
	var list []string
	for _, word := range lines(path) {
		if !slices.Contains(notTrades, word) && !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n") + "\n"
}
