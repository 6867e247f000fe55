package dedupe

import (
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Too few decisions teach nothing; ids that are not there, pairs of one record and
// pairs of which people said both are passed over.
func TestMatch_Reviewed_TooFew(t *testing.T) {
	t.Parallel()
	records := town(90, rand.New(rand.NewPCG(14, 14)))
	var decisions []Decision
	for i := range 19 {
		decisions = append(decisions, Decision{records[i].ID, records[i+1].ID, false}, Decision{records[i+1].ID, records[i].ID, false})
	}
	for _, id := range []string{"nobody", records[0].ID} {
		decisions = append(decisions, Decision{records[0].ID, id, true})
	}
	decisions = append(decisions, Decision{records[0].ID, records[30].ID, true}, Decision{records[30].ID, records[0].ID, false})
	m, err := New(people, Options{Reviewed: decisions})
	require.NoError(t, err)
	found, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	want := match(t, people, records...)
	require.Equal(t, want.Clusters, found.Clusters)
	require.Equal(t, want.Pairs, found.Pairs)
	require.Len(t, found.table.decided(decisions, found.model), 19)
}

// Decisions that chance made teach nothing.
func TestLesson_Noise(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 15))
	found := match(t, people, town(300, random)...)
	taught := 0
	for range 20 {
		var list []decided
		for i := range int32(100) {
			list = append(list, decided{a: i, b: i + 1, levels: pattern(random.Uint64()) & 0x1213, same: random.IntN(2) == 0})
		}
		if l := found.model.learnFrom(list); l != nil {
			taught++
		}
	}
	require.LessOrEqual(t, taught, 8)
}

// inHalf parts entities in two halves.
func inHalf(entity string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(entity))
	return h.Sum32()>>7&1 == 0
}

// What people said of some entities makes the matcher no worse on others, whichever
// pairs they were asked about, and better where there is something to learn: of the first
// pairs that were drawn, and in the mean.
func TestReviewed_HeldOutHalf(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	folder := filepath.Join("..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data is not beside the project: ", err)
	}
	const draws = 6
	atLeast := map[string]float64{"fake_1000": 0, "restaurants_dedupe": 0}
	if os.Getenv("CLIENTELE_SOAK") == "1" {
		atLeast["chicago_childcare"], atLeast["zh_company"] = 0.002, 0.01
	}
	for _, set := range dataSets {
		gain, wanted := atLeast[filepath.Dir(set.file)]
		if !wanted {
			continue
		}
		records, fields, truth := set.load(t, folder)
		before := match(t, fields, records...)
		was, gained := otherHalf(before, truth), 0.0
		for draw := range draws {
			decisions := asked(before.Pairs, truth, 16+uint64(draw))
			m, err := New(fields, Options{Reviewed: decisions})
			require.NoError(t, err)
			after, err := m.Match(t.Context(), records)
			require.NoError(t, err)
			is := otherHalf(after, truth)
			t.Logf("%s: %d decisions, F1 of the other half %.4f, was %.4f", set.file, len(decisions), is, was)
			require.GreaterOrEqual(t, is, was, set.file)
			if draw == 0 {
				require.GreaterOrEqual(t, is, was+gain, set.file)
			}
			gained += is - was
		}
		require.GreaterOrEqual(t, gained/draws, gain, set.file)
	}
}

// asked is what a person says of up to a hundred of the doubtful pairs of one half.
func asked(pairs []Pair, truth map[string]string, draw uint64) (decisions []Decision) {
	for _, p := range pairs {
		if p.Weight > -7 && p.Weight < 7 && inHalf(truth[p.A]) && inHalf(truth[p.B]) {
			decisions = append(decisions, Decision{p.A, p.B, truth[p.A] == truth[p.B]})
		}
	}
	random := rand.New(rand.NewPCG(draw, 16))
	random.Shuffle(len(decisions), func(i, j int) { decisions[i], decisions[j] = decisions[j], decisions[i] })
	return decisions[:min(100, len(decisions))]
}

// otherHalf is the F1 of the entities of which nobody said anything.
func otherHalf(m *Match, truth map[string]string) float64 {
	rest := map[string]string{}
	for id, entity := range truth {
		if !inHalf(entity) {
			rest[id] = entity
		}
	}
	var clusters [][]string
	for _, ids := range m.Clusters {
		clusters = append(clusters, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return rest[id] == "" }))
	}
	_, _, f1 := judge(clusters, rest)
	return f1
}
