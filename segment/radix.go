package segment

import "slices"

// smallSort is the length below which comparing beats counting: at 800 amounts
// that differ in three bytes, both took 20 microseconds.
const smallSort = 800

// sortValues sorts, using a spare slice of the same length, and returns the one
// of the two that is sorted then. It is a radix sort by bytes that leaves out
// the bytes in which no two values differ, so it takes time linear in their
// number whatever they are.
func sortValues(values, spare []int64) []int64 {
	if len(values) < smallSort {
		slices.Sort(values)
		return values
	}
	var differ uint64
	for _, v := range values {
		differ |= uint64(v ^ values[0])
	}
	for shift := 0; shift < 64; shift += 8 {
		if byte(differ>>shift) != 0 {
			sortByByte(spare, values, shift)
			values, spare = spare, values
		}
	}
	return values
}

// sortByByte writes values into sorted, ordered by one byte and else as they
// were.
func sortByByte(sorted, values []int64, shift int) {
	var place [256]int
	for _, v := range values {
		place[digit(v, shift)]++
	}
	next := 0
	for b, count := range place {
		place[b] = next
		next += count
	}
	for _, v := range values {
		b := digit(v, shift)
		sorted[place[b]] = v
		place[b]++
	}
}

// digit returns one byte of a value whose sign bit is turned over, which puts
// negative numbers before positive ones.
func digit(v int64, shift int) byte { return byte((uint64(v) ^ 1<<63) >> shift) }
