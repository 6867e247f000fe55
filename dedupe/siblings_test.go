package dedupe

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var shops = []Field{{Name: "name", Type: Company}, {Name: "address", Type: Address}, {Name: "city", Type: Text}}

// street makes n shops of whom every second is in the list twice, with a slip in
// the address.
func street(n int, random *rand.Rand) []Record {
	word := func() string {
		var b strings.Builder
		for range 2 + random.IntN(2) {
			b.WriteByte("bdfgklmnprstvz"[random.IntN(14)])
			b.WriteByte("aeiou"[random.IntN(5)])
		}
		return b.String()
	}
	var list []Record
	for i := range n {
		name, road, city := word()+" "+word(), word(), []string{"leeds", "york", "hull"}[random.IntN(3)]
		number := 1 + random.IntN(900)
		list = append(list, Record{ID: fmt.Sprintf("%04d a", i), Values: []string{name, fmt.Sprintf("%d %s st.", number, road), city}})
		if i%2 == 0 {
			list = append(list, Record{ID: fmt.Sprintf("%04d b", i), Values: []string{name, fmt.Sprintf("%d %s street", number, road), city}})
		}
	}
	return list
}

// Two restaurants of one hotel have the address and half of the name in common,
// each is in the list twice, and they stay two.
func TestMatch_NeighboursStayApart(t *testing.T) {
	t.Parallel()
	records := street(200, rand.New(rand.NewPCG(5, 5)))
	for i := range 8 {
		hotel := fmt.Sprintf("%s%s", []string{"marlow", "quentin", "oswald", "heriot"}[i%4], []string{"", "dale"}[i/4])
		for n, part := range []string{"oyster bar", "dining room"} {
			for k, form := range []string{"%s %s", "%s's %s"} {
				records = append(records, Record{
					ID:     fmt.Sprintf("hotel %d %d %d", i, n, k),
					Values: []string{fmt.Sprintf(form, hotel, part), fmt.Sprintf("%d harbour %s", 10+i, []string{"road", "rd."}[k]), "hull"},
				})
			}
		}
	}
	found := match(t, shops, records...)
	for _, ids := range found.Clusters {
		if strings.HasPrefix(ids[0], "hotel") {
			require.Len(t, ids, 2, ids)
			require.Equal(t, ids[0][:9], ids[1][:9])
		}
	}
}

// What records beyond the second weigh is learnt from the pairs without doubt.
func TestCrowding(t *testing.T) {
	t.Parallel()
	var pairs, threes []edge
	for i := int32(0); i < 60; i += 2 {
		pairs = append(pairs, edge{i, i + 1, 20})
	}
	for i := int32(0); i < 60; i += 3 {
		threes = append(threes, edge{i, i + 1, 20}, edge{i + 1, i + 2, 20})
	}
	require.InDelta(t, -4.95, crowding(60, pairs, nil), 0.01) // 1 to 31
	require.Zero(t, crowding(60, threes, nil))
	require.Zero(t, crowding(60, nil, nil))
	// Two pairs and a bridge between them stay two where no entity has three records.
	bridged := append([]edge{{1, 2, 3}, {0, 3, 3}}, pairs...)
	require.Equal(t, []int32{0, 0, 0, 0}, contract(60, bridged, 0, nil, nil)[:4])
	require.Equal(t, []int32{0, 0, 2, 2}, contract(60, bridged, crowding(60, pairs, nil), nil, nil)[:4])
}

// The parts of an explanation add up where siblings bound the weight.
func TestExplain_Contradiction(t *testing.T) {
	t.Parallel()
	records := append(street(200, rand.New(rand.NewPCG(6, 6))),
		Record{ID: "x", Values: []string{"marlow oyster bar", "10 harbour rd", "hull"}},
		Record{ID: "y", Values: []string{"marlow dining room", "10 harbour rd", "hull"}})
	found := match(t, shops, records...)
	e, ok := found.Explain("x", "y")
	require.True(t, ok)
	sum := e.Prior
	for _, p := range e.Parts {
		sum += p.Weight
	}
	require.InDelta(t, e.Weight, sum, 1e-9)
	require.Equal(t, "contradiction", e.Parts[len(e.Parts)-1].Name)
}

// The number in the name of a street is no number of a house.
func TestAddressLevel_StreetsWithNumbers(t *testing.T) {
	t.Parallel()
	records := append(street(200, rand.New(rand.NewPCG(7, 7))),
		Record{ID: "x", Values: []string{"marlow", "3rd st.", "hull"}},
		Record{ID: "y", Values: []string{"marlow", "86 w. third street", "hull"}})
	e, ok := match(t, shops, records...).Explain("x", "y")
	require.True(t, ok)
	require.Contains(t, []string{"the same street", "the street alike"}, e.Parts[1].Level)
}
