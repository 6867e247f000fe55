package dedupe

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe/form"
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

// Placeholders say nothing from the first two rows on, in a match and in a profile, and a
// host may have others.
func TestMatch_Placeholders(t *testing.T) {
	t.Parallel()
	records := append(town(300, rand.New(rand.NewPCG(6, 6))),
		Record{ID: "x", Values: []string{"赵子龙", "13800138000", "test@test.com", ""}}, Record{ID: "y", Values: []string{"赵子虎", "138 0013 8000", "test@test.com", ""}},
		Record{ID: "v", Values: []string{"孙尚香", "13622220000", "desk@here.com", ""}}, Record{ID: "w", Values: []string{"孙尚文", "13622220000", "desk@here.com", ""}})
	own := form.NewPlaceholders("13622220000", "desk@")
	for _, list := range []*form.Placeholders{nil, own} {
		m, err := New(people, Options{Placeholders: list})
		require.NoError(t, err)
		found, err := m.Match(t.Context(), records)
		require.NoError(t, err)
		p := stored(t, found.Profile(ProfileOptions{}))
		rows := prepared(t, p, records)
		equalWeights(t, found, p, rows)
		for _, pair := range [][2]string{{"x", "y"}, {"v", "w"}} {
			e, known := found.Explain(pair[0], pair[1])
			require.True(t, known)
			if ignored := (list == nil) == (pair[0] == "x"); ignored {
				require.Len(t, e.Parts, 1, "the name alone: %v", e)
				require.Less(t, e.Probability(), .05)
				require.Empty(t, strings.Join(rows[pair[0]].Values()[1:], ""), "nothing to be found by")
			} else {
				require.Greater(t, len(e.Parts), 1)
			}
		}
	}
}
