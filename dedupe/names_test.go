package dedupe

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A surname of more than one reading is found by whichever people write, by the name
// alone too.
func TestMatch_ReadingsOfSurnames(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, pair := range [][2]string{{"曾小明", "Zeng Xiaoming"}, {"曾小明", "Ceng Xiaoming"}, {"单雄信", "Dan Xiongxin"}, {"Xiaoming CENG", "曾晓明"}} {
		records := append(town(300, rand.New(rand.NewPCG(3, 3))),
			Record{ID: "x", Values: []string{pair[0], "13911230001", "", ""}}, Record{ID: "y", Values: []string{pair[1], "139 1123 0001", "", ""}})
		found := match(t, people, records...)
		require.True(t, slices.ContainsFunc(found.Clusters, func(ids []string) bool { return slices.Equal(ids, []string{"x", "y"}) }), "%v", pair)

		for _, p := range []*Profile{stored(t, found.Profile(ProfileOptions{})), defaultProfile(t, people)} {
			rows := prepared(t, p, []Record{{ID: "x", Values: []string{pair[0], "", "", ""}}, {ID: "y", Values: []string{pair[1], "", "", ""}}})
			x, y := p.Keys(rows["x"]), p.Keys(rows["y"])
			require.True(t, slices.ContainsFunc(x, func(k string) bool { return slices.Contains(y, k) }), "%v", pair)
		}
	}
}

func defaultProfile(t testing.TB, fields []Field) *Profile {
	p, err := DefaultProfile(fields)
	require.NoError(t, err)
	return p
}

// Two names in characters are not one because a surname of one of them may be read as
// that of the other: 单 and 但 are two families.
func TestMatch_ReadingsAreNoHomophones(t *testing.T) {
	t.Parallel()
	p := defaultProfile(t, people)
	rows := prepared(t, p, []Record{{ID: "x", Values: []string{"单小明", "", "", ""}}, {ID: "y", Values: []string{"但小明", "", "", ""}}})
	require.Equal(t, "given name the same, surname another", p.Explain(rows["x"], rows["y"]).Parts[0].Level)
}

// Two of one surname with one telephone are relatives before they are one person, where
// nothing else is known: given names in Chinese that share a character are no slip.
func TestMatch_SiblingsWithOnePhone(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, pair := range [][2]string{{"周大强", "周小强"}, {"王丽华", "王建国"}, {"陈国栋", "陈国梁"}} {
		records := append(town(600, rand.New(rand.NewPCG(4, 4))),
			Record{ID: "x", Values: []string{pair[0], "18617439225", "", ""}}, Record{ID: "y", Values: []string{pair[1], "18617439225", "", ""}})
		found := match(t, people, records...)
		e, _ := found.Explain("x", "y")
		require.True(t, slices.ContainsFunc(found.Clusters, func(ids []string) bool { return slices.Equal(ids, []string{"x"}) }), "%v", e)
		require.Less(t, e.Probability(), .5)
		require.Less(t, e.Parts[0].Weight, 0.0)
	}
}
