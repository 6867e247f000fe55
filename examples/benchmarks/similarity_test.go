package benchmarks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agnivade/levenshtein"
	"github.com/clientele-go/clientele/dedupe/similarity"
	"github.com/stretchr/testify/require"
	"github.com/xrash/smetrics"
)

// textPairs are pairs of texts as records have them, alike and not.
var textPairs = map[string][][2]string{
	"names": {
		{"katherine", "catharine"}, {"montgomery", "mongomery"}, {"smith", "smyth"}, {"abernathy", "abernethy"}, {"jonathan", "johnathan"},
		{"williams", "thompson"}, {"garcia", "murphy"}, {"anderson", "andersen"}, {"robinson", "robertson"}, {"lee", "leigh"},
	},
	"mail": {
		{"j.smith1987@example.com", "jsmith1987@example.com"}, {"maria.garcia@post.example", "m.garcia@post.example"},
		{"robert.taylor44@web.example", "susan.walker7@mail.example"}, {"info@harbour-cafe.example", "info@harbor-cafe.example"},
	},
	"Chinese": {
		{"杭州西湖信息技术有限公司", "杭州西湖信息科技有限公司"}, {"上海浦东发展贸易公司", "上海浦东贸易发展公司"}, {"欧阳娜娜", "欧阳娜"}, {"王小明", "李小红"},
	},
}

// The peers know these distances by other names, and compute them of bytes or runes:
// of ASCII all agree with ours.
func TestSimilarity_PeersAgree(t *testing.T) {
	for _, kind := range []string{"names", "mail"} {
		for _, p := range textPairs[kind] {
			require.InDelta(t, smetrics.JaroWinkler(p[0], p[1], 0, 4), similarity.JaroWinkler(p[0], p[1]), 1e-9, p)
			require.Equal(t, smetrics.WagnerFischer(p[0], p[1], 1, 1, 1), similarity.Levenshtein(p[0], p[1]), p)
		}
	}
	for _, pairs := range textPairs {
		for _, p := range pairs {
			require.Equal(t, levenshtein.ComputeDistance(p[0], p[1]), similarity.Levenshtein(p[0], p[1]), p)
		}
	}
}

// BenchmarkSimilarity is one comparison of two texts, ours and those of the peers.
func BenchmarkSimilarity(b *testing.B) {
	distance := func(fn func(x, y string) int) func(x, y string) float64 {
		return func(x, y string) float64 { return float64(fn(x, y)) }
	}
	for _, fn := range []struct {
		name string
		of   func(x, y string) float64
	}{
		{"JaroWinkler/ours", similarity.JaroWinkler},
		{"JaroWinkler/smetrics", func(x, y string) float64 { return smetrics.JaroWinkler(x, y, 0, 4) }},
		{"Levenshtein/ours", distance(similarity.Levenshtein)},
		{"Levenshtein/agnivade", distance(levenshtein.ComputeDistance)},
		{"Levenshtein/smetrics", distance(func(x, y string) int { return smetrics.WagnerFischer(x, y, 1, 1, 1) })},
		{"Damerau/ours", distance(similarity.Damerau)},
	} {
		for _, kind := range []string{"names", "mail", "Chinese"} {
			if kind == "Chinese" && strings.HasSuffix(fn.name, "smetrics") {
				continue // it compares bytes
			}
			pairs := textPairs[kind]
			b.Run(fmt.Sprint(fn.name, "/", kind), func(b *testing.B) {
				b.ReportAllocs()
				began, sum := cpuSeconds(), 0.0
				for i := range b.N {
					p := &pairs[i%len(pairs)]
					sum += fn.of(p[0], p[1])
				}
				b.ReportMetric((cpuSeconds()-began)*1e9/float64(b.N), "cpu-ns/op")
				if sum < 0 {
					b.Fatal(sum)
				}
			})
		}
	}
}
