package dedupe

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// With Linking a record has one partner in another list at most, the best; with
// Repeats it may have more.
func TestMatch_OneToOne(t *testing.T) {
	t.Parallel()
	records := town(90, rand.New(rand.NewPCG(8, 8)))
	for i := range records {
		records[i].List = records[i].ID[5:]
	}
	worse := slices.Clone(records[0].Values)
	worse[3] = ""
	records = append(records, Record{ID: "0000 c", List: "b", Values: worse})
	for _, repeats := range []bool{false, true} {
		m, err := New(people, Options{Linking: true, Repeats: repeats})
		require.NoError(t, err)
		found, err := m.Match(t.Context(), records)
		require.NoError(t, err)
		most := 0
		for _, ids := range found.Clusters {
			most = max(most, len(ids))
		}
		require.Equal(t, map[bool]int{false: 2, true: 3}[repeats], most)
	}
}

// What people decided to be two stays two, also by way of a third.
func TestMatch_Apart(t *testing.T) {
	t.Parallel()
	records := town(90, rand.New(rand.NewPCG(9, 9)))
	same := records[0].Values
	records = append(records, Record{ID: "x", Values: same}, Record{ID: "y", Values: same})
	m, err := New(people, Options{Apart: [][2]string{{"y", "x"}, {"x", "unknown"}}})
	require.NoError(t, err)
	found, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	together := false
	for _, ids := range found.Clusters {
		require.False(t, slices.Contains(ids, "x") && slices.Contains(ids, "y"))
		together = together || len(ids) > 1 && (slices.Contains(ids, "x") || slices.Contains(ids, "y"))
	}
	require.True(t, together)
	for _, p := range found.Pairs {
		require.NotEqual(t, [2]string{"x", "y"}, [2]string{p.A, p.B})
	}
}

// Two valid credit codes are two companies, whatever else they share; a code with
// a slip is none.
func TestMatch_DifferentValidCodes(t *testing.T) {
	t.Parallel()
	fields := append(slices.Clone(people), Field{Name: "code", Type: Identifier})
	records := town(90, rand.New(rand.NewPCG(10, 10)))
	for i := range records {
		records[i].Values = append(records[i].Values, "")
	}
	with := func(id, code string) Record {
		return Record{ID: id, Values: append(slices.Clone(records[0].Values[:4]), code)}
	}
	records = append(records, with("x", "91110108795101314G"), with("y", "91330000704202479R"), with("z", "91110108795101315G"))
	found := match(t, fields, records...)
	for _, ids := range found.Clusters {
		if slices.Contains(ids, "x") {
			require.NotContains(t, ids, "y")
		}
	}
	for _, p := range found.Pairs {
		require.NotEqual(t, [2]string{"x", "y"}, [2]string{p.A, p.B})
	}
	require.True(t, slices.ContainsFunc(found.Pairs, func(p Pair) bool { return p.A == "x" && p.B == "z" }))
}
