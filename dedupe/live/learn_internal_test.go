package live

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// What is learnt of the oldest customers is kept as of a sample of all of them.
func TestLearn_OfASample(t *testing.T) {
	t.Parallel()
	acme, by := inMemory(t).Tenant("acme"), storage.By("system:test", "fill")
	require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error {
		for i := range 2000 {
			c := &customer.Customer{Type: customer.Person}
			c.Name = []string{"王", "李", "张"}[i%3] + []string{"伟", "芳", "娜", "敏", "静"}[i/3%5] + []string{"勇", "艳", "杰", "涛"}[i/15%4]
			c.Birthday = storage.Date{Year: 1950 + i%50, Month: time.Month(1 + i%12), Day: 1 + i%28}
			if err := customer.Kind.Put(t.Context(), tx, c); err != nil {
				return err
			}
		}
		return nil
	}))
	const limit = 200
	c := &Checker{}
	got, err := c.learn(t.Context(), acme, customer.Person, limit)
	require.NoError(t, err)

	columns := review.Persons()
	var records []dedupe.Record
	for s, err := range review.Subjects(t.Context(), acme, criteria.Eq("type", customer.Person)) {
		require.NoError(t, err)
		if len(records) < limit {
			records = append(records, s.Record(columns))
		}
	}
	m, err := dedupe.New(review.Fields(columns), dedupe.Options{})
	require.NoError(t, err)
	match, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	want, err := json.Marshal(match.Profile(dedupe.ProfileOptions{Population: 2000}))
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
	other, err := json.Marshal(match.Profile(dedupe.ProfileOptions{}))
	require.NoError(t, err)
	require.NotEqual(t, string(other), string(want))
}
