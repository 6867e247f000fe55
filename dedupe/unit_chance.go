package dedupe

import (
	"maps"
	"slices"
	"strings"
)

// Names of organisations come in fashions: by chance as many are the same as their parts
// say, times this.
const fashion = 10

// byChance is the chance that two organisations have one name by its parts without
// being one, where nothing but names is known: that they are in one place, have one brand
// and one trade, each as often as it is the same of two that do not have all of it in
// common. What has no brand is a name that many could have: all that are the same
// are so by chance.
func (u *units) byChance(col *column) float64 {
	n, byKey := col.present(), make([]uint32, len(u.keys))
	for id, count := range col.count {
		byKey[u.list[id].key] += count
	}
	byKey[0] = 0 // absent
	places, brands, trades := map[string]uint32{}, map[string]uint32{}, map[string]uint32{}
	plain := slices.Clone(byKey)
	for key, count := range byKey {
		place, rest, _ := strings.Cut(u.keys[key], "|")
		brand, rest, _ := strings.Cut(rest, "|")
		trade, _, _ := strings.Cut(rest, "|")
		places[place] += count
		brands[brand] += count
		trades[trade] += count
		if brand != "" {
			plain[key] = 0
		}
	}
	same, chance := collisions(n, byKey), 1.0
	for _, part := range []map[string]uint32{places, brands, trades} {
		chance *= max(collisions(n, slices.Collect(maps.Values(part)))-same, 1/(n*n))
	}
	return fashion * (chance + collisions(n, plain))
}
