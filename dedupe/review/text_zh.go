package review

import (
	"cmp"
	"strings"
)

// chinese returns a name or level in simplified Chinese, if there is a translation.
func chinese(english string) (string, bool) {
	switch english {
	case "probability":
		return "同一客户的可能性", true
	case "hang together":
		return "互相关联的客户数", true
	case "any two records":
		return "任意两条记录", true
	case "together":
		return "合计", true
	case "proposed by":
		return "提出依据:", true
	case "weakest bridge":
		return "最薄弱的连接", true
	case "all pairs between the parts":
		return "两部分之间的对数", true
	}
	if said := chineseName(english); said != "" {
		return said, true
	}
	if said := chineseLevel(english); said != "" {
		return said, true
	}
	return chinesePass(english)
}

// chineseName is the name of a standard column.
func chineseName(english string) string {
	return map[string]string{
		"name": "姓名/名称", "phone": "电话", "mail": "邮箱", "address": "地址", "birthday": "生日", "gender": "性别",
		"company": "单位", "contradiction": "矛盾", "decisions": "人工判定", "resident_id": "身份证号", "credit_code": "统一社会信用代码",
	}[english]
}

// chineseLevel is how two values agree.
func chineseLevel(english string) string {
	return map[string]string{
		"the same": "相同", "another": "不同", "both the same": "姓和名都相同", "both alike": "姓和名都相近", "nothing alike": "完全不同",
		"one part alike, the other not": "一部分相近，另一部分不同", "given name alike, no surname": "名相近，缺姓", "given name the same, no surname": "名相同，缺姓",
		"surname alike, no given name": "姓相近，缺名", "given name the same, surname another": "名相同，姓不同", "surname the same, given name another": "姓相同，名不同",
		"surname the same, no given name": "姓相同，缺名", "given name the same, surname alike": "名相同，姓相近", "surname the same, initial fits": "姓相同，首字母相符",
		"changed places": "姓名颠倒", "sounding the same, other characters": "同音不同字", "surname the same, given name alike": "姓相同，名相近",
		"another, in part alike": "不同，部分相近", "one character apart": "差一个字符", "one digit apart": "差一位数字", "two digits apart": "差两位数字",
		"the same year": "同一年", "two parts the same": "年月日中两项相同", "a year apart or one part the same": "相差一年或只有一项相同",
		"the same domain": "域名相同", "names alike": "邮箱名相近", "names and domains alike": "邮箱名和域名都相近", "two characters apart, or the same name": "差两个字符以内，或邮箱名相同",
		"hardly a word in common": "几乎没有相同的词", "some words in common, others against each other": "部分词相同，其余矛盾",
		"many words in common, others against each other": "多数词相同，其余矛盾", "a part of the other, a small one": "一方是另一方的一小部分",
		"a part of the other": "一方是另一方的一部分", "a part of the other, most of it": "一方是另一方的大部分", "the same words": "用词相同",
		"hardly anything in common": "几乎没有共同项", "little in common": "少量共同项", "some in common": "部分共同项", "much in common": "较多共同项",
		"most in common": "大部分共同", "all of one, the other has more": "一方包含另一方",
		"another branch, or a branch and the whole": "不同的分支机构，或总部与分支", "the same in all its parts": "各组成部分都相同",
		"a number in common": "有一个号码相同", "the street alike, the number another": "街道相近，门牌不同", "the same number elsewhere": "门牌相同，街道不同",
		"the street alike": "街道相近", "the street alike, a number in common": "街道相近，有一个号码相同", "the same street, another number": "街道相同，门牌不同",
		"the street alike, the same number": "街道相近，门牌相同", "the same street": "街道相同", "the same street, a number in common": "街道相同，有一个号码相同",
		"the same street and number":                     "街道和门牌都相同",
		"many that differ in this are alike in all else": "有许多仅此不同、其余相似的客户", "two people who are alike in this are of one household or firm": "如此相似的两个人往往同住或同单位",
		"people said that they are two": "人工判定为两个客户", "their credit codes differ": "统一社会信用代码不同", "their resident ids differ": "身份证号不同",
		"what people decided of pairs like this": "人工对类似客户的判定",
		"they are records of one list":           "来自同一份名单",
	}[english]
}

// chinesePass is what proposed a pair: one or two keys. False where neither is known.
func chinesePass(english string) (string, bool) {
	keys := strings.Split(english, " and ")
	known := false
	for i, key := range keys {
		if said := chineseKey(key); said != "" {
			keys[i], known = said, true
		}
	}
	return strings.Join(keys, " + "), known
}

// chineseKeys are the endings of keys of a field, and what they are of it.
var chineseKeys = []struct{ ending, said string }{
	{" words", "用词"}, {" word", "用词"}, {" values", "取值"}, {" value", "取值"}, {" keys", "键"}, {" key", "键"},
	{" in parts", "组成部分"}, {" in part", "的一部分"}, {" name", "用户名"},
}

// chineseKey is what two records have in common.
func chineseKey(english string) string {
	if said := chineseName(english); said != "" {
		return said
	}
	switch english {
	case "sound":
		return "姓名读音"
	case "surname's sound":
		return "姓的读音"
	case "given name's sound":
		return "名的读音"
	case "letters of the name":
		return "姓名字母"
	}
	for _, k := range chineseKeys {
		if field, ok := strings.CutSuffix(english, k.ending); ok {
			return cmp.Or(chineseName(field), field) + k.said
		}
	}
	return ""
}
