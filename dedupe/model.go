package dedupe

import (
	"math"
	"slices"
)

// A model is what was learnt about the levels: how often each is seen in pairs of
// one entity (m) and of two (u). The weight of a level is log2(m/u).
//
// Source: I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64
// (1969).
type model struct {
	comparisons []*comparison
	share       float64 // of all pairs, those that are one entity
	m, u        [][]float64
	weight      [][]float32
	prior       float32     // log2 of the odds that any pair is one entity
	siblings    [][]float64 // see siblings.go
	relatives   *relatives  // see relatives.go
	lesson      *lesson     // see reviewed.go; nil if there is none
}

// randomPairs is how many pairs show what pairs of two entities look like.
const randomPairs = 500_000

// Values with more than heavy pairs of words make comparing slow: there, fewer random
// pairs of rows are looked at, as if each had but so many pairs of words.
const (
	heavy     = 256
	lightened = 64
)

// atRandom returns how often each level is seen in random pairs with values; all
// pairs where there are not more.
func (t *table) atRandom() [][]float64 {
	pairs := somePairs(len(t.records))
	levels := make([]uint8, min(atOnce, len(pairs)))
	seen := make([][]float64, len(t.comparisons))
	for n, c := range t.comparisons {
		seen[n] = make([]float64, len(c.levels))
		some := pairs
		if c.effort > heavy {
			some = thinned(pairs, int(math.Ceil(c.effort/lightened)))
		}
		for from := 0; from < len(some) && !t.work.ended(); from += atOnce {
			part := some[from:min(from+atOnce, len(some))]
			c.judgeAll(part, levels)
			for _, level := range levels[:len(part)] {
				seen[n][level]++
			}
		}
		smooth(seen[n], c)
	}
	if len(t.comparisons) == 1 && t.comparisons[0].byChance != nil {
		// Nothing else tells which rows with one text are one entity.
		c := t.comparisons[0]
		if chance := c.byChance(); chance < c.equal {
			seen[0][c.top()] = max(chance, least)
			if c.parts != nil {
				seen[0][levelParts] = min(seen[0][levelParts], max(chance, least))
			}
		}
	}
	return seen
}

// thinned is one of so many of a list.
func thinned(list []pair, of int) (some []pair) {
	for i := 0; i < len(list); i += of {
		some = append(some, list[i])
	}
	return some
}

// somePairs returns pairs of n rows at random, or all where there are not many. The
// numbers come from a counter, so that the same records give the same ones.
func somePairs(n int) (list []pair) {
	if n*(n-1)/2 <= randomPairs {
		for a := range int32(n) {
			for b := a + 1; b < int32(n); b++ {
				list = append(list, pair{a: a, b: b})
			}
		}
		return list
	}
	list = make([]pair, 0, randomPairs)
	for i := range uint64(randomPairs) {
		z := mixed(i*0x9e3779b97f4a7c15 + 1)
		if a, b := int32(z>>32%uint64(n)), int32(z&math.MaxUint32%uint64(n)); a != b {
			list = append(list, pair{a: a, b: b})
		}
	}
	return list
}

// mixed spreads the bits of a number: the finaliser of splitmix64.
func mixed(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// smooth makes shares of counts, which are a little what is assumed, as if so many
// more pairs had been seen. That two rows are equal is too rare for a sample and
// known from the counts of values.
func smooth(seen []float64, c *comparison) {
	total := assumed
	for _, n := range seen[1:] {
		total += n
	}
	top := c.top()
	seen[top] = c.equal * (total - assumed)
	for level := 1; level < len(seen); level++ {
		seen[level] = max((seen[level]+assumed*c.chance[level])/total, least)
	}
	seen[0] = 0
}

// assumed is how many pairs what is assumed of pairs of two entities is worth.
const assumed = 1000.0

// least keeps shares from being nothing.
const least = 1e-9

// Learning: rounds of expectation and maximisation, and how much of what is
// learnt is the prior, as a share of the evidence.
const (
	rounds   = 30
	trust    = 0.3
	pairHalf = 20 // pairs of evidence that the prior is worth at least
)

// learn estimates m, u and the share by expectation and maximisation over the
// patterns of proposed pairs.
//
// Of each comparison, m is what pairs show that the other comparisons take for one
// entity, leaving out what it says itself. Together with the caps this keeps the
// estimate from settling on another class of pairs that are alike in their way, such
// as those of one street. u is what random pairs show without the share of those
// that are one entity.
func (t *table) learn(seen *patterns) *model {
	md := &model{comparisons: t.comparisons}
	random := t.atRandom()
	for c, comparison := range t.comparisons {
		md.m, md.u = append(md.m, slices.Clone(comparison.prior)), append(md.u, slices.Clone(random[c]))
		md.siblings = append(md.siblings, comparison.firstSiblingsOf())
	}
	counted := seen.tallies()
	n := float64(len(t.records))
	all := n * (n - 1) / 2
	md.share = min(1/n, 0.1)
	md.relatives = relativesOf(t, md.u)
	for range rounds {
		e := md.expect(counted)
		md.share = min(max(e.matches, 1)/all, 0.5)
		md.maximise(e, random)
	}
	md.prior = float32(math.Log2(md.share / (1 - md.share)))
	for c := range md.m {
		weights := make([]float32, len(md.m[c]))
		for l := 1; l < len(weights); l++ {
			weights[l] = float32(math.Log2(md.m[c][l] / md.u[c][l]))
		}
		md.weight = append(md.weight, weights)
	}
	if md.relatives != nil {
		md.relatives.settle(md)
	}
	return md
}

// What is expected of pairs: how often each level is seen in pairs that the other
// comparisons take for one entity, in siblings and in relatives; and how many pairs all
// comparisons take for one entity, and for relatives.
type expected struct {
	sums, kin, relatives [][]float64
	matches, related     float64
}

// ratios are what levels say: m/u, k/u of relatives, and whether they tie; 1 where a
// value is absent.
type ratios struct {
	one, related [][]float64
	ties         [][]bool
}

func (md *model) ratios() (r ratios) {
	for c, m := range md.m {
		one, related, ties := make([]float64, len(m)), make([]float64, len(m)), make([]bool, len(m))
		one[0], related[0] = 1, 1
		for l := 1; l < len(m); l++ {
			one[l], related[l] = m[l]/md.u[c][l], 1
			if md.relatives != nil {
				related[l], ties[l] = md.relatives.k[c][l]/md.u[c][l], md.ties(c, l)
			}
		}
		r.one, r.related, r.ties = append(r.one, one), append(r.related, related), append(r.ties, ties)
	}
	return r
}

// odds are those of one entity and of relatives against any two.
func (r *ratios) odds(p pattern, one, related float64) (odds, kin float64) {
	tied := false
	for c := range r.one {
		l := p.level(c)
		one *= r.one[c][l]
		related *= r.related[c][l]
		tied = tied || r.ties[c][l]
	}
	if !tied {
		related = 0
	}
	return one, related
}

// expect reads the patterns by what is known so far.
func (md *model) expect(counted []tally) expected {
	e := expected{sums: md.zeros(), kin: md.zeros(), relatives: md.zeros()}
	r := md.ratios()
	start, startRelated := md.share/(1-md.share), 0.0
	if md.relatives != nil {
		startRelated = start * md.relatives.share
	}
	for _, k := range counted {
		odds, kin := r.odds(k.pattern, start, startRelated)
		siblings := md.siblingsOf(k.pattern)
		all := 1 + odds*(1+siblings) + kin
		e.matches += k.pairs * odds / all
		e.related += k.pairs * kin / all
		for c := range r.one {
			l := k.pattern.level(c)
			if l == 0 {
				continue
			}
			others, own := odds/r.one[c][l], 0.0
			if siblings > 0 {
				own = md.siblingsBy(c, k.pattern)
				e.kin[c][l] += k.pairs * odds * own / all
			}
			if kin > 0 {
				e.relatives[c][l] += k.pairs * kin / all
			}
			e.sums[c][l] += k.pairs * others / (1 + others*(1+max(siblings-own, 0)) + kin/r.related[c][l])
		}
	}
	return e
}

// zeros are a number for each level.
func (md *model) zeros() [][]float64 {
	list := make([][]float64, len(md.m))
	for c, m := range md.m {
		list[c] = make([]float64, len(m))
	}
	return list
}

// maximise takes the shares of levels from what was expected, and from the prior
// in part.
func (md *model) maximise(seen expected, random [][]float64) {
	for c, comparison := range md.comparisons {
		total := 0.0
		for _, s := range seen.sums[c] {
			total += s
		}
		m, u := md.m[c], md.u[c]
		for l := 1; l < len(m); l++ {
			share := (seen.sums[c][l] + pairHalf*comparison.prior[l]) / (total + pairHalf)
			m[l] = (share + trust*comparison.prior[l]) / (1 + trust)
		}
		comparison.bound(m)
		if comparison.names != nil {
			boundGiven(m)
		}
		md.countSiblings(c, seen.kin[c], total)
		for l := 1; l < len(u); l++ {
			u[l] = max((random[c][l]-md.share*m[l])/(1-md.share), random[c][l]/50, least)
		}
		comparison.oppose(m, u)
	}
	if md.relatives != nil {
		md.relatives.maximise(md.comparisons, seen.relatives, seen.related, seen.matches, md.u)
	}
}
