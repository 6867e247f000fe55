package dedupe

// compareWords compares texts by their words.
func compareWords(name string, col *column, b *bag) *comparison {
	c := sameOrNot(name, col,
		[]string{"absent", "hardly a word in common", "some words in common, others against each other", "many words in common, others against each other",
			"a part of the other, a small one", "a part of the other", "a part of the other, most of it", "the same words", "the same"},
		[]float64{0, .03, .03, .04, .05, .08, .12, .15, .5}, []float64{0, .95, .03, .005, .005, .002, .001, .0005, .0005},
		func(x, y uint32) uint8 { return wordsLevel(b.overlap(x, y)) })
	c.warm, c.effort = b.warm, b.effort()
	c.byChance = func() float64 { return b.byChance(col) }
	return c
}

// wordsLevel is the level of what two texts have in common.
func wordsLevel(o overlap) uint8 {
	switch {
	case o.share >= .95:
		return 7
	case !o.conflict && o.share >= .6 && o.words > 1:
		return 6
	case !o.conflict && o.share >= .35:
		return 5
	case !o.conflict && o.share > .1:
		return 4
	case o.share >= .6:
		return 3
	case o.share >= .3:
		return 2
	}
	return 1
}

// Levels of names of organisations that texts have not, or not there.
const (
	levelUnits = 4 // those of texts that are higher come after it
	levelParts = 8
)

// organisationCaps are how often two names of one organisation have nothing alike, or
// words against each other, at most.
var organisationCaps = map[uint8]float64{1: .02, 2: .05, 3: .02}

// compareOrganisations compares the names of organisations by their words and by the
// parts that package form finds; words against each other contradict that two are one,
// and so do branches.
func compareOrganisations(name string, col *column, b *bag, u *units) *comparison {
	c := sameOrNot(name, col,
		[]string{"absent", "hardly a word in common", "some words in common, others against each other", "many words in common, others against each other",
			"another branch, or a branch and the whole", "a part of the other, a small one", "a part of the other", "a part of the other, most of it", "the same in all its parts", "the same"},
		[]float64{0, .03, .03, .04, .005, .05, .08, .12, .15, .5}, []float64{0, .95, .03, .005, .005, .005, .002, .001, .0005, .0005},
		func(x, y uint32) uint8 {
			if u.same(x, y) {
				return levelParts
			}
			switch level := wordsLevel(b.overlap(x, y)); {
			case level > 1 && u.apart(x, y):
				return levelUnits
			case level >= levelUnits:
				return level + 1
			default:
				return level
			}
		})
	c.warm = b.warm
	c.caps = organisationCaps
	c.parts = &unitsOfOne
	c.byChance = func() float64 { return u.byChance(col) }
	if c.role = roleName; !mostlyHan(col) {
		c.kin = &neighbours
	}
	return c
}

// mostlyHan reports whether most values are in Chinese. Their words are pairs of
// characters that overlap: a slip of the pen sets words against each other on both
// sides, so that this does not tell neighbours.
func mostlyHan(col *column) bool {
	if col.frozen != nil {
		return col.frozen.Han
	}
	han := 0
	for _, v := range col.values {
		if hasHan(v) {
			han++
		}
	}
	return 2*han > len(col.values)
}

// compareAddresses compares addresses by their words and their numbers at once:
// apart, each would count as if it were evidence of its own.
func compareAddresses(name string, col *column, b *bag, numbers *lists) *comparison {
	c := sameOrNot(name, col,
		[]string{"absent", "another", "a number in common", "the street alike, the number another", "the same number elsewhere", "the street alike", "the street alike, a number in common",
			"the same street, another number", "the street alike, the same number", "the same street", "the same street, a number in common", "the same street and number", "the same"},
		[]float64{0, .05, .05, .05, .05, .05, .05, .05, .05, .1, .1, .1, .3}, []float64{0, .95, .01, .02, .002, .001, .001, .01, .0002, .0002, .0002, .0001, .0001},
		func(x, y uint32) uint8 {
			return addressLevel(b.overlap(x, y).share, compareNumbers(numbers.of(x), numbers.of(y)))
		})
	c.caps = map[uint8]float64{1: .03, 3: .01, 7: .01}
	c.role, c.effort = rolePlace, b.effort()
	c.warm = func(values []uint32) uint32 { return b.warm(values) ^ numbers.warm(values) }
	return c
}

// How the numbers of two addresses agree.
const (
	numbersAbsent = iota // in one of them
	numbersApart
	numbersShared // some are in both
	numbersSame   // the first one
)

func addressLevel(words float64, numbers int) uint8 {
	switch {
	case words >= .55:
		return [...]uint8{numbersAbsent: 9, numbersApart: 7, numbersShared: 10, numbersSame: 11}[numbers]
	case words >= .3:
		return [...]uint8{numbersAbsent: 5, numbersApart: 3, numbersShared: 6, numbersSame: 8}[numbers]
	}
	return [...]uint8{numbersAbsent: 1, numbersApart: 1, numbersShared: 2, numbersSame: 4}[numbers]
}

func compareNumbers(a, b []uint32) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return numbersAbsent
	case a[0] == b[0]:
		return numbersSame
	}
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return numbersShared
			}
		}
	}
	return numbersApart
}
