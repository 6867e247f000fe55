package dedupe

import (
	"testing"

	"github.com/clientele-go/clientele/dedupe/similarity"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainJudgeDays is judgeDays part by part.
func plainJudgeDays(x, y string) uint8 {
	distance := similarity.Damerau(x, y)
	if distance <= 1 {
		return 6
	}
	if len(x) != 8 || len(y) != 8 {
		return 1
	}
	same := 0
	for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
		if x[part[0]:part[1]] == y[part[0]:part[1]] {
			same++
		}
	}
	switch {
	case same == 2, x[:4] == y[:4] && x[4:6] == y[6:] && x[6:] == y[4:6]:
		return 5
	case x[:4] == y[:4]:
		return 4
	case distance == 2:
		return 3
	case same > 0, nextYear(x, y):
		return 2
	}
	return 1
}

// Days that are compared by all their digits at once get the levels that they get part
// by part.
func TestJudgeDays_Property_EqualsTheNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringOfN(rapid.SampledFrom([]rune(rapid.SampledFrom([]string{"01", "0129"}).Draw(t, "digits"))), 8, 8, -1)
		x, y := digits.Draw(t, "x"), digits.Draw(t, "y")
		if rapid.Bool().Draw(t, "near") {
			at := rapid.IntRange(0, 6).Draw(t, "at")
			y = x[:at] + y[at:at+rapid.IntRange(1, 2).Draw(t, "other")]
			y = (y + x[len(y):])[:8]
		}
		if rapid.IntRange(0, 9).Draw(t, "short") == 0 {
			y = y[:rapid.IntRange(0, 8).Draw(t, "length")]
		}
		if x != y {
			require.Equal(t, plainJudgeDays(x, y), judgeDays(x, y), "%s %s", x, y)
		}
	})
}
