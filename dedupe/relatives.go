package dedupe

import "math"

// Relatives are two persons who have something in common for a reason: those of
// one household have the address, often the surname and the telephone in common,
// colleagues the firm and its switchboard. To comparisons that know nothing of each
// other each of these things is evidence of its own, and their sum would outweigh
// that the given names differ.
//
// So relatives are a class of pairs beside those of one person and of any two. Of
// what is a person's own, as the number of a passport, they have no more in common than
// any two, nor of birthdays but for a few twins; how often they are alike in all else is
// learnt with the rest, beginning with what is supposed here. However much speaks for a pair, its
// odds are at most those of one person against relatives who look the same.
//
// Siblings (see there) are the same for organisations.
type relatives struct {
	share    float64     // pairs of relatives for one pair of one person
	k        [][]float64 // how often each level is seen in pairs of relatives
	supposed [][]float64 // and before any was seen; nil where they are like any two

	// When all is learnt, as bits: the share, log2(k/m) of the levels, and which tie.
	start  float32
	weight [][]float32
	ties   [][]bool
}

// What is supposed of relatives.
const (
	firstRelatives = 0.1  // for one pair of one person, before any was seen
	relativesHalf  = 10   // pairs of evidence that what is supposed is worth
	namesakes      = 0.05 // how many of them have names that do not differ, at most
	twins          = 0.01 // how many of them are born on one day, and
	mostTwins      = 0.1  // at most, whatever is seen
	tie            = 32   // how much more often than in any two pairs what ties two people is seen in those of one
)

// relativeNames is how often the levels of names are seen among relatives: most
// have another given name, a few, as father and son may, the same.
var relativeNames = []float64{0, .4, .05, .01, .01, .02, .02, .35, .01, .03, .005, .01, .005, .01, .01, .06}

// relativesOf are those of a table of persons; nil if it has none.
func relativesOf(t *table, u [][]float64) *relatives {
	if !t.persons {
		return nil
	}
	r := &relatives{share: firstRelatives}
	for n, c := range t.comparisons {
		var supposed []float64
		switch {
		case c.days:
			supposed = daysOf(twins, u[n])
		case c.own:
		case c.names != nil:
			supposed = append(supposed, relativeNames...)
			boundNames(supposed)
		default:
			supposed = make([]float64, len(c.prior))
			for l := range supposed {
				supposed[l] = (c.prior[l] + u[n][l]) / 2
			}
		}
		r.supposed = append(r.supposed, supposed)
		if supposed == nil {
			supposed = u[n]
		}
		r.k = append(r.k, append([]float64(nil), supposed...))
	}
	return r
}

// maximise takes the shares of levels from how often each was seen in pairs of
// relatives, of whom there are so many, and from what is supposed.
func (r *relatives) maximise(comparisons []*comparison, seen [][]float64, pairs, matches float64, u [][]float64) {
	r.share = (pairs + firstRelatives) / (matches + 1)
	for c, k := range r.k {
		if r.supposed[c] == nil {
			copy(k, u[c])
			continue
		}
		total := 0.0
		for _, n := range seen[c] {
			total += n
		}
		for l := 1; l < len(k); l++ {
			k[l] = (seen[c][l] + relativesHalf*r.supposed[c][l]) / (total + relativesHalf)
		}
		if comparisons[c].names != nil {
			boundNames(k)
		}
		if comparisons[c].days {
			copy(k, daysOf(min(k[len(k)-1], mostTwins), u[c]))
		}
	}
}

// boundNames keeps the share of names that do not differ within what may be among
// relatives.
func boundNames(k []float64) {
	same := 0.0
	for l := range k {
		if bothAgree(l) {
			same += k[l]
		}
	}
	if same > namesakes {
		for l := 1; l < len(k); l++ {
			if bothAgree(l) {
				k[l] *= namesakes / same
			} else {
				k[l] *= (1 - namesakes) / (1 - same)
			}
		}
	}
}

// daysOf is how the birthdays of relatives agree, of whom so many are twins: those of
// the others are like any two.
func daysOf(twins float64, u []float64) []float64 {
	k, top := make([]float64, len(u)), len(u)-1
	for l := 1; l < top; l++ {
		k[l] = u[l] * (1 - twins) / (1 - u[top])
	}
	k[top] = twins
	return k
}

// anotherGiven is how much more often than another surname another given name is seen
// in pairs of one person, at most.
const anotherGiven = 3

// boundGiven keeps the share of one person's names with another given name within
// that. Either part is mistaken for another one about as often, given names somewhat
// more so, as people have several; where the surname is the same far more often than the
// given name, the rest are relatives.
func boundGiven(m []float64) {
	over := m[levelAnotherGiven] - anotherGiven*m[levelAnotherSurname]
	if over <= 0 {
		return
	}
	m[levelAnotherGiven] -= over
	for l := range m {
		m[l] /= 1 - over
	}
}

// bothAgree reports whether a level of names means that surname and given name do not
// differ, of which none is missing.
func bothAgree(level int) bool { return level == levelBothAlike || level > levelNoGiven }

// settle makes weights of what was learnt.
func (r *relatives) settle(md *model) {
	r.start = float32(math.Log2(r.share))
	for c, k := range r.k {
		weights, ties := make([]float32, len(k)), make([]bool, len(k))
		for l := 1; l < len(k); l++ {
			weights[l] = float32(math.Log2(k[l] / md.m[c][l]))
			ties[l] = md.ties(c, l)
		}
		r.weight, r.ties = append(r.weight, weights), append(r.ties, ties)
	}
}

// ties reports whether two who agree at a level may be tied together by it.
func (md *model) ties(c, level int) bool {
	return md.comparisons[c].ties && md.m[c][level] >= tie*md.u[c][level]
}

// weigh is log2 of how many pairs of relatives come on one pair of one person with
// these levels; none where a pair has nothing in common that ties people together.
func (r *relatives) weigh(levels pattern) float32 {
	w, tied := r.start, false
	for c, weights := range r.weight {
		l := levels.level(c)
		w += weights[l]
		tied = tied || r.ties[c][l]
	}
	if !tied {
		return never
	}
	return w
}
