package memory

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"math/rand/v2"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A hashTable finds records and their numbers by a key that the records hold
// themselves. It grows by one small segment at a time (linear hashing, W. Litwin,
// 1980), so that no write has to wait long.
type hashTable[K, B comparable] struct {
	key      func(storage.Record) K
	hash     func(K) uint32
	brief    func(K) (b B, exact bool) // what equal keys have in common, and whether only they have it
	segments []segment[B]
	level    uint32 // the segments that were split count 1<<(level+1), the others 1<<level
	count    int
}

// An idTable finds records by id, which lies in the first bytes of a record.
type idTable = hashTable[uuid.UUID, struct{}]

// A textTable finds records by a text, of which 15 bytes lie in the table: most
// texts are found without a look at the record.
type textTable = hashTable[string, [2]uint64]

// A segment is a table with open addressing: a record lies in its place or, if
// that is taken, behind it, without an empty slot between.
type segment[B comparable] struct {
	slots []slot[B]
	count int
}

// A slot holds a record, its number, and the hash and brief of its key. An
// empty one has no record.
type slot[B comparable] struct {
	brief     B
	hash, row uint32
	rec       storage.Record
}

// Sizes of segments: how many records they hold on average before one is
// split, and how many slots a segment begins with.
const (
	segmentLoad = 512
	firstSlots  = 4
)

func newIDTable(h *hasher) *idTable {
	key := func(r storage.Record) uuid.UUID { return storage.MetaOf(r).ID }
	nothing := func(uuid.UUID) (struct{}, bool) { return struct{}{}, false }
	return &idTable{key: key, hash: h.id, brief: nothing, segments: make([]segment[struct{}], 1)}
}

func newTextTable(h *hasher, key func(storage.Record) string) *textTable {
	brief := func(s string) ([2]uint64, bool) {
		high, low, exact := twoTextWords(s)
		return [2]uint64{high, low}, exact
	}
	return &textTable{key: key, hash: h.text, brief: brief, segments: make([]segment[[2]uint64], 1)}
}

// A hasher hashes keys so that nobody outside can foresee collisions.
type hasher struct {
	seed      maphash.Seed
	high, low uint64
}

func newHasher() *hasher {
	return &hasher{maphash.MakeSeed(), rand.Uint64(), rand.Uint64()}
}

func (h *hasher) text(s string) uint32 { return uint32(maphash.String(h.seed, s)) }

// id folds the product of the two halves of an id, as the wyhash function does
// with each 16 bytes (Wang Yi, https://github.com/wangyi-fudan/wyhash).
func (h *hasher) id(id uuid.UUID) uint32 {
	high, low := bits.Mul64(binary.LittleEndian.Uint64(id[:8])^h.high, binary.LittleEndian.Uint64(id[8:])^h.low)
	return uint32(high ^ low)
}

// segment returns where a hash belongs: segments up to the last one split go
// by one bit more than the others.
func (t *hashTable[K, B]) segment(hash uint32) *segment[B] {
	i := hash & (1<<(t.level+1) - 1)
	if int(i) >= len(t.segments) {
		i &= 1<<t.level - 1
	}
	return &t.segments[i]
}

// get returns the record with a key, or nil, and its number.
func (t *hashTable[K, B]) get(k K) (storage.Record, uint32) { return t.find(t.hash(k), k) }

// find is get for a key whose hash is known.
func (t *hashTable[K, B]) find(hash uint32, k K) (storage.Record, uint32) {
	s := t.segment(hash)
	if len(s.slots) == 0 {
		return nil, 0
	}
	brief, exact := t.brief(k)
	for i := s.home(hash); ; i = s.next(i) {
		at := &s.slots[i]
		if at.rec == nil {
			return nil, 0
		}
		if at.hash == hash && at.brief == brief && (exact || t.key(at.rec) == k) {
			return at.rec, at.row
		}
	}
}

// touch reads the slot where a hash belongs, so that the next look finds it in
// the cache. It returns something of it, for the reading not to be left out.
func (t *hashTable[K, B]) touch(hash uint32) uint32 {
	s := t.segment(hash)
	if len(s.slots) == 0 {
		return 0
	}
	return s.slots[s.home(hash)].row
}

// add enters a record under its key, which is not there.
func (t *hashTable[K, B]) add(hash uint32, k K, row uint32, r storage.Record) {
	brief, _ := t.brief(k)
	t.segment(hash).add(slot[B]{brief, hash, row, r})
	if t.count++; t.count > segmentLoad*len(t.segments) {
		t.split()
	}
}

// replace puts a record in the place of the one with that number and the same key.
func (t *hashTable[K, B]) replace(hash, row uint32, r storage.Record) {
	s := t.segment(hash)
	s.slots[s.find(hash, row)].rec = r
}

// remove takes the record with that number away, which is there.
func (t *hashTable[K, B]) remove(hash, row uint32) {
	s := t.segment(hash)
	s.clear(s.find(hash, row))
	t.count--
}

// find returns the slot of the record with a number, which is there.
func (s *segment[B]) find(hash, row uint32) int {
	i := s.home(hash)
	for s.slots[i].hash != hash || s.slots[i].row != row || s.slots[i].rec == nil {
		i = s.next(i)
	}
	return i
}

// split makes one more segment of what lies in the next one to be split.
func (t *hashTable[K, B]) split() {
	from := len(t.segments) - 1<<t.level
	old := t.segments[from]
	t.segments[from] = newSegment[B](old.count / 2)
	t.segments = append(t.segments, newSegment[B](old.count/2))
	if len(t.segments) == 2<<t.level {
		t.level++
	}
	for _, at := range old.slots {
		if at.rec != nil {
			t.segment(at.hash).add(at)
		}
	}
}

// newSegment returns a segment with room for a little more than n records.
func newSegment[B comparable](n int) segment[B] {
	return segment[B]{slots: make([]slot[B], firstSlots+n*3/2)}
}

// home returns the slot in which a hash belongs. The records of a segment
// agree in the low bits of their hashes, so these are spread by a
// multiplication (D. Knuth, The Art of Computer Programming, 6.4).
func (s *segment[B]) home(hash uint32) int {
	high, _ := bits.Mul32(hash*2654435769, uint32(len(s.slots)))
	return int(high)
}

func (s *segment[B]) next(i int) int {
	if i++; i < len(s.slots) {
		return i
	}
	return 0
}

// add enters a slot that is not there. A quarter of the slots stays empty.
func (s *segment[B]) add(at slot[B]) {
	if 4*(s.count+1) > 3*len(s.slots) {
		s.grow()
	}
	s.put(at)
	s.count++
}

func (s *segment[B]) put(at slot[B]) {
	i := s.home(at.hash)
	for s.slots[i].rec != nil {
		i = s.next(i)
	}
	s.slots[i] = at
}

// grow makes half as many slots more.
func (s *segment[B]) grow() {
	old := s.slots
	s.slots = make([]slot[B], len(old)+max(len(old)/2, firstSlots))
	for _, at := range old {
		if at.rec != nil {
			s.put(at)
		}
	}
}

// clear empties a slot and moves those behind it up that would not be found
// behind an empty one.
func (s *segment[B]) clear(hole int) {
	s.count--
	for i := s.next(hole); s.slots[i].rec != nil; i = s.next(i) {
		if s.distance(s.home(s.slots[i].hash), i) >= s.distance(hole, i) {
			s.slots[hole] = s.slots[i]
			hole = i
		}
	}
	s.slots[hole] = slot[B]{}
}

// distance returns how many steps lie from one slot to another.
func (s *segment[B]) distance(from, to int) int {
	if to -= from; to < 0 {
		to += len(s.slots)
	}
	return to
}
