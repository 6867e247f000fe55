package live

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A near is what stays of an entry that has a key which is looked for.
type near struct {
	ID, Customer uuid.UUID
	Type, Form   string
	Ruled        []string // its keys that are of rules

	turn, place int32 // whose, and which of what was found for it, see sought.among
}

// gathered are the entries that have keys which are looked for.
type gathered struct {
	byKey map[string][]*near // every key that is looked for has a place
	all   []*near
	met   map[uuid.UUID]bool // who was read, where some may be read twice
	marks [64]uint64         // a bit for each key that is looked for, which some share
	room  []near
	ruled []string
}

// fewEntries is how many entries of a key there is room for at once.
const fewEntries = 4

// seek makes places for keys.
func (g *gathered) seek(keys []string) {
	room := make([]*near, fewEntries*len(keys))
	g.all = make([]*near, 0, fewEntries*len(keys))
	for i, k := range keys {
		g.byKey[k] = room[fewEntries*i : fewEntries*i : fewEntries*(i+1)]
		at, bit := markOf(k)
		g.marks[at] |= bit
	}
}

// markOf is the bit of a key, by two of its characters, which follow from a hash.
func markOf(key string) (at int, bit uint64) {
	if len(key) < 4 {
		return 0, 1
	}
	return int(key[2] & 63), 1 << (key[3] & 63)
}

// How many entries a query reads at first: more than enough, unless a key is crowded.
const (
	rowsAtOnce = 256
	rowsPerKey = 4
)

// read reads the entries that have one of some keys. Where there are more than it
// expects, those keys are left out that turn out to be crowded, and the rest is read again; so
// what is read is bounded by the keys, whatever the number of entries that have one. A limit
// above mostRows a key is never reached without a crowded one.
func (g *gathered) read(ctx context.Context, r storage.Reader, keys []string) error {
	for limit := rowsAtOnce + rowsPerKey*len(keys); len(keys) > 0; {
		g.meet()
		n := 0
		for e, err := range entries.Each(ctx, r, storage.Query{Where: criteria.HasAny("keys", keys...), Limit: limit}) {
			if err != nil {
				return err
			}
			n++
			if g.met == nil || !g.met[e.ID] {
				g.add(e)
			}
		}
		if n < limit {
			return nil
		}
		before := len(keys)
		if keys = slices.DeleteFunc(keys, g.crowded); len(keys) == before {
			limit *= 4
		}
	}
	return nil
}

// meet notes who was read: a query yields nobody twice, another one may.
func (g *gathered) meet() {
	if len(g.all) > 0 && g.met == nil {
		g.met = make(map[uuid.UUID]bool, 2*len(g.all))
	}
	for _, e := range g.all[len(g.met):] {
		g.met[e.ID] = true
	}
}

// crowded reports whether too many entries are known to have a key.
func (g *gathered) crowded(key string) bool { return len(g.byKey[key]) > mostRows }

// settle takes the keys of rules out of entries that are passed over, so that what many
// have is no likeness at all, not before a change either.
func (g *gathered) settle() {
	for _, e := range g.all {
		e.Ruled = slices.DeleteFunc(e.Ruled, func(k string) bool { return len(g.byKey[k]) > mostRuled })
	}
}

// add enters an entry that is lent.
func (g *gathered) add(e *entry) {
	if len(g.room) == cap(g.room) {
		g.room = make([]near, 0, 32)
		g.ruled = make([]string, 0, 96)
	}
	g.room = append(g.room, near{ID: e.ID, Customer: e.Customer, Type: e.Type, Form: e.Form})
	own, from := &g.room[len(g.room)-1], len(g.ruled)
	for _, k := range e.Keys {
		if isRule(k) {
			g.ruled = append(g.ruled, k)
		}
		if at, bit := markOf(k); g.marks[at]&bit == 0 {
			continue
		}
		if list, wanted := g.byKey[k]; wanted && len(list) <= mostRows {
			g.byKey[k] = append(list, own)
		}
	}
	own.Ruled = g.ruled[from:len(g.ruled):len(g.ruled)]
	g.all = append(g.all, own)
}
