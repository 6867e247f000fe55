package dedupe

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
	byChance func() float64 // the part of equal that is two entities by chance, where nothing else is compared; nil: all of it may be
	shared   func(level uint8, a, b uint32) float64
	least    []float64                    // by level, the least that shared returns, but for 0; 0: it returns nothing else
	sharing  func(values []uint32) uint32 // reads what shared will read of values, as warm does for judge; may be nil
	memo     *memo                        // nil where the rows are few
	warm     func(values []uint32) uint32 // reads what judge will read of values; may be nil, and what it returns means nothing
	text     bool                         // it compares a text of which is not known what it is
	effort   float64                      // how many pairs of words are compared of two values; 0: it compares none
	same     bool                         // equal values are of the last level
	anew     func(value uint32)           // reads what judge keeps of a value, after the column has another one there; nil: it keeps nothing
}

func (c *comparison) top() uint8 { return uint8(len(c.levels) - 1) }

// frequency corrects the weight of a level for how often the value is seen that
// two rows share, in bits: by half of what independence would ask, for values that
// are frequent are so among true pairs too.
func (c *comparison) frequency(level uint8, i, j int32) float32 { return rarity(c.ratio(level, i, j)) }

// ratio is how much more often than on average the value is seen that two rows
// share; 1 where they share none, as at the level of nothing alike.
func (c *comparison) ratio(level uint8, i, j int32) float64 {
	if c.leastRatio(level) == 0 {
		return 1
	}
	a, b := c.column.rows[i], c.column.rows[j]
	if ratio := c.shared(level, min(a, b), max(a, b)); ratio > 0 {
		return ratio
	}
	return 1
}

// leastRatio is the least ratio that a level can have; 0 for one at which two rows
// share nothing.
func (c *comparison) leastRatio(level uint8) float64 {
	if c.least == nil {
		return 0
	}
	return c.least[level]
}

// sharesAt notes the levels at which two rows share something, and the least ratio that
// they can have.
func (c *comparison) sharesAt(least float64, levels ...uint8) {
	if c.least == nil {
		c.least = make([]float64, len(c.levels))
	}
	for _, level := range levels {
		c.least[level] = least
	}
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
	top, most := c.top(), max(c.equal*(col.present()-1), 1)
	c.judge = func(a, b uint32) uint8 {
		if a == b {
			return top
		}
		return judge(a, b)
	}
	c.shared = func(_ uint8, a, _ uint32) float64 { return float64(col.count[a]-1) / most }
	c.sharesAt(1/most, top)
	return c
}
