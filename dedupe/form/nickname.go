package form

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/nicknames.txt
var nicknamesText string

// nicknames are the lines of the table that each name is in.
var nicknames = sync.OnceValue(func() map[string][]uint16 {
	m := make(map[string][]uint16, 1200)
	line := uint16(0)
	for names := range strings.Lines(nicknamesText) {
		for name := range strings.FieldsSeq(names) {
			if of := m[name]; len(of) == 0 || of[len(of)-1] != line {
				m[name] = append(of, line)
			}
		}
		line++
	}
	return m
})

// SameGiven reports whether two given names may be names of one person: they
// are equal in their normal form, or one is a short or pet form of the other,
// or both are of one name: bill, will and William; Nessie and Agnes. For names
// of several words, all the words are one name.
//
// The table is of some 270 names in English. It is no equivalence in the strict
// sense: Ted is Edward and Theodore, who are not the same. Initials are not
// looked at: j is not John.
func SameGiven(a, b string) bool {
	a, b = latin(a), latin(b)
	if a == b {
		return true
	}
	of := nicknames()[b]
	return slices.ContainsFunc(nicknames()[a], func(line uint16) bool { return slices.Contains(of, line) })
}

// PetNames returns the names, as numbers of lines of the table, that a given name
// is, or is a short or pet form of: two names that have one in common are SameGiven.
// It is for comparing many names with each other. The slice is shared and must not be
// changed; the numbers are for use within one run of a program.
func PetNames(name string) []uint16 { return nicknames()[latin(name)] }
