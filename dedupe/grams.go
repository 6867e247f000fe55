package dedupe

import (
	"math/bits"
	"slices"
)

// gramKeys are an index by trigrams, for names with a slip of the pen that sound
// otherwise and have no second word: of the trigrams that other values have as well, the
// rarest ones of a value, in pairs. It is for what is written in letters; Chinese
// characters are words in pairs already.
func (t *table) gramKeys(c *comparison, name string) {
	if t.frozen != nil {
		return
	}
	pairs, shared := gramPairs(c.column, gramsKept(len(t.records))), newSharedBits()
	for _, pair := range pairs.items {
		shared.add(pair)
	}
	shared.number()
	t.keyNumbers(c, name, alone, func(keys []uint32, value uint32) []uint32 {
		for _, pair := range pairs.of(value) {
			if n, known := shared.numberOf(pair); known {
				keys = append(keys, n)
			}
		}
		return keys
	})
}

// gramPairs are the pairs of the rarest trigrams, so many, of each value, each pair once.
func gramPairs(col *column, kept int) lists {
	values, often, most := len(col.values), make([]uint32, grams), 0
	for _, text := range col.values {
		most += len(text)
	}
	of := make([]uint32, 0, values+1)
	all := make([]uint16, 0, most) // the trigrams of each value, one behind the other
	var list []uint32
	for value, text := range col.values {
		col.ahead(uint32(value))
		of = append(of, uint32(len(all)))
		list = gramsOf(list[:0], text)
		for _, g := range list {
			often[g]++
			all = append(all, uint16(g))
		}
	}
	of = append(of, uint32(len(all)))
	pairs := newLists(values, values)
	for value := range values {
		from := len(pairs.items)
		list = rarestGrams(list[:0], all[of[value]:of[value+1]], often, kept)
		for i, g := range list {
			for _, h := range list[i+1:] {
				pairs.items = append(pairs.items, uint32(mixed(uint64(min(g, h))<<16|uint64(max(g, h)))>>(64-gramBits)))
			}
		}
		slices.Sort(pairs.items[from:])
		pairs.items = pairs.items[:from+len(slices.Compact(pairs.items[from:]))]
		pairs.end()
	}
	return pairs
}

// How many trigrams are told apart, how many bits a pair of them has, and among how
// many records how many trigrams of a value are put together: fewer among many, where
// a key may bring fewer rows together, too.
const (
	grams    = 1 << 15
	gramBits = 22
)

func gramsKept(records int) int {
	if records <= 200_000 {
		return 3
	}
	return 2
}

// gramsOf appends the trigrams of the words of a text, each once; the first one of a word
// begins with its boundary.
func gramsOf(list []uint32, text string) []uint32 {
	if hasHan(text) {
		return list
	}
	var before, last uint32
	for i := range len(text) {
		c := text[i]
		if c == ' ' || c == setSeparator[0] {
			before, last = 0, 0
			continue
		}
		letter := uint32(c) & 31
		if last != 0 || before != 0 {
			list = append(list, before<<10|last<<5|letter)
		}
		before, last = last, letter
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// rarestGrams appends to an empty list the rarest of some trigrams that more than one value
// has, at most n, the rarest first.
func rarestGrams(list []uint32, some []uint16, often []uint32, n int) []uint32 {
	for _, g := range some {
		if often[g] < 2 {
			continue
		}
		at := len(list)
		for at > 0 && rarer(often, uint32(g), list[at-1]) {
			at--
		}
		if at < n {
			list = slices.Insert(list[:min(len(list), n-1)], at, uint32(g))
		}
	}
	return list
}

// rarer orders trigrams, by their number where they are as rare as each other.
func rarer(often []uint32, g, h uint32) bool {
	return often[g] < often[h] || often[g] == often[h] && g < h
}

// sharedBits number the keys that come twice or more.
type sharedBits struct {
	once, twice []uint64
	below       []uint32 // how many come twice before each word of bits
}

func newSharedBits() *sharedBits {
	return &sharedBits{once: make([]uint64, 1<<gramBits/64), twice: make([]uint64, 1<<gramBits/64)}
}

func (s *sharedBits) add(key uint32) {
	bit := uint64(1) << (key & 63)
	s.twice[key>>6] |= s.once[key>>6] & bit
	s.once[key>>6] |= bit
}

func (s *sharedBits) number() {
	s.below = make([]uint32, len(s.twice))
	n := uint32(0)
	for i, word := range s.twice {
		s.below[i] = n
		n += uint32(bits.OnesCount64(word))
	}
}

func (s *sharedBits) numberOf(key uint32) (uint32, bool) {
	bit, word := uint64(1)<<(key&63), s.twice[key>>6]
	return s.below[key>>6] + uint32(bits.OnesCount64(word&(bit-1))), word&bit != 0
}
