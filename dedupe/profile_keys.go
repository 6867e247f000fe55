package dedupe

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// MaxKeys is how many keys a record has at most.
const MaxKeys = 24

// Records that may be one entity have a key in common, as rows in a match share a
// block. A key that few records share stands alone; one that too many share, and
// what is never rare, as a year of birth, is put together with another one.

// A rawKey is a key on its way.
type rawKey struct {
	hash uint64
	slot int  // which comparison gives it
	rank int  // how good it is in company: less is better
	weak bool // it says little: fewer may share it
}

// Keys returns the keys by which a record is found, at most MaxKeys: texts of 11
// characters, made of hashes. Two records with a key in common are worth
// comparing. Other profiles give other keys.
func (p *Profile) Keys(r *Prepared) []string {
	s := p.take()
	defer p.scales.Put(s)
	s.fill(left, r)
	return p.keysOf(s.table, left)
}

// Index is Prepare and Keys in one, for less.
func (p *Profile) Index(r Record) (*Prepared, []string, error) {
	s := p.take()
	defer p.scales.Put(s)
	out, err := s.prepare(p, r)
	if err != nil {
		return nil, nil, err
	}
	s.fill(left, out)
	return out, p.keysOf(s.table, left), nil
}

func (p *Profile) keysOf(t *table, row int) []string {
	keys, weak := p.sorted(t.rawKeys(p.slots, row))
	for _, k := range combined(weak) {
		if !p.crowded(rawKey{hash: k}) {
			keys = append(keys, k)
		}
	}
	return keyTexts(keys)
}

// keyTexts are the texts of the first of some keys, each once; they lie in one piece.
func keyTexts(keys []uint64) []string {
	var some [MaxKeys]uint64
	n := 0
	for _, k := range keys {
		if n < MaxKeys && !slices.Contains(some[:n], k) {
			some[n] = k
			n++
		}
	}
	var room [MaxKeys * keySize]byte
	for i, k := range some[:n] {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], k)
		base64.RawURLEncoding.Encode(room[i*keySize:(i+1)*keySize], b[:])
	}
	all, list := string(room[:n*keySize]), make([]string, n)
	for i := range list {
		list[i] = all[i*keySize : (i+1)*keySize]
	}
	return list
}

// keySize is how long the text of a key is.
const keySize = 11

// sorted parts keys into those that stand alone and those that do not.
func (p *Profile) sorted(raw []rawKey) (alone []uint64, weak []rawKey) {
	for _, k := range raw {
		if p.crowded(k) {
			weak = append(weak, k)
		} else {
			alone = append(alone, k.hash)
		}
	}
	return alone, weak
}

// combined puts weak keys together two by two: those of two comparisons, or two
// words of one text. The best come first.
func combined(weak []rawKey) []uint64 {
	type two struct {
		hash uint64
		rank int
	}
	var list []two
	for i, a := range weak {
		for _, b := range weak[i+1:] {
			if a.slot != b.slot || a.rank == wordRank && b.rank == wordRank {
				low, high := min(a.hash, b.hash), max(a.hash, b.hash)
				list = append(list, two{mixed(low*31 + mixed(high)), a.rank + b.rank})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y two) int { return cmp.Compare(x.rank, y.rank) })
	hashes := make([]uint64, len(list))
	for i, k := range list {
		hashes[i] = k.hash
	}
	return hashes
}

// hashed is FNV-1a of the slot and the kind of a key and its text, its bits spread.
func hashed(slot, kind, text string) uint64 {
	h := uint64(14695981039346656037)
	for _, s := range [...]string{slot, "\x00", kind, "\x00", text} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return mixed(h)
}

// Ranks of keys in company.
const (
	fineRank   = 1 // says much, but for a part of the records
	partRank   = 2
	wordRank   = 3
	coarseRank = 4
)

// most texts of a set, and words of a text, that are keys.
const mostOfOne = 4

// rawKeys are the keys of a row of any table.
func (t *table) rawKeys(slots []slot, row int) []rawKey {
	list := make([]rawKey, 0, 2*MaxKeys)
	for n, s := range t.sources {
		value := s.column.rows[row]
		if value == 0 {
			continue
		}
		add := func(kind, text string, rank int, weak bool) {
			if text != "" {
				list = append(list, rawKey{hashed(slots[n].name, kind, text), n, rank, weak})
			}
		}
		s.addKeys(slots[n], value, add)
	}
	return list
}

// addKeys gives the keys of a value.
func (s *source) addKeys(of slot, value uint32, add func(kind, text string, rank int, weak bool)) {
	text := s.column.values[value]
	switch of.typ {
	case FullName:
		s.addNameKeys(value, add)
	case Phone, Identifier:
		for i, n := range s.set.sets.of(value) {
			if i < mostOfOne {
				add("", s.set.texts[n], fineRank, false)
			}
		}
	case Date:
		add("", text, fineRank, false)
		if len(text) == 8 {
			add("month", text[2:6], partRank, true)
			add("day", text[4:], partRank, true)
			add("year", text[:4], coarseRank, true)
		}
	case Email:
		for i, n := range s.set.sets.of(value) {
			if i < mostOfOne {
				local, _, _ := strings.Cut(s.set.texts[n], "@")
				add("", s.set.texts[n], fineRank, false)
				add("local", local, fineRank, false)
			}
		}
	case Postcode:
		add("", text, fineRank, true)
	case Company, Text, Address, Set:
		add("", text, fineRank, false)
		s.addWordKeys(of.typ, value, add)
	case ByHost:
		for _, key := range of.compare.keys(text) {
			add("", key, wordRank, false)
		}
	}
}

func (s *source) addNameKeys(value uint32, add func(kind, text string, rank int, weak bool)) {
	n := &s.names.list[value]
	add("", s.column.values[value], fineRank, false)
	add("sound", n.sound, fineRank, false)
	for _, sound := range n.others {
		add("sound", sound, fineRank, false)
	}
	if a, b := n.surname.text, n.given.text; a != "" && b != "" {
		add("letters", min(a, b)+" "+max(a, b), partRank, false)
	}
	add("surname", n.surname.sound, partRank, true)
	add("given", n.given.sound, partRank, true)
}

// addWordKeys are the rarest words, of an organisation the name by its parts, and of
// an address the number with words of the street.
func (s *source) addWordKeys(typ Type, value uint32, add func(kind, text string, rank int, weak bool)) {
	if typ == Company {
		c := form.Company(s.column.values[value])
		add("key", s.partsOf(value, c), partRank, false)
		add("brand", c.Sound(), partRank, false)
	}
	if numbers := s.numbers; typ == Address && len(numbers.of(value)) > 0 {
		for _, n := range s.street.rarest(nil, value, 2) {
			add("house", s.digits[numbers.of(value)[0]]+" "+s.street.words[n], partRank, false)
		}
	}
	for _, n := range s.words.rarest(nil, value, mostOfOne) {
		add("word", s.words.words[n], wordRank, false)
	}
}

// partsOf is the name of an organisation by its parts, as it was written where that
// is known.
func (s *source) partsOf(value uint32, c form.CompanyName) string {
	if s.units != nil {
		return s.units.keyOf(value)
	}
	return c.Key()
}
