package search_test

import (
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// BenchmarkSearch looks for customers of a town of -records in every manner and
// reports the 95th percentile beside the mean.
func BenchmarkSearch(b *testing.B) {
	b.Run("postgres", func(b *testing.B) {
		base := newBase(b, *records)
		measure(b, base.acme, &base.town)
	})
	b.Run("memory", func(b *testing.B) {
		acme, w := inMemory(b), &town{}
		w.fill(b, acme, *records, func(int) {})
		measure(b, acme, w)
	})
}

func measure(b *testing.B, acme *storage.Tenant, w *town) {
	byKind := map[string][]query{}
	var order []string
	for _, q := range w.queries(200) {
		if byKind[q.kind] == nil {
			order = append(order, q.kind)
		}
		byKind[q.kind] = append(byKind[q.kind], q)
	}
	for _, text := range []string{"z", "zh", "wang", "liw", "c"} {
		byKind["begun pinyin"] = append(byKind["begun pinyin"], query{text: text})
	}
	for _, text := range []string{"魑魅", "龘龘"} {
		byKind["characters of nobody"] = append(byKind["characters of nobody"], query{text: text})
	}
	for _, kind := range append(order, "begun pinyin", "characters of nobody") {
		list := byKind[kind]
		b.Run(kind, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				_, err := finder.Search(b.Context(), acme, list[i%len(list)].text, search.Options{})
				took = append(took, time.Since(began))
				require.NoError(b, err)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
