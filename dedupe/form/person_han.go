package form

import (
	"strings"
	"unicode/utf8"
)

// personHan takes a Chinese name apart. The text has been simplified.
func personHan(text string) Name {
	n := Name{Han: true}
	main, inside := cutBrackets(text)
	han, latinWords, masked := splitScripts(main)
	if han == "" {
		var beside string
		han, beside, _ = splitScripts(inside)
		latinWords += " " + beside
	} else if !hasHan(inside) {
		latinWords += " " + inside
	}
	n.Other = latin(latinWords)
	han = n.hanTitles(han)
	if masked || isUntold(n.Other) {
		han, n.Other = strings.TrimRight(han, "某"), ""
		masked = true
	}
	if masked && isMasked(strings.TrimSpace(main)) { // the surname is kept back: *伟
		n.Given, n.Partial = han, false
		return n
	}
	n.hanParts(strings.Trim(han, "·"), masked)
	return n
}

// isUntold reports whether Latin letters stand for a given name that is kept
// back: 张xx.
func isUntold(word string) bool { return word == "x" || word == "xx" || word == "xxx" }

// splitScripts parts the Chinese characters of a text from the other letters,
// and tells whether signs stand for characters that are kept back: 张**.
// The dots within a foreign name are among the characters: 迈克尔·杰克逊.
func splitScripts(text string) (han, words string, masked bool) {
	h, w := make([]byte, 0, len(text)), []byte(nil)
	for i, r := range text {
		switch {
		case isHan(r):
			h = utf8.AppendRune(h, r)
		case isDot(r) && len(h) > 0 && followedByHan(text[i+utf8.RuneLen(r):]):
			h = append(h, "·"...)
		case isMasked(text[i:]):
			masked = true
		default:
			w = utf8.AppendRune(w, r)
		}
	}
	return string(h), string(w), masked
}

// isMasked reports whether a text begins with a sign for a character that is
// kept back.
func isMasked(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '*' || r == '×' || r == '○' || r == '△'
}

func isDot(r rune) bool {
	return r == '·' || r == '・' || r == '•' || r == '‧' || r == '.' || r == '∙' || r == '⋅'
}

func followedByHan(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return isHan(r)
}

// longTitles stand behind a name or a surname; the longer before those that
// they end with. shortTitles stand behind a surname alone, since they also end
// given names.
var (
	longTitles = []string{
		"副总经理", "总经理", "董事长", "副经理", "经理", "副总裁", "总裁", "总监", "副总", "老总", "先生", "女士", "小姐", "太太", "夫人", "老师", "教授",
		"博士", "院士", "主任", "主管", "主席", "主编", "书记", "秘书", "助理", "部长", "科长", "处长", "局长", "厅长", "厂长", "院长", "校长", "行长", "所长", "店长",
		"站长", "组长", "队长", "班长", "村长", "镇长", "县长", "市长", "省长", "会长", "社长", "船长", "机长", "团长", "师傅", "医生", "大夫", "护士", "药师",
		"律师", "法官", "检察官", "警官", "会计", "出纳", "财务", "采购", "销售", "客服", "前台", "工程师", "设计师", "技师", "司机", "老板娘", "老板", "阿姨",
		"叔叔", "大哥", "大姐", "同志", "同学", "女史", "居士", "法师", "道长", "太", "总",
	}
	shortTitles = []string{"工", "董", "哥", "姐", "叔", "姨", "婶", "嫂", "爷", "局", "处", "科", "队", "生", "导", "老", "公", "氏", "某某", "某", "府"}
)

// hanTitles takes titles off the end of a name and 老, 小 off the beginning,
// and tells whether what is left is a surname alone.
func (n *Name) hanTitles(han string) string {
	if rest, title := cutTitle(han, longTitles); title != "" && rest != "" {
		if title != "太" && title != "总" || sounds().isHanSurname(rest) || title == "总" && utf8.RuneCountInString(rest) > 1 {
			n.Title, han = title, rest
		}
	}
	if rest, title := cutTitle(han, shortTitles); title != "" && n.Title == "" && sounds().isHanSurname(rest) && !titleIsName(title, rest) {
		n.Title, han = title, rest
	}
	n.Partial = n.Title != "" && sounds().isHanSurname(han)
	for _, prefix := range []string{"老", "小", "阿"} {
		if rest, ok := strings.CutPrefix(han, prefix); ok && n.Title == "" && sounds().isHanSurname(rest) {
			n.Title, n.Partial = prefix, true
			return rest
		}
	}
	return han
}

// titleIsName reports whether a short title behind a surname is more likely
// the given name of a whole name.
func titleIsName(title, surname string) bool {
	return title == "生" && len(surname) > 3 || title == "科" || title == "导" && len(surname) > 3
}

func cutTitle(han string, titles []string) (rest, title string) {
	for _, t := range titles {
		if r, ok := strings.CutSuffix(han, t); ok {
			return r, t
		}
	}
	return han, ""
}

// isHanSurname reports whether a text is a known surname and nothing else.
func (t *soundTable) isHanSurname(text string) bool {
	_, ok := t.surnames[text]
	return ok
}

// hanParts parts surname and given name. With masked, characters are kept back.
func (n *Name) hanParts(han string, masked bool) {
	if parts := strings.Split(han, "·"); len(parts) > 1 {
		n.Given, n.Surname = parts[0], parts[len(parts)-1]
		n.Middle = strings.Join(parts[1:len(parts)-1], " ")
		return
	}
	count := utf8.RuneCountInString(han)
	surname := sounds().surnameOf(han)
	switch {
	case count > 4 && !(count == 5 && len(surname) > 3):
		n.Given = han
	case n.Partial, len(surname) == len(han):
		n.Surname, n.Partial = han, han != ""
	default:
		n.Surname, n.Given = surname, han[len(surname):]
		n.Partial = false
	}
	if masked && n.Given == "" {
		n.Partial = true
	}
}
