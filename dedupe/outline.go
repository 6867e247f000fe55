package dedupe

import (
	"math/bits"
)

// An outline tells of most texts that are not alike that they are not, without
// a look at their characters one by one. It never errs the other way.
type outline struct {
	letters uint64 // a bit for each character, which some share
	counts  uint64 // how often there are characters, four bits for each sixteenth of them; at most 15
	begin   uint64 // the first bytes, begun of them
	runes   int32
	size    uint32 // in bytes
}

func outlineOf(text string) outline {
	o := outline{size: uint32(len(text))}
	for _, r := range text {
		o.letters |= 1 << (uint32(r) * 0x9E3779B1 >> 26)
		if at := 4 * (uint32(r) & 15); o.counts>>at&15 < 15 {
			o.counts += 1 << at
		}
		o.runes++
	}
	for i := range min(begun, len(text)) {
		o.begin |= uint64(text[i]) << (8 * i)
	}
	return o
}

// begins reports whether two texts begin with the same three bytes, or are the same
// where they are shorter.
func (o *outline) begins(p *outline) bool { return (o.begin^p.begin)<<40 == 0 }

// same reports whether two texts may be the same.
func (o *outline) same(p *outline) bool { return o.begin == p.begin && o.size == p.size }

// begun is how many bytes of its beginning an outline has.
const begun = 8

// common is how many bytes two texts begin with alike; begun if they may be more.
func (o *outline) common(p *outline) int {
	return min(bits.TrailingZeros64(o.begin^p.begin)/8, int(min(o.size, p.size)))
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
	return here <= n && there <= n && o.surplus(p) <= n && p.surplus(o) <= n
}

// surplus is how many characters of a text the other one lacks at least, by how often
// each is there.
func (o *outline) surplus(p *outline) int32 {
	return int32((above(o.counts&nibbles, p.counts&nibbles) + above(o.counts>>4&nibbles, p.counts>>4&nibbles)) * ones >> 56)
}

const (
	nibbles = 0x0F0F0F0F0F0F0F0F
	ones    = 0x0101010101010101
)

// above is by how much each byte of a number is above that of another one, for bytes
// below 16.
func above(x, y uint64) uint64 {
	d := (x | ones<<7) - y
	over := d & (ones << 7)
	return d & (over - over>>7)
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
	need := w.another
	if o.begins(p) {
		need = w.alike
	}
	need *= float64(o.runes) * float64(p.runes) / float64(o.runes+p.runes)
	here, there := o.missing(p)
	if float64(min(o.runes-there, p.runes-here)) < need {
		return false
	}
	return float64(min(o.runes-o.surplus(p), p.runes-p.surplus(o))) >= need
}
