package memory

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A part is how one field goes into a sort key.
type part struct {
	words int // 1 or 2
	// of returns the words of a record's value, which are in order when the
	// values are, and whether only equal values have them. An absent value
	// has zeros.
	of func(storage.Record) (high, low uint64, exact bool)
}

// partOf returns how a field goes into a key with room for so many words, and
// false for a type that does not.
func partOf(f *storage.Field, room int) (part, bool) {
	switch {
	case f.Type == criteria.Ref && room > 1:
		return part{2, func(r storage.Record) (uint64, uint64, bool) { id, _ := f.Ref(r); return idWords(id) }}, true
	case f.Type == criteria.Ref:
		return part{1, func(r storage.Record) (uint64, uint64, bool) {
			id, _ := f.Ref(r)
			high, _, _ := idWords(id)
			return high, 0, false
		}}, true
	case f.Type == criteria.Text && room > 1:
		return part{2, func(r storage.Record) (uint64, uint64, bool) { s, _ := f.Text(r); return twoTextWords(s) }}, true
	case f.Type == criteria.Text:
		return part{1, func(r storage.Record) (uint64, uint64, bool) { s, _ := f.Text(r); return textWord(s) }}, true
	case f.Type == criteria.Integer:
		return part{1, func(r storage.Record) (uint64, uint64, bool) { return integerWord(f.Integer(r)) }}, true
	case f.Type == criteria.Time:
		return part{1, func(r storage.Record) (uint64, uint64, bool) { return timeWord(f.Time(r)) }}, true
	default:
		return part{}, false
	}
}

// partsOf returns the parts of a key of some words: as many fields as there is
// room for. A text that others follow gets one word, or two of many.
func partsOf(fields []*storage.Field, room int) []part {
	var parts []part
	for i, f := range fields {
		spare := 0
		if i < len(fields)-1 && room > 1 {
			spare = 1
		}
		p, ok := partOf(f, room-spare)
		if !ok || p.words > room {
			break
		}
		parts, room = append(parts, p), room-p.words
	}
	return parts
}

func idWords(id uuid.UUID) (high, low uint64, exact bool) {
	return binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:]), true
}

// textWord is the first 7 bytes and, as the eighth, the length up to 8. A text
// has no NUL, so what is up to 7 bytes long is told apart completely.
func textWord(s string) (word, _ uint64, exact bool) {
	var b [8]byte
	copy(b[:7], s)
	b[7] = byte(min(len(s), 8))
	return binary.BigEndian.Uint64(b[:]), 0, len(s) <= 7
}

// twoTextWords is textWord for 15 bytes.
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
