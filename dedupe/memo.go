package dedupe

// A memo remembers the levels of pairs of values: the same two values meet again
// and again. Of few values it has a place for each pair; of many, newer pairs take the
// places of older ones; of more than manyValues it remembers nothing, for the same two
// seldom meet.
type memo struct {
	all   []uint8  // by pair, 0 where it is not known; nil where there are too many
	width uint32   // how many values
	some  []uint64 // two numbers of 30 bits, and the level; nil where there are more
	shift uint
	warm  uint32 // keeps what was read ahead from being optimised away
}

const (
	fewValues  = 1 << 10
	manyValues = 1 << 17
	memoBits   = 13
)

func newMemo(values int) *memo {
	switch {
	case values <= fewValues:
		return &memo{all: make([]uint8, values*values), width: uint32(values)}
	case values > manyValues:
		return &memo{}
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
	if m.some == nil {
		return judge(a, b)
	}
	key := memoKey(a, b)
	at := &m.some[m.place(key)]
	if *at&^15 != key {
		*at = key | uint64(judge(a, b))
	}
	return uint8(*at & 15)
}

// recall writes the levels of many pairs that it remembers, and keeps the others.
func (m *memo) recall(some *judging, levels []uint8) {
	var found [batch]uint64
	for i := range some.n {
		key := memoKey(some.a[i], some.b[i])
		found[i] = m.some[m.place(key)] ^ key
	}
	n := 0
	for i, level := range found[:some.n] {
		levels[some.pair[i]] = uint8(level) // of those that it does not know, something else
		some.keep(n, some.a[i], some.b[i], int(some.pair[i]))
		if level >= 16 {
			n++
		}
	}
	some.n = n
}

func memoKey(a, b uint32) uint64 { return uint64(a)<<34 | uint64(b)<<4 }

func (m *memo) place(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> m.shift }
