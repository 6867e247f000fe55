package clean

import (
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// A Language is one in which reports are written.
type Language string

// The languages of reports. Any other is written in English.
const (
	English Language = "en"
	Chinese Language = "zh" // simplified
)

// choose returns the English or the Chinese text.
func (l Language) choose(english, chinese string) string {
	if l == Chinese {
		return chinese
	}
	return english
}

// A Report is the account of a file: Read = Kept + Removed + Rejected. It can be
// written as JSON.
type Report struct {
	Read     int64        `json:"read"`     // rows with a filled cell
	Kept     int64        `json:"kept"`     // rows that every step kept
	Removed  int64        `json:"removed"`  // rows that a step removed
	Rejected int64        `json:"rejected"` // rows that the source could not tell, such as one with too many cells
	Blank    int64        `json:"blank"`    // rows without a filled cell, which are not among those read
	Steps    []StepReport `json:"steps"`
	// Rejections are the first 1,000 of those that were rejected.
	Rejections []Rejected `json:"rejections,omitempty"`
}

// A StepReport is what one step did.
type StepReport struct {
	Step  string  `json:"step"` // its name
	In    int64   `json:"in"`   // rows that came to it: what the step before left
	Out   int64   `json:"out"`  // rows that it kept
	Found Finding `json:"found"`
}

// A Rejected is a row that the source could not tell.
type Rejected struct {
	Row    int64  `json:"row"` // see intake.Row
	Reason string `json:"reason"`
}

// maxRejections is how many rejections a report keeps.
const maxRejections = 1000

func (r *Report) reject(why intake.Rejection) {
	r.Read++
	r.Rejected++
	if len(r.Rejections) < maxRejections {
		r.Rejections = append(r.Rejections, Rejected{why.Row, why.Reason})
	}
}

func (r *Report) count(kept bool) {
	r.Read++
	if kept {
		r.Kept++
	} else {
		r.Removed++
	}
}

// Found returns what the first step of a report found whose finding is of type F:
//
//	sample, ok := clean.Found[*clean.Sample](report)
func Found[F Finding](r *Report) (found F, ok bool) {
	for _, s := range r.Steps {
		if found, ok = s.Found.(F); ok {
			return found, true
		}
	}
	return found, false
}

// Text says the report to people: the numbers, then each step's.
func (r *Report) Text(l Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, l.choose(
		"rows read: %d (kept %d, removed %d, rejected %d); blank: %d\n",
		"读取 %d 行：保留 %d，移除 %d，无法读取 %d；空行 %d\n"), r.Read, r.Kept, r.Removed, r.Rejected, r.Blank)
	for i, s := range r.Steps {
		fmt.Fprintf(&b, l.choose("step %d (%s): %d in, %d out\n", "第 %d 步（%s）：进入 %d 行，留下 %d 行\n"), i+1, s.Step, s.In, s.Out)
		for line := range strings.Lines(s.Found.Text(l)) {
			b.WriteString("   " + line)
		}
	}
	return b.String()
}

// String is the report in English.
func (r *Report) String() string { return r.Text(English) }
