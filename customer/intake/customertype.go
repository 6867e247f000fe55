package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Words by which a column of types says what a customer is.
var (
	organizationWords = []string{"企业", "公司", "机构", "组织", "单位", "company", "organi", "business", "corporate"}
	personWords       = []string{"个人", "自然人", "散客", "person", "individual", "private", "consumer"}
)

// statedType returns the type that a cell states, "" when it says neither.
func statedType(cell string) string {
	folded := criteria.Fold(cell)
	holds := func(word string) bool { return strings.Contains(folded, word) }
	switch {
	case slices.ContainsFunc(organizationWords, holds):
		return customer.Organization
	case slices.ContainsFunc(personWords, holds):
		return customer.Person
	}
	return ""
}

// guessedType returns the type of a customer that the row states none for.
func guessedType(rec Record) string {
	states := func(target string) bool { return rec.Text(target) != "" }
	switch {
	case slices.ContainsFunc([]string{"gender", "birthday", "resident_id"}, states):
		return customer.Person
	case slices.ContainsFunc([]string{"size", "credit_code"}, states), namesOrganization(rec.Text("name")):
		return customer.Organization
	}
	return customer.Person
}

// Words that names of organisations end with. Those of the last list are
// read as they are written, since they are names of people otherwise.
var (
	endings = []string{
		"公司", "集团", "有限", "工厂", "学校", "大学", "学院", "医院", "银行", "分行", "支行", "事务所", "商行", "中心",
		"办事处", "营业部", "研究院", "研究所", "合作社", "有限合伙", "普通合伙",
	}
	legalForms   = []string{"inc", "ltd", "llc", "gmbh", "corp", "plc", "limited", "incorporated", "corporation", "co.", "kg", "s.a.", "s.r.l.", "s.p.a.", "b.v."}
	writtenForms = []string{"AG", "SE"}
)

// doubleSurnames are the Chinese surnames of two characters that are met at all.
var doubleSurnames = []string{"欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "独孤", "南宫", "闻人"}

// namesOrganization reports whether a name is that of an organisation and cannot be
// a person's.
func namesOrganization(name string) bool {
	name = narrow(name)
	for _, form := range []string{"(有限合伙)", "(普通合伙)"} {
		name = strings.Replace(name, form, form[1:len(form)-1], 1)
	}
	name = trim(withoutBrackets(name))
	return hanOrganization(name) || latinOrganization(name)
}

// hanOrganization asks for an ending behind more characters than make a name.
func hanOrganization(name string) bool {
	n := utf8.RuneCountInString(name)
	if !slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(name, e) }) {
		return false
	}
	double := slices.ContainsFunc(doubleSurnames, func(s string) bool { return strings.HasPrefix(name, s) })
	return n > 4 || n == 4 && !double
}

// latinOrganization asks for a legal form as a word of its own behind the name. Words
// behind a comma that are no legal form may be the company that a person works for.
func latinOrganization(name string) bool {
	head, tail, _ := strings.Cut(name, ",")
	words := strings.Fields(head)
	behind := strings.FieldsFunc(tail, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	for _, word := range behind {
		if !legalForm(word) {
			return false
		}
	}
	return len(words) > 0 && (len(behind) > 0 || len(words) > 1 && legalForm(words[len(words)-1]))
}

func legalForm(word string) bool {
	folded := criteria.Fold(word)
	return slices.Contains(writtenForms, word) || slices.Contains(legalForms, folded) || slices.Contains(legalForms, strings.TrimRight(folded, "."))
}

// withoutBrackets returns a name without what stands in brackets.
func withoutBrackets(name string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			return r
		}
		return -1
	}, name)
}

// han reports whether a text begins with a Han character.
func han(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}
