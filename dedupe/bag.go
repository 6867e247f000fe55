package dedupe

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/dedupe/similarity"
)

// A bag is the words of each value of a column, and how much each word weighs:
// the log of how rare it is.
type bag struct {
	words    []string  // by number
	often    []float64 // how many values have a word; of sets, how many rows
	outlines []outline // of a word
	weight   []float32 // of a word
	rank     []uint32  // of a word, the heaviest first; nil where there are few
	values   []sack    // by number of the value, and one more
	items    []uint32  // the words of a value, each once
	counted  int       // among how many values, or rows, words are counted
	common   float64   // of sets: how many other rows have a word of a row, on the average
}

// A sack is what a value has of the words.
type sack struct {
	marks uint64  // a bit for each word, which some share
	total float32 // what its words weigh
	start uint32  // where they begin
}

// newBag makes the bag of a column from the words of each value, which a function
// appends to a list. It is to be weighed.
func newBag(in *interner, col *column, wordsOf func(list []string, id uint32) []string) *bag {
	b := &bag{values: make([]sack, len(col.values)+1), items: make([]uint32, 0, 2*len(col.values)), counted: len(col.values)}
	some, list := &in.some, []string(nil)
	for id := range uint32(len(col.values)) {
		col.ahead(id)
		b.values[id].start = uint32(len(b.items) + len(some.ends))
		list = wordsOf(list[:0], id)
		for _, word := range list {
			some.bytes = append(some.bytes, word...)
			some.end()
			if some.full() {
				b.items = in.numberAll(some, b.items)
			}
		}
	}
	b.items = in.numberAll(some, b.items)
	b.values[len(col.values)].start = uint32(len(b.items))
	b.words = in.take()
	b.eachOnce()
	b.outlines = make([]outline, len(b.words))
	for n := 1; n < len(b.words); n++ {
		b.outlines[n] = outlineOf(b.words[n])
	}
	return b
}

// eachOnce leaves each word of a value once, and counts how many values have each.
func (b *bag) eachOnce() {
	b.often = make([]float64, len(b.words))
	var met []uint32 // by word: the last long value that has it, and one more
	values, from, to := len(b.values)-1, uint32(0), uint32(0)
	for id := range b.values[:values] {
		v, end := &b.values[id], b.values[id+1].start
		v.start = to
		long := end-from > mostWords
		if long && met == nil {
			met = make([]uint32, len(b.words))
		}
		for _, n := range b.items[from:end] {
			if long && met[n] == uint32(id)+1 || !long && slices.Contains(b.items[v.start:to], n) {
				continue
			}
			if long {
				met[n] = uint32(id) + 1
			}
			b.items[to] = n
			v.marks |= mark(n)
			b.often[n]++
			to++
		}
		from = end
	}
	b.values[values].start, b.items = to, b.items[:to]
}

// mostWords is how many words of a value are compared, those that weigh most: two long
// texts that have these in common are the same, and to compare each word with each would
// take the square of their length.
const mostWords = 32

// weigh gives words the weights that a function returns, and leaves of long values the
// words that weigh most.
func (b *bag) weigh(weight func(word int) float32) {
	b.weight = make([]float32, len(b.words))
	for n := 1; n < len(b.words); n++ {
		b.weight[n] = weight(n)
	}
	b.shorten()
	for id := range b.values[:len(b.values)-1] {
		for _, n := range b.of(uint32(id)) {
			b.values[id].total += b.weight[n]
		}
	}
}

// shorten leaves the words of each value that weigh most, in the order in which they
// were.
func (b *bag) shorten() {
	values, to := len(b.values)-1, uint32(0)
	for id := range b.values[:values] {
		list, v := b.of(uint32(id)), &b.values[id]
		v.start = to
		if len(list) <= mostWords {
			to += uint32(copy(b.items[to:], list))
			continue
		}
		lightest := b.rarestOf(list)[mostWords-1]
		v.marks = 0
		for _, n := range list {
			if b.heavier(n, lightest) <= 0 {
				b.items[to] = n
				v.marks |= mark(n)
				to++
			}
		}
	}
	b.values[values].start, b.items = to, b.items[:to]
}

// rarestOf are words, the heaviest first.
func (b *bag) rarestOf(list []uint32) []uint32 {
	list = slices.Clone(list)
	slices.SortFunc(list, b.heavier)
	return list
}

// effort is how many pairs of words there are in two values, on the average.
func (b *bag) effort() float64 {
	words := float64(len(b.items)) / float64(max(len(b.values)-2, 1)) // without the value that is absent
	return words * words
}

// weighWords weighs words by how many values have them, and ranks them.
func (b *bag) weighWords() {
	values := float64(b.counted)
	b.weigh(func(n int) float32 { return float32(math.Log2(1 + values/b.often[n])) })
	order := make([]uint32, len(b.words))
	for n := range order {
		order[n] = uint32(n)
	}
	slices.SortFunc(order, b.heavier)
	rank := make([]uint32, len(b.words))
	for at, n := range order {
		rank[n] = uint32(at)
	}
	b.rank = rank
}

// heavier orders words, the heaviest first.
func (b *bag) heavier(x, y uint32) int {
	if b.rank != nil {
		return cmp.Compare(b.rank[x], b.rank[y])
	}
	return cmp.Or(cmp.Compare(b.weight[y], b.weight[x]), strings.Compare(b.words[x], b.words[y]))
}

// of are the words of a value.
func (b *bag) of(id uint32) []uint32 { return b.items[b.values[id].start:b.values[id+1].start] }

func mark(word uint32) uint64 { return 1 << (word & 63) }

// has reports whether a value has a word.
func (b *bag) has(id, word uint32) bool {
	return b.values[id].marks&mark(word) != 0 && slices.Contains(b.of(id), word)
}

// rarest appends the words of a value that weigh most, at most n of them.
func (b *bag) rarest(list []uint32, id uint32, n int) []uint32 {
	from := len(list)
	list = append(list, b.of(id)...)
	slices.SortFunc(list[from:], b.heavier)
	return list[:min(from+n, len(list))]
}

// bitsBeyondChance is by how many bits it is less likely that two texts are the same by
// chance than that two rows are one entity, if that is what they are.
const bitsBeyondChance = 10

// byChance is the chance that two rows with values have the same one by chance: what
// both would write in so many words, each as rare as it is, is one text. Words come in
// phrases, so that they count for half.
func (b *bag) byChance(col *column) float64 {
	n, often := col.present(), slices.Clone(col.count)
	for id := range often {
		if float64(b.values[id].total)/2 > 2*math.Log2(n)+bitsBeyondChance {
			often[id] = min(often[id], 1)
		}
	}
	return collisions(n, often)
}

// An overlap is what two values have in common by weight, from 0 to 1, and
// whether each has words that the other lacks.
type overlap struct {
	share    float64
	conflict bool
	words    int // of the first that the second has too, or one that is alike
}

// Words that are alike count a little less than equal ones.
const (
	alikeWords  = 0.85
	alikeFactor = 0.9
	slight      = 0.1 // the share of the weight that makes a conflict
)

// overlap compares two values. Words are taken once: equal ones first, then the
// pairs that are most alike.
func (b *bag) overlap(x, y uint32) overlap {
	var roomX, roomY [32]uint32
	leftX, leftY := roomX[:0], roomY[:0]
	var common float32
	for _, w := range b.of(x) {
		if b.has(y, w) {
			common += 2 * b.weight[w]
		} else {
			leftX = append(leftX, w)
		}
	}
	for _, w := range b.of(y) {
		if !b.has(x, w) {
			leftY = append(leftY, w)
		}
	}
	var missX, missY float32
	missing := 0
	for _, w := range leftX {
		at, alike := -1, 0.0
		if !b.outlines[w].isNumber() {
			at, alike = b.closest(w, leftY)
		}
		if alike < alikeWords {
			missing++
			missX += b.weight[w]
			continue
		}
		common += float32(alike) * alikeFactor * (b.weight[w] + b.weight[leftY[at]])
		leftY[at] = 0
	}
	for _, w := range leftY {
		missY += b.weight[w]
	}
	o := overlap{words: len(b.of(x)) - missing, conflict: missX > slight*b.values[x].total && missY > slight*b.values[y].total}
	if total := b.values[x].total + b.values[y].total; total > 0 {
		o.share = float64(common / total)
	}
	return o
}

var enoughAlike = atLeast(alikeWords)

// closest returns the word of a list that is most like one, if one is alike
// enough.
func (b *bag) closest(w uint32, list []uint32) (at int, alike float64) {
	at = -1
	for i, v := range list {
		if v == 0 || !b.mayBeAlike(w, v) {
			continue
		}
		if s := alikeness(b.words[w], b.words[v]); s > alike {
			at, alike = i, s
		}
	}
	return at, alike
}

// mayBeAlike reports whether two words begin alike, one may be the initial of the
// other, or they may be similar enough.
func (b *bag) mayBeAlike(w, v uint32) bool {
	x, y := &b.outlines[w], &b.outlines[v]
	return x.begins(y) || min(x.begin, y.begin) < utf8.RuneSelf && byte(x.begin) == byte(y.begin) || enoughAlike.reached(x, y)
}

// alikeness compares two words that are not equal. Numbers are not alike; an
// initial and the beginning of a word that makes at least half of it are.
func alikeness(a, b string) float64 {
	short := min(len(a), len(b))
	switch {
	case a[0] >= '0' && a[0] <= '9':
		return 0
	case short == 1 && a[0] == b[0]:
		return 0.85
	case short >= 3 && a[:short] == b[:short] && (short >= 4 || 2*short >= max(len(a), len(b))):
		return 0.9
	case short < 4:
		return 0
	}
	return similarity.JaroWinkler(a, b)
}
