package dedupe

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
)

// Copies are records whose values are the same to the letter as those of others. The
// first ones of them are compared like all records; the others are left out of the
// table, so that a thousand copies make neither a block that is too large nor a value
// that seems frequent, and follow the first one.
type copies struct {
	list []copied // in the order of their ids
}

// A copied record is one that was left out.
type copied struct {
	record *Record
	of     *Record // the first one with its values
	row    int32   // where that stands in the table
}

// copiesPass is what proposes copies.
const copiesPass = "copies"

// How many records with the same values are compared like others at least; and how
// surely they are one entity, in bits, if more are to be left out: of persons of whom
// nothing but a name and a town is known, several may be the same by chance.
const (
	copiesKept = 2
	copiesSure = 10
)

// part finds the copies that are left out, and says of each record whether it is one of
// them; of none if there are none.
func (m *Matcher) part(records []Record) (left []bool, c copies) {
	groups := m.alike(records)
	if len(groups) == 0 {
		return nil, c
	}
	left = make([]bool, len(records))
	for _, rows := range m.beyondChance(records, groups) {
		slices.SortFunc(rows, func(a, b int32) int { return strings.Compare(records[a].ID, records[b].ID) })
		for _, row := range rows[min(m.kept(len(records)), len(rows)):] {
			left[row] = true
			c.list = append(c.list, copied{record: &records[row], of: &records[rows[0]]})
		}
	}
	slices.SortFunc(c.list, func(a, b copied) int { return strings.Compare(a.record.ID, b.record.ID) })
	return left, c
}

// kept is how many records with the same values are compared among n: a sixth of what a
// key may bring together, so that what the list says of its copies is heard, and two lists
// that each name several entities in the same words go together one by one.
func (m *Matcher) kept(n int) int { return max(m.limit(n)/6, copiesKept) }

// alike finds the records with the same values, where they are more than are kept;
// those that people said are two of something are none of them. With lists to be
// linked, they are of one list.
func (m *Matcher) alike(records []Record) [][]int32 {
	if len(records) <= m.kept(len(records)) {
		return nil
	}
	hashes, often := m.hashes(records)
	decided := map[string]bool{}
	for _, p := range m.options.Apart {
		decided[p[0]], decided[p[1]] = true, true
	}
	first := map[uint64]int{}
	var groups [][]int32
	for row := range int32(len(records)) {
		h := hashes[row]
		if !often.has(h) || decided[records[row].ID] {
			continue
		}
		at, known := first[h]
		switch {
		case !known:
			first[h] = len(groups)
			groups = append(groups, []int32{row})
		case m.same(&records[groups[at][0]], &records[row]):
			groups[at] = append(groups[at], row)
		}
	}
	kept := m.kept(len(records))
	return slices.DeleteFunc(groups, func(rows []int32) bool { return len(rows) <= kept })
}

// same reports whether two records have the same values.
func (m *Matcher) same(a, b *Record) bool {
	return slices.Equal(a.Values, b.Values) && (!m.options.Linking || a.List == b.List)
}

// hashes returns a hash of the values of each record, and which ones come three times
// or more.
func (m *Matcher) hashes(records []Record) ([]uint64, *thrice) {
	seed, list, often := maphash.MakeSeed(), make([]uint64, len(records)), newThrice(len(records))
	for from := 0; from < len(records); from += batch {
		some := records[from:min(from+batch, len(records))]
		often.readAhead(some)
		for i := range some {
			h := uint64(0)
			if m.options.Linking {
				h = maphash.String(seed, some[i].List)
			}
			for _, v := range some[i].Values {
				h = h*0x9e3779b97f4a7c15 + 1
				if v != "" {
					h ^= maphash.String(seed, v)
				}
			}
			h = mixed(h)
			list[from+i] = h
			often.add(h)
		}
	}
	return list, often
}

// A thrice counts hashes to three, several of them in one place.
type thrice struct {
	counts []uint8
	warm   byte // keeps what was read ahead from being optimised away
}

func newThrice(n int) *thrice {
	size := 1 << 10
	for size < 4*n {
		size *= 2
	}
	return &thrice{counts: make([]uint8, size)}
}

// readAhead reads the values of some records, so that the processor waits for memory
// once for all of them.
func (t *thrice) readAhead(records []Record) {
	for i := range records {
		for _, v := range records[i].Values {
			if v != "" {
				t.warm ^= v[0]
			}
		}
	}
}

func (t *thrice) add(h uint64) {
	if at := &t.counts[h&uint64(len(t.counts)-1)]; *at < 3 {
		*at++
	}
}

func (t *thrice) has(h uint64) bool { return t.counts[h&uint64(len(t.counts)-1)] >= 3 }

// beyondChance returns the groups of records whose values cannot have come together
// by chance: with each value as often as other records have it, and independent of
// each other, few enough would have them all. The parts of a name tell together at
// most as much as one value that nobody else has.
func (m *Matcher) beyondChance(records []Record, groups [][]int32) [][]int32 {
	counts := m.countsOf(records, groups)
	all := math.Log2(float64(len(records)))
	return slices.DeleteFunc(groups, func(rows []int32) bool {
		named, bits := 0.0, -all
		for f, v := range records[rows[0]].Values {
			if v == "" {
				continue
			}
			own := all - math.Log2(1+counts[f][v]-float64(len(rows)))
			switch m.fields[f].Type {
			case GivenName, Surname, FullName:
				named += own
			default:
				bits += own
			}
		}
		return bits+min(named, all) < copiesSure
	})
}

// countsOf counts, by field, how many records have each of the values of groups. Most
// values begin otherwise than all of them, and are not looked up.
func (m *Matcher) countsOf(records []Record, groups [][]int32) []map[string]float64 {
	counts, begun := make([]map[string]float64, len(m.fields)), make([]bool, 1<<16)
	begins := func(v string) *bool { return &begun[mixed(beginning(v))>>48] }
	for f := range counts {
		counts[f] = map[string]float64{}
		for _, rows := range groups {
			if v := records[rows[0]].Values[f]; v != "" {
				counts[f][v], *begins(v) = 0, true
			}
		}
	}
	for i := range records {
		for f, v := range records[i].Values {
			if v == "" || !*begins(v) {
				continue
			}
			if n, known := counts[f][v]; known {
				counts[f][v] = n + 1
			}
		}
	}
	return counts
}

// row finds the row of the record whose copy one is.
func (c *copies) row(id string) (int32, bool) {
	at, known := slices.BinarySearchFunc(c.list, id, func(x copied, id string) int { return strings.Compare(x.record.ID, id) })
	if !known {
		return 0, false
	}
	return c.list[at].row, true
}

// place finds the records in the table whose copies there are, and checks the ids of
// the copies.
func (t *table) place(c copies) error {
	for i := range c.list {
		x := &c.list[i]
		_, taken := t.row(x.record.ID)
		if x.record.ID == "" || taken || i > 0 && x.record.ID == c.list[i-1].record.ID {
			return badID(x.record.ID)
		}
		x.row, _ = t.row(x.of.ID)
	}
	t.copies = c
	return nil
}

func badID(id string) error {
	return fmt.Errorf("dedupe: %w: the id %q: give each record an id of its own", ErrInvalid, id)
}

// rows are the rows of the table that have copies.
func (c *copies) rows() (list []int32) {
	for _, x := range c.list {
		list = append(list, x.row)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ownWeight is what a record weighs for one entity with another one that has its values.
func (m *Match) ownWeight(row int32) float64 {
	return float64(m.model.weigh([]pair{{a: row, b: row}}, []pattern{m.table.pattern(row, row)})[0])
}

// addCopies adds the pairs of copies, and puts them into the clusters of those whose
// copies they are, where these weigh for one entity with themselves. roots are the first
// rows of the clusters of rows.
func (m *Match) addCopies(roots []int32) {
	c, pairs, clusters := &m.table.copies, len(m.Pairs), len(m.Clusters)
	at := m.clustersOf(roots)
	for _, x := range c.list {
		p := Pair{x.of.ID, x.record.ID, m.ownWeight(x.row), copiesPass}
		m.addCopy(x, p, p.Weight > 0, at[x.of.ID])
	}
	m.putInOrder(pairs, clusters, at)
}

// addLinked is addCopies where lists are linked. Records of one list are not compared
// with each other: a copy has the best pair of the record whose copy it is, and its
// cluster if entities may repeat.
func (m *Match) addLinked(roots []int32) {
	c, pairs, clusters := &m.table.copies, len(m.Pairs), len(m.Clusters)
	at, best := m.clustersOf(roots), map[string]Pair{}
	for _, p := range m.Pairs {
		for _, id := range [...]string{p.A, p.B} {
			if _, has := at[id]; has && (best[id].Pass == "" || p.Weight > best[id].Weight) {
				best[id] = p
			}
		}
	}
	for _, x := range c.list {
		p, found := best[x.of.ID]
		other := p.A
		if other == x.of.ID {
			other = p.B
		}
		p.A, p.B = min(other, x.record.ID), max(other, x.record.ID)
		if !found {
			p.Weight = math.Inf(-1)
		}
		m.addCopy(x, p, !m.once && len(m.Clusters[at[x.of.ID]]) > 1, at[x.of.ID])
	}
	m.putInOrder(pairs, clusters, at)
}

// clustersOf finds the clusters of those that have copies; clusters are in the order of
// their first ids.
func (m *Match) clustersOf(roots []int32) map[string]int {
	found := map[string]int{}
	for _, x := range m.table.copies.list {
		first := m.table.records[roots[x.row]].ID
		found[x.of.ID], _ = slices.BinarySearchFunc(m.Clusters, first, func(ids []string, id string) int { return strings.Compare(ids[0], id) })
	}
	return found
}

// addCopy adds a copy with its pair, to a cluster or as one of its own.
func (m *Match) addCopy(x copied, p Pair, joined bool, cluster int) {
	m.Compared++
	if p.Weight > tellFrom {
		m.Pairs = append(m.Pairs, p)
	}
	if joined {
		m.Clusters[cluster] = append(slices.Clip(m.Clusters[cluster]), x.record.ID)
	} else {
		m.Clusters = append(m.Clusters, []string{x.record.ID})
	}
}

// putInOrder puts pairs and clusters in the order of ids again, behind which others were
// added: so many pairs and clusters were in order.
func (m *Match) putInOrder(pairs, clusters int, changed map[string]int) {
	m.Pairs = merged(m.Pairs, pairs, func(a, b Pair) int { return cmp.Or(strings.Compare(a.A, b.A), strings.Compare(a.B, b.B)) })
	for _, at := range changed {
		slices.Sort(m.Clusters[at])
	}
	m.Clusters = merged(m.Clusters, clusters, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
}

// merged puts a list in order whose first ones, so many, are in order, and the others few.
func merged[T any](list []T, ordered int, compare func(a, b T) int) []T {
	rest := slices.Clone(list[ordered:])
	slices.SortFunc(rest, compare)
	for i := len(rest) - 1; i >= 0; i-- {
		at, _ := slices.BinarySearchFunc(list[:ordered], rest[i], compare)
		copy(list[at+i+1:], list[at:ordered])
		list[at+i], ordered = rest[i], at
	}
	return list
}
