package live_test

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/stretchr/testify/require"
)

var benchRecords = flag.Int("records", 10_000, "customers in the store of BenchmarkCheck")

// BenchmarkCheck asks for candidates for customers, half of whom are in the store
// with another spelling. The store had its customers before there was a watch: their
// entries are made by Rebuild.
//
//	go test -run NONE -bench Check ./dedupe/live -timeout 0 -args -records 1000000
func BenchmarkCheck(b *testing.B) {
	c := &live.Checker{Mode: live.Off}
	plain := unwatched(b)
	acme := watched(b, plain, c)
	w := &town{random: rand.New(rand.NewPCG(7, 7))}
	started := time.Now()
	var asked []*review.Subject
	for from := 0; from < *benchRecords; from += 1000 {
		rows := make([]row, min(1000, *benchRecords-from))
		for i := range rows {
			one := w.one()
			phone, mail := w.contacts()
			rows[i] = w.row(b, one, phone, mail)
			if (from+i)%(*benchRecords/1000) == 0 {
				other := *one
				r := w.row(b, &other, phone[:9]+string(phone[10])+string(phone[9]), mail)
				asked = append(asked, &review.Subject{Customer: r.Customer, Contacts: r.points})
				phone, mail := w.contacts()
				r = w.row(b, w.one(), phone, mail)
				asked = append(asked, &review.Subject{Customer: r.Customer, Contacts: r.points})
			}
		}
		put(b, b.Context(), plain, rows)
	}
	b.Logf("%d customers imported in %.1f s", *benchRecords, time.Since(started).Seconds())
	started = time.Now()
	require.NoError(b, c.Learn(b.Context(), acme, job, 0))
	b.Logf("learnt in %.1f s", time.Since(started).Seconds())
	started = time.Now()
	require.NoError(b, c.Rebuild(b.Context(), acme, job, nil))
	b.Logf("rebuilt in %.1f s", time.Since(started).Seconds())
	runtime.GC() // what filling the store has left behind is not a check's
	var took []time.Duration
	found := 0
	for i := 0; b.Loop(); i++ {
		from := time.Now()
		list, err := c.Candidates(b.Context(), acme, asked[i%len(asked)])
		took = append(took, time.Since(from))
		require.NoError(b, err)
		if len(list) > 0 {
			found++
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)/10].Microseconds()), "p10-us")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-us")
	b.ReportMetric(float64(found)/float64(len(took)), "found")
}
