package dedupe

import (
	"math/bits"
	"unicode/utf8"
)

// An outline tells of most texts that are not alike that they are not, without
// a look at their characters one by one. It never errs the other way.
type outline struct {
	letters uint64 // a bit for each character, which some share
	begin   uint32 // the first three bytes
	runes   int32
}

func outlineOf(text string) outline {
	o := outline{runes: int32(utf8.RuneCountInString(text))}
	for _, r := range text {
		o.letters |= 1 << (uint32(r) * 0x9E3779B1 >> 26)
	}
	for i := range min(3, len(text)) {
		o.begin |= uint32(text[i]) << (8 * i)
	}
	return o
}

// missing is how many characters of each text the other one lacks at least.
func (o *outline) missing(p *outline) (here, there int32) {
	return int32(bits.OnesCount64(p.letters &^ o.letters)), int32(bits.OnesCount64(o.letters &^ p.letters))
}

// within reports whether the distance of two texts by insertions, deletions,
// replacements and swaps may be at most n.
func (o *outline) within(p *outline, n int32) bool {
	if o.runes-p.runes > n || p.runes-o.runes > n {
		return false
	}
	here, there := o.missing(p)
	return here <= n && there <= n
}

// A winkler is a least similarity of Jaro and Winkler, as what it takes of common
// characters.
type winkler struct{ alike, another float64 }

// atLeast returns what it takes to be so similar: for texts that begin alike,
// which four characters may raise, and for others, which two may.
func atLeast(similarity float64) winkler {
	need := func(raise float64) float64 { return 3*(similarity-raise)/(1-raise) - 1 - 1e-9 }
	return winkler{alike: need(.4), another: need(.2)}
}

// reached reports whether two texts may be so similar. With m characters in common
// their similarity is at most (m/a + m/b + 1) / 3, raised for a common beginning.
func (w winkler) reached(o, p *outline) bool {
	if o.letters&p.letters == 0 {
		return o.runes == 0 || p.runes == 0
	}
	here, there := o.missing(p)
	common := float64(min(o.runes-there, p.runes-here))
	need := w.another
	if o.begin == p.begin {
		need = w.alike
	}
	return common*float64(o.runes+p.runes) >= need*float64(o.runes)*float64(p.runes)
}
