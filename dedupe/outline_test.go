package dedupe

import (
	"testing"

	"github.com/clientele-go/clientele/dedupe/similarity"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What an outline rules out is not so.
func TestOutline_Property_NeverErrs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune(rapid.SampledFrom([]string{"ab", "abcdefgh1@", "王丽李华éa", "abcdefghijklmnopqrstuvwxyz"}).Draw(t, "alphabet"))
		text := func(name string) string {
			return string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, rapid.SampledFrom([]int{3, 9, 80}).Draw(t, "length")).Draw(t, name))
		}
		a, b := text("a"), text("b")
		if rapid.Bool().Draw(t, "near") {
			b = a + b[:0] + string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 2).Draw(t, "more"))
		}
		x, y := outlineOf(a), outlineOf(b)
		for _, s := range []float64{.8, .85, .88, .92, .99} {
			if similarity.JaroWinkler(a, b) >= s {
				require.True(t, atLeast(s).reached(&x, &y), "%q %q %v", a, b, s)
			}
		}
		for n := range int32(4) {
			if similarity.Damerau(a, b) <= int(n) {
				require.True(t, x.within(&y, n), "%q %q %v", a, b, n)
			}
		}
	})
}
