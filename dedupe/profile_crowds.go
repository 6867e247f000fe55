package dedupe

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
)

// crowdedKeys are those that too many share, by the upper halves of their hashes. Where a
// profile knows as many as it may, one of 8,000 other keys is taken for one of them, and is
// put together with others as they are.
type crowdedKeys struct {
	hashes []uint32 // sorted, each once
	from   []uint32 // where those begin whose first bits are the place in the list
	shift  int      // which bits these are
}

// inCrowd is about how many hashes have the same first bits.
const inCrowd = 8

func newCrowdedKeys(keys []uint64) *crowdedKeys {
	hashes := make([]uint32, len(keys))
	for i, k := range keys {
		hashes[i] = uint32(k >> 32)
	}
	slices.Sort(hashes)
	return crowdedOf(slices.Compact(hashes))
}

// crowdedOf makes crowds of sorted hashes.
func crowdedOf(hashes []uint32) *crowdedKeys {
	first := bits.Len(uint(len(hashes) / inCrowd))
	c := &crowdedKeys{hashes: hashes, from: make([]uint32, 1<<first+1), shift: 32 - first}
	for _, h := range hashes {
		c.from[h>>c.shift+1]++
	}
	for i := range len(c.from) - 1 {
		c.from[i+1] += c.from[i]
	}
	return c
}

// has reports whether too many share a key.
func (c *crowdedKeys) has(key uint64) bool {
	h := uint32(key >> 32)
	at := h >> c.shift
	return slices.Contains(c.hashes[c.from[at]:c.from[at+1]], h)
}

// MarshalJSON writes the hashes, four bytes each.
func (c *crowdedKeys) MarshalJSON() ([]byte, error) {
	data := make([]byte, 0, 4*len(c.hashes))
	for _, h := range c.hashes {
		data = binary.BigEndian.AppendUint32(data, h)
	}
	return json.Marshal(data)
}

func (c *crowdedKeys) UnmarshalJSON(text []byte) error {
	var data []byte
	if err := json.Unmarshal(text, &data); err != nil {
		return err
	}
	hashes := make([]uint32, len(data)/4)
	for i := range hashes {
		hashes[i] = binary.BigEndian.Uint32(data[4*i:])
	}
	if len(data)%4 != 0 || !slices.IsSorted(hashes) {
		return fmt.Errorf("dedupe: %w: the crowded keys of a profile", ErrInvalid)
	}
	*c = *crowdedOf(hashes)
	return nil
}

// How many of all records may share a key that stands alone: of many records fewer, so
// that the work for one grows little with them.
const (
	crowdMost, crowdLeast = 40, 6
	crowdUntil            = 30_000
)

// alone is how many of n records may share a key where these are a sample of so many; of
// one that says little, a third. The two that are one entity may, unless it says little.
func (k rawKey) alone(n, population int) uint32 {
	most, least := max(min(crowdMost*crowdUntil/max(population, 1), crowdMost), crowdLeast), 2
	if k.weak {
		most, least = most/3, 1
	}
	return uint32(max(most*n/max(population, 1), least))
}

// crowded reports whether too many of the records that were learnt from share a
// key, or may where there were none.
func (p *Profile) crowded(k rawKey) bool {
	return p.crowds.has(k.hash) || k.weak && p.records == 0
}

// crowdsKept is how many crowded keys a profile knows for each value of a column that
// it may keep: those of one record alone, and those put together of two.
const crowdsKept = 64

// learnCrowds finds the keys that more rows share than may: those that would stand
// alone first, and then, of the rest, those that are put together of two.
func (p *Profile) learnCrowds(t *table, population, most int) {
	most *= crowdsKept
	population = max(population, len(t.records))
	single := t.crowds(population, most, func(row int, add func(rawKey)) {
		for _, k := range t.rawKeys(p.slots, row) {
			add(k)
		}
	})
	p.crowds = newCrowdedKeys(single)
	double := t.crowds(population, most, func(row int, add func(rawKey)) {
		_, weak := p.sorted(t.rawKeys(p.slots, row))
		for _, hash := range combined(weak) {
			add(rawKey{hash: hash})
		}
	})
	p.crowds = newCrowdedKeys(slices.Concat(single, double))
}

// crowds returns the keys that more rows share than may, the most shared ones of
// them. Rows are counted by a part of the hash first, so that memory does not grow with
// the keys.
func (t *table) crowds(population, most int, keys func(row int, add func(rawKey))) []uint64 {
	n := len(t.records)
	size := uint64(1 << 12)
	for size < uint64(n)*16 && size < 1<<24 {
		size *= 2
	}
	about := make([]uint32, size)
	for row := range n {
		keys(row, func(k rawKey) { about[k.hash%size]++ })
	}
	exact, bound := map[uint64]uint32{}, map[uint64]uint32{}
	for row := range n {
		keys(row, func(k rawKey) {
			if may := k.alone(n, population); about[k.hash%size] > may {
				exact[k.hash]++
				bound[k.hash] = may
			}
		})
	}
	var list []uint64
	for hash, count := range exact {
		if count > bound[hash] {
			list = append(list, hash)
		}
	}
	slices.SortFunc(list, func(x, y uint64) int { return cmp.Or(cmp.Compare(exact[y], exact[x]), cmp.Compare(x, y)) })
	return list[:min(len(list), most)]
}
