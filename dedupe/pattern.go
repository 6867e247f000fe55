package dedupe

import (
	"cmp"
	"slices"
)

// A pattern is the levels of a pair, four bits a comparison.
type pattern uint64

func (p pattern) level(c int) uint8 { return uint8(p>>(4*c)) & 15 }

// maxComparisons is how many levels a pattern holds.
const maxComparisons = 16

func (t *table) pattern(a, b int32) pattern {
	var p pattern
	for n, c := range t.comparisons {
		p |= pattern(c.level(a, b)) << (4 * n)
	}
	same := sameNames(t.comparisons)
	return same.judge(p, a, b)
}

// Patterns are those of many pairs: of a million pairs, a few thousand are different.
type patterns struct {
	all   []pattern // the different ones, in the order in which they came
	of    []uint32  // of each pair, which of them it has
	slots []uint32  // a table of hashes: which of them, and one more; 0 where there is none
}

func newPatterns(pairs int) *patterns {
	return &patterns{of: make([]uint32, 0, pairs), slots: make([]uint32, leastSlots)}
}

// add adds the patterns of the next pairs.
func (s *patterns) add(list []pattern) {
	for _, p := range list {
		s.of = append(s.of, s.number(p))
	}
}

// number is which of the different ones a pattern is.
func (s *patterns) number(p pattern) uint32 {
	mask := uint64(len(s.slots) - 1)
	for at := mixed(uint64(p)) & mask; ; at = (at + 1) & mask {
		n := s.slots[at]
		if n == 0 {
			break
		}
		if s.all[n-1] == p {
			return n - 1
		}
	}
	s.all = append(s.all, p)
	s.place(uint32(len(s.all)))
	return uint32(len(s.all)) - 1
}

// place puts the last pattern into the table, which grows when it is half full.
func (s *patterns) place(n uint32) {
	from := n
	if 2*len(s.all) > len(s.slots) {
		s.slots, from = make([]uint32, 4*len(s.slots)), 1
	}
	mask := uint64(len(s.slots) - 1)
	for ; from <= n; from++ {
		at := mixed(uint64(s.all[from-1])) & mask
		for s.slots[at] != 0 {
			at = (at + 1) & mask
		}
		s.slots[at] = from
	}
}

// A tally is how many pairs have a pattern.
type tally struct {
	pattern pattern
	pairs   float64
}

// tallies counts the patterns, in the order of their numbers.
func (s *patterns) tallies() []tally {
	list := make([]tally, len(s.all))
	for n, p := range s.all {
		list[n].pattern = p
	}
	for _, n := range s.of {
		list[n].pairs++
	}
	slices.SortFunc(list, func(a, b tally) int { return cmp.Compare(a.pattern, b.pattern) })
	return list
}

// atOnce is how many pairs are judged by one comparison before the next one judges
// them: few enough that they stay near the processor, and enough for what a comparison
// remembers to stay there too.
const atOnce = 1 << 13

// patterns returns the patterns of pairs.
func (t *table) patterns(pairs []pair, w *work) *patterns {
	seen, workers := newPatterns(len(pairs)), t.workers(w.workers, len(pairs))
	parts := make([][]pair, 0, len(workers))
	told := -step
	for from := 0; from < len(pairs); {
		if from >= told+step {
			told = from
			if !w.goesOn(Comparing, from, len(pairs)) {
				break
			}
		} else if w.ended() {
			break
		}
		for parts = parts[:0]; len(parts) < len(workers) && from < len(pairs); from += atOnce {
			parts = append(parts, pairs[from:min(from+atOnce, len(pairs))])
		}
		atATime(len(parts), func(i int) { workers[i].compare(parts[i]) })
		for i := range parts {
			seen.add(workers[i].patterns)
		}
	}
	return seen
}
