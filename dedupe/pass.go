package dedupe

import (
	"math/bits"
	"slices"
)

// A pass proposes pairs of rows that share a key. Keys that more rows share than
// the limit propose nothing in it: they are too common to say anything, and
// other passes put them together with something else.
type pass struct {
	name string
	keys func(row int) []uint64
}

// passes are the keys alone, and each with each of those of other comparisons.
func (t *table) passes() []*pass {
	var list []*pass
	for _, k := range t.keys {
		list = append(list, &pass{name: k.name, keys: func(row int) []uint64 { return hashes(k.name, k.keys(row), nil) }})
	}
	for i, a := range t.keys {
		for _, b := range t.keys[i+1:] {
			if a.single || b.single || a.of == b.of {
				continue
			}
			name := a.name + " and " + b.name
			list = append(list, &pass{name: name, keys: func(row int) []uint64 {
				first := a.keys(row)
				if len(first) == 0 {
					return nil
				}
				return hashes(name, first, b.keys(row))
			}})
		}
	}
	return list
}

// hashes returns a number for each key, or for each pair of two lists of keys.
func hashes(name string, a, b []string) []uint64 {
	start := hash(14695981039346656037, name)
	list := make([]uint64, 0, max(len(a), len(a)*len(b)))
	for _, x := range a {
		h := hash(start, x)
		if b == nil {
			list = append(list, mixed(h))
			continue
		}
		for _, y := range b {
			list = append(list, mixed(hash(h, y)))
		}
	}
	return list
}

// hash goes on with the FNV-1a hash of a text and an end mark.
func hash(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return (h ^ 0xff) * 1099511628211
}

// mixed spreads the bits of a number: the finaliser of splitmix64.
func mixed(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// blocks calls visit with the rows that share each key, ascending.
func (p *pass) blocks(n, limit int, visit func(block []ranked)) {
	var list []ranked
	for row := range n {
		for _, k := range p.keys(row) {
			list = append(list, ranked{k, int32(row)})
		}
	}
	list = sortRanked(list, 64)
	for from, to := 0, 0; from < len(list); from = to {
		for to = from + 1; to < len(list) && list[to].key == list[from].key; to++ {
		}
		block := slices.Compact(list[from:to])
		if len(block) >= 2 && len(block) <= limit {
			visit(block)
		}
	}
}

// A pair is two rows that are compared, the first before the second.
type pair struct {
	a, b int32
	pass int32 // which proposed it first
}

// propose returns every pair that a pass proposes, once, with the first pass that
// does, in the order of rows.
func (t *table) propose(passes []*pass, limit int, compared func(a, b *Record) bool) []pair {
	var found []ranked // pairs as numbers, each with its pass
	row := bitsFor(len(t.records))
	compacted := 0
	for n, p := range passes {
		p.blocks(len(t.records), limit, func(block []ranked) {
			for i, x := range block {
				for _, y := range block[i+1:] {
					if compared(t.records[x.of], t.records[y.of]) {
						found = append(found, ranked{uint64(x.of)<<row | uint64(y.of), int32(n)})
					}
				}
			}
		})
		if len(found) > 2*compacted+1<<20 || n == len(passes)-1 {
			found = firsts(found, 2*row)
			compacted = len(found)
		}
	}
	pairs := make([]pair, len(found))
	for i, f := range found {
		pairs[i] = pair{int32(f.key >> row), int32(f.key & (1<<row - 1)), f.of}
	}
	return pairs
}

// firsts sorts by key and keeps the first of each.
func firsts(list []ranked, bits int) []ranked {
	list = sortRanked(list, bits)
	return slices.CompactFunc(list, func(a, b ranked) bool { return a.key == b.key })
}

// bitsFor is how many bits the numbers below n have.
func bitsFor(n int) int { return max(bits.Len(uint(n)), 1) }
