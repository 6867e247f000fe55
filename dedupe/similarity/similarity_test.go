package similarity_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe/similarity"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainJaro follows the definition, step by step.
func plainJaro(s, t string) float64 {
	a, b := []rune(s), []rune(t)
	if string(a) == string(b) {
		return 1
	}
	reach := max(len(a), len(b))/2 - 1
	if reach < 0 {
		reach = 0
	}
	var fromA, fromB []rune
	used := make([]bool, len(a))
	common := make([]bool, len(b))
	for j := range b {
		for i := range a {
			if !used[i] && a[i] == b[j] && i-j <= reach && j-i <= reach {
				used[i], common[j] = true, true
				break
			}
		}
	}
	for i := range a {
		if used[i] {
			fromA = append(fromA, a[i])
		}
	}
	for j := range b {
		if common[j] {
			fromB = append(fromB, b[j])
		}
	}
	if len(fromA) == 0 {
		return 0
	}
	moved := 0
	for i := range fromA {
		if fromA[i] != fromB[i] {
			moved++
		}
	}
	m := float64(len(fromA))
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3
}

func plainJaroWinkler(s, t string) float64 {
	a, b := []rune(s), []rune(t)
	n := 0
	for n < 4 && n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	j := plainJaro(s, t)
	return j + float64(n)*0.1*(1-j)
}

// plainDistance fills the whole table; with swaps it is the optimal string alignment.
func plainDistance(s, t string, swaps bool) int {
	a, b := []rune(s), []rune(t)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j-1]+cost, d[i-1][j]+1, d[i][j-1]+1)
				if swaps && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func agree(t require.TestingT, a, b string) {
	require.InDelta(t, plainJaro(a, b), similarity.Jaro(a, b), 1e-12, "Jaro of %q and %q", a, b)
	require.InDelta(t, plainJaroWinkler(a, b), similarity.JaroWinkler(a, b), 1e-12, "Jaro-Winkler of %q and %q", a, b)
	require.Equal(t, plainDistance(a, b, false), similarity.Levenshtein(a, b), "Levenshtein of %q and %q", a, b)
	require.Equal(t, plainDistance(a, b, true), similarity.Damerau(a, b), "Damerau of %q and %q", a, b)
}

func TestSimilarity_Property_EqualsTheDefinitions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune("ab")
		switch rapid.IntRange(0, 3).Draw(t, "alphabet") {
		case 1:
			letters = []rune("abcdefghij")
		case 2:
			letters = []rune("ab王丽李é𠮷")
		case 3:
			letters = []rune("a\x00\x7f\u0080")
		}
		text := func(name string) string {
			n := rapid.SampledFrom([]int{5, 12, 16, 17, 63, 64, 65, 90}).Draw(t, name+" length")
			return string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, n).Draw(t, name))
		}
		agree(t, text("a"), text("b"))
	})
}

func TestJaroWinkler_Known(t *testing.T) {
	t.Parallel()
	for _, known := range []struct {
		a, b string
		want float64
	}{
		{"MARTHA", "MARHTA", 0.9611}, {"DWAYNE", "DUANE", 0.84}, {"DIXON", "DICKSONX", 0.8133},
		{"", "", 1}, {"a", "", 0}, {"a", "b", 0}, {"王丽", "王丽华", 0.9111},
	} {
		require.Equal(t, known.want, math.Round(similarity.JaroWinkler(known.a, known.b)*10000)/10000, "%q %q", known.a, known.b)
	}
}

func TestSimilarity_AllocatesNothing(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		similarity.JaroWinkler("sondergeld", "sonderfeld")
		similarity.JaroWinkler("欧阳小明", "欧阳晓明")
		similarity.Levenshtein("sondergeld", "sonderfeld")
		similarity.Levenshtein("欧阳小明", "欧阳晓明")
		similarity.Damerau("19710624", "19710642")
	}))
}

func FuzzSimilarity(f *testing.F) {
	f.Add("martha", "marhta")
	f.Add("王丽", "\xff王")
	f.Add("sixteen letters.", "sixteen\x00letterz")
	f.Add(strings.Repeat("1", 65), strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 300 || len(b) > 300 {
			return
		}
		agree(t, a, b)
	})
}

var surnames = []string{"waller", "berry", "sondergeld", "harrington", "neumann", "painter", "green", "maxon", "white", "matthews", "stubbersfield", "webb"}

// pairsOfSurnames calls a function for one pair of surnames each time.
func pairsOfSurnames(b *testing.B, compare func(a, b string)) {
	var pairs [12][2]string
	for i := range pairs {
		pairs[i] = [2]string{surnames[i], surnames[(i*7+1)%len(surnames)]}
	}
	i := 0
	for b.Loop() {
		compare(pairs[i][0], pairs[i][1])
		if i++; i == len(pairs) {
			i = 0
		}
	}
}

func BenchmarkJaroWinkler(b *testing.B) {
	pairsOfSurnames(b, func(x, y string) { similarity.JaroWinkler(x, y) })
}

func BenchmarkLevenshtein(b *testing.B) {
	pairsOfSurnames(b, func(x, y string) { similarity.Levenshtein(x, y) })
}

func BenchmarkDamerau(b *testing.B) {
	pairsOfSurnames(b, func(x, y string) { similarity.Damerau(x, y) })
}

func ExampleJaroWinkler() {
	fmt.Printf("%.3f %.3f\n", similarity.JaroWinkler("martha", "marhta"), similarity.JaroWinkler("陈伟", "陈伟明"))
	// Output: 0.961 0.911
}

func ExampleDamerau() {
	fmt.Println(similarity.Levenshtein("19710624", "19710642"), similarity.Damerau("19710624", "19710642"))
	// Output: 2 1
}
