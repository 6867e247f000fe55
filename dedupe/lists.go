package dedupe

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

// ownNumbers are lists of so many values: each has its own number, 0 has none.
func ownNumbers(values int) lists {
	l := lists{start: make([]uint32, values+1), items: make([]uint32, max(values-1, 0))}
	for i := range l.items {
		l.items[i], l.start[i+1] = uint32(i+1), uint32(i)
	}
	l.start[values] = uint32(len(l.items))
	return l
}
