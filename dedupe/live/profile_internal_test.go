package live

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/stretchr/testify/require"
)

// What was learnt with a column that the host compares is read back with it, and is
// void where the comparison has become another one.
func TestRead_ComparedByHost(t *testing.T) {
	t.Parallel()
	plates := func(name string) *Checker {
		plate := &dedupe.Comparison{Name: name, Levels: []dedupe.Level{{Name: "another", One: .1, Two: .999}, {Name: "the same", One: .9, Two: .001}}}
		return &Checker{Reviewer: &review.Reviewer{Persons: append(review.Persons(), review.Custom("tags", dedupe.Set), review.Column{
			Field: dedupe.Field{Name: "plate", Type: dedupe.ByHost, Compare: plate}, Value: func(s *review.Subject) string { return "" },
		})}}
	}
	c := plates("plate 1")
	fields := review.Fields(c.columns(customer.Person))
	m, err := dedupe.New(fields, dedupe.Options{})
	require.NoError(t, err)
	var records []dedupe.Record
	for i := range 120 {
		r := dedupe.Record{ID: fmt.Sprint(i), Values: make([]string, len(fields))}
		r.Values[0], r.Values[len(fields)-2], r.Values[len(fields)-1] = fmt.Sprint("张", i/2), "vip\ntea", fmt.Sprint("plate", i/2)
		records = append(records, r)
	}
	match, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	text, err := json.Marshal(match.Profile(dedupe.ProfileOptions{}))
	require.NoError(t, err)
	for name, records := range map[string]int{"plate 1": 120, "plate 2": 0} {
		p, err := plates(name).read(customer.Person, text)
		require.NoError(t, err)
		require.Equal(t, records, p.Records(), name)
	}
}
