package dedupe_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe"
	"github.com/stretchr/testify/require"
)

// BenchmarkWeigh prepares a person, finds the keys and weighs 16 others who were
// prepared before, as is done for each customer that is written.
func BenchmarkWeigh(b *testing.B) {
	fields := []dedupe.Field{
		{Name: "name", Type: dedupe.FullName}, {Name: "resident_id", Type: dedupe.Identifier}, {Name: "birthday", Type: dedupe.Date}, {Name: "gender", Type: dedupe.Category},
		{Name: "company", Type: dedupe.Company}, {Name: "phone", Type: dedupe.Phone}, {Name: "mail", Type: dedupe.Email}, {Name: "address", Type: dedupe.Address},
	}
	var records []dedupe.Record
	for i, p := range newFile().rows {
		records = append(records, dedupe.Record{ID: strconv.Itoa(i), Values: []string{p.name, "", p.born, "", p.company, strings.Join(p.phones, "\n"), p.mail, p.city}})
	}
	m, err := dedupe.New(fields, dedupe.Options{})
	require.NoError(b, err)
	match, err := m.Match(b.Context(), records)
	require.NoError(b, err)
	p := match.Profile(dedupe.ProfileOptions{})
	texts := make([]string, len(records))
	for i, r := range records {
		form, err := p.Prepare(r)
		require.NoError(b, err)
		texts[i] = form.Text()
	}
	b.ReportAllocs()
	others := make([]*dedupe.Prepared, 16)
	for i := 0; b.Loop(); i++ {
		form, _, err := p.Index(records[i%1900])
		require.NoError(b, err)
		for n := range others {
			others[n] = &dedupe.Prepared{}
			require.NoError(b, others[n].UnmarshalText([]byte(texts[i%1900+1+n])))
		}
		p.Weigh(form, others...)
	}
}
