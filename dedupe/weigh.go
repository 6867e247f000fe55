package dedupe

import "math"

// A sum is what the levels of a pattern weigh, before it is known how rare is what two
// records share.
type sum struct {
	levels float32 // all of them
	kin    float32 // log2 of how many pairs of siblings or relatives come on one of one entity
	lesson float32 // what people taught
}

// sumOf is that of a pattern.
func (md *model) sumOf(p pattern) sum {
	s := sum{levels: md.prior, kin: md.kinOf(p), lesson: float32(md.lesson.of(p))}
	for c, weights := range md.weight {
		s.levels += weights[p.level(c)]
	}
	return s
}

// with is the weight of a pair that shares what is so much more often seen than on
// average.
func (s *sum) with(common float64) float32 {
	w := s.levels + rarity(common)
	return w - softplus(w+s.kin) + s.lesson
}

// most is at least what a pair with a pattern weighs that has this sum, however rare
// is what the two share.
func (md *model) most(s sum, p pattern) float32 {
	w := s.levels + s.lesson + slack
	for c, comparison := range md.comparisons {
		if least := comparison.leastRatio(p.level(c)); least > 0 && least < 1 {
			w += rarity(least)
		}
	}
	return w
}

// slack is more bits than rounding adds up to.
const slack = 1e-3

// weigh returns the weights of a few pairs: log2 of the odds that each is one entity.
func (md *model) weigh(pairs []pair, levels []pattern) []float32 {
	list := make([]float32, len(pairs))
	for i, p := range pairs {
		common := 1.0
		for c, comparison := range md.comparisons {
			common *= comparison.ratio(levels[i].level(c), p.a, p.b)
		}
		s := md.sumOf(levels[i])
		list[i] = s.with(common)
	}
	return list
}

// light is the weight of pairs that weigh less than was asked for.
const light = -1e6

// weighFrom returns the weights of pairs that may weigh as much as least: to others it
// gives none but light. That spares most of them what takes most time, to look how
// rare is what they share.
func (md *model) weighFrom(least float32, pairs []pair, seen *patterns) []float32 {
	sums, may := make([]sum, len(seen.all)), make([]bool, len(seen.all))
	for n, p := range seen.all {
		sums[n] = md.sumOf(p)
		may[n] = md.most(sums[n], p) >= least
	}
	list := make([]float32, len(pairs))
	var b weighing
	for i, n := range seen.of {
		list[i] = light
		if may[n] {
			b.add(pairs[i], int32(i), n)
		}
		if b.n == batch || i == len(pairs)-1 {
			b.weigh(md, seen, sums, list)
		}
	}
	return list
}

// A weighing is pairs that are weighed at a time.
type weighing struct {
	pairs  [batch]pair
	place  [batch]int32   // which pairs they are of all,
	kind   [batch]uint32  // with which patterns
	common [batch]float64 // how frequent is what they share, see comparison.ratio
	some   judging
	n      int
}

func (b *weighing) add(p pair, place int32, kind uint32) {
	b.pairs[b.n], b.place[b.n], b.kind[b.n], b.common[b.n] = p, place, kind, 1
	b.n++
}

// weigh writes the weights of the pairs and forgets them.
func (b *weighing) weigh(md *model, seen *patterns, sums []sum, list []float32) {
	for c, comparison := range md.comparisons {
		if comparison.shared != nil {
			b.ratios(comparison, c, seen.all)
		}
	}
	for i, at := range b.place[:b.n] {
		list[at] = sums[b.kind[i]].with(b.common[i])
	}
	b.n = 0
}

// ratios multiplies what is known of the pairs by their ratios of a comparison.
func (b *weighing) ratios(c *comparison, at int, all []pattern) {
	some, n := &b.some, 0
	for i, p := range b.pairs[:b.n] {
		x, y := c.column.rows[p.a], c.column.rows[p.b]
		some.keep(n, min(x, y), max(x, y), i)
		if c.leastRatio(all[b.kind[i]].level(at)) > 0 {
			n++
		}
	}
	if c.sharing != nil && c.memo != nil {
		c.memo.warm ^= c.sharing(some.a[:n]) ^ c.sharing(some.b[:n])
	}
	for i, pair := range some.pair[:n] {
		if ratio := c.shared(all[b.kind[pair]].level(at), some.a[i], some.b[i]); ratio > 0 {
			b.common[pair] *= ratio
		}
	}
}

// rarity is the weight of a ratio; the rarities of several add up to that of their
// product.
func rarity(ratio float64) float32 {
	if ratio == 1 {
		return 0
	}
	return float32(math.Log(ratio) * (-0.5 / math.Ln2))
}
