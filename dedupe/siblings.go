package dedupe

import "math"

// Siblings are two entities that are alike in all but one thing, for a reason:
// two restaurants of one hotel have the address and half of the name in common, two
// sites of one agency the name and the telephone. To comparisons that know
// nothing of each other each of these things is evidence of its own, and their
// sum would outweigh any contradiction.
//
// So siblings are a class of pairs beside those of one entity and of any two.
// For each level that contradicts, model.siblings is how many pairs of siblings come on
// one pair of one entity that looks the same; learning estimates it with the rest.
// However much speaks for a pair, its odds are at most one to that number.

// A role is what a comparison is about, as far as siblings go.
type role uint8

const (
	roleName    role = 1 << iota // of an organisation
	rolePlace                    // its address
	roleContact                  // phone numbers, mail addresses
	rolePerson                   // a person, a birthday, a number of one entity
)

// A kinship says how siblings look that a comparison tells apart.
type kinship struct {
	levels []uint8 // that contradict
	apart  role    // what siblings do not have in common
	weight float64 // how much of what is seen counts
	doubt  float64 // pairs of one entity that are supposed to look like siblings
}

// Organisations at one place tell themselves apart by their names, phones and
// persons; sites of one organisation by the place and the persons.
var (
	neighbours = kinship{levels: []uint8{1, 2, 3}, apart: roleContact | rolePerson, weight: 0.3, doubt: 0.5}
	branches   = kinship{levels: []uint8{1, 3, 7}, apart: rolePerson, weight: 1, doubt: 4}
)

// firstSiblings is how many pairs of siblings are supposed before any is seen.
const firstSiblings = 0.5

// siblingsOf is how many pairs of siblings come on one pair of one entity with
// these levels.
func (md *model) siblingsOf(levels pattern) (n float64) {
	for c, comparison := range md.comparisons {
		if comparison.kin != nil {
			n += md.siblingsBy(c, levels)
		}
	}
	return n
}

// siblingsBy is how many of them one comparison tells apart.
func (md *model) siblingsBy(c int, levels pattern) float64 {
	n := md.siblings[c][levels.level(c)]
	if n == 0 {
		return 0
	}
	kin := md.comparisons[c].kin
	for other, comparison := range md.comparisons {
		l := levels.level(other)
		if l > 0 && other != c && comparison.role&kin.apart != 0 {
			n *= md.u[other][l] / md.m[other][l]
		}
	}
	return n
}

// doubt is by how many bits siblings lower a weight.
func (md *model) doubt(levels pattern, w float32) float32 {
	siblings := md.siblingsOf(levels)
	if siblings == 0 {
		return 0
	}
	return float32(math.Log2(1 + siblings*math.Exp2(float64(w))))
}

// countSiblings estimates siblings anew from what was seen: kin are pairs of
// siblings, matches those of one entity.
func (md *model) countSiblings(c int, kin []float64, matches float64) {
	k := md.comparisons[c].kin
	if k == nil {
		return
	}
	for _, l := range k.levels {
		md.siblings[c][l] = k.weight * (kin[l] + firstSiblings) / (matches*md.m[c][l] + k.doubt)
	}
}
