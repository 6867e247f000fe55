package form

import (
	"strings"
)

// Where is what tells a branch from others of the same company, without the words for
// what it is: 北京 for 北京分公司, "london" for "London Branch". It is known if it is
// nothing but places that package form knows, so that another one is no slip of the
// pen. It is empty for a name without a branch, and for a branch that only has a
// number.
func (c CompanyName) Where() (where string, known bool) {
	if where = strings.TrimSuffix(c.Branch, latinBranch); !hasHan(where) {
		return where, false
	}
	g := tables()
	if at, _ := g.trailing(where); at >= 0 {
		where = where[:at]
	}
	_, known = g.allPlaces(where)
	return where, known
}

// Told reports whether the name says that it means a branch. "Acme Ltd Munich" has
// munich for a branch and does not say so: it may be what the company is called. Nor
// does "Subway #3": the number is left out as often as not.
func (c CompanyName) Told() bool {
	if strings.HasSuffix(c.Branch, latinBranch) {
		return true
	}
	if !hasHan(c.Branch) {
		return false
	}
	at, _ := tables().trailing(c.Branch)
	return at >= 0
}

// latinBranch ends the branch of a Western name that says that it is one.
const latinBranch = " branch"

// branchWords are the words for a branch at the end of a Western name, the longer
// before the shorter.
var branchWords = []string{
	"branch office", "regional office", "sales office", "representative office", "rep office", "liaison office", "local office", "field office", "branch", "office",
}

// closedForms are the legal forms behind which the name of a company ends. Others may
// stand within it, as in "Smith Co Bakery".
var closedForms = []string{
	"co ltd", "pty ltd", "pvt ltd", "pte ltd", "private limited", "co limited", "limited", "ltd", "inc", "incorporated", "llc", "plc", "gmbh", "llp", "corp", "corporation", "sarl", "srl", "bv", "pty limited",
}

// mostBehind is how many words behind a legal form may tell where a branch is that
// does not say that it is one.
const mostBehind = 2

// branchBehind takes a branch off that stands behind a legal form, and returns the
// words before it.
func (c *CompanyName) branchBehind(words []string) []string {
	at := behindForm(words)
	if at == 0 || at == len(words) {
		return words
	}
	rest := words[at:]
	where, told := withoutBranchWord(rest)
	switch {
	case told:
		c.nameBranch(where)
	case len(rest) > mostBehind || !isName(rest) || countries[placeOf(rest)]:
		return words
	default:
		c.Branch = placeOf(rest)
	}
	return words[:at]
}

// nameBranch notes a branch that says that it is one. The head office is the whole.
func (c *CompanyName) nameBranch(where []string) {
	switch place := placeOf(where); place {
	case "head", "main", "registered", "corporate", "home":
	default:
		c.Branch = place + latinBranch
	}
}

// branchInside takes a branch that brackets hold, or what stands behind a comma or a
// dash, and reports whether it was one.
func (c *CompanyName) branchInside(text string) bool {
	where, told := withoutBranchWord(strings.Fields(latin(text)))
	if told {
		c.nameBranch(where)
	}
	return told
}

// branchApart returns a text without a branch that stands behind its last comma or
// dash. Behind the comma of "Co., Ltd. London branch" more than the branch stands.
func (c *CompanyName) branchApart(text string) string {
	for _, mark := range []string{",", " - ", " – ", " — "} {
		at := strings.LastIndex(text, mark)
		if at <= 0 || behindForm(append([]string{""}, strings.Fields(latin(text[at:]))...)) > 0 {
			continue
		}
		before, behind := text[:at], text[at+len(mark):]
		if where, _ := withoutBranchWord(strings.Fields(latin(behind))); strings.Contains(latin(before), strings.Join(where, " ")) {
			continue // the Main Street Branch - Main Street Branch is no branch of itself
		}
		if c.branchInside(behind) {
			return before
		}
	}
	return text
}

// behindForm returns where the words behind the last legal form begin; 0 where there
// is none, or it begins the name.
func behindForm(words []string) int {
	for end := len(words); end > 1; end-- {
		for _, f := range closedForms {
			if n := endsWith(words[:end], f); n > 0 && n < end {
				return end
			}
		}
	}
	return 0
}

// withoutBranchWord takes a word for a branch off the end of words, of more than that.
func withoutBranchWord(words []string) ([]string, bool) {
	for _, w := range branchWords {
		if n := endsWith(words, w); n > 0 {
			return words[:len(words)-n], true
		}
	}
	return words, false
}

// isName reports whether words may be the name of a place: they have letters, and
// are no words for trades and none that join others.
func isName(words []string) bool {
	for _, w := range words {
		if isDigit(w[0]) || len(w) < 3 || isSilentWord(w) || latinTrades()[w] != "" {
			return false
		}
	}
	return true
}

// placeOf are words as one place, in Chinese where it is known.
func placeOf(words []string) string {
	if p, ok := latinPlaces()[strings.Join(words, "")]; ok {
		return p
	}
	return strings.Join(words, " ")
}

// countries behind a legal form tell where a company is, and not which part of it is
// meant.
var countries = map[string]bool{
	"中国": true, "日本": true, "新加坡": true, "美国": true, "加拿大": true, "澳大利亚": true, "欧洲": true, "英国": true, "德国": true, "法国": true, "韩国": true,
}
