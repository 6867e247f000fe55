package dedupe

import "slices"

// lists are a list of numbers for each of many values, one behind the other.
type lists struct {
	start []uint32 // by value: where its numbers begin; one more at the end
	items []uint32
}

func newLists(values, items int) lists {
	return lists{start: append(make([]uint32, 0, values+1), 0), items: make([]uint32, 0, items)}
}

// end ends the list of the next value.
func (l *lists) end() { l.start = append(l.start, uint32(len(l.items))) }

func (l *lists) of(value uint32) []uint32 { return l.items[l.start[value]:l.start[value+1]] }

// longest is how many numbers the longest list has.
func (l *lists) longest() (most int) {
	for value, from := range l.start[:len(l.start)-1] {
		most = max(most, int(l.start[value+1]-from))
	}
	return most
}

// eachOnce leaves each number of a list once, ascending.
func (l *lists) eachOnce() {
	from, to := uint32(0), 0
	for value := range l.start[1:] {
		end := l.start[value+1]
		own := l.items[from:end]
		if len(own) > 1 {
			slices.Sort(own)
			own = slices.Compact(own)
		}
		to += copy(l.items[to:], own)
		from, l.start[value+1] = end, uint32(to)
	}
	l.items = l.items[:to]
}

// ownNumbers are lists of so many values: each has its own number alone, 0 has none.
// Columns share them.
func (t *table) ownNumbers(values int) lists {
	if len(t.own.start) <= values {
		most := max(values, len(t.records)+1)
		t.own = newLists(most, most)
		t.own.end()
		for n := 1; n < most; n++ {
			t.own.items = append(t.own.items, uint32(n))
			t.own.end()
		}
	}
	return lists{t.own.start[: values+1 : values+1], t.own.items[: values-1 : values-1]}
}
