package dedupe

import (
	"cmp"
	"math/bits"
	"slices"
)

// gramKeys are an index by trigrams, for names with a slip of the pen that sound
// otherwise and have no second word: of the trigrams that other values have as well, the
// rarest ones of a value, in pairs. It is for what is written in letters; Chinese
// characters are words in pairs already.
func (t *table) gramKeys(c *comparison, name string, text func(value uint32) string) {
	if t.frozen != nil {
		return
	}
	values := uint32(len(c.column.values))
	often := make([]uint32, grams)
	var list []uint32
	for value := uint32(1); value < values; value++ {
		list = gramsOf(list[:0], text(value))
		for _, g := range list {
			often[g]++
		}
	}
	pairs := func(found []uint32, value uint32) []uint32 {
		list = rarestGrams(gramsOf(list[:0], text(value)), often, gramsKept(len(t.records)))
		for i, g := range list {
			for _, h := range list[i+1:] {
				found = append(found, uint32(mixed(uint64(min(g, h))<<16|uint64(max(g, h)))>>(64-gramBits)))
			}
		}
		return found
	}
	shared := newSharedBits()
	var found []uint32
	for value := uint32(1); value < values; value++ {
		found = pairs(found[:0], value)
		slices.Sort(found)
		for _, key := range slices.Compact(found) {
			shared.add(key)
		}
	}
	shared.number()
	t.keyNumbers(c, name, alone, func(keys []uint32, value uint32) []uint32 {
		found = pairs(found[:0], value)
		for _, key := range found {
			if n, known := shared.numberOf(key); known {
				keys = append(keys, n)
			}
		}
		return keys
	})
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

// rarestGrams are the rarest of a list that more than one value has, at most n.
func rarestGrams(list []uint32, often []uint32, n int) []uint32 {
	list = slices.DeleteFunc(list, func(g uint32) bool { return often[g] < 2 })
	slices.SortFunc(list, func(g, h uint32) int { return cmp.Or(cmp.Compare(often[g], often[h]), cmp.Compare(g, h)) })
	return list[:min(n, len(list))]
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
