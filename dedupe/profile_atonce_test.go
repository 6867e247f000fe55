package dedupe

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// One profile serves many at once.
func TestProfile_AtOnce(t *testing.T) {
	t.Parallel()
	fields := []Field{{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "firm", Type: Company}, {Name: "street", Type: Address}, {Name: "code", Type: Identifier}}
	records := make([]Record, 40)
	for i := range records {
		records[i] = Record{ID: fmt.Sprintf("%03d", i), Values: []string{fmt.Sprintf("Ann Miller%d", i/2), fmt.Sprintf("ann%d@x.com", i/2), "", "", ""}}
		if i%3 == 0 {
			records[i].Values[2], records[i].Values[3] = "Acme Ltd", fmt.Sprintf("%d Main St", i)
		}
	}
	found := match(t, fields, records...)
	p := found.Profile(ProfileOptions{})
	rows := make([]*Prepared, len(records))
	for i, r := range records {
		var err error
		rows[i], _, err = p.Index(r)
		require.NoError(t, err)
	}
	want := make([][]float64, len(rows))
	for i, r := range rows {
		want[i] = p.Weigh(r, rows...)
	}
	var wg sync.WaitGroup
	got := make([][][]float64, 4)
	for n := range got {
		wg.Go(func() {
			for i, r := range rows {
				got[n] = append(got[n], p.Weigh(r, rows...))
				p.Explain(r, rows[(i+1)%len(rows)])
				_, _, _ = p.Index(records[i])
			}
		})
	}
	wg.Wait()
	for _, list := range got {
		require.Equal(t, want, list)
	}
}
