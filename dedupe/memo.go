package dedupe

// A memo remembers the levels of pairs of values: the same two values meet again
// and again. Of few values it has a place for each pair; of many, newer pairs take the
// places of older ones.
type memo struct {
	all   []uint8  // by pair, 0 where it is not known; nil where there are too many
	width uint32   // how many values
	some  []uint64 // two numbers of 30 bits, and the level
	shift uint
}

const (
	fewValues = 1 << 10
	memoBits  = 16
)

func newMemo(values int) *memo {
	if values <= fewValues {
		return &memo{all: make([]uint8, values*values), width: uint32(values)}
	}
	return &memo{some: make([]uint64, 1<<memoBits), shift: 64 - memoBits}
}

// level returns the level of two values, from judge where it is not known.
func (m *memo) level(a, b uint32, judge func(a, b uint32) uint8) uint8 {
	if m.all != nil {
		at := &m.all[a*m.width+b]
		if *at == 0 {
			*at = judge(a, b)
		}
		return *at
	}
	key := uint64(a)<<34 | uint64(b)<<4
	at := &m.some[key*0x9E3779B97F4A7C15>>m.shift]
	if *at&^15 != key {
		*at = key | uint64(judge(a, b))
	}
	return uint8(*at & 15)
}
