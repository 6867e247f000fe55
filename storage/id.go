package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// idSource makes UUIDv7 (RFC 9562, 5.7) whose order is the order in which they
// were made: 48 bits of milliseconds, 12 bits of the fraction of the
// millisecond, 62 random bits. When the clock stands still or goes back, the
// 60 leading bits count on from the last id.
type idSource struct {
	mu     sync.Mutex
	last   uint64 // in 1/4096 of a millisecond
	serial uint64 // of ids made by at; begins anywhere
}

// next returns an id that is greater than every earlier one of this source and
// not older than now.
func (s *idSource) next(now time.Time) uuid.UUID {
	tick := ticks(now)
	s.mu.Lock()
	if tick <= s.last {
		tick = s.last + 1
	}
	s.last = tick
	s.mu.Unlock()
	return makeID(tick, rand.Uint64())
}

// ticks returns the time since 1970 in 1/4096 of a millisecond.
func ticks(t time.Time) uint64 {
	ms := max(t.UnixMilli(), 0)
	fraction := uint64(t.Nanosecond()%int(time.Millisecond)) << 12 / uint64(time.Millisecond)
	return uint64(ms)<<12 | fraction
}

func makeID(tick, random uint64) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:8], tick>>12<<16|7<<12|tick&0xfff)
	binary.BigEndian.PutUint64(id[8:], random>>2|1<<63)
	return id
}

// nameID returns the id (UUIDv8, from SHA-256) that always stands for these
// names: the id of a record that guards something.
func nameID(names ...string) (id uuid.UUID) {
	h := sha256.New()
	for _, name := range names {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(name)))
		h.Write(size[:])
		h.Write([]byte(name))
	}
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// at returns an id of exactly that moment, however many are made: it is less
// than every id of a moment a microsecond later, whichever source makes it.
// Those of one moment and one source are in the order in which they were made:
// behind the time stand 40 bits of a serial number and 22 random bits.
func (s *idSource) at(at time.Time) uuid.UUID {
	s.mu.Lock()
	if s.serial == 0 {
		s.serial = rand.Uint64N(1 << 39)
	}
	s.serial++
	serial := s.serial
	s.mu.Unlock()
	return makeID(ticks(at), serial<<24|rand.Uint64()>>40)
}
