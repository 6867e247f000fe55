package pinyin

import (
	"strings"
	"unicode/utf8"
)

// longestPersonal is how many characters a name has at most that is read as
// that of a person alone. Longer ones may belong to companies, whose first
// character has its common reading.
const longestPersonal = 3

// compoundSurname returns the sounds of the surname of two characters that a
// name begins with, or none.
func compoundSurname(han string) []sound {
	const two = 2 * 3 // characters of three bytes
	if len(han) < two {
		return nil
	}
	var sounds []sound
	for reading := range strings.FieldsSeq(compounds[han[:two]]) {
		sounds = append(sounds, newSound(strings.ReplaceAll(reading, "/", " ")))
	}
	return sounds
}

// withSurname gives the first sound of a name the readings that its character
// has as a surname. They come first, and alone for a name of a person; the
// common readings come first where a word of the tables was found or the name
// is too long for a person's.
func withSurname(found []sound, han string) []sound {
	first, _ := utf8.DecodeRuneInString(han)
	readings, ok := surnames[first]
	switch {
	case !ok || len(found) == 0:
		return found
	case len(found) > 1:
		found[0] = newSound(strings.Join(found[0].readings, " "), readings)
	case utf8.RuneCountInString(han) > longestPersonal:
		found[0] = newSound(readings, commonReadings(first))
	default:
		found[0] = newSound(readings)
	}
	return found
}

// surnames are the characters that read differently as a surname, or that have
// more than one reading as one; the most common first.
var surnames = map[rune]string{
	'曾': "zeng", '单': "shan", '区': "ou", '仇': "qiu", '查': "zha", '乐': "yue le", '解': "xie", '朴': "piao pu",
	'尉': "wei yu", '覃': "qin tan", '盖': "ge gai", '缪': "miao", '逄': "pang", '逢': "pang feng", '隗': "wei kui",
	'召': "shao zhao", '乜': "nie mie", '洗': "xian xi", '折': "she zhe", '黑': "he hei", '牟': "mou mu", '翟': "zhai di",
	'薄': "bo", '祭': "zhai ji", '员': "yun yuan", '繁': "po fan", '种': "chong zhong", '秘': "bi mi", '句': "gou ju",
	'谌': "chen shen", '宓': "mi fu", '阚': "kan", '郇': "xun huan", '郗': "xi chi", '郄': "qie xi", '费': "fei bi",
	'卜': "bu", '柏': "bai bo", '都': "du", '炅': "gui", '隽': "juan jun", '佴': "nai",
	'莘': "shen xin", '颉': "xie jie", '粘': "nian",
}

// compounds are the surnames of two characters. Where people do not agree the
// readings of a character are parted by a slash.
var compounds = map[string]string{
	"尉迟": "yu chi", "令狐": "ling hu", "欧阳": "ou yang", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan/shan yu",
	"澹台": "tan tai", "司马": "si ma", "司徒": "si tu", "司空": "si kong", "司寇": "si kou", "上官": "shang guan",
	"诸葛": "zhu ge", "夏侯": "xia hou", "皇甫": "huang fu", "宇文": "yu wen", "慕容": "mu rong", "公孙": "gong sun",
	"公冶": "gong ye", "公羊": "gong yang", "轩辕": "xuan yuan", "东方": "dong fang", "东郭": "dong guo", "南宫": "nan gong",
	"西门": "xi men", "端木": "duan mu", "独孤": "du gu", "赫连": "he lian", "呼延": "hu yan", "淳于": "chun yu",
	"鲜于": "xian yu", "濮阳": "pu yang", "申屠": "shen tu", "太史": "tai shi", "太叔": "tai shu", "钟离": "zhong li",
	"闻人": "wen ren", "闾丘": "lv qiu", "亓官": "qi guan", "仲孙": "zhong sun", "叔孙": "shu sun", "宗政": "zong zheng",
	"宰父": "zai fu", "拓跋": "tuo ba", "拓拔": "tuo ba", "乐正": "yue zheng", "谷梁": "gu liang", "榖梁": "gu liang",
	"段干": "duan gan", "夹谷": "jia gu", "百里": "bai li", "微生": "wei sheng", "梁丘": "liang qiu", "左丘": "zuo qiu",
	"漆雕": "qi diao", "壤驷": "rang si", "贺兰": "he lan", "贺若": "he ruo", "尔朱": "er zhu", "完颜": "wan yan",
	"纳兰": "na lan", "耶律": "ye lv", "哥舒": "ge shu", "相里": "xiang li", "第五": "di wu", "羊舌": "yang she", "巫马": "wu ma",
}
