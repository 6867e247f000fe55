package segment

import (
	"fmt"
	"strings"
)

// Findings is what Lint has to say about a map.
type Findings struct {
	// Invalid describes what Check refuses, one line a fault.
	Invalid []string

	// Shadowed holds the positions in Map.Rules, from 0, of rules that can
	// never match, because earlier rules take all their scores.
	Shadowed []int

	// Uncovered holds the scores that no rule matches and that so go to the
	// rest, from 1-1-1 upwards.
	Uncovered []Score

	rules []Rule
}

// Lint looks for mistakes in a map: faulty rules, rules that can never match,
// and scores that no rule matches. It tries every score, so it finds a rule
// that several earlier rules shadow together. Faulty rules count as matching
// nothing. A map may be used in spite of shadowed rules and uncovered scores.
func (m Map) Lint() Findings {
	found := Findings{rules: m.Rules}
	if bins := m.bins(); bins < 2 || bins > 10 {
		found.Invalid = append(found.Invalid, fmt.Sprintf("Map.Bins: %d; must be 2 to 10", bins))
		return found
	}
	valid := Map{Rules: make([]Rule, len(m.Rules))}
	faulty := make([]bool, len(m.Rules))
	for i, r := range m.Rules {
		valid.Rules[i] = r
		if why := r.fault(m.bins()); why != "" {
			found.Invalid = append(found.Invalid, ruleName(i, r)+": "+why)
			valid.Rules[i] = Rule{R: Range{Min: -1, Max: -1}}
			faulty[i] = true
		}
	}
	matched := make([]bool, len(m.Rules))
	for _, s := range scores(m.bins()) {
		if i := valid.match(s); i >= 0 {
			matched[i] = true
		} else {
			found.Uncovered = append(found.Uncovered, s)
		}
	}
	for i := range m.Rules {
		if !matched[i] && !faulty[i] {
			found.Shadowed = append(found.Shadowed, i)
		}
	}
	return found
}

// scores returns every score from 1-1-1 to the highest.
func scores(bins int) []Score {
	list := make([]Score, bins*bins*bins)
	for n := range list {
		list[n] = Score{R: 1 + n/(bins*bins), F: 1 + n/bins%bins, M: 1 + n%bins}
	}
	return list
}

// Clean reports whether there is nothing to report.
func (f Findings) Clean() bool {
	return len(f.Invalid) == 0 && len(f.Shadowed) == 0 && len(f.Uncovered) == 0
}

// String returns one line a finding, and one for all uncovered scores. It is
// empty when there is none.
func (f Findings) String() string {
	var b strings.Builder
	for _, fault := range f.Invalid {
		fmt.Fprintln(&b, fault)
	}
	for _, i := range f.Shadowed {
		fmt.Fprintf(&b, "%s: can never match, earlier rules take all its scores\n", ruleName(i, f.rules[i]))
	}
	if n := len(f.Uncovered); n > 0 {
		fmt.Fprintf(&b, "%d scores match no rule, from %v to %v\n", n, f.Uncovered[0], f.Uncovered[n-1])
	}
	return b.String()
}
