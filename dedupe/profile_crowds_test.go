package dedupe

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCrowdedKeys_Oracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.Uint64(), 0, 200).Draw(t, "keys")
		text, err := json.Marshal(newCrowdedKeys(keys))
		require.NoError(t, err)
		var c crowdedKeys
		require.NoError(t, json.Unmarshal(text, &c))
		for _, k := range append(rapid.SliceOfN(rapid.Uint64(), 1, 20).Draw(t, "others"), keys...) {
			require.Equal(t, slices.ContainsFunc(keys, func(one uint64) bool { return one>>32 == k>>32 }), c.has(k))
		}
	})
	for _, text := range []string{`"AAAA"`, `"AAAAAgAAAAE="`, `7`} { // cut off, not in order, no text
		require.Error(t, new(crowdedKeys).UnmarshalJSON([]byte(text)), text)
	}
}

// A profile of a sample says how its keys are shared among all: records are found by
// fewer others than with one that takes the sample for all, and those of one entity as before.
func TestProfile_OfASample(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 3))
	pick := func(list string) string {
		all := []rune(list)
		return string(all[min(random.IntN(len(all)), random.IntN(len(all)))])
	}
	const n, twice = 40_000, 200
	var records []Record
	for i := range n {
		name := pick("王李张刘陈杨黄赵吴周") + pick("伟芳娜敏静丽强磊军洋") + pick("勇艳杰涛明超霞平刚桂")
		born := fmt.Sprintf("%d-%02d-%02d", 1950+random.IntN(50), 1+random.IntN(12), 1+random.IntN(28))
		phone := fmt.Sprintf("139%08d", random.IntN(100_000_000))
		records = append(records, Record{ID: fmt.Sprintf("%06d", i), Values: []string{name, phone, born}})
		if i < twice { // with another number
			records = append(records, Record{ID: fmt.Sprintf("again %06d", i), Values: []string{name, fmt.Sprintf("137%08d", i), born}})
		}
	}
	fields := []Field{{Name: "name", Type: FullName}, {Name: "phone", Type: Phone}, {Name: "born", Type: Date}}
	found := match(t, fields, records[:4000]...)
	others := func(p *Profile) (perRecord float64, together int) {
		byKey, keys := map[string]int{}, make([][]string, len(records))
		for i, r := range records {
			_, list, err := p.Index(r)
			require.NoError(t, err)
			keys[i] = list
			for _, k := range list {
				byKey[k]++
			}
		}
		sum := 0
		for _, n := range byKey {
			sum += n * (n - 1)
		}
		for i := 0; i < 2*twice; i += 2 {
			if slices.ContainsFunc(keys[i], func(k string) bool { return slices.Contains(keys[i+1], k) }) {
				together++
			}
		}
		return float64(sum) / float64(len(records)), together
	}
	sampled, foundSampled := others(found.Profile(ProfileOptions{}))
	scaled, foundScaled := others(found.Profile(ProfileOptions{Population: len(records)}))
	t.Logf("others by the keys of a record: %.1f as of 4,000 records, %.1f as of all; pairs found %d and %d", sampled, scaled, foundSampled, foundScaled)
	require.Less(t, scaled, sampled/2)
	require.Equal(t, twice, foundSampled)
	require.Equal(t, twice, foundScaled)
}
