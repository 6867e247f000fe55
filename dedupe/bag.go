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
	words    []string   // by number
	outlines []outline  // of a word
	values   [][]uint32 // the words of a value, each once, by the number of the value
	marks    []uint64   // of a value: a bit for each word, which some share
	weight   []float32  // of a word
	total    []float32  // of the words of a value
}

// newBag makes the bag of a column from the words of each value, by number.
func newBag(col *column, lists [][]string) *bag {
	b := &bag{
		words: []string{""}, outlines: []outline{{}},
		values: make([][]uint32, len(col.values)), marks: make([]uint64, len(col.values)), total: make([]float32, len(col.values)),
	}
	numbers, often := map[string]uint32{}, []float64{0}
	for id, list := range lists {
		for _, word := range list {
			n, ok := numbers[word]
			if !ok {
				n = uint32(len(b.words))
				numbers[word] = n
				b.words, b.outlines, often = append(b.words, word), append(b.outlines, outlineOf(word)), append(often, 0)
			}
			if !slices.Contains(b.values[id], n) {
				b.values[id] = append(b.values[id], n)
				b.marks[id] |= mark(n)
				often[n]++
			}
		}
	}
	b.weight = make([]float32, len(b.words))
	for n := 1; n < len(often); n++ {
		b.weight[n] = float32(math.Log2(1 + float64(len(col.values))/often[n]))
	}
	for id, list := range b.values {
		for _, n := range list {
			b.total[id] += b.weight[n]
		}
	}
	return b
}

func mark(word uint32) uint64 { return 1 << (word & 63) }

// has reports whether a value has a word.
func (b *bag) has(id, word uint32) bool {
	return b.marks[id]&mark(word) != 0 && slices.Contains(b.values[id], word)
}

// rarest returns the words of a value that weigh most, at most n of them.
func (b *bag) rarest(id uint32, n int) []uint32 {
	list := slices.Clone(b.values[id])
	slices.SortFunc(list, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(b.weight[y], b.weight[x]), strings.Compare(b.words[x], b.words[y]))
	})
	return list[:min(n, len(list))]
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
	for _, w := range b.values[x] {
		if b.has(y, w) {
			common += 2 * b.weight[w]
		} else {
			leftX = append(leftX, w)
		}
	}
	for _, w := range b.values[y] {
		if !b.has(x, w) {
			leftY = append(leftY, w)
		}
	}
	var missX, missY float32
	missing := 0
	for _, w := range leftX {
		at, alike := b.closest(w, leftY)
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
	o := overlap{words: len(b.values[x]) - missing, conflict: missX > slight*b.total[x] && missY > slight*b.total[y]}
	if total := b.total[x] + b.total[y]; total > 0 {
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
	return x.begin == y.begin || min(x.begin, y.begin) < utf8.RuneSelf && byte(x.begin) == byte(y.begin) || enoughAlike.reached(x, y)
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
