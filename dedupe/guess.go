package dedupe

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/form"
)

// Guess tells the type of a column from its header and some of its values. It
// returns 0 for a column that is of no use to compare: an empty one, one with the
// same value everywhere, or one that numbers the rows.
//
// It is for a first look at a file; a person should look at what it says.
func Guess(header string, values []string) Type {
	filled, distinct := profile(values)
	if len(filled) == 0 || distinct == 1 {
		return 0
	}
	unique := distinct == len(filled)
	words := form.Latin(header)
	if typ := byHeader(words, header); typ != 0 {
		return typ
	}
	if unique && len(filled) == len(values) && slices.Contains(append(words, strings.ToLower(header)), "id") {
		return 0
	}
	return byValues(filled, distinct)
}

// profile returns the values that are there, and how many different ones.
func profile(values []string) (filled []string, distinct int) {
	seen := map[string]bool{}
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			filled = append(filled, v)
			seen[v] = true
		}
	}
	return filled, len(seen)
}

// headers are words of headers, in the order in which they are tried: any of the
// words of a line says the type.
var headers = []struct {
	typ   Type
	words string
}{
	{Email, "email mail 邮箱 邮件"},
	{Phone, "phone mobile tel telephone fax 手机 电话 联系电话"},
	{Date, "dob birthday birth born date 生日 出生日期 日期"},
	{Identifier, "uscc ssn passport soc wechat openid 信用代码 统一社会信用代码 身份证 证件号 微信"},
	{Postcode, "zip postcode postal 邮编"},
	{Category, "gender sex state status level source 性别 来源 状态"},
	{GivenName, "given first forename 名"},
	{Surname, "surname last family 姓"},
	{Address, "address addr street 地址"},
	{Company, "company organisation organization site employer 公司 企业 客户名称 单位"},
	{FullName, "fullname contact person 姓名 联系人"},
}

// byHeader tells the type by the words of a header. A place of birth is no date,
// and a number in a street no street.
func byHeader(words []string, header string) Type {
	if slices.Contains(words, "place") || slices.Contains(words, "city") || slices.Contains(words, "suburb") {
		return Text
	}
	if slices.Contains(words, "number") && slices.Contains(words, "street") {
		return Category
	}
	for _, h := range headers {
		for _, word := range strings.Fields(h.words) {
			if slices.Contains(words, word) || header == word || utf8.RuneCountInString(word) > 1 && hasHan(word) && strings.Contains(header, word) {
				return h.typ
			}
		}
	}
	return 0
}

// most is the share of values that must look alike.
const most = 0.8

// byValues tells the type by what the values look like.
func byValues(filled []string, distinct int) Type {
	share := func(is func(string) bool) bool {
		n := 0
		for _, v := range filled {
			if is(v) {
				n++
			}
		}
		return float64(n) >= most*float64(len(filled))
	}
	switch {
	case share(func(s string) bool { _, err := customer.NormalEmail(s); return err == nil }):
		return Email
	case share(func(s string) bool { return len(dayForm(s)) == 8 && len(s) <= 12 && strings.ContainsAny(s, "-/.年") }):
		return Date
	case share(func(s string) bool { _, err := customer.NormalPhone(s); return err == nil && len(digits(s)) >= 9 }):
		return Phone
	case float64(distinct) < 0.02*float64(len(filled)):
		return Category
	case share(func(s string) bool { return form.Company(s).Form != "" }):
		return Company
	case share(func(s string) bool {
		n := form.Person(s)
		return n.Han && n.Given != "" && utf8.RuneCountInString(s) <= 4
	}):
		return FullName
	}
	return Text
}
