package dedupe

import (
	"cmp"
	"slices"
)

// A pass proposes pairs of rows that share a key. Keys that more rows share than
// the limit propose nothing in it: they are too common to say anything, and
// other passes put them together with something else.
type pass struct {
	name string
	keys func(row int) []uint64
	rows [][]uint64 // the keys of each row that propose pairs, ascending
}

// A keyed row is a row under one of its keys.
type keyed struct {
	key uint64
	row int32
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

// blocks finds which keys propose pairs and calls visit with the rows of each, in
// the order of keys and rows.
func (p *pass) blocks(n, limit int, visit func(block []keyed)) {
	var list []keyed
	for row := range n {
		for _, k := range p.keys(row) {
			list = append(list, keyed{k, int32(row)})
		}
	}
	slices.SortFunc(list, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) })
	list = slices.Compact(list)
	p.rows = make([][]uint64, n)
	for from, to := 0, 0; from < len(list); from = to {
		for to = from + 1; to < len(list) && list[to].key == list[from].key; to++ {
		}
		if block := list[from:to]; len(block) >= 2 && len(block) <= limit {
			for _, k := range block {
				p.rows[k.row] = append(p.rows[k.row], k.key)
			}
			visit(block)
		}
	}
}

// proposes reports whether the pass proposes a pair.
func (p *pass) proposes(a, b int32) bool {
	x, y := p.rows[a], p.rows[b]
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			return true
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return false
}

// A pair is two rows that are compared, the first before the second.
type pair struct {
	a, b int32
	pass int16 // which proposed it first
}

// propose returns every pair that a pass proposes, once, with the first pass that
// does.
func (t *table) propose(passes []*pass, limit int, compared func(a, b *Record) bool) []pair {
	var pairs []pair
	for n, p := range passes {
		var found []pair
		p.blocks(len(t.records), limit, func(block []keyed) {
			for i, x := range block {
				for _, y := range block[i+1:] {
					if compared(t.records[x.row], t.records[y.row]) && !slices.ContainsFunc(passes[:n], func(q *pass) bool { return q.proposes(x.row, y.row) }) {
						found = append(found, pair{x.row, y.row, int16(n)})
					}
				}
			}
		})
		slices.SortFunc(found, func(a, b pair) int { return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b)) })
		pairs = append(pairs, slices.Compact(found)...)
	}
	return pairs
}
