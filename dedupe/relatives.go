package dedupe

import "math"

// Relatives are two persons who have something in common for a reason: those of
// one household have the address, often the surname and the telephone in common,
// colleagues the firm and its switchboard. To comparisons that know nothing of each
// other each of these things is evidence of its own, and their sum would outweigh
// that the given names differ.
//
// So relatives are a class of pairs beside those of one person and of any two. Of
// what is a person's own, a birthday or the number of a passport, they have no more in
// common than any two; how often they are alike in all else is learnt with the rest,
// beginning with what is supposed here. However much speaks for a pair, its
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
	firstRelatives = 0.1 // for one pair of one person, before any was seen
	relativesHalf  = 10  // pairs of evidence that what is supposed is worth
	namesakes      = 0.2 // how many of them have names that do not differ, at most
	tie            = 32  // how much more often than in any two pairs what ties two people is seen in those of one
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
		case c.own:
		case c.relatives != nil:
			supposed = c.relatives
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
		if comparisons[c].names {
			boundNames(k)
		}
	}
}

// boundNames keeps the share of names that do not differ within what may be among
// relatives.
func boundNames(k []float64) {
	differ := k[1] + k[2] + k[7]
	if same := 1 - differ; same > namesakes {
		for l := 1; l < len(k); l++ {
			if l == 1 || l == 2 || l == 7 {
				k[l] *= (1 - namesakes) / differ
			} else {
				k[l] *= namesakes / same
			}
		}
	}
}

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
