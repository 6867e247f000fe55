package segment

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Map names the customers' scores: an ordered list of rules, of which the first
// that matches decides. A map is plain data; it is not changed by any method
// and may be built by a host, by DefaultMap or from JSON by ParseMap.
type Map struct {
	// Bins is the highest score that the rules are written for. 0 means 5.
	Bins int `json:"bins,omitempty"`

	// Rules are tried from first to last. Two rules may bear one name, for a
	// segment that is not a single block.
	Rules []Rule `json:"rules"`

	// Rest names the scores that no rule matches. Empty means "Others".
	Rest string `json:"rest,omitempty"`

	// RestLabels are the names of the rest in other languages.
	RestLabels map[Language]string `json:"rest_labels,omitempty"`
}

// Rule gives a name to a block of scores.
type Rule struct {
	// Name identifies the segment and is what a host stores.
	Name string `json:"name"`

	// Labels are names to show, by language. Without one, Name is shown.
	Labels map[Language]string `json:"labels,omitempty"`

	// R, F and M must all hold for the rule to match.
	R Range `json:"r,omitzero"`
	F Range `json:"f,omitzero"`
	M Range `json:"m,omitzero"`
}

// Range is an inclusive range of scores, [4, 5] in JSON. The zero Range holds
// every score.
type Range struct {
	Min, Max int
}

// holds reports whether a score lies in the range.
func (r Range) holds(score int) bool {
	return r == Range{} || r.Min <= score && score <= r.Max
}

// MarshalJSON writes [Min, Max].
func (r Range) MarshalJSON() ([]byte, error) { return json.Marshal([2]int{r.Min, r.Max}) }

// UnmarshalJSON reads [min, max]. It returns ErrInvalid for a list of another
// length.
func (r *Range) UnmarshalJSON(data []byte) error {
	var pair []int
	if err := json.Unmarshal(data, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("%w: range %s must be two numbers, [min, max]", ErrInvalid, data)
	}
	*r = Range{Min: pair[0], Max: pair[1]}
	return nil
}

// Name returns the segment of a score: the name of the first rule that matches,
// or of the rest.
func (m Map) Name(s Score) string {
	if i := m.match(s); i >= 0 {
		return m.Rules[i].Name
	}
	return m.restName()
}

// match returns the position of the first rule that matches, or -1.
func (m Map) match(s Score) int {
	for i := range m.Rules {
		if r := &m.Rules[i]; r.R.holds(s.R) && r.F.holds(s.F) && r.M.holds(s.M) {
			return i
		}
	}
	return -1
}

// restName returns Rest with its default.
func (m Map) restName() string {
	if m.Rest == "" {
		return "Others"
	}
	return m.Rest
}

// Label returns what to show for a segment's name in a language: its label, or
// the name itself when it has none.
func (m Map) Label(name string, language Language) string {
	for _, r := range m.Rules {
		if label := r.Labels[language]; r.Name == name && label != "" {
			return label
		}
	}
	if name == m.restName() {
		switch label := m.RestLabels[language]; {
		case label != "":
			return label
		case m.Rest == "" && language == Chinese:
			return "其他客户"
		}
	}
	return name
}

// bins returns Bins with its default.
func (m Map) bins() int {
	if m.Bins == 0 {
		return 5
	}
	return m.Bins
}

// Check returns an InvalidError for the first thing that makes the map
// unusable: a rule without a name, a range that is empty or outside 1 to Bins,
// or Bins outside 2 to 10. Rules that can never match and scores without a rule
// are allowed; Lint reports those.
func (m Map) Check() error {
	if bins := m.bins(); bins < 2 || bins > 10 {
		return &InvalidError{"Map.Bins", fmt.Sprintf("%d; must be 2 to 10", bins)}
	}
	for i, r := range m.Rules {
		if why := r.fault(m.bins()); why != "" {
			return &InvalidError{ruleName(i, r), why}
		}
	}
	return nil
}

// fault says what is wrong with one rule, or nothing.
func (r Rule) fault(bins int) string {
	if strings.TrimSpace(r.Name) == "" {
		return "a rule needs a name"
	}
	for d, x := range [3]Range{r.R, r.F, r.M} {
		if x != (Range{}) && (x.Min < 1 || x.Max > bins || x.Min > x.Max) {
			return fmt.Sprintf("%c range [%d, %d] must lie within [1, %d], the smaller number first",
				"RFM"[d], x.Min, x.Max, bins)
		}
	}
	return ""
}

// ruleName tells rules apart for a reader, who counts from 1.
func ruleName(i int, r Rule) string { return fmt.Sprintf("rule %d (%s)", i+1, r.Name) }
