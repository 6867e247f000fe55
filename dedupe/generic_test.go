package dedupe

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A number and a mail address that very many share who are different otherwise
// are no evidence, without anyone saying which they are; and those who are one are
// found all the same.
func TestMatch_GenericValues(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 11))
	records := town(300, random)
	touched := map[string]bool{}
	for i := range records {
		if records[i].ID[5:] == "a" && i%4 == 0 {
			records[i].Values[1], records[i].Values[2] = "13810138000", "shop@example.com"
			touched[records[i].ID[:4]] = true
		}
	}
	found := match(t, people, records...)
	for _, ids := range found.Clusters {
		for _, id := range ids {
			require.Equal(t, ids[0][:4], id[:4])
		}
		if len(ids) == 1 && !touched[ids[0][:4]] {
			require.NotEqual(t, "b", ids[0][5:], "%s is alone", ids[0])
		}
	}
}
