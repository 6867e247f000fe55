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
	mu   sync.Mutex
	last uint64 // in 1/4096 of a millisecond
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

// ahead returns the i-th id of a moment that lies before this machine's clock
// reaches it, and leaves the source alone.
func (s *idSource) ahead(at time.Time, i int) uuid.UUID {
	return makeID(ticks(at)+uint64(i), rand.Uint64())
}
