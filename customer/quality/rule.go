package quality

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// What a rule does about a violation.
const (
	Block = "block" // refuse the write
	Flag  = "flag"  // store it and open an issue
)

// When a rule looks at records.
const (
	OnCreate = "create" // it may refuse new records, and flags at every write
	OnWrite  = "write"  // it may refuse new and changed records, and flags at every write
	OnScan   = "scan"   // scans alone look at it
)

// Classes of rules. A host may add words of its own.
const (
	Incomplete   = "incomplete"   // something is missing
	Inconsistent = "inconsistent" // two facts contradict each other
	Outdated     = "outdated"     // nobody has confirmed it for too long
)

// A Rule describes violations among the records of a kind. Its Meta.Version
// tells which wording of the rule an issue comes from.
type Rule struct {
	storage.Meta
	Code     string          // what it is called in issues and in the change log: "L001"; unique
	Kind     string          // the kind of the records
	Field    string          // the field that it is mostly about, "custom.x" for a custom one; may be empty
	Class    string          // Incomplete, Inconsistent, Outdated or another word
	Severity int64           // the greater the worse
	Mode     string          // Block or Flag
	On       string          // OnCreate, OnWrite or OnScan
	Roles    []string        // of a rule that blocks: whose writes it refuses, those of others are flagged; none: everybody's
	When     Condition       // true of records that break the rule
	Suggest  json.RawMessage // what would put a record right, as {"field": value}; null as a value empties the field; may be absent
	NameEN   string          // what is wrong, for people, in English
	NameZH   string          // and in Chinese
	Active   bool            // an inactive rule is not looked at, and its issues close at the next scan
}

// Rules is the kind of rules.
var Rules = storage.Define[Rule]("quality_rule",
	storage.Text("code", func(r *Rule) *string { return &r.Code }).Required().Unique(),
	storage.Text("kind", func(r *Rule) *string { return &r.Kind }).Required().Indexed(),
	storage.Text("field", func(r *Rule) *string { return &r.Field }),
	storage.Text("class", func(r *Rule) *string { return &r.Class }).Required(),
	storage.Integer("severity", func(r *Rule) *int64 { return &r.Severity }),
	storage.Text("mode", func(r *Rule) *string { return &r.Mode }).Required(),
	storage.Text("on", func(r *Rule) *string { return &r.On }).Required(),
	storage.Texts("roles", func(r *Rule) *[]string { return &r.Roles }),
	storage.JSON("when", func(r *Rule) *json.RawMessage { return &r.When.raw }).Required(),
	storage.JSON("suggest", func(r *Rule) *json.RawMessage { return &r.Suggest }),
	storage.Text("name_en", func(r *Rule) *string { return &r.NameEN }),
	storage.Text("name_zh", func(r *Rule) *string { return &r.NameZH }),
	storage.Bool("active", func(r *Rule) *bool { return &r.Active }),
).Fixed().Valid((*Rule).check)

// Message says what is wrong, in Chinese for a language tag that begins with
// "zh", else in English. It falls back to the other language, and to a sentence
// made from the rule when it has no name.
func (r *Rule) Message(language string) string {
	chinese := strings.HasPrefix(strings.ToLower(language), "zh")
	switch {
	case chinese && r.NameZH != "":
		return r.NameZH
	case !chinese && r.NameEN != "":
		return r.NameEN
	case r.NameEN+r.NameZH != "":
		return r.NameEN + r.NameZH
	case chinese:
		return r.plainChinese()
	}
	if r.Class == Incomplete && r.Field != "" {
		return r.Field + " is missing"
	}
	return "it breaks rule " + r.Code
}

func (r *Rule) plainChinese() string {
	if r.Class == Incomplete && r.Field != "" {
		return "缺少 " + r.Field
	}
	return "不符合规则 " + r.Code
}

// check reports what is wrong with a rule by itself; whether it fits its kind
// is up to Inspector.Check.
func (r *Rule) check() error {
	switch {
	case strings.ContainsAny(r.Code, " \t\r\n"):
		return ruleField("code", "%q: use a short word without spaces, such as L001", r.Code)
	case r.Mode != Block && r.Mode != Flag:
		return ruleField("mode", "%q: use %q or %q", r.Mode, Block, Flag)
	case r.On != OnCreate && r.On != OnWrite && r.On != OnScan:
		return ruleField("on", "%q: use %q, %q or %q", r.On, OnCreate, OnWrite, OnScan)
	case r.Mode == Block && r.On == OnScan:
		return ruleField("mode", "a scan refuses nothing: use %q, or look on %q", Flag, OnWrite)
	case r.Mode == Flag && len(r.Roles) > 0:
		return ruleField("roles", "only a rule that blocks has roles: it flags for everybody")
	}
	if _, err := parseCondition(r.When.raw); err != nil {
		return ruleField("when", "%v", err)
	}
	if _, err := r.suggestions(); err != nil {
		return ruleField("suggest", "%v", err)
	}
	return nil
}

func ruleField(field, format string, args ...any) error {
	return &storage.FieldError{Kind: "quality_rule", Field: field, Reason: fmt.Sprintf(format, args...)}
}

// suggestions returns the values of Suggest by field.
func (r *Rule) suggestions() (map[string]json.RawMessage, error) {
	if len(r.Suggest) == 0 {
		return nil, nil
	}
	members, err := object(r.Suggest)
	if err == nil && len(members) == 0 {
		err = fmt.Errorf(`it suggests nothing: use {"field": value}`)
	}
	return members, err
}

// blocks reports whether the rule refuses writes of an actor with these roles.
func (r *Rule) blocks(roles map[string]bool) bool {
	if r.Mode != Block {
		return false
	}
	for _, role := range r.Roles {
		if roles[role] {
			return true
		}
	}
	return len(r.Roles) == 0
}
