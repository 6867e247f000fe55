package memory

import (
	"hash/maphash"
	"math/bits"

	"github.com/clientele-go/clientele/storage"
)

// A hashTable finds records by a key that they hold themselves, and so needs
// not half of the memory of a map. It grows by one small segment at a time
// (linear hashing, W. Litwin, 1980), so that no write has to wait long.
type hashTable[K comparable] struct {
	key      func(storage.Record) K
	seed     maphash.Seed
	segments []segment
	level    uint32 // the segments that were split count 1<<(level+1), the others 1<<level
	count    int
}

// A segment is a table with open addressing: a record lies in its place or, if
// that is taken, behind it, without an empty slot between.
type segment struct {
	hashes  []uint32 // in step with records; of empty slots without meaning
	records []storage.Record
	count   int
}

// Sizes of segments: how many records they hold on average before one is
// split, and how many slots a segment begins with.
const (
	segmentLoad = 512
	firstSlots  = 4
)

func newHashTable[K comparable](key func(storage.Record) K) *hashTable[K] {
	return &hashTable[K]{key: key, seed: maphash.MakeSeed(), segments: make([]segment, 1)}
}

func (t *hashTable[K]) hash(k K) uint32 { return uint32(maphash.Comparable(t.seed, k)) }

// segment returns where a hash belongs: segments up to the last one split go
// by one bit more than the others.
func (t *hashTable[K]) segment(hash uint32) *segment {
	i := hash & (1<<(t.level+1) - 1)
	if int(i) >= len(t.segments) {
		i &= 1<<t.level - 1
	}
	return &t.segments[i]
}

// get returns the record with a key, or nil.
func (t *hashTable[K]) get(k K) storage.Record {
	hash := t.hash(k)
	s := t.segment(hash)
	if i, found := t.find(s, hash, k); found {
		return s.records[i]
	}
	return nil
}

// find returns the slot of the record with a key in a segment, or the empty
// slot where it belongs. A segment without slots has neither.
func (t *hashTable[K]) find(s *segment, hash uint32, k K) (slot int, found bool) {
	if len(s.records) == 0 {
		return -1, false
	}
	for slot = s.home(hash); s.records[slot] != nil; slot = s.next(slot) {
		if s.hashes[slot] == hash && t.key(s.records[slot]) == k {
			return slot, true
		}
	}
	return slot, false
}

// set enters a record under its key, in the place of the one that is there.
func (t *hashTable[K]) set(r storage.Record) {
	k := t.key(r)
	hash := t.hash(k)
	s := t.segment(hash)
	if i, found := t.find(s, hash, k); found {
		s.records[i] = r
		return
	}
	s.add(hash, r)
	if t.count++; t.count > segmentLoad*len(t.segments) {
		t.split()
	}
}

// remove takes the record with a key away, if there is one.
func (t *hashTable[K]) remove(k K) {
	hash := t.hash(k)
	s := t.segment(hash)
	if i, found := t.find(s, hash, k); found {
		s.clear(i)
		t.count--
	}
}

// split makes one more segment of what lies in the next one to be split.
func (t *hashTable[K]) split() {
	from := len(t.segments) - 1<<t.level
	old := t.segments[from]
	t.segments[from] = newSegment(old.count / 2)
	t.segments = append(t.segments, newSegment(old.count/2))
	if len(t.segments) == 2<<t.level {
		t.level++
	}
	for i, r := range old.records {
		if r != nil {
			t.segment(old.hashes[i]).add(old.hashes[i], r)
		}
	}
}

// newSegment returns a segment with room for a little more than n records.
func newSegment(n int) segment {
	slots := firstSlots + n*5/4
	return segment{hashes: make([]uint32, slots), records: make([]storage.Record, slots)}
}

// home returns the slot in which a hash belongs. The records of a segment
// agree in the low bits of their hashes, so these are spread by a
// multiplication (D. Knuth, The Art of Computer Programming, 6.4).
func (s *segment) home(hash uint32) int {
	high, _ := bits.Mul32(hash*2654435769, uint32(len(s.records)))
	return int(high)
}

func (s *segment) next(slot int) int {
	if slot++; slot < len(s.records) {
		return slot
	}
	return 0
}

// add enters a record that is not there. An eighth of the slots stays empty.
func (s *segment) add(hash uint32, r storage.Record) {
	if 8*(s.count+1) > 7*len(s.records) {
		s.grow()
	}
	s.put(hash, r)
	s.count++
}

func (s *segment) put(hash uint32, r storage.Record) {
	slot := s.home(hash)
	for s.records[slot] != nil {
		slot = s.next(slot)
	}
	s.hashes[slot], s.records[slot] = hash, r
}

// grow makes half as many slots more.
func (s *segment) grow() {
	old := *s
	n := len(old.records) + max(len(old.records)/2, firstSlots)
	s.hashes, s.records = make([]uint32, n), make([]storage.Record, n)
	for i, r := range old.records {
		if r != nil {
			s.put(old.hashes[i], r)
		}
	}
}

// clear empties a slot and moves records behind it up that would not be found
// behind an empty one.
func (s *segment) clear(slot int) {
	s.count--
	for i := s.next(slot); s.records[i] != nil; i = s.next(i) {
		if s.distance(s.home(s.hashes[i]), i) >= s.distance(slot, i) {
			s.hashes[slot], s.records[slot] = s.hashes[i], s.records[i]
			slot = i
		}
	}
	s.records[slot] = nil
}

// distance returns how many steps lie from one slot to another.
func (s *segment) distance(from, to int) int {
	if to -= from; to < 0 {
		to += len(s.records)
	}
	return to
}
