package dedupe

// A ranked number has a key to be sorted by.
type ranked struct {
	key uint64
	of  int32
}

// sortRanked sorts by the lowest bits of the keys; those with one key keep their
// order. It is a radix sort, byte by byte from the lowest, and may return other
// memory than it was given.
func sortRanked(list []ranked, bits int) []ranked {
	other := make([]ranked, len(list))
	for shift := 0; shift < bits; shift += 8 {
		var place [257]int
		for i := range list {
			place[list[i].key>>shift&0xff+1]++
		}
		for b := 1; b < len(place); b++ {
			place[b] += place[b-1]
		}
		for i := range list {
			b := list[i].key >> shift & 0xff
			other[place[b]] = list[i]
			place[b]++
		}
		list, other = other, list
	}
	return list
}
