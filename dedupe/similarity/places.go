package similarity

import "encoding/binary"

// short is a text of at most 16 bytes, in two words.
type short struct {
	low, high uint64
	all       uint64 // a bit for each byte
}

func newShort(s string) short {
	var room [16]byte
	copy(room[:], s)
	return short{
		low: binary.LittleEndian.Uint64(room[:]), high: binary.LittleEndian.Uint64(room[8:]),
		all: 1<<len(s) - 1,
	}
}

// places returns where a character stands, as bits: all bytes are compared at
// once.
func (s *short) places(c byte) uint64 {
	each := uint64(c) * ones
	found := equal(s.low, each)
	if s.all > 0xff {
		found |= equal(s.high, each) << 8
	}
	return found & s.all
}

const (
	ones = 0x0101010101010101
	ends = 0x7f7f7f7f7f7f7f7f
)

// equal returns a bit for each byte in which two words agree.
func equal(a, b uint64) uint64 {
	x := a ^ b
	zero := ^((x&ends + ends) | x | ends) // the top bit of each byte that is 0
	return zero >> 7 * 0x0102040810204080 >> 56
}
