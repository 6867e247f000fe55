package dedupe

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var tagged = []Field{{Name: "name", Type: FullName}, {Name: "tags", Type: Set}}

// buyers are a thousand records of whom each fourth comes again, with one thing less
// and the others in another order.
func buyers(separator string) []Record {
	random := rand.New(rand.NewPCG(3, 4))
	things := strings.Fields("vip tea coffee 北京 上海 gold silver car bike boat sun moon star red blue")
	var records []Record
	for i := range 1000 {
		name := fmt.Sprintf("%s %s", word(random), word(random))
		var list []string
		for range 5 {
			list = append(list, things[random.IntN(15)]+fmt.Sprint(random.IntN(60)))
		}
		records = append(records, Record{ID: fmt.Sprintf("%04da", i), Values: []string{name, strings.Join(list, separator)}})
		if i%4 == 0 {
			random.Shuffle(5, func(i, j int) { list[i], list[j] = list[j], list[i] })
			records = append(records, Record{ID: fmt.Sprintf("%04db", i), Values: []string{name, strings.ToUpper(strings.Join(list[:4], separator))}})
		}
	}
	return records
}

// word is a name that nobody has thought of.
func word(random *rand.Rand) string {
	var b []byte
	for range 4 {
		b = append(b, "bdfgklmnprstvwzc"[random.IntN(16)], "aeiou"[random.IntN(5)])
	}
	return string(b)
}

func TestSet_FindsEveryPlantedPair(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	found := match(t, tagged, buyers("\n")...)
	two := 0
	for _, ids := range found.Clusters {
		require.Equal(t, ids[0][:4], ids[len(ids)-1][:4])
		two += len(ids) - 1
	}
	require.Equal(t, 250, two)
}

// What two have in common counts more the rarer it is, and the more of it there is.
func TestSet_RareTextsCountMore(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	records := buyers("\n")
	for i := range records {
		if i%2 == 0 {
			records[i].Values[1] += "\nnewsletter"
		}
		records[i].Values[1] += fmt.Sprintf("\ntown%d", i%20)
	}
	add := func(id, tags string) { records = append(records, Record{ID: id, Values: []string{"", tags}}) }
	add("x1", "newsletter\na1\na2\na3")
	add("x2", "newsletter\nb1\nb2\nb3")
	add("y1", "device-77\na4\na5\na6")
	add("y2", "Device-77\nb4\nb5\nb6")
	add("z1", "town7\ndevice-78\ndevice-79\nc1")
	add("z2", "device-78\ndevice-79\ntown7\nc2")
	found := match(t, tagged, records...)
	weight := func(a, b string) float64 { e, _ := found.Explain(a, b); return e.Parts[0].Weight }
	require.LessOrEqual(t, weight("x1", "y1"), weight("x1", "x2"))
	require.Greater(t, weight("y1", "y2"), weight("x1", "x2")+2)
	require.Greater(t, weight("z1", "z2"), weight("y1", "y2"))
}

// The level is that of a look at each text of both, by weight.
func TestSet_Oracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "é", "红", "ＡＢ", "a b"}), 0, 6)
		var records []Record
		for i := range rapid.IntRange(2, 12).Draw(rt, "n") {
			records = append(records, Record{ID: fmt.Sprintf("%02d", i), Values: []string{strings.Join(texts.Draw(rt, "set"), "\n")}})
		}
		tb, err := (&Matcher{fields: tagged[1:]}).table(records, &work{ctx: t.Context()})
		require.NoError(rt, err)
		c, b := tb.comparisons[0], tb.sources[0].words
		weights := map[string]float32{}
		for n, word := range b.words {
			weights[word] = b.weight[n]
		}
		sets := make([]map[string]bool, len(records))
		for i, r := range records {
			sets[i] = map[string]bool{}
			for line := range strings.SplitSeq(r.Values[0], "\n") {
				if line != "" {
					sets[i][setForm(line)] = true
				}
			}
		}
		for i := range records {
			for j := range i {
				require.Equal(rt, naiveLevel(sets[i], sets[j], weights), c.levels[c.level(int32(i), int32(j))], "%v %v", sets[i], sets[j])
				require.Equal(rt, c.level(int32(j), int32(i)), c.level(int32(i), int32(j)))
			}
		}
	})
}

func naiveLevel(x, y map[string]bool, weights map[string]float32) string {
	var ofX, ofY, common float32
	n := 0
	for _, text := range slices.Sorted(maps.Keys(x)) { // in one order, as sums of floats depend on it
		ofX += weights[text]
		if y[text] {
			n++
			common += weights[text]
		}
	}
	for _, text := range slices.Sorted(maps.Keys(y)) {
		ofY += weights[text]
	}
	share := 2 * common / (ofX + ofY)
	switch {
	case len(x) == 0 || len(y) == 0:
		return "absent"
	case n == len(x) && n == len(y):
		return "the same"
	case share < .1:
		return "hardly anything in common"
	case share >= .4 && (n == len(x) || n == len(y)):
		return "all of one, the other has more"
	case share >= .75:
		return "most in common"
	case share >= .5:
		return "much in common"
	case share >= .25:
		return "some in common"
	}
	return "little in common"
}
