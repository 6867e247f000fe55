package dedupe

import (
	"math"
	"slices"
)

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
//
// The branches of one company, and a branch and the whole, are siblings of which no
// list has to show any: they have the name, often the telephone and the address in common
// and are not one, unless a code or number of one entity says so.

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
	own    bool    // they have in common nothing that is an entity's own: a number, a code
	weight float64 // how much of what is seen counts
	doubt  float64 // pairs of one entity that are supposed to look like siblings
	least  float64 // how many of them come on one pair of one entity at least, whatever is seen
}

// Organisations at one place tell themselves apart by their names, phones and
// persons; sites of one organisation by the place and the persons.
var (
	neighbours = kinship{levels: []uint8{1, 2, 3}, apart: roleContact | rolePerson, weight: 0.3, doubt: 0.5}
	branches   = kinship{levels: []uint8{1, 3, 7}, apart: rolePerson, weight: 1, doubt: 4}
	unitsOfOne = kinship{levels: []uint8{levelUnits}, own: true, weight: 1, doubt: 4, least: 64}
)

// kinAt is how siblings look that a comparison tells apart by a level; nil for none.
func (c *comparison) kinAt(level uint8) *kinship {
	for _, k := range [...]*kinship{c.kin, c.parts} {
		if k != nil && slices.Contains(k.levels, level) {
			return k
		}
	}
	return nil
}

// firstSiblingsOf are those of a comparison of which nothing was seen yet.
func (c *comparison) firstSiblingsOf() []float64 {
	list := make([]float64, len(c.levels))
	for level := range list {
		if k := c.kinAt(uint8(level)); k != nil {
			list[level] = k.least
		}
	}
	return list
}

// firstSiblings is how many pairs of siblings are supposed before any is seen.
const firstSiblings = 0.5

// siblingsOf is how many pairs of siblings come on one pair of one entity with
// these levels.
func (md *model) siblingsOf(levels pattern) (n float64) {
	for c, comparison := range md.comparisons {
		if comparison.kin != nil || comparison.parts != nil {
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
	kin := md.comparisons[c].kinAt(levels.level(c))
	for other, comparison := range md.comparisons {
		l := levels.level(other)
		if l > 0 && other != c && (comparison.role&kin.apart != 0 || kin.own && comparison.own) {
			n *= md.u[other][l] / md.m[other][l]
		}
	}
	return n
}

// kinOf is log2 of how many pairs of siblings, or relatives, come on one pair of one
// entity with these levels.
func (md *model) kinOf(levels pattern) float32 {
	if md.relatives != nil {
		return md.relatives.weigh(levels)
	}
	return float32(math.Log2(md.siblingsOf(levels)))
}

// softplus is log2 of 1 + 2 to the power of bits.
func softplus(bits float32) float32 {
	switch {
	case bits < -15:
		return 0
	case bits > 30:
		return bits
	}
	return float32(math.Log2(1 + math.Exp2(float64(bits))))
}

// oppose keeps levels at which parts of one organisation differ from speaking for one
// entity: how much else of their names is the same is no reason.
func (c *comparison) oppose(m, u []float64) {
	if c.parts != nil {
		for _, l := range c.parts.levels {
			m[l] = min(m[l], u[l])
		}
	}
}

// countSiblings estimates siblings anew from what was seen: kin are pairs of
// siblings, matches those of one entity.
func (md *model) countSiblings(c int, kin []float64, matches float64) {
	for l := range kin {
		if k := md.comparisons[c].kinAt(uint8(l)); k != nil {
			md.siblings[c][l] = max(k.weight*(kin[l]+firstSiblings)/(matches*md.m[c][l]+k.doubt), k.least)
		}
	}
}
