package form

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func rowsOf(t *testing.T, file []byte) []map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	require.NoError(t, err)
	list := make([]map[string]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		m := make(map[string]string, len(row))
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

// The key's part of the acceptance: with the aliases, full and half width,
// spaces, brackets and the rules for 有限公司, the two names have one key.
func TestDED06_CompanyKeys(t *testing.T) {
	t.Parallel()
	aliases := NewAliases(map[string]string{"BJ": "北京", "分部": "分公司", "帝都": "北京"})
	for _, names := range [][]string{
		{"X公司北京分公司", "Ｘ公司BJ分部", "X 公司（北京）分部", "x公司 bj 分公司", "Ｘ公司北京市分公司", "X公司帝都分部"},
		{"北京字节跳动科技有限公司", "字节跳动（北京）科技有限责任公司", "北京市字节跳动科技有限公司", "字節跳動(北京)科技有限公司", "北京 字节跳动 科技 有限公司", "帝都字节跳动科技有限公司"},
	} {
		for _, name := range names {
			require.Equal(t, aliases.Company(names[0]).Key(), aliases.Company(name).Key(), name)
		}
	}
	require.Equal(t, Company("X公司北京分公司").Key(), Company("Ｘ公司BJ分部").Key(), "these aliases are known without a table")
	require.NotEqual(t, Company("X公司北京分公司").Key(), Company("X公司上海分公司").Key())
	require.NotEqual(t, Company("X公司北京分公司").Key(), Company("X公司").Key())
	require.NotEqual(t, Company("X公司第一分公司").Key(), Company("X公司第二分公司").Key())
}

func TestCompany_Chinese(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]CompanyName{
		"广州市天河区瀛科投资咨询有限公司": {Places: []string{"广州", "天河"}, Brand: "瀛科", Trade: []string{"投资咨询"}, Form: "有限公司"},
		"字节跳动(北京)科技有限责任公司": {Places: []string{"北京"}, Brand: "字节跳动", Trade: []string{"科技"}, Form: "有限公司"},
		"河南省超市管理有限公司":      {Places: []string{"河南"}, Trade: []string{"超市", "管理"}, Form: "有限公司"},
		"江苏国泰国际集团有限公司":     {Places: []string{"江苏"}, Brand: "国泰", Trade: []string{"国际"}, Form: "集团有限公司"},
		"新月能源石家庄公司":        {Places: []string{"石家庄"}, Brand: "新月", Trade: []string{"能源"}, Form: "公司"},
		"3M中国有限公司":         {Places: []string{"中国"}, Brand: "3m", Form: "有限公司"},
		"A & B 科技有限公司":     {Brand: "a&b", Trade: []string{"科技"}, Form: "有限公司"},
		"招商银行股份有限公司深圳分行":   {Brand: "招商", Form: "银行股份有限公司", Branch: "深圳分行"},
		"华为技术有限公司上海第二营业部":  {Brand: "华为", Trade: []string{"技术"}, Form: "有限公司", Branch: "上海营业部", Number: "2"},
		"泽信控股邯郸分公司":        {Brand: "泽信", Trade: []string{"控股"}, Branch: "邯郸分公司"},
		"永辉超市上海人民广场分店":     {Brand: "永辉", Form: "超市", Branch: "上海人民广场分店"},
		"上海滩服饰有限公司":        {Brand: "上海滩", Trade: []string{"服饰"}, Form: "有限公司"},
		"平安保险公司":           {Brand: "平安", Trade: []string{"保险"}, Form: "公司"},
		"宁波兴隆房地产有限公司":      {Places: []string{"宁波"}, Brand: "兴隆", Trade: []string{"房地产"}, Form: "有限公司"},
		"玉田县鸦鸿桥镇凯翔商店":      {Places: []string{"玉田", "鸦鸿桥镇"}, Brand: "凯翔", Form: "商店"},
		"昌邑市奎聚街道雨辰商店":      {Places: []string{"昌邑", "奎聚"}, Brand: "雨辰", Form: "商店"},
		"大理白族自治州帝邦机械公司":    {Places: []string{"大理"}, Brand: "帝邦", Trade: []string{"机械"}, Form: "公司"},
		"唯尚品百货商场（杭州）淘宝店":   {Places: []string{"杭州"}, Brand: "唯尚品", Form: "超市商店"},
		"北京":    {Places: []string{"北京"}},
		"有限公司":  {Form: "有限公司"},
		"第三分公司": {Branch: "分公司", Number: "3"},
		"如果":    {Brand: "如果"},
		"（）张三":  {Brand: "张三"},
	} {
		require.Equal(t, want, Company(given), given)
	}
}

func TestCompany_Western(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]CompanyName{
		"Johnson & Johnson, Inc.":                {Brand: "johnson johnson", Form: "inc"},
		"I.B.M. Corp.":                           {Brand: "ibm", Form: "inc"},
		"The Home Depot #123":                    {Brand: "home depot", Number: "123"},
		"Starbucks Store No. 007":                {Brand: "starbucks", Trade: []string{"stores"}, Number: "7"},
		"Acme LLC d/b/a Best Deli":               {Brand: "best deli"},
		"Acme Software Services Pty. Ltd.":       {Brand: "acme", Trade: []string{"software", "services"}, Form: "ltd"},
		"Beijing ByteDance Technology Co., Ltd.": {Places: []string{"北京"}, Brand: "bytedance", Trade: []string{"technology"}, Form: "ltd"},
		"ByteDance (China) Limited":              {Places: []string{"中国"}, Brand: "bytedance", Form: "ltd"},
		"Zigong Gouliao Yingshi Co.":             {Places: []string{"自贡"}, Brand: "gouliao", Trade: []string{"影视"}, Form: "co"},
		"Müller Maschinenbau GmbH & Co. KG":      {Brand: "muller maschinenbau", Form: "gmbh"},
		"Trading Services Group":                 {Brand: "trading services group"},
		"Inc":                                    {Brand: "inc"},
		"The":                                    {Brand: "the"},
		"":                                       {},
		"---":                                    {},
	} {
		require.Equal(t, want, Company(given), given)
	}
	require.Equal(t, "ibm", Company("International Business Machines Corp").Acronym())
	require.Empty(t, Company("Acme Inc").Acronym())
	require.Empty(t, Company("北京字节科技").Acronym())
	require.Equal(t, Company("哈尔滨新悦金属表面有限公司").Sound(), Company("Haerbin Xinyue Jinshubiaomian Inc.").Sound())
	require.Equal(t, Company("Smith and Sons, Ltd").Key(), Company("SMITH & SONS LIMITED").Key())
}

func TestAliases(t *testing.T) {
	t.Parallel()
	a := NewAliases(map[string]string{"HQ": "总部", "ＭＳ": "microsoft", "ms office": "office", "": "x", "魔都": "上海", "魔": "m"})
	require.Equal(t, "microsoft", a.Company("MS Inc").Brand)
	require.Equal(t, "rms", a.Company("RMS Inc").Brand, "not within a word")
	require.Equal(t, "office", a.Company("MS Office").Brand, "the longer first")
	require.Equal(t, []string{"上海"}, a.Company("魔都新悦科技公司").Places)
	require.Equal(t, Company("Acme Inc"), (*Aliases)(nil).Company("Acme Inc"))
	require.Equal(t, Company("Acme Inc"), new(Aliases).Company("Acme Inc"))
}

// The brand is found whatever stands around it, in whichever place; spaces,
// width and brackets change nothing.
func TestCompany_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.SampledFrom([]string{"北京", "浙江", "广州", "大理"}).Draw(t, "place")
		brand := rapid.SampledFrom([]string{"字节跳动", "瀛科", "阿里巴巴", "abc", "惠可泽", "映月"}).Draw(t, "brand")
		trade := rapid.SampledFrom([]string{"科技", "投资咨询", "商贸", "建筑工程"}).Draw(t, "trade")
		forms := rapid.SampledFrom([]string{"有限公司", "有限责任公司", "有限"}).Draw(t, "form")
		want := Company(place + brand + trade + forms)
		require.Equal(t, brand, want.Brand)
		for _, name := range []string{
			place + "市" + brand + trade + "有限公司", brand + "（" + place + "）" + trade + forms, brand + trade + forms + "(" + place + ")",
			brand + trade + place + forms, " " + place + " " + brand + " " + trade + " " + forms,
		} {
			if name != "浙江市"+brand+trade+"有限公司" && name != "大理市"+brand+trade+"有限公司" {
				require.Equal(t, want.Key(), Company(name).Key(), name)
			}
		}
		require.Equal(t, Company(brand+forms+"北京分公司").Key(), Company(brand+forms+"BJ分部").Key())
	})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("北京上海分公司有限科技店（)( aB1&.路第三")))).Draw(t, "s")
		c := Company(s)
		require.Equal(t, c, Company(Simplify(s)))
		require.Equal(t, c, Company(" "+s+" "))
		require.Equal(t, c.Brand, strings.TrimSpace(c.Brand))
		_ = c.Key() + c.Sound() + c.Acronym()
	})
}

// Brands of the sample of names that people have taken apart. The list of
// trades comes from the same source as the sample, which makes it easier than
// names from elsewhere.
func TestCompany_Sample(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "dedupe", "zh_company_parts", "groundtruth.txt"))
	if err != nil {
		t.Skip("the sample data is not here: ", err)
	}
	right, told, truth := 0, 0, 0
	for line := range strings.Lines(string(file)) {
		name, brand, _ := strings.Cut(strings.TrimSpace(line), " ")
		got := Company(name).Brand
		if brand != "" {
			truth++
		}
		if got != "" {
			told++
		}
		if got != "" && got == Simplify(brand) {
			right++
		}
	}
	precision, recall := float64(right)/float64(told), float64(right)/float64(truth)
	t.Logf("precision %.4f, recall %.4f of %d brands", precision, recall, truth)
	require.GreaterOrEqual(t, precision, 0.96)
	require.GreaterOrEqual(t, recall, 0.96)
}

// Long texts take time in proportion to their length, and little memory.
func TestCompany_Long(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	for _, s := range []string{"北京", "公司", "(", "第", "a ", "分公司", "科"} {
		long := strings.Repeat(s, 20_000)
		Company(long)
		Company(long + "分公司")
		Person(long)
		Address(long)
		Latin(long)
	}
}

func TestLexicon_Fits(t *testing.T) {
	t.Parallel()
	l := tables().words
	require.Less(t, l.used, len(l.edges)/2, "words are left out of a full table")
	require.Less(t, len(l.at), 1<<16)
	for _, text := range []string{placesText, tradesText, moreTradesText, formsText, branchesText} {
		for name := range strings.FieldsSeq(text) {
			w, n := l.longest(name, ^kind(0))
			require.True(t, w != nil && n == len(name), name)
		}
	}
}

func TestCompany_Allocations(t *testing.T) {
	Company("广州")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { Company("广州市瀛科投资咨询有限公司") }), 5.0)
}

func FuzzCompany(f *testing.F) {
	for _, s := range []string{"X公司北京分公司", "Ｘ公司BJ分部", "字节(北京)", "(((", "Acme LLC dba", "#1", "\xff北京", "第", "bj分部", "𠮷野家"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Company(s)
		_ = fmt.Sprint(c.Key(), c.Sound(), c.Acronym())
	})
}
