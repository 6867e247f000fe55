package storage

import (
	"slices"

	"github.com/clientele-go/clientele/storage/criteria"
)

// A record's sets of texts lie behind it in one piece of memory, if they are
// small: one allocation instead of several, one object for the garbage
// collector, and the texts are near when a condition has looked at the record.

// roomy makes an empty record and room for n texts.
func roomy[T any, P pointer[T]](n int) (Record, []string) {
	switch {
	case n == 0:
		return P(new(T)), nil
	case n <= 2:
		c := new(struct {
			record T
			texts  [2]string
		})
		return P(&c.record), c.texts[:]
	case n <= 4:
		c := new(struct {
			record T
			texts  [4]string
		})
		return P(&c.record), c.texts[:]
	case n <= 8:
		c := new(struct {
			record T
			texts  [8]string
		})
		return P(&c.record), c.texts[:]
	default:
		return P(new(T)), make([]string, n)
	}
}

// sets returns the fields of a kind that are sets of texts.
func sets(fields []*Field) []*Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *Field) bool { return f.Type != criteria.Texts })
}

// textsIn counts the texts in all sets of a record.
func textsIn(sets []*Field, r Record) (n int) {
	for _, f := range sets {
		list, _ := f.Texts(r)
		n += len(list)
	}
	return n
}

// settle moves a list into the room and returns it there, and the room that is
// left. Neither can grow into the other.
func settle(room, list []string) (moved, left []string) {
	if len(list) == 0 {
		return nil, room
	}
	n := copy(room, list)
	return room[:n:n], room[n:]
}

// canonTexts is canon for a set of texts that moves into the room.
func (f *Field) canonTexts(dst, src Record, room []string) (left []string, err error) {
	given, _ := f.Texts(src)
	moved, left := settle(room, given)
	*f.address(dst).(*[]string), err = sortedSet(moved)
	return left, err
}
