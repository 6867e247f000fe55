package memory

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A part is how one field goes into a sort key: up to 16 bytes, left-aligned in
// two words, which are in order when the values are. No value's bytes are the
// beginning of those of another, unless it is not exact: then others may have the
// same bytes.
type part func(storage.Record) (high, low uint64, size int, exact bool)

// partOf returns the part of a field, or nil for a type that does not go into a key.
func partOf(f *storage.Field) part {
	switch f.Type {
	case criteria.Ref:
		return func(r storage.Record) (uint64, uint64, int, bool) {
			id, _ := f.Ref(r)
			high, low, exact := idWords(id)
			return high, low, 16, exact
		}
	case criteria.Text:
		return func(r storage.Record) (uint64, uint64, int, bool) { s, _ := f.Text(r); return textBytes(s) }
	case criteria.Integer:
		return func(r storage.Record) (uint64, uint64, int, bool) {
			word, _, exact := integerWord(f.Integer(r))
			return word, 0, 8, exact
		}
	case criteria.Time:
		return func(r storage.Record) (uint64, uint64, int, bool) {
			word, _, exact := timeWord(f.Time(r))
			return word, 0, 8, exact
		}
	default:
		return nil
	}
}

// partsOf returns the parts of a key: of the first fields, as far as they go into one.
func partsOf(fields []*storage.Field) (parts []part) {
	for _, f := range fields {
		p := partOf(f)
		if p == nil {
			break
		}
		parts = append(parts, p)
	}
	return parts
}

// textBytes is the first 16 bytes of a text or, as a text has no NUL, all of
// them with a 0 at the end.
func textBytes(s string) (high, low uint64, size int, exact bool) {
	var b [16]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), min(len(s)+1, 16), len(s) <= 15
}

func idWords(id uuid.UUID) (high, low uint64, exact bool) {
	return binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:]), true
}

// twoTextWords is the first 15 bytes and, as the sixteenth, the length up to 16.
// A text has no NUL, so what is up to 15 bytes long is told apart completely.
func twoTextWords(s string) (high, low uint64, exact bool) {
	var b [16]byte
	copy(b[:15], s)
	b[15] = byte(min(len(s), 16))
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), len(s) <= 15
}

// integerWord moves the integers above 0, which stands for an absent one. The
// two least of all share a word.
func integerWord(n int64, present bool) (word, _ uint64, exact bool) {
	if !present {
		return 0, 0, true
	}
	word = uint64(n) ^ 1<<63
	return max(word, 1), 0, word > 1
}

// The years that are stored, in seconds since 1970.
var (
	firstSecond = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastSecond  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

// timeWord is the microseconds since the year 1. Times outside of the years
// that are stored, and between two microseconds, occur in conditions only.
func timeWord(t time.Time, present bool) (word, _ uint64, exact bool) {
	switch seconds := t.Unix(); {
	case !present:
		return 0, 0, true
	case seconds < firstSecond:
		return 1, 0, false
	case seconds > lastSecond:
		return math.MaxUint64, 0, false
	default:
		word = uint64(seconds-firstSecond)*1e6 + uint64(t.Nanosecond()/1000) + 1
		return word, 0, word > 1 && t.Nanosecond()%1000 == 0
	}
}
