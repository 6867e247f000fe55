package dedupe

import (
	"hash/maphash"
	"slices"
	"strings"
)

// An interner numbers texts: equal ones have one number, given from 1 on in the order
// in which they come. The empty text is 0.
//
// It is a table of hashes with a place for each number, and the texts lie one behind
// the other in a few large blocks: the garbage collector has little to look at. Texts
// are numbered many at a time, so that the processor waits for memory once for all of
// them instead of once for each.
type interner struct {
	seed    maphash.Seed
	slots   []uint64 // half of the hash, and the number; 0 where there is none
	spare   []uint64 // room for more of them
	few     int      // how many slots there were at first
	texts   []string // by number
	block   strings.Builder
	one     []byte
	some    batchOf  // room for whoever numbers texts, empty when nobody does
	numbers []uint32 // and for their numbers
	warm    byte     // keeps what was read ahead from being optimised away
}

// batch is how many texts, values or pairs are worked on at a time where memory is to
// be read ahead.
const batch = 256

// newInterner makes one for about so many texts: it grows where there are more.
func newInterner(texts int) *interner {
	few := leastSlots
	for few < 4*texts && few < fewSlots {
		few *= 2
	}
	return &interner{seed: maphash.MakeSeed(), slots: make([]uint64, few), few: few, texts: append(make([]string, 0, few/2), "")}
}

// How many slots a table has at first, and up to how many it grows fourfold.
const (
	leastSlots = 1 << 5
	fewSlots   = 1 << 10
	manySlots  = 1 << 18
)

// take returns the texts by number and begins anew, with none, in the same room.
func (in *interner) take() []string {
	texts := slices.Clone(in.texts)
	in.clear()
	return texts
}

// clear forgets all texts and keeps the room.
func (in *interner) clear() {
	clear(in.texts)
	in.texts, in.slots = in.texts[:1], in.slots[:in.few]
	clear(in.slots)
}

// A batchOf is texts on their way to be numbered, one behind the other.
type batchOf struct {
	bytes []byte
	ends  []uint32
	list  []uint64 // their hashes,
	known []uint32 // and what the table has at their places
}

// end ends the text that was appended last.
func (b *batchOf) end() { b.ends = append(b.ends, uint32(len(b.bytes))) }

func (b *batchOf) full() bool { return len(b.ends) >= batch }

// number is the number of one text.
func (in *interner) number(text string) uint32 {
	if text == "" {
		return 0
	}
	in.grow(1)
	in.one = append(in.one[:0], text...)
	return in.place(maphash.Bytes(in.seed, in.one)>>32, in.one)
}

// numberAll returns the numbers of a batch, and empties it.
func (in *interner) numberAll(b *batchOf, numbers []uint32) []uint32 {
	in.grow(len(b.ends))
	in.readAhead(b)
	from := uint32(0)
	for i, end := range b.ends {
		n := uint32(0)
		if text := b.bytes[from:end]; len(text) > 0 {
			n = in.place(b.list[i], text)
		}
		numbers, from = append(numbers, n), end
	}
	b.bytes, b.ends = b.bytes[:0], b.ends[:0]
	return numbers
}

// readAhead hashes texts and reads what placing them will read.
func (in *interner) readAhead(b *batchOf) {
	b.list, b.known = slices.Grow(b.list[:0], len(b.ends))[:len(b.ends)], slices.Grow(b.known[:0], len(b.ends))[:len(b.ends)]
	mask, from := uint64(len(in.slots)-1), uint32(0)
	for i, end := range b.ends {
		b.list[i] = maphash.Bytes(in.seed, b.bytes[from:end]) >> 32
		from = end
	}
	for i := range b.ends {
		slot := in.slots[b.list[i]&mask]
		b.known[i] = 0
		if slot>>32 == b.list[i] {
			b.known[i] = uint32(slot)
		}
	}
	for i := range b.ends {
		if text := in.texts[b.known[i]]; text != "" {
			in.warm ^= text[0]
		}
	}
}

// place finds a text or puts it in.
func (in *interner) place(hash uint64, text []byte) uint32 {
	mask := uint64(len(in.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		switch slot := in.slots[at]; {
		case slot == 0:
			return in.add(at, hash, text)
		case slot>>32 == hash && in.texts[uint32(slot)] == string(text):
			return uint32(slot)
		}
	}
}

// How large a block of texts is at least and at most.
const (
	smallBlock = 1 << 10
	largeBlock = 1 << 20
)

// add puts a text at a place of the table.
func (in *interner) add(at, hash uint64, text []byte) uint32 {
	if in.block.Cap()-in.block.Len() < len(text) {
		size := max(min(2*in.block.Cap(), largeBlock), smallBlock, len(text))
		in.block = strings.Builder{}
		in.block.Grow(size)
	}
	from := in.block.Len()
	in.block.Write(text)
	n := uint32(len(in.texts))
	in.texts = append(in.texts, in.block.String()[from:])
	in.slots[at] = hash<<32 | uint64(n)
	return n
}

// grow makes room for n more texts.
func (in *interner) grow(n int) {
	old, size := in.slots, len(in.slots)
	for size < 2*(len(in.texts)+n) {
		size *= 2
		if size < manySlots {
			size *= 2
		}
	}
	if size == len(old) {
		return
	}
	if size <= cap(in.spare) {
		in.slots = in.spare[:size]
		clear(in.slots)
	} else {
		in.slots = make([]uint64, size)
	}
	in.spare = old
	in.texts = slices.Grow(in.texts, size/2-len(in.texts))
	mask := uint64(len(in.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		at := slot >> 32 & mask
		for in.slots[at] != 0 {
			at = (at + 1) & mask
		}
		in.slots[at] = slot
	}
}
