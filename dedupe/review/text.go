package review

import (
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// shownRefusals bounds the text of a report.
const shownRefusals = 20

// alwaysShown is how many lines of a report stand there even if they count nothing.
const alwaysShown = 2

// String is the report in English.
func (r Report) String() string { return r.Text("en") }

// Text is the report in a language: "zh" for simplified Chinese, English for any
// other.
func (r Report) Text(language string) string {
	lines := []struct {
		en, zh string
		n      int
	}{
		{"customers compared", "比对的客户", r.Customers},
		{"pairs found", "疑似重复对", r.Found},
		{"groups merged", "自动合并组", r.Groups},
		{"customers merged away", "并入的客户", r.Merged},
		{"pairs queued for review", "新进入复核", r.Queued},
		{"of these, decisions that are stale", "其中资料变更后重开", r.Reopened},
		{"pairs that waited already", "已在复核队列", r.Waiting},
		{"pairs known to be two", "已确认非重复", r.Apart},
		{"pairs closed", "关闭的复核", r.Closed},
		{"left for the next scan", "留待下次扫描", r.Changed},
		{"merges refused", "合并失败组", len(r.Refused)},
	}
	var b strings.Builder
	for i, l := range lines {
		if l.n == 0 && i >= alwaysShown {
			continue
		}
		label := l.en
		if language == "zh" {
			label = l.zh
		}
		fmt.Fprintf(&b, "%8d  %s\n", l.n, label)
	}
	for i, f := range r.Refused {
		if i == shownRefusals {
			fmt.Fprintf(&b, "... (%d)\n", len(r.Refused)-i)
			break
		}
		fmt.Fprintf(&b, "%s: %s\n", joinIDs(f.Members), f.Text)
	}
	return b.String()
}

func joinIDs(ids []uuid.UUID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return strings.Join(list, ", ")
}

// Text is the entry in a language, for a person who decides: who the two are, how
// probable it is, what proposed it, and what speaks for and against it, in bits. The languages are
// those of Report.Text. A level that has no translation stands in English.
func (e Entry) Text(language string) string {
	say := phrase(language)
	var b strings.Builder
	fmt.Fprintf(&b, "%s  /  %s\n", titled(e.First), titled(e.Second))
	percent := decimal.Min(e.Probability.Shift(2).Round(1), surest)
	fmt.Fprintf(&b, "%s %s%%", say("probability"), percent)
	if e.Size > 2 {
		fmt.Fprintf(&b, "; %s %d", say("hang together"), e.Size)
	}
	b.WriteByte('\n')
	if e.Pass != "" {
		fmt.Fprintf(&b, "%s %s\n", say("proposed by"), say(e.Pass))
	}
	for _, r := range e.Why() {
		fmt.Fprintf(&b, "%+7.1f  %s: %s\n", r.Weight, say(r.Name), say(r.Level))
	}
	return b.String()
}

// SVG draws what speaks for and against the entry, in a language; see
// dedupe.Explanation.SVG.
func (e Entry) SVG(language string) []byte {
	x := dedupe.Explanation{A: titled(e.First), B: titled(e.Second), Weight: e.Weight.InexactFloat64(), Pass: e.Pass}
	x.Prior = x.Weight
	for _, r := range e.Why() {
		x.Parts = append(x.Parts, dedupe.Part(r))
		x.Prior -= r.Weight
	}
	return x.SVG(phrase(language))
}

// surest is the highest probability that a text shows, in percent: nothing is certain.
var surest = decimal.New(999, -1)

// titled is a customer in one line.
func titled(c *customer.Customer) string {
	if c.Company != "" {
		return oneLine(c.Name + " (" + c.Company + ")")
	}
	return oneLine(c.Name)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// phrase returns a function that says a word or level in a language.
func phrase(language string) func(string) string {
	return func(english string) string {
		if language == "zh" {
			if said, ok := chinese(english); ok {
				return said
			}
		}
		return english
	}
}
