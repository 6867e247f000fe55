package pinyin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer/pinyin"
	dict "github.com/mozillazg/go-pinyin"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The keys of a name, all of them.
func TestKeys(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		// Surnames that read differently.
		"曾小明": "zengxiaoming zxm", "单雄信": "shanxiongxin sxx", "区伟": "ouwei ow", "仇英": "qiuying qy", "查良镛": "zhaliangyong zly",
		"任正非": "renzhengfei rzf", "华罗庚": "hualuogeng hlg", "曲波": "qubo qb", "解缙": "xiejin xj", "翟志刚": "zhaizhigang dizhigang zzg dzg",
		"朴树": "piaoshu pushu ps", "乐毅": "yueyi leyi yy ly", "覃辉": "qinhui tanhui qh th", "缪昌明": "miaochangming mcm",
		"逄先知": "pangxianzhi pxz", "卜卦": "bugua bg", "柏杨": "baiyang boyang by", "谌容": "chenrong shenrong cr sr", "都敏俊": "duminjun dmj",
		"石磊": "shilei sl", "盛宣怀": "shengxuanhuai sxh", "葛优": "geyou gy", "那英": "naying ny", "薄一波": "boyibo byb", "宓妃": "mifei fufei mf ff",
		"乜小": "niexiao miexiao nx mx", "佴伟": "naiwei nw", "种师道": "chongshidao zhongshidao csd zsd", "牟其中": "mouqizhong muqizhong mqz",
		"盖叫天": "gejiaotian gaijiaotian gjt", "沈从文": "shencongwen scw", "曾": "zeng z",
		// Surnames of two characters.
		"尉迟恭": "yuchigong ycg", "令狐冲": "linghuchong lhc", "欧阳修": "ouyangxiu oyx", "万俟卨": "moqixie mqx", "长孙无忌": "zhangsunwuji zswj",
		"单于丹": "chanyudan shanyudan cyd syd", "澹台灭明": "tantaimieming ttmm", "诸葛亮": "zhugeliang zgl", "司马光": "simaguang smg",
		"乐正克": "yuezhengke yzk", "鲜于枢": "xianyushu xys", "夏侯惇": "xiahoudun xhd", "呼延灼": "huyanzhuo hyz", "尉迟": "yuchi yc",
		// Traditional characters.
		"單雄信": "shanxiongxin sxx", "歐陽修": "ouyangxiu oyx", "長孫無忌": "zhangsunwuji zswj", "萬俟卨": "moqixie mqx", "華羅庚": "hualuogeng hlg",
		"重慶銀行": "chongqingyinhang cqyh", "廈門": "xiamen xm", "區偉": "ouwei ow",
		// ü.
		"吕布": "lvbu lyubu lubu lb", "女娲": "nvwa nyuwa nuwa nw",
		"吕乐乐": "lvlele lvleyue lvyuele lvyueyue lyulele lyuleyue lyuyuele lyuyueyue lulele luleyue luyuele luyueyue lll lly lyl lyy",
		"率":   "shuai lv lyu lu s l", "Silvia吕": "silvialv silvialyu silvialu silvial", "闾丘露薇": "lvqiuluwei lyuqiuluwei luqiuluwei lqlw",
		// Given names with two readings.
		"王乐": "wangle wangyue wl wy", "李茜": "liqian lixi lq lx", "刘晟": "liusheng liucheng ls lc", "张娜": "zhangna zn",
		"黄珏": "huangjue hj", "陈珩": "chenheng ch", "吴筠": "wuyun wujun wy wj",
		// Places, banks and companies.
		"重庆": "chongqing cq", "长沙": "changsha cs", "厦门": "xiamen xm", "六安": "luan la", "蚌埠": "bengbu bb", "番禺": "panyu py", "西藏": "xizang xz",
		"招商银行": "zhaoshangyinhang zsyh", "行业": "hangye hy", "重庆长安汽车": "chongqingchanganqiche cqcaqc", "空调": "kongtiao kt", "华为": "huawei hw",
		"长虹集团": "changhongjituan chjt", "会计": "kuaiji kj", "东阿阿胶": "dongeejiao deej", "音乐": "yinyue yy", "都江堰": "dujiangyan djy",
		"单县": "shanxian sx", "区块链": "qukuailian oukuailian qkl okl", "解放": "jiefang xiefang jf xf", "成都": "chengdu cd",
		// A name too long for a person's: both.
		"查氏集团有限公司": "zhashijituanyouxiangongsi chashijituanyouxiangongsi zsjtyxgs csjtyxgs",
		"曾氏集团有限公司": "zengshijituanyouxiangongsi zsjtyxgs",
		// Other scripts.
		"Bob Smith": "bobsmith bs", "ＡＢＣ科技": "abckeji abckj", "Bob李": "bobli bobl", "李Bob": "libob lbob", "O’Brien-Lee": "obrienlee ol", "José": "jose j",
		"3M中国": "3mzhongguo 3mzg", "李 小 龙": "lixiaolong lxl", "阿凡提·买买提": "afantimaimaiti aftmmt", "Müller": "muller m",
		"Анна": "анна а", "Lü": "lu lv l",
		"": "", " ": "", "'": "", "曾' 明": "zengming zm", "·！": "", "〇": "ling l",
	} {
		if keys := pinyin.Keys(name); !slices.Equal(keys, strings.Fields(want)) {
			t.Errorf("%q has the keys %q, not %q", name, keys, want)
		}
	}
}

// Surnames that read as everywhere else have one key.
func TestKeys_PlainSurnames(t *testing.T) {
	t.Parallel()
	for surname, want := range map[string]string{
		"王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao", "黄": "huang", "周": "zhou", "吴": "wu",
		"徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu", "高": "gao", "林": "lin", "何": "he", "郭": "guo", "马": "ma", "罗": "luo",
		"梁": "liang", "宋": "song", "郑": "zheng", "谢": "xie", "韩": "han", "唐": "tang", "冯": "feng", "于": "yu", "董": "dong", "萧": "xiao",
		"程": "cheng", "曹": "cao", "袁": "yuan", "邓": "deng", "许": "xu", "傅": "fu", "沈": "shen", "彭": "peng", "苏": "su", "卢": "lu",
		"蒋": "jiang", "蔡": "cai", "贾": "jia", "丁": "ding", "魏": "wei", "薛": "xue", "叶": "ye", "阎": "yan", "余": "yu", "潘": "pan",
		"杜": "du", "戴": "dai", "夏": "xia", "钟": "zhong", "汪": "wang", "田": "tian", "姜": "jiang", "范": "fan", "方": "fang", "石": "shi",
		"姚": "yao", "谭": "tan", "廖": "liao", "邹": "zou", "熊": "xiong", "金": "jin", "陆": "lu", "郝": "hao", "孔": "kong", "白": "bai",
		"崔": "cui", "康": "kang", "毛": "mao", "邱": "qiu", "秦": "qin", "江": "jiang", "史": "shi", "顾": "gu", "侯": "hou", "邵": "shao",
		"孟": "meng", "龙": "long", "万": "wan", "段": "duan", "钱": "qian", "汤": "tang", "尹": "yin", "黎": "li", "易": "yi", "常": "chang",
		"武": "wu", "乔": "qiao", "贺": "he", "赖": "lai", "龚": "gong", "文": "wen", "褚": "chu", "冼": "xian", "庞": "pang", "尤": "you",
	} {
		require.Equal(t, []string{want + "ming", want[:1] + "m"}, pinyin.Keys(surname+"明"), surname)
	}
}

// However many characters of a name have two readings, there are few keys, and
// the likeliest are among them.
func TestKeys_Bounded(t *testing.T) {
	t.Parallel()
	keys := pinyin.Keys(strings.Repeat("乐", 300))
	require.LessOrEqual(t, len(keys), 16)
	require.Contains(t, keys, "yue"+strings.Repeat("le", 127))
	for _, key := range keys {
		require.LessOrEqual(t, len(key), 128*3)
	}
	require.Equal(t, []string{strings.Repeat("a", 64)}, pinyin.Keys(strings.Repeat("a ", 1000)))
	require.Equal(t, []string{strings.Repeat("a", 128), "a"}, pinyin.Keys(strings.Repeat("a", 1000)))
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Zeng Xiaoming": "zengxiaoming", "ZXM": "zxm", "zēng xiǎo-míng": "zengxiaoming", "Xi'an": "xian", "ｚｘｍ": "zxm", "lǚ bù": "lvbu", "lü": "lv",
		"Müller": "muller", " 曾 zxm": "曾zxm", "單 雄 x": "單雄x", "": "", "--": "",
	} {
		require.Equal(t, want, pinyin.Query(given), given)
	}
}

// letters are what keys consist of: no capitals, spaces or Chinese characters.
func checkKeys(t interface{ Fatalf(string, ...any) }, name string) {
	keys := pinyin.Keys(name)
	if len(keys) > 20 {
		t.Fatalf("%q has %d keys", name, len(keys))
	}
	for i, key := range keys {
		if key == "" || slices.Contains(keys[:i], key) || !utf8.ValidString(key) {
			t.Fatalf("%q: key %q of %q", name, key, keys)
		}
		if strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Han, r) || r >= 'A' && r <= 'Z' }) {
			t.Fatalf("%q: key %q", name, key)
		}
	}
	if again := pinyin.Keys(name); !slices.Equal(keys, again) {
		t.Fatalf("%q: %q and then %q", name, keys, again)
	}
}

// Keys keep their promises for any text, and a name made of known syllables is
// found by them.
func TestKeys_Property(t *testing.T) {
	t.Parallel()
	syllables := map[rune]string{'明': "ming", '丽': "li", '华': "hua", '国': "guo", '建': "jian", '芳': "fang", '伟': "wei", '敏': "min"}
	runes := []rune("明丽华国建芳伟敏")
	rapid.Check(t, func(t *rapid.T) {
		checkKeys(t, rapid.String().Draw(t, "text"))
		var name, full, initials strings.Builder
		for _, r := range rapid.SliceOfN(rapid.SampledFrom(runes), 1, 30).Draw(t, "name") {
			name.WriteString(string(r) + rapid.SampledFrom([]string{"", "", " ", "\u3000"}).Draw(t, "space"))
			full.WriteString(syllables[r])
			initials.WriteString(syllables[r][:1])
		}
		if keys := pinyin.Keys(name.String()); !slices.Equal(keys, []string{full.String(), initials.String()}) {
			t.Fatalf("%q has the keys %q", name.String(), keys)
		}
	})
}

// Every name of the sample of people has keys, and those whose mail address is
// made of their pinyin are found by it.
func TestKeys_SamplePeople(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "dedupe", "zh_person", "zh_person.csv"))
	if err != nil {
		t.Skip("the sample data is not here: ", err)
	}
	told, found := 0, 0
	for i, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
		fields := strings.Split(line, ",")
		if i == 0 || len(fields) < 7 || fields[1] == "" {
			continue
		}
		checkKeys(t, fields[1])
		local := strings.TrimRight(strings.ToLower(strings.SplitN(fields[6], "@", 2)[0]), "0123456789")
		if !strings.ContainsFunc(fields[1], func(r rune) bool { return !unicode.Is(unicode.Han, r) }) && len(local) > 4 && !strings.ContainsAny(local, "._-") {
			told++
			if slices.Contains(pinyin.Keys(fields[1]), local) {
				found++
			}
		}
	}
	t.Logf("%d of %d addresses that look like pinyin are keys of the name", found, told)
	require.Greater(t, found*10, told*8)
}

func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"曾小明", "尉迟 恭", "ＡＢＣ科技·1", "lǚ’s 长", "\xff乐", "𠮷野", "か\u3099", "々", "單于"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		checkKeys(t, name)
		pinyin.Query(name)
	})
}

func BenchmarkKeys(b *testing.B) {
	b.Run("go-pinyin person", func(b *testing.B) { // the library alone: one reading, no initials
		b.ReportAllocs()
		for args := dict.NewArgs(); b.Loop(); {
			dict.LazyPinyin("曾小明", args)
		}
	})
	for label, name := range map[string]string{"person": "曾小明", "heteronym": "乐晟", "company": "重庆长安汽车股份有限公司", "latin": "Bob Smith"} {
		b.Run(label, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pinyin.Keys(name)
			}
		})
	}
}

func ExampleKeys() {
	fmt.Println(pinyin.Keys("曾小明"))
	fmt.Println(pinyin.Keys("单于丹"))
	fmt.Println(pinyin.Keys("重庆银行"))
	// Output:
	// [zengxiaoming zxm]
	// [chanyudan shanyudan cyd syd]
	// [chongqingyinhang cqyh]
}

func ExampleQuery() {
	wanted := pinyin.Query("Zeng Xiao-Ming")
	for _, key := range pinyin.Keys("曾小明") {
		fmt.Println(key, strings.HasPrefix(key, wanted))
	}
	// Output:
	// zengxiaoming true
	// zxm false
}
