package dedupe

// A memo remembers the levels of pairs of values, newer ones in the place of
// older ones: the same two values meet again and again.
type memo struct {
	keys   []uint64
	levels []uint8
	shift  uint
}

const memoBits = 18

func newMemo() *memo {
	return &memo{keys: make([]uint64, 1<<memoBits), levels: make([]uint8, 1<<memoBits), shift: 64 - memoBits}
}

func (m *memo) place(a, b uint32) (key uint64, at uint64) {
	key = uint64(a)<<32 | uint64(b)
	return key, key * 0x9E3779B97F4A7C15 >> m.shift
}

func (m *memo) get(a, b uint32) (uint8, bool) {
	key, at := m.place(a, b)
	return m.levels[at], m.keys[at] == key
}

func (m *memo) put(a, b uint32, level uint8) {
	key, at := m.place(a, b)
	m.keys[at], m.levels[at] = key, level
}
