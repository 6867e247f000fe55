package dedupe

import "slices"

// A pair is two rows that are compared, the first before the second.
type pair struct {
	a, b int32
	pass int32 // which proposed it first
}

// propose returns every pair of rows that share a block, once, with the first pass
// that has such a block, in the order of rows. The blocks are read one after the other;
// where two rows meet is noted with those of the rows near the first of them.
func (b *blocks) propose(n int, compared func(a, b int32) bool, w *work) []pair {
	m := b.meetings(n)
	found := 0
	for part := range m.ends {
		if part*nearRows%step == 0 && !w.goesOn(Proposing, part*nearRows, n) {
			return nil
		}
		found = m.leave(part, found, compared)
	}
	pairs, from := make([]pair, 0, found), 0
	for part, end := range m.ends {
		for _, met := range m.list[from:end] {
			pairs = append(pairs, met.pair(int32(part*nearRows)))
		}
		from = end
	}
	return pairs
}

// A meeting is two rows that share a block: the first of them as counted from the first
// of the rows near it, the second, and the pass, as one number, so that what comes first
// is less.
type meeting uint64

// How many bits of a meeting the pass has, and it with the second row. How many rows
// are near each other: few enough that their meetings stay near the processor.
const (
	passBits  = 21
	otherBits = passBits + 31
	nearRows  = 1 << (64 - otherBits)
)

func (m meeting) pair(from int32) pair {
	return pair{from + int32(m>>otherBits), int32(m >> passBits & (1<<31 - 1)), int32(m & (1<<passBits - 1))}
}

// meetings are all of them, in as many parts as there are rows near each other.
type meetings struct {
	list  []meeting
	ends  []int     // where each part ends
	from  int       // where the part begins that comes next
	start []int     // room to put a part in order: where the meetings of each row begin,
	some  []meeting // and the part itself
}

// meetings finds where rows meet; those of one pass before those of the next.
func (b *blocks) meetings(n int) *meetings {
	m := &meetings{ends: b.countMeetings(n), start: make([]int, nearRows+1)}
	next, all := make([]int, len(m.ends)), 0
	for part, size := range m.ends {
		next[part] = all
		all += size
		m.ends[part] = all
	}
	m.list = make([]meeting, all)
	at := 0
	for pass, until := range b.until {
		for ; at < int(until); at++ {
			row := b.rows[at]
			if row < 0 {
				continue
			}
			to, met := &next[row/nearRows], meeting(row%nearRows)<<otherBits|meeting(pass)
			for i, other := at+1, row; other >= 0; i++ {
				other = b.rows[i]
				m.list[*to] = met | meeting(other&^last)<<passBits
				*to++
			}
		}
	}
	return m
}

// countMeetings counts the meetings of the rows near each other.
func (b *blocks) countMeetings(n int) []int {
	sizes, after := make([]int, (n+nearRows-1)/nearRows), 0
	for at := len(b.rows) - 1; at >= 0; at-- {
		row := b.rows[at]
		if row < 0 {
			after = 0
			continue
		}
		after++
		sizes[row/nearRows] += after
	}
	return sizes
}

// leave puts the next part in order and leaves of its meetings the first one of each two
// rows that are compared. They are written behind those that were left before, so many;
// it returns how many there are then.
func (m *meetings) leave(part, to int, compared func(a, b int32) bool) int {
	list := m.list[m.from:m.ends[part]]
	m.from = m.ends[part]
	m.sort(list)
	first := int32(part * nearRows)
	before := ^meeting(0)
	for _, met := range m.some {
		if met>>passBits == before>>passBits {
			continue
		}
		before = met
		if p := met.pair(first); compared(p.a, p.b) {
			m.list[to] = met
			to++
		}
	}
	m.ends[part] = to
	return to
}

// sort puts some meetings in order.
func (m *meetings) sort(list []meeting) {
	start := m.start
	clear(start)
	for _, met := range list {
		start[met>>otherBits+1]++
	}
	for row := range nearRows {
		start[row+1] += start[row]
	}
	m.some = slices.Grow(m.some[:0], len(list))[:len(list)]
	for _, met := range list {
		to := &start[met>>otherBits]
		m.some[*to] = met
		*to++
	}
	from := 0
	for _, end := range start[:nearRows] {
		slices.Sort(m.some[from:end])
		from = end
	}
}
