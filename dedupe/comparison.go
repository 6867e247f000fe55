package dedupe

import "math"

// A comparison judges two rows by one column. Level 0 means that one of them has
// no value; then come the levels from nothing alike, 1, to the same, the last one.
type comparison struct {
	name   string
	column *column
	levels []string                // what each means, for people; the first is "absent"
	judge  func(a, b uint32) uint8 // of two values, a <= b
	prior  []float64               // how often each level is seen in pairs of one entity, before anything was learnt
	chance []float64               // and in pairs of two
	caps   map[uint8]float64       // how often at most: levels that contradict that two are one entity
	role   role
	kin    *kinship // nil: it tells no siblings apart
	parts  *kinship // of one organisation; nil: it tells none apart

	names *names  // that it compares; nil: those of persons are not what it compares
	mails *emails // the same of mail addresses

	days     bool           // it compares days of birth
	own      bool           // what it compares is a person's own: relatives have no more of it in common than any two
	ties     bool           // what it compares ties people together: an address, a telephone, a firm
	equal    float64        // the chance that two rows with values are of the last level
	byChance func() float64 // equal, without values that two entities cannot have by chance; nil: they may have any
	shared   func(level uint8, a, b uint32) float64
	sharing  func(values []uint32) uint32 // reads what shared will read of values, as warm does for judge; may be nil
	memo     *memo                        // nil where the rows are few
	warm     func(values []uint32) uint32 // reads what judge will read of values; may be nil, and what it returns means nothing
	text     bool                         // it compares a text of which is not known what it is
	effort   float64                      // how many pairs of words are compared of two values; 0: it compares none
	same     bool                         // equal values are of the last level
}

func (c *comparison) top() uint8 { return uint8(len(c.levels) - 1) }

// frequency corrects the weight of a level for how often the value is seen that
// two rows share, in bits: by half of what independence would ask, for values that
// are frequent are so among true pairs too.
func (c *comparison) frequency(level uint8, i, j int32) float32 { return rarity(c.ratio(level, i, j)) }

// ratio is how much more often than on average the value is seen that two rows
// share; 1 where they share none, as at the level of nothing alike.
func (c *comparison) ratio(level uint8, i, j int32) float64 {
	if c.shared == nil || level <= 1 {
		return 1
	}
	a, b := c.column.rows[i], c.column.rows[j]
	if ratio := c.shared(level, min(a, b), max(a, b)); ratio > 0 {
		return ratio
	}
	return 1
}

// ratios multiplies the numbers of pairs with these patterns by their ratios.
func (c *comparison) ratios(pairs []pair, patterns []pattern, at int, some *judging, common *[batch]float64) {
	some.n = 0
	for i, p := range pairs {
		if patterns[i].level(at) > 1 {
			a, b := c.column.rows[p.a], c.column.rows[p.b]
			some.keep(min(a, b), max(a, b), uint16(i))
		}
	}
	if c.sharing != nil && c.memo != nil {
		c.memo.warm ^= c.sharing(some.a[:some.n]) ^ c.sharing(some.b[:some.n])
	}
	for i := range some.n {
		pair := some.pair[i]
		if ratio := c.shared(patterns[pair].level(at), some.a[i], some.b[i]); ratio > 0 {
			common[pair] *= ratio
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

// bound keeps the shares of levels within their caps; what is over goes to the
// other levels.
func (c *comparison) bound(m []float64) {
	over, left := 0.0, 1.0
	for level, limit := range c.caps {
		left -= m[level]
		over += max(m[level]-limit, 0)
	}
	if over == 0 || left <= 0 {
		return
	}
	for level, limit := range c.caps {
		m[level] = min(m[level], limit)
	}
	for level := 1; level < len(m); level++ {
		if _, capped := c.caps[uint8(level)]; !capped {
			m[level] *= (left + over) / left
		}
	}
}

// sameOrNot is how comparisons are made whose equal values are of the last level
// and count more the rarer they are. A value that two rows have, where most have
// one of their own, is as rare as one can be.
func sameOrNot(name string, col *column, levels []string, prior, chance []float64, judge func(a, b uint32) uint8) *comparison {
	c := &comparison{name: name, column: col, levels: levels, prior: prior, chance: chance, equal: col.collisions(), same: true, warm: col.warm, sharing: col.warmCounts}
	top, total := c.top(), col.present()
	c.judge = func(a, b uint32) uint8 {
		if a == b {
			return top
		}
		return judge(a, b)
	}
	c.shared = func(level uint8, a, _ uint32) float64 {
		if level != top {
			return 0
		}
		return float64(col.count[a]-1) / max(c.equal*(total-1), 1)
	}
	return c
}
