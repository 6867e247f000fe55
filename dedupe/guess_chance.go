package dedupe

import (
	"math"
	"slices"
	"strings"
)

// A column of which neither header nor values say what it is must show that it is about
// whom the list is of: rows that share something else have more of it in common than
// any two have.
const (
	fewestPairs  = 20  // of rows, to judge by
	mostTogether = 6   // rows that share a value
	related      = 0.1 // of what they could have in common beyond chance
)

// leaveUnrelated leaves out columns that nothing explains and that go by chance.
func (s *survey) leaveUnrelated(rows [][]string) {
	doubted := slices.DeleteFunc(s.kept(), func(c *surveyed) bool { return !c.unsaid || c.fixed || c.main || c.typ != Text && c.typ != Category })
	if len(doubted) == 0 {
		return
	}
	pairs := s.related(rows)
	for _, c := range doubted {
		if lift, judged := c.lift(rows, pairs); judged && lift < related {
			c.leave(whyChance)
		}
	}
}

// related are rows two by two that have something in common: a telephone, an address;
// if there are few, a name; if there are few still, the whole name and a day.
func (s *survey) related(rows [][]string) (pairs [][2]int) {
	var whole []*surveyed
	for _, types := range [][]Type{{Email, Phone, Identifier, Address}, {GivenName, Surname, FullName, Company, Date}} {
		for _, c := range s.kept() {
			if !slices.Contains(types, c.typ) {
				continue
			}
			if c.typ != Address && c.typ != Phone && c.typ != Email && c.typ != Identifier {
				whole = append(whole, c)
			}
			if c.distinct*2 > c.filled {
				pairs = append(pairs, sharing(rows, c)...)
			}
		}
		if len(pairs) >= fewestPairs {
			return pairs
		}
	}
	if len(whole) < 2 {
		return pairs
	}
	return append(pairs, sharing(rows, whole...)...)
}

// sharing returns rows two by two that have the values of all of some columns in
// common, which few have.
func sharing(rows [][]string, columns ...*surveyed) (pairs [][2]int) {
	byValue, count := map[string][]int{}, map[string]int{}
	for i, row := range rows {
		if v := joined(row, columns); v != "" {
			byValue[v] = append(byValue[v], i)
		}
	}
	for v, list := range byValue {
		if len(list) > 1 && len(list) <= mostTogether {
			count[v] = len(list)
		}
	}
	for _, v := range sampleOf(count) {
		list := byValue[v]
		for i, a := range list {
			for _, b := range list[i+1:] {
				pairs = append(pairs, [2]int{a, b})
			}
		}
	}
	return pairs
}

// joined is the values of a row in some columns as one; none if one is missing.
func joined(row []string, columns []*surveyed) string {
	var values []string
	for _, c := range columns {
		if c.at >= len(row) || blank(strings.TrimSpace(row[c.at])) {
			return ""
		}
		values = append(values, strings.ToLower(strings.TrimSpace(row[c.at])))
	}
	return strings.Join(values, "\x00")
}

// lift is how much more of their words two rows of the pairs have in common than
// any two rows, as a share of what is possible, less what chance may do.
func (c *surveyed) lift(rows [][]string, pairs [][2]int) (lift float64, judged bool) {
	sum, n := 0.0, 0.0
	var all [][]string
	for _, p := range pairs {
		a, b := c.wordsOf(rows[p[0]]), c.wordsOf(rows[p[1]])
		if len(a) > 0 && len(b) > 0 {
			sum, n, all = sum+inCommon(a, b), n+1, append(all, a, b)
		}
	}
	if n < fewestPairs {
		return 0, false
	}
	chance := byChance(all)
	if chance >= 1 {
		return 0, true
	}
	return (sum/n-chance)/(1-chance) - math.Sqrt(chance/(1-chance)/n), true
}

// byChance is how much any two of some lists of words have in common: each is compared
// with some that stand apart from it, all distances alike, once they are in order.
func byChance(all [][]string) float64 {
	slices.SortFunc(all, slices.Compare[[]string])
	const steps = 20
	sum := 0.0
	for k := range steps {
		apart := max((2*k+1)*len(all)/(2*steps), 1)
		for i := range all {
			sum += inCommon(all[i], all[(i+apart)%len(all)])
		}
	}
	return sum / float64(steps*len(all))
}

func (c *surveyed) wordsOf(row []string) []string {
	if c.at >= len(row) || blank(strings.TrimSpace(row[c.at])) {
		return nil
	}
	return copyWords(row[c.at])
}

// inCommon is the share of words that two lists have in common.
func inCommon(a, b []string) float64 {
	common := 0
	for _, w := range a {
		common += btoi(slices.Contains(b, w))
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
