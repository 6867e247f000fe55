package segment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clientele-go/clientele/segment"
)

func TestMapFirstMatchWins(t *testing.T) {
	t.Parallel()
	m := segment.Map{Rules: []segment.Rule{
		{Name: "best", R: segment.Range{Min: 4, Max: 5}, F: segment.Range{Min: 4, Max: 5}},
		{Name: "recent", R: segment.Range{Min: 3, Max: 5}},
	}}
	require.Equal(t, "best", m.Name(segment.Score{R: 4, F: 5, M: 1}))
	require.Equal(t, "recent", m.Name(segment.Score{R: 4, F: 3, M: 5}))
	require.Equal(t, "Others", m.Name(segment.Score{R: 2, F: 5, M: 5}))
	m.Rest = "sleeping"
	require.Equal(t, "sleeping", m.Name(segment.Score{R: 2, F: 5, M: 5}))
}

func TestMapLabels(t *testing.T) {
	t.Parallel()
	m := segment.DefaultMap()
	require.Equal(t, "重要价值客户", m.Label("Champions", segment.Chinese))
	require.Equal(t, "Champions", m.Label("Champions", segment.English))
	require.Equal(t, "其他客户", m.Label("Others", segment.Chinese))
	require.Equal(t, "no such segment", m.Label("no such segment", segment.Chinese))
	m.Rest = "rest"
	require.Equal(t, "rest", m.Label("rest", segment.Chinese))
	m.RestLabels = map[segment.Language]string{"zh": "其余", "fr": "autres"}
	require.Equal(t, "autres", m.Label("rest", "fr"))
}

func TestPresetsAreClean(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]segment.Map{"default": segment.DefaultMap(), "eight": segment.EightMap()} {
		require.NoError(t, m.Check(), name)
		require.True(t, m.Lint().Clean(), "%s: %v", name, m.Lint())
		labels := map[string]bool{}
		for _, r := range m.Rules {
			labels[m.Label(r.Name, segment.Chinese)] = true
		}
		require.Len(t, labels, len(m.Rules), "labels must differ")
	}
	require.Len(t, segment.DefaultMap().Rules, 11)
	require.Equal(t, "重要价值客户", segment.EightMap().Label(segment.EightMap().Name(segment.Score{R: 5, F: 5, M: 5}), segment.Chinese))
	require.Equal(t, "重要挽留客户", segment.EightMap().Label(segment.EightMap().Name(segment.Score{R: 1, F: 1, M: 5}), segment.Chinese))
}

// The map of the R package's test-suite has three rules that can never match.
func TestLintFindsShadowedRules(t *testing.T) {
	t.Parallel()
	m := rules(t, suiteMap)
	found := m.Lint()
	require.Empty(t, found.Invalid)
	var shadowed []string
	for _, i := range found.Shadowed {
		shadowed = append(shadowed, m.Rules[i].Name)
	}
	require.Equal(t, []string{"New Customers", "Promising", "Can't Lose Them"}, shadowed)
	require.NotEmpty(t, found.Uncovered)
	require.Contains(t, found.String(), "rule 4 (New Customers): can never match")
	require.False(t, found.Clean())
}

// A rule can be shadowed by several rules together, though by none alone.
func TestLintFindsJointShadow(t *testing.T) {
	t.Parallel()
	m := segment.Map{Bins: 2, Rules: []segment.Rule{
		{Name: "a", R: segment.Range{Min: 1, Max: 1}},
		{Name: "b", R: segment.Range{Min: 2, Max: 2}},
		{Name: "c", F: segment.Range{Min: 1, Max: 1}},
	}}
	require.Equal(t, []int{2}, m.Lint().Shadowed)
	m.Rules = m.Rules[1:]
	require.Empty(t, m.Lint().Shadowed)
	require.Equal(t, []segment.Score{{R: 1, F: 2, M: 1}, {R: 1, F: 2, M: 2}}, m.Lint().Uncovered)
	require.Equal(t, "2 scores match no rule, from 121 to 122\n", m.Lint().String())
}

func TestLintAndCheckRefuse(t *testing.T) {
	t.Parallel()
	for why, m := range map[string]segment.Map{
		"a rule needs a name":          {Rules: []segment.Rule{{Name: " "}}},
		"F range [0, 3]":               {Rules: []segment.Rule{{Name: "x", F: segment.Range{Min: 0, Max: 3}}}},
		"M range [1, 6]":               {Rules: []segment.Rule{{Name: "x", M: segment.Range{Min: 1, Max: 6}}}},
		"R range [3, 2]":               {Rules: []segment.Rule{{Name: "x", R: segment.Range{Min: 3, Max: 2}}}},
		"Map.Bins: 11; must be 2 to 1": {Bins: 11},
	} {
		err := m.Check()
		require.ErrorIs(t, err, segment.ErrInvalid)
		require.ErrorContains(t, err, why)
		require.Len(t, m.Lint().Invalid, 1)
		require.Contains(t, m.Lint().String(), why)
		require.Empty(t, m.Lint().Shadowed, "a faulty rule is not shadowed")
	}
}

func TestMapJSON(t *testing.T) {
	t.Parallel()
	const text = `{"rules":[{"name":"Champions","labels":{"zh":"重要价值客户"},"r":[4,5],"f":[4,5]},{"name":"Lost","r":[1,1]}],"rest":"Others"}`
	m, err := segment.ParseMap([]byte(text))
	require.NoError(t, err)
	require.Equal(t, "Champions", m.Name(segment.Score{R: 5, F: 4, M: 1}))
	back, err := json.Marshal(m)
	require.NoError(t, err)
	require.JSONEq(t, text, string(back))
	for _, preset := range []segment.Map{segment.DefaultMap(), segment.EightMap()} {
		data, err := json.Marshal(preset)
		require.NoError(t, err)
		again, err := segment.ParseMap(data)
		require.NoError(t, err)
		require.Equal(t, preset, again)
	}
}

func TestParseMapIsStrict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `[]`, `{"rules":[]} x`, `{"rules":[],"color":1}`, `{"rules":[{"name":"x","r":[1]}]}`,
		`{"rules":[{"name":"x","r":[1,2,3]}]}`, `{"rules":[{"name":"x","r":[5,4]}]}`, `{"rules":[{"name":""}]}`,
		`{"rules":[{"name":"x","r":"1-5"}]}`, `{"bins":1,"rules":[]}`,
	} {
		_, err := segment.ParseMap([]byte(text))
		require.ErrorIs(t, err, segment.ErrInvalid, text)
	}
}

// Lint against trying every score by hand.
func TestLintEqualsNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(2, 4).Draw(t, "bins")
		m := segment.Map{Bins: bins}
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			span := func(name string) segment.Range {
				low := rapid.IntRange(1, bins).Draw(t, name)
				return segment.Range{Min: low, Max: rapid.IntRange(low, bins).Draw(t, name)}
			}
			m.Rules = append(m.Rules, segment.Rule{Name: string(rune('a' + len(m.Rules))), R: span("r"), F: span("f"), M: span("m")})
		}
		winners := map[string]bool{}
		var uncovered []segment.Score
		for r := 1; r <= bins; r++ {
			for f := 1; f <= bins; f++ {
				for money := 1; money <= bins; money++ {
					s := segment.Score{R: r, F: f, M: money}
					winners[m.Name(s)] = true
					if m.Name(s) == "Others" {
						uncovered = append(uncovered, s)
					}
				}
			}
		}
		found := m.Lint()
		require.Equal(t, uncovered, found.Uncovered)
		for i, r := range m.Rules {
			require.Equal(t, !winners[r.Name], contains(found.Shadowed, i))
		}
	})
}

func contains(list []int, x int) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// FuzzParseMap holds that what is accepted can be used and written back.
func FuzzParseMap(f *testing.F) {
	data, err := json.Marshal(segment.DefaultMap())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"rules":[{"name":"x","r":[1,2]}],"rest":"y","rest_labels":{"zh":"z"},"bins":10}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := segment.ParseMap(data)
		if err != nil {
			require.ErrorIs(t, err, segment.ErrInvalid)
			return
		}
		require.NoError(t, m.Check())
		require.Empty(t, m.Lint().Invalid)
		written, err := json.Marshal(m)
		require.NoError(t, err)
		again, err := segment.ParseMap(written)
		require.NoError(t, err)
		require.Equal(t, m.Lint(), again.Lint())
	})
}
